import { finding } from '../../ingress/index.ts';
import type { Change } from '../../plan/index.ts';
import type { Task } from '../decide/task.ts';
import { type MarkedObject, markedObject, objectName } from '../read/marks.ts';
import type { PlanResult } from './plan-result.ts';

/** Keeps a plan away from objects that somebody took over: they exist without our mark (LIF-5). Pure. */

/** Returns the object that a change touches; a member list belongs to its group. */
function objectOf({ op, resource }: Change): MarkedObject | undefined {
  if (op === 'members') return { type: 'servicegroup', name: String(resource.id.servicegroupname) };
  return markedObject(resource);
}

/**
 * Returns the objects that a plan would change or remove and that are known from the ledger alone. Objects that were read
 * carry our mark.
 */
export function trustedIn({ tasks, changes }: PlanResult): MarkedObject[] {
  const read = new Set(tasks.filter(({ action }) => action === 'verify').map(({ decision }) => decision.key));
  const trusted = changes.filter(
    ({ op, resource: { owners } }) => op !== 'add' && !(owners.length > 0 && owners.every((key) => read.has(key))),
  );
  if (trusted.length === 0) return [];
  // The plan writes the members of a new group after the group: adding a group that exists fails before that.
  const added = new Set(
    changes.flatMap(({ op, resource }) =>
      op === 'add' && resource.type === 'servicegroup' ? [String(resource.id.servicegroupname)] : [],
    ),
  );
  return trusted
    .flatMap((change) => objectOf(change) ?? [])
    .filter(({ type, name }) => type !== 'servicegroup' || !added.has(name));
}

/** Returns the objects that a plan would add. */
export const addedIn = ({ changes }: Pick<PlanResult, 'changes'>): MarkedObject[] =>
  changes.filter(({ op }) => op === 'add').flatMap((change) => objectOf(change) ?? []);

/**
 * Returns the tasks of a plan for planning again: those that would have touched a taken-over object compare the real
 * objects, and a finding names it.
 *
 * @param unmarked objects that exist without our mark, each as `type name`.
 */
export function planAgain({ tasks, changes }: PlanResult, unmarked: ReadonlySet<string>): Task[] {
  const touched = changes.flatMap((change) => {
    const object = objectOf(change);
    const name = object === undefined ? '' : objectName(object);
    return unmarked.has(name) ? change.resource.owners.map((owner) => ({ owner, name })) : [];
  });
  const byOwner = Map.groupBy(touched, ({ owner }) => owner);
  return tasks.map((task): Task => {
    const names = new Set((byOwner.get(task.decision.key) ?? []).map(({ name }) => name));
    if (names.size === 0) return task;
    const findings = [...names].sort().map((name) =>
      finding('ObjectTakenOver', {
        message: `${name} does not carry our mark any more: it is left as it is`,
        value: name,
      }),
    );
    return { ...task, action: 'verify', findings: [...task.findings, ...findings] };
  });
}

/** Returns the changes; an addition under the name of a taken-over object is refused, because the appliance would. */
export function withoutTakenOver(changes: readonly Change[], unmarked: ReadonlySet<string>): Change[] {
  return changes.map((change) => {
    const object = objectOf(change);
    if (change.op !== 'add' || object === undefined || !unmarked.has(objectName(object))) return change;
    return { ...change, refused: `it exists without our mark and is left as it is: ${REMEDY}` };
  });
}

const REMEDY = 'give it its comment back, or remove it';
