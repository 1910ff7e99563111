import { finding } from '../../ingress/index.ts';
import { isBinding, type Resource, type ResourceType } from '../../netscaler/index.ts';
import {
  type BatchQuery,
  type InventoryContext,
  isOurs,
  type NitroReader,
  type NitroRow,
  patternsOf,
} from '../../nitro/index.ts';
import type { Change } from '../../plan/index.ts';
import type { PlanResult } from '../apply/plan-result.ts';
import type { Task } from '../decide/task.ts';

/** Types whose objects carry our mark, and the attribute that names them. */
const NAMED_BY: Partial<Record<ResourceType, string>> = {
  csvserver: 'name',
  lbvserver: 'name',
  servicegroup: 'servicegroupname',
  sslpolicy: 'name',
  responderpolicy: 'name',
  responderaction: 'name',
  policystringmap: 'name',
};

/** `servicegroup nsp-a`: an object that a change touches. */
const named = (type: string, name: string): string => `${type} ${name}`;

/** An object whose type carries our mark. */
export interface Marked {
  readonly type: ResourceType;
  readonly name: string;
}

/** The object of a change; a member list is its group's. Undefined where it is none that carries a mark. */
function objectOf({ op, resource }: Change): Marked | undefined {
  if (op === 'members') return { type: 'servicegroup', name: String(resource.id.servicegroupname) };
  return markedOf(resource);
}

/** The object that a resource is. Undefined where it is none that carries a mark of a front end or an owner. */
export function markedOf(resource: Resource): Marked | undefined {
  if (isBinding(resource.type) || resource.role.startsWith('system')) return undefined;
  const attribute = NAMED_BY[resource.type];
  return attribute === undefined ? undefined : { type: resource.type, name: String(resource.id[attribute]) };
}

/** Objects that a plan would change or remove, as far as they are known from the ledger alone: what was read carries its mark. */
export function trustedIn({ tasks, changes }: PlanResult): Marked[] {
  // A group that is made has its list written after it: the appliance would say if it were there.
  const made = new Set(madeIn({ changes }).map(({ name }) => name));
  const read = new Set(tasks.filter(({ action }) => action === 'verify').map(({ decision }) => decision.key));
  return changes
    .filter(
      ({ op, resource: { owners } }) => op !== 'add' && !(owners.length > 0 && owners.every((key) => read.has(key))),
    )
    .flatMap((change) => objectOf(change) ?? [])
    .filter(({ type, name }) => type !== 'servicegroup' || !made.has(name));
}

/** Objects that a plan would make. */
export const madeIn = ({ changes }: Pick<PlanResult, 'changes'>): Marked[] =>
  changes.filter(({ op }) => op === 'add').flatMap((change) => objectOf(change) ?? []);

/** Queries in one batch at most. */
export const MARKS_AT_ONCE = 40;

/** Marks of objects that were looked at, by `type name`. */
export interface Marks {
  readonly asked: ReadonlySet<string>;
  /** There, and not ours (LIF-5): somebody took them over after they were recorded. */
  readonly unmarked: ReadonlySet<string>;
}

export const NO_MARKS: Marks = { asked: new Set(), unmarked: new Set() };

/** The reads that show the marks of these objects. */
export function markQueries(objects: readonly Marked[]): (BatchQuery & Pick<Marked, 'type'>)[] {
  return [...Map.groupBy(objects, ({ type }) => type)].flatMap(([type, all]) =>
    patternsOf([...new Set(all.map(({ name }) => name))]).map((pattern) => ({
      type,
      filter: { [NAMED_BY[type] as string]: pattern },
    })),
  );
}

/** @param answers to the queries for these objects, in their order. */
export function marksIn(
  context: InventoryContext,
  objects: readonly Marked[],
  queries: ReturnType<typeof markQueries>,
  answers: readonly NitroRow[][],
): Marks {
  const unmarked = new Set<string>();
  for (const [index, { type }] of queries.entries()) {
    for (const row of answers[index] ?? []) {
      if (!isOurs(context, row.comment)) unmarked.add(named(type, String(row[NAMED_BY[type] as string])));
    }
  }
  return { asked: new Set(objects.map(({ type, name }) => named(type, name))), unmarked };
}

/**
 * Returns which of these objects are there without our mark, as `type name`. It asks only for those that were not looked
 * at before: one read for all of a small plan, and none where nothing is asked.
 *
 * @param before marks that came with another read of the same plan.
 */
export async function unmarkedOf(
  reader: NitroReader,
  context: InventoryContext,
  objects: readonly Marked[],
  before: Marks = NO_MARKS,
): Promise<ReadonlySet<string>> {
  const unknown = objects.filter(({ type, name }) => !before.asked.has(named(type, name)));
  const unmarked = new Set(objects.map(({ type, name }) => named(type, name))).intersection(before.unmarked);
  const queries = markQueries(unknown);
  for (let start = 0; start < queries.length; start += MARKS_AT_ONCE) {
    const some = queries.slice(start, start + MARKS_AT_ONCE);
    const marks = marksIn(context, [], some, await reader.batch(some));
    for (const object of marks.unmarked) unmarked.add(object);
  }
  return unmarked;
}

/**
 * The tasks of a plan that would have touched such objects, as they are to be planned anew: by what is really there,
 * and with a word about what was found.
 */
export function planAgain({ tasks, changes }: PlanResult, unmarked: ReadonlySet<string>): Task[] {
  const found = new Map<string, Set<string>>();
  for (const change of changes) {
    const object = objectOf(change);
    const name = object === undefined ? '' : named(object.type, object.name);
    if (!unmarked.has(name)) continue;
    for (const owner of change.resource.owners) found.set(owner, (found.get(owner) ?? new Set()).add(name));
  }
  return tasks.map((task): Task => {
    const own = [...(found.get(task.decision.key) ?? [])].sort();
    const remarks = own.map((name) =>
      finding('ObjectTakenOver', {
        message: `${name} does not carry our mark any more: it is left as it is`,
        value: name,
      }),
    );
    return own.length === 0 ? task : { ...task, action: 'verify', findings: [...task.findings, ...remarks] };
  });
}

/** What would be made under the name of such an object cannot be: the appliance would only say that it is there. */
export function withoutTakenOver(changes: readonly Change[], unmarked: ReadonlySet<string>): Change[] {
  return changes.map((change) => {
    const { op, resource } = change;
    const name = named(resource.type, String(Object.values(resource.id)[0]));
    if (op !== 'add' || !unmarked.has(name)) return change;
    return { ...change, refused: `it is there without our mark, and left as it is: ${REMEDY}` };
  });
}

const REMEDY = 'give it its comment back, or remove it';
