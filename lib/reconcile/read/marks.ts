import { isBinding, type Resource, type ResourceType } from '../../netscaler/index.ts';
import { type BatchQuery, type InventoryContext, isOurs, type NitroRow, patternsOf } from '../../nitro/index.ts';

/** Decides how the marks of objects are read, and what the answers say. Pure. */

/** Maps the types whose objects carry our mark to the attribute that names them. */
const NAMED_BY: Partial<Record<ResourceType, string>> = {
  csvserver: 'name',
  lbvserver: 'name',
  servicegroup: 'servicegroupname',
  sslpolicy: 'name',
  responderpolicy: 'name',
  responderaction: 'name',
  csaction: 'name',
  policystringmap: 'name',
};

/** An object whose type carries our mark. */
export interface MarkedObject {
  readonly type: ResourceType;
  readonly name: string;
}

/** Returns type and name as one text: `servicegroup nsp-a`. */
export const objectName = ({ type, name }: MarkedObject): string => `${type} ${name}`;

/** Returns the object that a resource is; undefined when it carries no mark of a front end or of an owner. */
export function markedObject(resource: Resource): MarkedObject | undefined {
  if (isBinding(resource.type) || resource.role.startsWith('system')) return undefined;
  const attribute = NAMED_BY[resource.type];
  return attribute === undefined ? undefined : { type: resource.type, name: String(resource.id[attribute]) };
}

/** Marks of objects that were read, each object by `type name`. */
export interface Marks {
  readonly asked: ReadonlySet<string>;
  /** Objects that exist without our mark: somebody took them over after they were recorded (LIF-5). */
  readonly unmarked: ReadonlySet<string>;
}

export const NO_MARKS: Marks = { asked: new Set(), unmarked: new Set() };

/** Returns the reads that show the marks of these objects. */
export function markQueries(objects: readonly MarkedObject[]): (BatchQuery & Pick<MarkedObject, 'type'>)[] {
  return [...Map.groupBy(objects, ({ type }) => type)].flatMap(([type, all]) =>
    patternsOf([...new Set(all.map(({ name }) => name))]).map((pattern) => ({
      type,
      filter: { [NAMED_BY[type] as string]: pattern },
    })),
  );
}

/** Returns the marks of these objects. @param answers to {@link markQueries}, in their order. */
export function marksIn(
  context: InventoryContext,
  objects: readonly MarkedObject[],
  queries: ReturnType<typeof markQueries>,
  answers: readonly NitroRow[][],
): Marks {
  const unmarked = queries.flatMap(({ type }, index) =>
    (answers[index] ?? [])
      .filter(({ comment }) => !isOurs(context, comment))
      .map((row) => objectName({ type, name: String(row[NAMED_BY[type] as string]) })),
  );
  return { asked: new Set(objects.map(objectName)), unmarked: new Set(unmarked) };
}
