import {
  DEFAULTS,
  factsOf,
  IMMUTABLE,
  isDisabled,
  isOutOfTier,
  type Resource,
  RowIndex,
  sameMembers,
  withWeightsOf,
} from '../netscaler/index.ts';
import type { Attributes } from '../route/index.ts';
import type { Change } from './change.ts';
import { type Priorities, withPriority } from './priorities.ts';

/** A row that exists on the appliance. */
export interface Actual {
  readonly resource: Resource;
  /** The row's attributes are compared with the desired ones. Otherwise the row is only known to exist. */
  readonly compared: boolean;
}

export const compared = (resource: Resource): Actual => ({ resource, compared: true });
export const uncompared = (resource: Resource): Actual => ({ resource, compared: false });

/** The input of {@link diff}. */
export interface Comparison {
  readonly desired: readonly Resource[];
  readonly actual: readonly Actual[];
}

/**
 * Maps desired and actual rows to changes, without an order. Pure: equal rows give no change.
 *
 * @param priorities priorities in use, by vserver; new bindings get free ones.
 */
export function diff(desired: readonly Resource[], actual: readonly Actual[], priorities: Priorities): Change[] {
  const existing = new RowIndex<Existing>();
  for (const entry of actual) existing.set(entry.resource, { entry, handled: false });
  const changes: Change[] = [];
  for (const resource of desired) {
    const found = existing.get(resource);
    if (found === undefined) {
      changes.push(creation(resource, priorities));
      continue;
    }
    found.handled = true;
    if (found.entry.compared) changes.push(...compare(resource, found.entry.resource, priorities));
  }
  for (const each of actual) {
    const found = existing.get(each.resource) as Existing;
    const { resource } = found.entry;
    const stays = found.handled || resource.role === 'members' || resource.role.startsWith('system');
    if (!stays) changes.push({ op: 'remove', resource });
    // A row may be known from two places: it is removed once.
    found.handled = true;
  }
  return changes.some(({ op }) => op === 'remove') ? withBindings(desired, changes, priorities) : changes;
}

interface Existing {
  readonly entry: Actual;
  /** Somebody wants the row, or it is removed. */
  handled: boolean;
}

/** Returns changes with removals, without those that imply each other, and with the bindings that must be restored. */
function withBindings(desired: readonly Resource[], changes: readonly Change[], priorities: Priorities): Change[] {
  return withoutImplied([...changes, ...bindingsToRestore(desired, changes, priorities)]);
}

function creation(resource: Resource, priorities: Priorities): Change {
  return resource.role === 'members' ? { op: 'members', resource } : addWithPriority(resource, priorities);
}

function compare(desired: Resource, actual: Resource, priorities: Priorities): Change[] {
  if (isOutOfTier(actual)) return replacement(desired, actual, priorities);
  const gone = [
    ...(desired.unset ?? []).filter((name) => isSet(desired, actual, name)),
    ...offDefault(desired, actual),
  ];
  const differing = Object.keys(desired.attributes).filter((name) => !same(desired, name, actual.attributes[name]));
  const facts = factsOf(desired.type);
  const mutable = facts.mutable ?? [];
  const immutable = IMMUTABLE[desired.type] ?? [];
  const canSet = [...differing, ...gone].every(
    (name) => !immutable.includes(name) && (mutable.includes('*') || mutable.includes(name)),
  );
  const enable: Change[] = isDisabled(actual) ? [{ op: 'enable', resource: { ...desired, attributes: {} } }] : [];
  if (differing.length === 0 && gone.length === 0) return enable;
  if (desired.role === 'members') return [{ op: 'members', resource: namingWeights(desired, actual) }];
  if (facts.rebinds) return [{ op: 'add', resource: desired }];
  if (!canSet) return replacement(desired, actual, priorities);
  const unset: Change[] =
    gone.length === 0
      ? []
      : [{ op: 'unset', resource: { ...desired, attributes: Object.fromEntries(gone.map((name) => [name, ''])) } }];
  if (differing.length === 0) return [...unset, ...enable];
  const pick = (from: Attributes): Attributes =>
    Object.fromEntries(differing.filter((name) => from[name] !== undefined).map((name) => [name, from[name]!]));
  return [
    ...unset,
    {
      op: 'set',
      resource: { ...desired, attributes: pick(desired.attributes) },
      before: pick(actual.attributes),
    },
    ...enable,
  ];
}

