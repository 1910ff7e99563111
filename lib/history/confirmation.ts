import type { SourceState } from '../contract/index.ts';
import { sameJson } from '../contract/index.ts';
import { type IngressRecord, type Ledger, type Snapshot, speaksOf } from '../ledger/index.ts';
import { type EngineSettings, isNamespaceSelected } from '../reconcile/index.ts';
import type { KnownObject } from './known-objects.ts';

/** What a snapshot says that changes nothing on an appliance. Keys of objects. */
export interface Confirmation {
  /** Objects of which the snapshot says what is known. */
  readonly same: readonly string[];
  /** Objects that have nothing on the appliance, and that the snapshot does not name. */
  readonly gone: readonly string[];
}

interface Known {
  readonly ledger: Ledger;
  readonly objectAt: (key: string) => KnownObject | undefined;
  readonly filter: EngineSettings['filter'];
}

/**
 * Returns what a snapshot confirms if it changes nothing. Most snapshots repeat what single events said before: nobody gains or
 * loses a route, so the guard has nothing to count, and no record is written (rules 3 and 11).
 *
 * @returns undefined where it may change something: it is to be decided as a whole.
 */
export function confirmationOf(
  snapshot: Snapshot<SourceState>,
  { ledger, objectAt, filter }: Known,
): Confirmation | undefined {
  if (snapshot.verify || ledger.watermarks.some(({ sequence }) => sequence >= snapshot.sequence)) return undefined;
  const { present, listed } = snapshot;
  const same: string[] = [];
  for (const [key, { owner, state }] of present) {
    // An object that a list names, too, is left as it is.
    if (listed.has(key) || !speaksOf(snapshot, key, owner)) return undefined;
    if (!isNamespaceSelected(owner.namespace, filter)) continue;
    const row = ledger.ingresses.get(key);
    // What a later event said counts.
    if (row !== undefined && row.sequence > snapshot.sequence) continue;
    const known = objectAt(key);
    if (known === undefined || !isUnchanged(known, row, state, snapshot.sequence)) return undefined;
    same.push(key);
  }
  const gone: string[] = [];
  for (const row of ledger.ingresses.values()) {
    if (present.has(row.key) || listed.has(row.key) || !speaksOf(snapshot, row.key, row)) continue;
    if (row.sequence > snapshot.sequence) continue;
    if (row.kind === 'live' || row.state === 'pending' || row.sequence === snapshot.sequence) return undefined;
    gone.push(row.key);
  }
  return { same, gone };
}

/** Returns whether a state is known, and recorded as it was judged. */
function isUnchanged(
  { state: known, judged, blocked }: KnownObject,
  row: IngressRecord | undefined,
  state: SourceState,
  sequence: number,
): boolean {
  if (blocked || row?.state === 'pending' || row?.sequence === sequence) return false;
  const isLive = row?.kind === 'live';
  if (isLive !== (judged.wanted !== undefined)) return false;
  if (isLive && row.hashes !== judged.hashes) return false;
  return sameJson(known, state);
}
