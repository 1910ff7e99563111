import type { Applied, Failure } from '../../nitro/index.ts';
import type { Change, HostAssignment } from '../../plan/index.ts';
import type { PlanResult } from '../apply/plan-result.ts';
import type { Task } from '../decide/task.ts';
import type { RefusedMembers, TaskResult } from './ingress-outcome.ts';

/** What became of each task of a plan. Pure; each list is gone through once, however many tasks there are. */
export function resultsOf({ tasks, goal }: PlanResult, applied: Applied): TaskResult[] {
  const keys = new Set(tasks.map(({ decision }) => decision.key));
  const hostAssignments = byKey(keys, goal.hostAssignments, parties);
  const changes = byKey(keys, applied.done, ({ resource }: Change) =>
    // What is nobody's in particular is part of everyone's.
    resource.owners.length === 0 ? keys : resource.owners,
  );
  return tasks.map((task) => {
    const { key } = task.decision;
    return {
      task,
      hostAssignments: hostAssignments.get(key) ?? [],
      settingConflicts: goal.settingConflicts,
      changes: changes.get(key) ?? [],
      refusedMembers: refusedMembers(changes.get(key) ?? [], applied),
      failures: applied.failures.get(key) ?? [],
      unsettled: applied.outdatedOwners.has(key),
      cause: applied.outdatedCause.get(key),
    };
  });
}

/** What became of tasks, with those whose record could not be written at the end. */
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
    const result = all.get(key) ?? {
      task,
      hostAssignments: [],
      settingConflicts: [],
      changes: [],
      refusedMembers: [],
      failures: [],
      unsettled: false,
    };
    all.set(key, { ...result, failures: [...result.failures, failure] });
  }
  return all;
}

function refusedMembers(changes: readonly Change[], { failedMembers }: Applied): RefusedMembers[] {
  const groups = new Set(changes.map(({ resource }) => String(resource.id.servicegroupname)));
  return [...groups].flatMap((group) => {
    const members = failedMembers.get(group);
    return members === undefined ? [] : [{ group, members }];
  });
}

/** Who has or wants a host. */
const parties = ({ holder, standby }: HostAssignment): Set<string> =>
  new Set([holder, ...standby].map(({ ownerKey }) => ownerKey));

function byKey<T>(
  keys: ReadonlySet<string>,
  items: readonly T[],
  concerned: (item: T) => Iterable<string>,
): Map<string, T[]> {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    for (const key of concerned(item)) {
      if (!keys.has(key)) continue;
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [item]);
      else list.push(item);
    }
  }
  return lists;
}