/** Returns whether a row has an attribute that nobody requests. */
const isSet = (desired: Resource, actual: Resource, name: string): boolean =>
  desired.attributes[name] === undefined && actual.attributes[name] !== undefined;

/** Returns the attributes that should have the appliance's default and do not. */
function offDefault(desired: Resource, actual: Resource): string[] {
  const defaults = DEFAULTS[desired.type] ?? {};
  return Object.keys(defaults).filter(
    (name) => isSet(desired, actual, name) && !alike(defaults[name], actual.attributes[name]),
  );
}

/** Returns a list of members with every weight where the group has weights. */
function namingWeights(desired: Resource, actual: Resource): Resource {
  const members = withWeightsOf(String(desired.attributes.members), String(actual.attributes.members));
  return { ...desired, attributes: { members } };
}

function replacement(desired: Resource, actual: Resource, priorities: Priorities): Change[] {
  return [{ op: 'remove', resource: actual }, addWithPriority(desired, priorities)];
}

function addWithPriority(resource: Resource, priorities: Priorities): Change {
  const added = withPriority(resource, priorities);
  return 'refused' in added ? { op: 'add', resource, refused: added.refused } : { op: 'add', resource: added };
}

/** Returns whether an attribute has its desired value. Rows of maps and comments are compared to the letter. */
export function same(desired: Resource, name: string, actual: string | number | undefined): boolean {
  const wanted = desired.attributes[name];
  if (desired.role === 'members') return actual !== undefined && sameMembers(String(wanted), String(actual));
  const exact = desired.type === 'policystringmap_pattern_binding' || name === 'comment';
  return exact ? actual !== undefined && String(wanted) === String(actual) : alike(wanted, actual);
}

/** Compares two values loosely: NITRO returns many numbers as strings, and choices in capitals. */
function alike(desired: string | number | undefined, actual: string | number | undefined): boolean {
  if (actual === undefined) return false;
  const [a, b] = [String(desired), String(actual)];
  return a === b || (a.toUpperCase() === b.toUpperCase() && /^[A-Za-z_]+$/.test(a));
}

/** Bindings that disappear with a server, a group or a data set, so that their removal needs no call. */
const IMPLIED: Partial<
  Record<string, readonly { parent: 'csvserver' | 'lbvserver' | 'servicegroup' | 'policydataset'; by: string }[]>
> = {
  sslvserver_sslcertkey_binding: [{ parent: 'csvserver', by: 'vservername' }],
  sslvserver_sslpolicy_binding: [{ parent: 'csvserver', by: 'vservername' }],
  csvserver_responderpolicy_binding: [{ parent: 'csvserver', by: 'name' }],
  lbvserver_servicegroup_binding: [
    { parent: 'lbvserver', by: 'name' },
    { parent: 'servicegroup', by: 'servicegroupname' },
  ],
  servicegroup_lbmonitor_binding: [{ parent: 'servicegroup', by: 'servicegroupname' }],
  policydataset_value_binding: [{ parent: 'policydataset', by: 'name' }],
  servicegroup_servicegroupmemberlist_binding: [{ parent: 'servicegroup', by: 'servicegroupname' }],
};

const named = ({ type, id }: Resource): string => `${type} ${Object.values(id)[0]}`;
const parentsOf = ({ type, id }: Resource): string[] =>
  (IMPLIED[type] ?? []).map(({ parent, by }) => `${parent} ${id[by]}`);

/** Leaves out the removal of bindings that disappear with their server, group or data set. */
function withoutImplied(changes: readonly Change[]): Change[] {
  const removed = new Set(changes.filter(({ op }) => op === 'remove').map(({ resource }) => named(resource)));
  return changes.filter(
    ({ op, resource }) => !(op === 'remove' && parentsOf(resource).some((parent) => removed.has(parent))),
  );
}

/** Binds again what disappears with a server or a group that is removed and created again. */
function bindingsToRestore(desired: readonly Resource[], changes: readonly Change[], priorities: Priorities): Change[] {
  const removed = new RowIndex<true>();
  for (const { op, resource } of changes) if (op === 'remove') removed.set(resource, true);
  const replaced = new Set(
    changes.filter(({ op, resource }) => op === 'add' && removed.get(resource)).map(({ resource }) => named(resource)),
  );
  if (replaced.size === 0) return [];
  const written = new RowIndex<true>();
  for (const { resource } of changes) written.set(resource, true);
  return desired
    .filter((resource) => !written.get(resource) && parentsOf(resource).some((name) => replaced.has(name)))
    .map((resource) => creation(resource, priorities));
}
