import type { Applied } from '../nitro/index.ts';
import type { Change, Holding } from '../plan/index.ts';
import type { RefusedMembers, TaskResult } from './outcomes.ts';
import type { Planned } from './planned.ts';

/** What became of each task of a plan. Pure; each list is gone through once, however many tasks there are. */
export function resultsOf({ tasks, goal }: Planned, applied: Applied): TaskResult[] {
  const keys = new Set(tasks.map(({ decision }) => decision.key));
  const holdings = byKey(keys, goal.holdings, parties);
  const changes = byKey(keys, applied.done, ({ resource }: Change) =>
    // What is nobody's in particular is part of everyone's.
    resource.owners.length === 0 ? keys : resource.owners,
  );
  return tasks.map((task) => {
    const { key } = task.decision;
    return {
      task,
      holdings: holdings.get(key) ?? [],
      settingConflicts: goal.settingConflicts,
      changes: changes.get(key) ?? [],
      refusedMembers: refusedMembers(changes.get(key) ?? [], applied),
      failures: applied.failures.get(key) ?? [],
      unsettled: applied.surprised.has(key),
      cause: applied.causes.get(key),
    };
  });
}

function refusedMembers(changes: readonly Change[], { failedMembers }: Applied): RefusedMembers[] {
  const groups = new Set(changes.map(({ resource }) => String(resource.id.servicegroupname)));
  return [...groups].flatMap((group) => {
    const members = failedMembers.get(group);
    return members === undefined ? [] : [{ group, members }];
  });
}

/** Who has or wants a host. */
const parties = ({ holder, standby }: Holding): Set<string> =>
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
