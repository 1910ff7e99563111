import { ApplianceError } from '../errors.ts';
import { bindings, bindingsOf } from '../schema/bindings.ts';
import { defaults } from '../schema/defaults.ts';
import { notFound } from '../schema/not-found.ts';
import { deletionBlocks, expressions, sharedNames } from '../schema/references.ts';
import { required } from '../schema/required.ts';
import type { ResourceSchema } from '../schema/resource.ts';
import { schemas } from '../schema/schema.ts';
import { bindingId, type Reference, type StoredRow } from '../store/store.ts';
import { refuseObject, refuseUpdate } from './build-limits.ts';
import { isBuiltIn } from './built-in.ts';
import { checkLinks, checkName } from './checks.ts';
import type { Context } from './context.ts';
import { hooks } from './hooks.ts';
import { renameSslView } from './ssl-views.ts';

function namesTaken(kind: string): readonly string[] {
  return sharedNames.find((kinds) => kinds.includes(kind)) ?? [kind];
}

function checkFree(schema: ResourceSchema, name: string, context: Context): void {
  for (const kind of namesTaken(schema.kind)) {
    if (context.store.object(kind, name) !== undefined) throw new ApplianceError(273, [schema.key, name]);
  }
}

export function add(schema: ResourceSchema, row: StoredRow, context: Context): void {
  const { kind, key } = schema;
  const name = String(row[key] ?? '');
  if (name === '') throw new ApplianceError(1095, key);
  if (schema.attributes.get(key)?.type === 'str' && kind !== 'nsip') checkName(kind, name);
  for (const attribute of required[kind] ?? [])
    if (row[attribute] === undefined) throw new ApplianceError(1095, attribute);
  refuseObject(kind, row, context);
  checkFree(schema, name, context);
  checkLinks(kind, row, undefined, context);
  const completed = hooks[kind]?.complete?.(row, context) ?? row;
  context.store.put(kind, name, completed);
  hooks[kind]?.added?.(completed, context);
}

/**
 * Adds an object, or sets what differs (`idempotent=yes`); attributes that are not named stay.
 *
 * @returns whether the object was added
 */
export function addOrSet(schema: ResourceSchema, given: StoredRow, context: Context): boolean {
  const { kind, key } = schema;
  const before = context.store.object(kind, String(given[key] ?? ''));
  if (before === undefined) {
    add(schema, given, context);
    return true;
  }
  if (!schema.operations.has('update')) throw new ApplianceError(1074, 'set command not present for this resource');
  const row = hooks[kind]?.toStored?.(given, context) ?? given;
  const unset = (name: string): unknown => defaults[kind]?.[name] ?? (name === 'state' ? 'ENABLED' : undefined);
  const was = (name: string): string => JSON.stringify(before[name] ?? unset(name));
  const differing = Object.entries(row).filter(([name, value]) => name === key || was(name) !== JSON.stringify(value));
  for (const [name] of differing) {
    if (name !== key && schema.attributes.get(name)?.update !== true) throw new ApplianceError(278, name);
  }
  if (differing.length > 1) update(schema, Object.fromEntries(differing), context);
  return false;
}

export function update(schema: ResourceSchema, row: StoredRow, context: Context): void {
  const { kind, key } = schema;
  const name = schema.singleton ? '' : String(row[key] ?? '');
  if (!schema.singleton && name === '') throw new ApplianceError(1095, key);
  const before = context.store.object(kind, name) ?? (schema.singleton ? {} : undefined);
  if (before === undefined) throw notFound(kind, name);
  const given = Object.keys(row).filter(
    (attribute) => attribute !== key && !(kind === 'lbmonitor' && attribute === 'type'),
  );
  if (given.length === 0) throw new ApplianceError(431);
  if (hooks[kind]?.update?.(row, context) === true) return;
  refuseUpdate(kind, name, context);
  const after = { ...before, ...row };
  checkLinks(kind, after, before, context);
  context.store.put(kind, name, hooks[kind]?.changed?.(before, after, context) ?? after);
}

/** Resets attributes to their defaults; an attribute that was never set is not an error. */
export function unset(schema: ResourceSchema, row: StoredRow, context: Context): void {
  const { kind, key } = schema;
  const name = schema.singleton ? '' : String(row[key] ?? '');
  const before = context.store.object(kind, name) ?? (schema.singleton ? {} : undefined);
  if (before === undefined) throw notFound(schema.kind, name);
  const attributes = Object.keys(row).filter((attribute) => attribute !== key && attribute !== 'type');
  if (attributes.length === 0) throw new ApplianceError(431);
  for (const attribute of attributes) {
    if (schema.attributes.get(attribute)?.unset !== true) throw new ApplianceError(278, attribute);
  }
  const gone = new Set(attributes.filter((attribute) => row[attribute] === true));
  const after = Object.fromEntries(Object.entries(before).filter(([attribute]) => !gone.has(attribute)));
  context.store.put(kind, name, hooks[kind]?.changed?.(before, after, context) ?? after);
}

