import { LIMITS } from '../netscaler/index.ts';
import type { Change } from './change.ts';
import { isMapRow, removalRank } from './order.ts';

/** Changes of one bulk call, in order. A member list is a batch of its own. */
export interface ChangeBatch {
  readonly op: Change['op'];
  readonly changes: readonly Change[];
}

/**
 * Packs ordered changes into as few calls as the protocol allows: neighbours of one kind together, at most
 * {@link LIMITS.bulk} each, so that a failure in one call stops its owner's changes in the next. A host is never bound in
 * the call that creates its target: if that item failed, the host would lead nowhere.
 *
 * A call of several types runs type by type, in the order of their first items, so each batch has that order.
 */
export function batchChanges(changes: readonly Change[]): ChangeBatch[] {
  const batches: { op: Change['op']; changes: Change[]; rows: boolean; type: string }[] = [];
  for (const change of changes) {
    const rows = change.op === 'add' && isMapRow(change.resource.role);
    const last = batches.at(-1);
    const fits =
      last !== undefined &&
      last.op === change.op &&
      last.rows === rows &&
      last.changes.length < LIMITS.bulk &&
      change.op !== 'members' &&
      // Sorting by type would pull a later removal to an earlier one.
      !(change.op === 'remove' && removalRank(change) < removalRank(last.changes.at(-1) as Change)) &&
      (!ONE_TYPE.includes(change.op) || last.type === change.resource.type);
    if (fits) last.changes.push(change);
    else batches.push({ op: change.op, changes: [change], rows, type: change.resource.type });
  }
  return batches.map(({ op, changes: items }) => ({ op, changes: byType(items) }));
}

/** Calls that accept an array of one type only. */
const ONE_TYPE: readonly Change['op'][] = ['set', 'unset', 'enable'];

function byType(changes: Change[]): Change[] {
  const type = changes[0]?.resource.type;
  if (changes.every(({ resource }) => resource.type === type)) return changes;
  return [...Map.groupBy(changes, ({ resource }) => resource.type).values()].flat();
}
