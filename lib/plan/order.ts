import { ROLES, type Role } from '../netscaler/index.ts';
import type { Change } from './change.ts';

/**
 * The order of writes (protocol rule 7, LIF-2): everything new is made before a host points at it; hosts are bound
 * before others are unbound; removal is the reverse, and a map goes after everything that names it.
 */

/** What goes first when things are removed. */
const REMOVAL: readonly Role[] = [
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

const STAGE = { replaced: 0, made: 1, updated: 2, bound: 3, members: 4, rows: 5, emptied: 6, removed: 7 } as const;

/**
 * Changes in the order in which they are to be written. Stable: changes of one rank stay as they came.
 */
export function order(changes: readonly Change[]): Change[] {
  const added = new Set(changes.filter(({ op }) => op === 'add').map(({ resource }) => key(resource)));
  const ranked = changes.map((change, index) => {
    const { op, resource } = change;
    // Removed to be made again at once, because the type cannot be updated: before the rest is made.
    const replaced = op === 'remove' && added.has(key(resource));
    const stage = replaced ? STAGE.replaced : stageOf(change);
    const backwards = op === 'remove';
    const rank = backwards ? REMOVAL.indexOf(resource.role) : ROLES.indexOf(resource.role);
    return { change, sort: [stage, rank, backwards ? -index : index] as const };
  });
  ranked.sort((a, b) => a.sort[0] - b.sort[0] || a.sort[1] - b.sort[1] || a.sort[2] - b.sort[2]);
  return ranked.map(({ change }) => change);
}

/** Rows of a front end's map: they speak of what must be there already. */
export function isMapRow(role: Role): boolean {
  return role === 'claim' || role === 'host' || role === 'ready';
}

const key = (resource: Change['resource']): string => `${resource.type} ${Object.values(resource.id).join(' ')}`;

function stageOf({ op, resource }: Change): number {
  if (op === 'remove') return STAGE.removed;
  if (op === 'set' || op === 'unset') return STAGE.updated;
  // A back end loses its last member only when the hosts that leave it lead elsewhere.
  if (op === 'members') return resource.attributes.members === '' ? STAGE.emptied : STAGE.members;
  if (isMapRow(resource.role)) return STAGE.rows;
  return resource.role === 'policy-binding' ? STAGE.bound : STAGE.made;
}
