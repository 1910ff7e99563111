import type { Change, Goal } from '../../plan/index.ts';
import type { Task } from '../decide/task.ts';

/** The changes that some tasks need. */
export interface PlanResult {
  /** The tasks without what a foreign vserver prevents. */
  readonly tasks: readonly Task[];
  readonly goal: Goal;
  readonly changes: readonly Change[];
  /** Keys of the owners that a change is for. */
  readonly touched: ReadonlySet<string>;
}
