import { identity, isWideGate, type ResourceRole, ROLES } from '../netscaler/index.ts';
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
  narrowed: 10,
  removed: 11,
} as const;

/** Sorts changes into the order of writes. Stable: changes of one rank keep their order, removals in reverse. */
export function order(changes: readonly Change[]): Change[] {
  const changedBy = (op: Change['op']): Set<string> =>
    new Set(changes.filter((change) => change.op === op).map(({ resource }) => identity(resource)));
  const plan = { added: changedBy('add'), removed: changedBy('remove') };
  const ranked = changes.map((change, index) => {
    const { op, resource } = change;
    const backwards = op === 'remove';
    const rank = backwards ? removalRank(change) : ROLES.indexOf(resource.role);
    return { change, sort: [stageOf(change, plan), rank, backwards ? -index : index] as const };
  });
  ranked.sort((a, b) => a.sort[0] - b.sort[0] || a.sort[1] - b.sort[1] || a.sort[2] - b.sort[2]);
  return ranked.map(({ change }) => change);
}

/** Returns the rank of a removal among those of its stage. */
export const removalRank = ({ resource }: Change): number => REMOVAL.indexOf(resource.role);

/** Returns whether a role is a row of a front end's map: it refers to objects that must exist already. */
export function isMapRow(role: ResourceRole): boolean {
  return role === 'claim' || role === 'host' || role === 'ready';
}

function stageOf(
  { op, resource, before }: Change,
  plan: { readonly added: ReadonlySet<string>; readonly removed: ReadonlySet<string> },
): number {
  const { role, id, attributes } = resource;
  const policy = identity({ type: 'sslpolicy', id: { name: String(id.policyname) } });
  if (op === 'remove') {
    // A type that cannot be updated is removed and created again at once, before the rest is created.
    if (plan.added.has(identity(resource))) return STAGE.replaced;
    // CON-3: a wildcard may serve a host that is given up from now on, so the host leaves its back end before that closes.
    if (role === 'host') return STAGE.unbound;
    // VAL-8: a back end that loses its last member loses its policy first. Hosts meet the reset, never an empty group.
    return role === 'policy-binding' && !plan.removed.has(policy) ? STAGE.closed : STAGE.removed;
  }
  // CON-3: a wildcard of one label may serve from now on what one of many labels served, so the gate narrows after the rows.
  if (op === 'set' && isWideGate(String(before?.rule)) && !isWideGate(String(attributes.rule))) return STAGE.narrowed;
  if (op === 'set' || op === 'unset' || op === 'enable') return STAGE.updated;
  // A back end loses its last member only after the hosts that leave it lead elsewhere.
  if (op === 'members') return attributes.members === '' ? STAGE.emptied : STAGE.members;
  if (isMapRow(role)) return STAGE.rows;
  if (role !== 'policy-binding') return STAGE.made;
  // VAL-8, the other way: hosts already lead to a back end that was empty, so its policy is bound after its members.
  return plan.added.has(policy) ? STAGE.bound : STAGE.opened;
}
