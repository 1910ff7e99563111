import { LIMITS } from '../netscaler/index.ts';
import type { Change } from './change.ts';
import { isMapRow, removalRank } from './order.ts';

/** Changes that go in one bulk call, in order. Member lists go one by one. */
export interface ChangeBatch {
  readonly op: Change['op'];
  readonly changes: readonly Change[];
}

/**
 * Packs ordered changes into as few calls as the protocol allows: neighbours of one kind together, at most 500 items
 * each. A host is never bound in the call that makes what it points at: had an item of that failed, the host would
 * lead nowhere.
 *
 * A heterogeneous call runs type by type, in the order of their first items, and answers in that order: so its items
 * stand in it from the start.
 */
export function batchChanges(changes: readonly Change[]): ChangeBatch[] {
  const packed: { op: Change['op']; changes: Change[]; rows: boolean; type: string }[] = [];
  for (const change of changes) {
    const rows = change.op === 'add' && isMapRow(change.resource.role);
    const last = packed.at(-1);
    const fits =
      last !== undefined &&
      last.op === change.op &&
      last.rows === rows &&
      last.changes.length < LIMITS.bulk &&
      change.op !== 'members' &&
      // Sorted by type, what is to go later would be drawn to what goes early.
      !(change.op === 'remove' && removalRank(change) < removalRank(last.changes.at(-1) as Change)) &&
      (!ONE_TYPE.includes(change.op) || last.type === change.resource.type);
    if (fits) last.changes.push(change);
    else packed.push({ op: change.op, changes: [change], rows, type: change.resource.type });
  }
  return packed.map(({ op, changes: items }) => ({ op, changes: byType(items) }));
}

/** Calls that take an array of one type only. */
const ONE_TYPE: readonly Change['op'][] = ['set', 'unset', 'enable'];

function byType(changes: readonly Change[]): Change[] {
  return [...Map.groupBy(changes, ({ resource }) => resource.type).values()].flat();
}
