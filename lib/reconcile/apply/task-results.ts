import type { GroupMember } from '../../netscaler/index.ts';
import type { Applied, DoneChanges, Failure } from '../../nitro/index.ts';
import type { Change, HostAssignment, SettingConflict } from '../../plan/index.ts';
import type { Task } from '../decide/task.ts';
import type { PlanResult } from './plan-result.ts';

/** Members that the appliance refused, of one service group. */
interface RefusedMembers {
  readonly group: string;
  readonly members: readonly GroupMember[];
}

/** The result of one task on the appliance. */
export interface TaskResult {
  readonly task: Task;
  readonly hostAssignments: readonly HostAssignment[];
  readonly settingConflicts: readonly SettingConflict[];
  readonly changes: readonly Change[];
  /** The changes in the appliance's command language. */
  readonly lines: readonly string[];
  readonly failures: readonly Failure[];
  readonly refusedMembers: readonly RefusedMembers[];
  /** The appliance still differs from the ledger after a second plan. */
  readonly unsettled: boolean;
  /** The answer of the appliance that showed the difference. */
  readonly cause?: Failure | undefined;
}

const NOTHING_DONE: DoneChanges = { changes: [], lines: [] };

/** Returns the result of a task that was planned once more: with what the first plan changed. */
export const afterwards = (first: TaskResult | undefined, second: TaskResult): TaskResult => ({
  ...second,
  changes: [...(first?.changes ?? []), ...second.changes],
  lines: [...(first?.lines ?? []), ...second.lines],
});

/** Returns the result of a task that changes nothing on the appliance. */
export const emptyResult = (task: Task): TaskResult => ({
  task,
  hostAssignments: [],
  settingConflicts: [],
  ...NOTHING_DONE,
  refusedMembers: [],
  failures: [],
  unsettled: false,
});

/** Returns the result of each task of a plan. Pure. Passes through each list once, however many tasks there are. */
export function resultsOf({ tasks, goal }: PlanResult, applied: Applied): TaskResult[] {
  const keys = new Set(tasks.map(({ decision }) => decision.key));
  const hostAssignments = byKey(keys, goal.hostAssignments, claimants);
  return tasks.map((task) => {
    const { key } = task.decision;
    const { changes, lines } = applied.doneFor.get(key) ?? NOTHING_DONE;
    return {
      task,
      hostAssignments: hostAssignments.get(key) ?? [],
      settingConflicts: goal.settingConflicts,
      changes,
      lines,
      refusedMembers: refusedMembers(changes, applied),
      failures: applied.failures.get(key) ?? [],
      unsettled: applied.outdatedOwners.has(key),
      cause: applied.outdatedCause.get(key),
    };
  });
}

/** Adds the failures of tasks whose final record could not be written. @param failures by owner's key. */
export function withFailures(
  results: ReadonlyMap<string, TaskResult>,
  tasks: readonly Task[],
  failures: ReadonlyMap<string, Failure>,
): ReadonlyMap<string, TaskResult> {
  if (failures.size === 0) return results;
  const all = new Map(results);
  for (const task of tasks) {
    const { key } = task.decision;
    const failure = failures.get(key);
    if (failure === undefined) continue;
    const result = all.get(key) ?? emptyResult(task);
    all.set(key, { ...result, failures: [...result.failures, failure] });
  }
  return all;
}

function refusedMembers(changes: readonly Change[], { failedMembers }: Applied): RefusedMembers[] {
  if (failedMembers.size === 0) return [];
  const groups = new Set(changes.map(({ resource }) => String(resource.id.servicegroupname)));
  return [...groups].flatMap((group) => {
    const members = failedMembers.get(group);
    return members === undefined ? [] : [{ group, members }];
  });
}

/** Returns the keys of all owners that claim a host. */
const claimants = ({ holder, standby }: HostAssignment): Iterable<string> =>
  standby.length === 0 ? [holder.ownerKey] : new Set([holder, ...standby].map(({ ownerKey }) => ownerKey));

function byKey<T>(
  keys: ReadonlySet<string>,
  items: readonly T[],
  concerned: (item: T) => Iterable<string>,
): Map<string, T[]> {
  const lists = new Map<string, T[]>();
  const add = (key: string, item: T): void => {
    const list = lists.get(key);
    if (list !== undefined) list.push(item);
    else if (keys.has(key)) lists.set(key, [item]);
  };
  for (const item of items) {
    const owners = concerned(item);
    // Nearly every row has one owner.
    if (Array.isArray(owners) && owners.length === 1) add(owners[0], item);
    else for (const key of owners) add(key, item);
  }
  return lists;
}
