import type { Owner } from '../../contract/index.ts';
import type { Watermark } from '../../ledger/index.ts';
import type { NitroError } from '../../nitro/index.ts';
import type { Change, Goal } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { Task } from '../decide/task.ts';
import type { TaskResult } from '../report/ingress-outcome.ts';

/** What is to be written for some tasks. */
export interface PlanResult {
  /** As they can be carried out: without what sits on somebody else's address. */
  readonly tasks: readonly Task[];
  readonly goal: Goal;
  readonly changes: readonly Change[];
  /** Keys that a change is for. */
  readonly touched: ReadonlySet<string>;
}

/** An owner out of scope that a host came to, or went from. */
export interface AffectedOwner {
  readonly owner: Owner;
  readonly host: string;
}

/** What became of a batch's plan. */
export interface ApplyResult {
  /** Owner's key → its result; of planned tasks only. */
  readonly byKey: ReadonlyMap<string, TaskResult>;
  /** Keys that a change was for: their records were written as pending. */
  readonly touched: ReadonlySet<string>;
  readonly changes: readonly Change[];
  /** Watermarks that are recorded. */
  readonly watermarks: ReadonlyMap<ClusterBatch, readonly Watermark[]>;
  /** Watermarks that the ledger did not take, with the appliance's answer. */
  readonly refusedMarks: ReadonlyMap<Watermark, NitroError>;
}
