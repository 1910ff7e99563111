import { isWide, type ResourceRole, ROLES, RowIndex } from '../netscaler/index.ts';
import type { Change } from './change.ts';

/**
 * The order of writes (protocol rule 7, LIF-2): every new object is created before a host points to it; hosts are bound
 * before others are unbound, and unbound before their back ends close; removal is the reverse, and a map is removed after
 * everything that names it.
 */

/** Roles in the order of removal. */
const REMOVAL: readonly ResourceRole[] = [
  'host',
  'claim',
  'ready',
  'csvserver',
  'setting',
  'certificate',
  'front-end-binding',
  'policy-binding',
  'switching-policy',
  'switching-action',
  'front-end-policy',
  'policy',
  'source',
  'source-set',
  'system-policy',
  'action',
  'group-binding',
  'lbvserver',
  'monitor-binding',
  'service-group',
  'monitor',
  'members',
  'front-end-map',
  'system',
];

const STAGE = {
  replaced: 0,
  made: 1,
  updated: 2,
  bound: 3,
  members: 4,
  opened: 5,
  rows: 6,
  unbound: 7,
  closed: 8,
  emptied: 9,
  narrowed: 10,
  removed: 11,
} as const;

/** Maps roles to their places in a list. */
const ranks = (roles: readonly ResourceRole[]): ReadonlyMap<ResourceRole, number> =>
  new Map(roles.map((role, rank) => [role, rank]));
const CREATION_RANKS = ranks(ROLES);
const REMOVAL_RANKS = ranks(REMOVAL);

/**
 * Sorts changes into the order of writes. Stable: changes of one rank keep their order, removals in reverse. Each change
 * goes into the list of its stage and rank: a plan of 100,000 changes is sorted in one pass.
 */
export function order(changes: readonly Change[]): Change[] {
  const context = contextOf(changes);
  const stages: Change[][][] = Object.values(STAGE).map(() => []);
  for (const change of changes) {
    const ofStage = stages[stageOf(change, context)] as Change[][];
    const rank = change.op === 'remove' ? removalRank(change) : (CREATION_RANKS.get(change.resource.role) as number);
    const list = ofStage[rank];
    if (list === undefined) ofStage[rank] = [change];
    else list.push(change);
  }
  // A stage has removals only, or none.
  return stages.flatMap((ofStage) => ofStage.flatMap((list) => (list[0]?.op === 'remove' ? list.toReversed() : list)));
}

/** The changes of a plan that others depend on. */
interface StageContext {
  /** Rows that are removed, and whether they are added again. */
  readonly removed: RowIndex<{ again: boolean }>;
  /** Names of the SSL policies that are added. */
  readonly addedPolicies: ReadonlySet<string>;
}

function contextOf(changes: readonly Change[]): StageContext {
  const removed = new RowIndex<{ again: boolean }>();
  for (const { op, resource } of changes) if (op === 'remove') removed.set(resource, { again: false });
  const addedPolicies = new Set<string>();
  for (const { op, resource } of changes) {
    if (op !== 'add') continue;
    const before = removed.get(resource);
    if (before !== undefined) before.again = true;
    if (resource.type === 'sslpolicy') addedPolicies.add(String(resource.id.name));
  }
  return { removed, addedPolicies };
}

/** Returns the rank of a removal among those of its stage. */
export const removalRank = ({ resource }: Change): number => REMOVAL_RANKS.get(resource.role) as number;

/** Returns whether a role is a row of a front end's map: it refers to objects that must exist already. */
export function isMapRow(role: ResourceRole): boolean {
  return role === 'claim' || role === 'host' || role === 'ready';
}

function stageOf({ op, resource, before }: Change, { removed, addedPolicies }: StageContext): number {
  const { role, id, attributes } = resource;
  if (op === 'remove') {
    // A type that cannot be updated is removed and created again at once, before the rest is created.
    if (removed.get(resource)?.again === true) return STAGE.replaced;
    // CON-3: a wildcard may serve a host that is given up from now on, so the host leaves its back end before that closes.
    if (role === 'host') return STAGE.unbound;
    if (role !== 'policy-binding') return STAGE.removed;
    // VAL-8: a back end that loses its last member loses its policy first. Hosts meet the reset, never an empty group.
    const policy = { type: 'sslpolicy', id: { name: String(id.policyname) } } as const;
    return removed.get(policy) === undefined ? STAGE.closed : STAGE.removed;
  }
  // CON-3: a wildcard of one label may serve from now on what one of many labels served, so the gate narrows after the rows.
  // Likewise, a redirect no longer takes hosts whose challenges are let through when no row is of such a host.
  if (op === 'set' && isWide(String(before?.rule)) && !isWide(String(attributes.rule))) return STAGE.narrowed;
  if (op === 'set' || op === 'unset' || op === 'enable') return STAGE.updated;
  // A back end loses its last member only after the hosts that leave it lead elsewhere.
  if (op === 'members') return attributes.members === '' ? STAGE.emptied : STAGE.members;
  if (isMapRow(role)) return STAGE.rows;
  if (role !== 'policy-binding') return STAGE.made;
  // VAL-8, the other way: hosts already lead to a back end that was empty, so its policy is bound after its members.
  return addedPolicies.has(String(id.policyname)) ? STAGE.bound : STAGE.opened;
}