/**
 * Returns the bindings to remove together with an object.
 *
 * @throws {ApplianceError} when something keeps the object
 */
function dependents(kind: string, name: string, context: Context): Reference[] {
  const going: Reference[] = [];
  const keepBound = context.root.object('lbparameter', '')?.allowboundsvcremoval === 'DISABLED';
  for (const referrer of context.store.referrers(kind, name)) {
    if (referrer.kind === kind && referrer.row[schemaKey(kind)] === name) continue;
    const code = deletionBlocks[kind]?.[referrer.kind];
    if (code !== undefined) throw new ApplianceError(code);
    if (keepBound && /^lbvserver_service(group)?_binding$/.test(referrer.kind)) throw new ApplianceError(1325);
    if (bindings[referrer.kind] !== undefined) going.push(referrer);
    else if (kind === 'server' && referrer.kind === 'service') continue;
    else throw new ApplianceError(expressions[referrer.kind]?.[referrer.attribute] === undefined ? 315 : 1070);
  }
  return going;
}

const schemaKey = (kind: string): string => schemas.get(kind)?.key ?? 'name';

function bindingParent(kind: string, row: StoredRow): string {
  return String(row[parentKey(kind)]);
}

/** Returns the attribute of a binding that names its parent. */
export const parentKey = schemaKey;

export function remove(schema: ResourceSchema, name: string, context: Context): void {
  const { kind } = schema;
  const { store } = context;
  const row = store.object(kind, name);
  if (row === undefined) throw notFound(schema.kind, name);
  if (kind === 'nshttpprofile' && isBuiltIn(kind, name)) throw new ApplianceError(257);
  for (const dependent of dependents(kind, name, context)) {
    store.removeBinding(
      dependent.kind,
      bindingParent(dependent.kind, dependent.row),
      bindingId(dependent.kind, dependent.row),
    );
  }
  hooks[kind]?.removing?.(row, context);
  for (const binding of bindingsOf(kind)) {
    for (const bound of [...store.bindings(binding, name)])
      store.removeBinding(binding, name, bindingId(binding, bound));
  }
  store.remove(kind, name);
}

export function setState(
  schema: ResourceSchema,
  row: StoredRow,
  state: 'ENABLED' | 'DISABLED',
  context: Context,
): void {
  const name = String(row[schema.key] ?? '');
  const before = context.store.object(schema.kind, name);
  if (before === undefined) throw notFound(schema.kind, name);
  context.store.put(schema.kind, name, { ...before, state });
}

/** Kinds whose traffic goes on under the new name: connections, counters (V). */
const KEPT_WHOLE = new Set(['csvserver', 'lbvserver']);

/** Renames an object and everything that names it; refused (2852) when an expression does. */
export function rename(schema: ResourceSchema, row: StoredRow, context: Context): void {
  const { kind, key } = schema;
  const { store } = context;
  const from = String(row[key] ?? '');
  const to = String(row.newname ?? '');
  if (to === '') throw new ApplianceError(1095, 'newname');
  const before = store.object(kind, from);
  if (before === undefined) throw notFound(kind, from);
  checkName(kind, to);
  checkFree(schema, to, context);
  for (const referrer of [...store.referrers(kind, from)]) repoint(referrer, to, context);
  const after = { ...before, [key]: to };
  if (KEPT_WHOLE.has(kind)) store.rename(kind, from, to, after);
  else {
    store.remove(kind, from);
    store.put(kind, to, after);
  }
  const own = [...bindingsOf(kind), ...renameSslView(kind, from, to, store)];
  for (const binding of own) {
    for (const bound of [...store.bindings(binding, from)]) {
      store.removeBinding(binding, from, bindingId(binding, bound));
      store.putBinding(binding, to, { ...bound, [parentKey(binding)]: to });
    }
  }
}

function repoint({ kind, row, attribute }: Reference, to: string, { store }: Context): void {
  if (expressions[kind]?.[attribute] !== undefined) throw new ApplianceError(2852);
  const next = { ...row, [attribute]: to };
  if (bindings[kind] === undefined) {
    store.put(kind, String(row[schemaKey(kind)]), next);
    return;
  }
  const parent = bindingParent(kind, row);
  store.removeBinding(kind, parent, bindingId(kind, row));
  store.putBinding(kind, parent, next);
}
