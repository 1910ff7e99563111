import { type ResourceRole, ROLES } from '../netscaler/index.ts';
import type { Change } from './change.ts';

/**
 * The order of writes (protocol rule 7, LIF-2): everything new is made before a host points at it; hosts are bound
 * before others are unbound, and unbound before what they led to closes; removal is the reverse, and a map goes after
 * everything that names it.
 */

/** What goes first when things are removed. */
const REMOVAL: readonly ResourceRole[] = [
  'host',
  'claim',
  'ready',
  'csvserver',
  'setting',
  'certificate',
  'front-end-binding',
  'policy-binding',
  'front-end-policy',
  'policy',
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
  removed: 10,
} as const;

/**
 * Changes in the order in which they are to be written. Stable: changes of one rank stay as they came.
 */
export function order(changes: readonly Change[]): Change[] {
  const touched = (op: Change['op']): Set<string> =>
    new Set(changes.filter((change) => change.op === op).map(({ resource }) => key(resource)));
  const plan = { added: touched('add'), removed: touched('remove') };
  const ranked = changes.map((change, index) => {
    const { op, resource } = change;
    const backwards = op === 'remove';
    const rank = backwards ? removalRank(change) : ROLES.indexOf(resource.role);
    return { change, sort: [stageOf(change, plan), rank, backwards ? -index : index] as const };
  });
  ranked.sort((a, b) => a.sort[0] - b.sort[0] || a.sort[1] - b.sort[1] || a.sort[2] - b.sort[2]);
  return ranked.map(({ change }) => change);
}

/** Place of a removal among those of its stage. */
export const removalRank = ({ resource }: Change): number => REMOVAL.indexOf(resource.role);

/** Rows of a front end's map: they speak of what must be there already. */
export function isMapRow(role: ResourceRole): boolean {
  return role === 'claim' || role === 'host' || role === 'ready';
}

const key = (resource: Change['resource']): string => `${resource.type} ${Object.values(resource.id).join(' ')}`;

function stageOf(
  { op, resource }: Change,
  plan: { readonly added: ReadonlySet<string>; readonly removed: ReadonlySet<string> },
): number {
  const { role, id, attributes } = resource;
  const policy = `sslpolicy ${id.policyname}`;
  if (op === 'remove') {
    // Removed to be made again at once, because the type cannot be updated: before the rest is made.
    if (plan.added.has(key(resource))) return STAGE.replaced;
    // CON-3: a host that is given up may be a wildcard's from now on. It leaves its back end before that one closes.
    if (role === 'host') return STAGE.unbound;
    // VAL-8: of a back end that loses its last member the policy goes first. Hosts meet the reset, never an empty group.
    return role === 'policy-binding' && !plan.removed.has(policy) ? STAGE.closed : STAGE.removed;
  }
  if (op === 'set' || op === 'unset' || op === 'enable') return STAGE.updated;
  // A back end loses its last member only when the hosts that leave it lead elsewhere.
  if (op === 'members') return attributes.members === '' ? STAGE.emptied : STAGE.members;
  if (isMapRow(role)) return STAGE.rows;
  if (role !== 'policy-binding') return STAGE.made;
  // VAL-8, the other way: hosts lead to a back end that was empty when it has members. To a new one none leads yet.
  return plan.added.has(policy) ? STAGE.bound : STAGE.opened;
}
