import { DEFAULTS, factsOf, IMMUTABLE, identity, isDisabled, type Resource } from '../netscaler/index.ts';
import type { Attributes } from '../route/index.ts';
import type { Change } from './change.ts';
import { misplaced, type Priorities, withPriority } from './priorities.ts';

/** A row as it is. */
export interface Actual {
  readonly resource: Resource;
  /**
   * Known from the ledger only: it is there, with the attributes that its hash stands for. Not compared; a row that
   * was read from the appliance is.
   */
  readonly assumed: boolean;
}

export const known = (resource: Resource): Actual => ({ resource, assumed: false });
export const assumed = (resource: Resource): Actual => ({ resource, assumed: true });

/**
 * Desired × actual → changes, unordered. Pure: an equal state gives no change.
 *
 * @param priorities priorities in use, by vserver; new bindings are given free ones.
 */
export function diff(desired: readonly Resource[], actual: readonly Actual[], priorities: Priorities): Change[] {
  const found = new Map(actual.map((entry) => [identity(entry.resource), entry]));
  const wanted = new Set<string>();
  const changes: Change[] = [];
  for (const resource of desired) {
    const id = identity(resource);
    wanted.add(id);
    const there = found.get(id);
    if (there === undefined) {
      changes.push(missing(resource, priorities));
    } else if (!there.assumed) {
      changes.push(...compare(resource, there.resource, priorities));
    }
  }
  for (const [id, entry] of found) {
    const stays = entry.resource.role === 'members' || entry.resource.role.startsWith('system');
    if (!wanted.has(id) && !stays) changes.push({ op: 'remove', resource: entry.resource });
  }
  return withoutImplied([...changes, ...droppedWithReplaced(desired, changes, priorities)]);
}

/** The change that brings what is not there. */
function missing(resource: Resource, priorities: Priorities): Change {
  return resource.role === 'members' ? { op: 'members', resource } : place(resource, priorities);
}

function compare(desired: Resource, actual: Resource, priorities: Priorities): Change[] {
  if (misplaced(actual)) return [{ op: 'remove', resource: actual }, place(desired, priorities)];
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
  if (facts.rebinds) return [{ op: desired.role === 'members' ? 'members' : 'add', resource: desired }];
  if (!canSet) return [{ op: 'remove', resource: actual }, place(desired, priorities)];
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

/** Nobody asks for it, and it is there. */
const isSet = (desired: Resource, actual: Resource, name: string): boolean =>
  desired.attributes[name] === undefined && actual.attributes[name] !== undefined;

/** Attributes of ours that are to be the appliance's own, and are not. */
function offDefault(desired: Resource, actual: Resource): string[] {
  const defaults = DEFAULTS[desired.type] ?? {};
  return Object.keys(defaults).filter(
    (name) => isSet(desired, actual, name) && !alike(defaults[name], actual.attributes[name]),
  );
}

function place(resource: Resource, priorities: Priorities): Change {
  const placed = withPriority(resource, priorities);
  return 'refused' in placed ? { op: 'add', resource, refused: placed.refused } : { op: 'add', resource: placed };
}

/** Whether an attribute is as it is to be. Rows of maps and comments are texts of ours: to the letter. */
export function same(desired: Resource, name: string, actual: string | number | undefined): boolean {
  const wanted = desired.attributes[name];
  const exact = desired.type === 'policystringmap_pattern_binding' || name === 'comment';
  return exact ? actual !== undefined && String(wanted) === String(actual) : alike(wanted, actual);
}

/** NITRO returns many numbers as strings, and choices in capitals. */
function alike(desired: string | number | undefined, actual: string | number | undefined): boolean {
  if (actual === undefined) return false;
  const [a, b] = [String(desired), String(actual)];
  return a === b || (a.toUpperCase() === b.toUpperCase() && /^[A-Za-z_]+$/.test(a));
}

/** Deleting a server or a group drops what is bound to it: these removals need no call. */
const DROPS: Partial<Record<string, readonly { parent: 'csvserver' | 'lbvserver' | 'servicegroup'; by: string }[]>> = {
  sslvserver_sslcertkey_binding: [{ parent: 'csvserver', by: 'vservername' }],
  sslvserver_sslpolicy_binding: [{ parent: 'csvserver', by: 'vservername' }],
  csvserver_responderpolicy_binding: [{ parent: 'csvserver', by: 'name' }],
  lbvserver_servicegroup_binding: [
    { parent: 'lbvserver', by: 'name' },
    { parent: 'servicegroup', by: 'servicegroupname' },
  ],
  servicegroup_lbmonitor_binding: [{ parent: 'servicegroup', by: 'servicegroupname' }],
  servicegroup_servicegroupmemberlist_binding: [{ parent: 'servicegroup', by: 'servicegroupname' }],
};

const named = ({ type, id }: Resource): string => `${type} ${Object.values(id)[0]}`;
const parentsOf = ({ type, id }: Resource): string[] =>
  (DROPS[type] ?? []).map(({ parent, by }) => `${parent} ${id[by]}`);

function withoutImplied(changes: readonly Change[]): Change[] {
  const removed = new Set(changes.filter(({ op }) => op === 'remove').map(({ resource }) => named(resource)));
  return changes.filter(
    ({ op, resource }) => !(op === 'remove' && parentsOf(resource).some((parent) => removed.has(parent))),
  );
}

/** What is bound to a server or a group that is removed and made again, and was as it is to be: it is bound again. */
function droppedWithReplaced(
  desired: readonly Resource[],
  changes: readonly Change[],
  priorities: Priorities,
): Change[] {
  const made = new Set(changes.filter(({ op }) => op === 'add').map(({ resource }) => identity(resource)));
  const replaced = new Set(
    changes
      .filter(({ op, resource }) => op === 'remove' && made.has(identity(resource)))
      .map(({ resource }) => named(resource)),
  );
  if (replaced.size === 0) return [];
  const written = new Set(changes.map(({ resource }) => identity(resource)));
  return desired
    .filter((resource) => !written.has(identity(resource)) && parentsOf(resource).some((name) => replaced.has(name)))
    .map((resource) => missing(resource, priorities));
}
