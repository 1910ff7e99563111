import { inRange, type KeyRange, type Owner, ownerKey } from '../contract/index.ts';
import type { IngressRecord, Ledger, Watermark } from './rows.ts';
import { obsolete, watermarkOver } from './watermarks.ts';

/**
 * Rules 1 to 6 of the protocol: what the events of one batch say of each key, held against what is recorded. Generic
 * over the state that a statement carries: what it means is interpreted elsewhere.
 */

/** One event about one Ingress. `state` undefined: withdrawn. */
export interface Single<S> {
  readonly kind: 'single';
  readonly owner: Owner;
  readonly sequence: number;
  readonly state: S | undefined;
  readonly verify: boolean;
  /** A replay brings it: too late is no news (rule 14). */
  readonly replayed?: boolean;
}

/** A complete view of a range of keys. */
export interface Snapshot<S> extends KeyRange {
  readonly kind: 'snapshot';
  readonly cluster: string;
  readonly sequence: number;
  readonly flagged: boolean;
  readonly verify: boolean;
  /** Exempt from the prune guard: an operator approved it, or a replay brings it. */
  readonly exempt: boolean;
  readonly present: ReadonlyMap<string, { readonly owner: Owner; readonly state: S }>;
  /** Keys that are there, but too large to be carried. */
  readonly listed: ReadonlySet<string>;
}

export type Statement<S> = Single<S> | Snapshot<S>;

/** What is to be done about one key. */
export interface Decision<S> {
  readonly key: string;
  readonly owner: Owner;
  readonly sequence: number;
  /** Undefined: it is to have nothing. */
  readonly state: S | undefined;
  readonly row: IngressRecord | undefined;
  /** The statement that won. */
  readonly by: Statement<S>;
  /** Compare with the real objects although records may say that all is done. */
  readonly verify: boolean;
}

/** An event that came too late. */
export interface Stale {
  readonly owner: Owner;
  readonly sequence: number;
  readonly recorded: number;
}

export interface Decisions<S> {
  readonly decisions: readonly Decision<S>[];
  readonly stale: readonly Stale[];
  /** Snapshots that outvoted a single event of the batch: they owe a watermark (rule 3). */
  readonly outvoted: ReadonlySet<Snapshot<S>>;
}

/** Rule 1: the greater of the record and of the watermarks over the key, whether the Ingress is there or not. */
export function recordedSequence(key: string, ledger: Ledger): number {
  return Math.max(ledger.ingresses.get(key)?.sequence ?? 0, watermarkOver(key, ledger.watermarks));
}

/**
 * Decides every key that a batch of one cluster speaks of.
 *
 * @param owned keys that own objects although no record names them, with their owners.
 */
export function decide<S>(
  statements: readonly Statement<S>[],
  ledger: Ledger,
  owned: ReadonlyMap<string, Owner> = new Map(),
): Decisions<S> {
  const singles = statements.filter((statement) => statement.kind === 'single');
  const snapshots = statements.filter((statement) => statement.kind === 'snapshot');

  // Rule 2: the keys that snapshots list, those recorded, those that own objects, those that other events name.
  const owners = new Map<string, Owner>();
  for (const single of singles) owners.set(ownerKey(single.owner), single.owner);
  for (const snapshot of snapshots) {
    for (const [key, entry] of snapshot.present) owners.set(key, entry.owner);
    for (const row of ledger.ingresses.values()) {
      if (inRange(row.key, snapshot) && !owners.has(row.key)) {
        owners.set(row.key, { cluster: snapshot.cluster, namespace: row.namespace, name: row.name });
      }
    }
    for (const [key, owner] of owned) if (inRange(key, snapshot) && !owners.has(key)) owners.set(key, owner);
  }

  const singlesOf = Map.groupBy(singles, (single) => ownerKey(single.owner));
  const decisions: Decision<S>[] = [];
  const stale: Stale[] = [];
  const outvoted = new Set<Snapshot<S>>();

  for (const [key, owner] of owners) {
    const own = singlesOf.get(key) ?? [];
    const about: Statement<S>[] = [
      ...own,
      ...snapshots.filter((snapshot) => inRange(key, snapshot) && !snapshot.listed.has(key)),
    ];
    const winner = about.reduce<Statement<S> | undefined>(
      (best, next) => (best === undefined || next.sequence > best.sequence ? next : best),
      undefined,
    );
    if (winner === undefined) continue;
    if (winner.kind === 'snapshot' && own.length > 0) outvoted.add(winner);

    const recorded = recordedSequence(key, ledger);
    for (const single of own) {
      if (single.sequence < recorded && single.replayed !== true) {
        stale.push({ owner, sequence: single.sequence, recorded });
      }
    }
    const row = ledger.ingresses.get(key);
    if (winner.sequence < recorded) {
      if (winner.kind === 'snapshot' && !winner.exempt && contradicts(winner, key, row)) {
        stale.push({ owner, sequence: winner.sequence, recorded });
      }
      continue;
    }
    decisions.push({
      key,
      owner,
      sequence: winner.sequence,
      state: winner.kind === 'single' ? winner.state : winner.present.get(key)?.state,
      row,
      by: winner,
      verify: winner.verify || winner.sequence === recorded || row?.state === 'pending',
    });
  }
  return { decisions, stale, outvoted };
}

/** A late snapshot that says of a key what is not recorded: its forwarder's clock may lie behind (rule 14). */
function contradicts<S>(snapshot: Snapshot<S>, key: string, row: IngressRecord | undefined): boolean {
  return snapshot.present.has(key) !== (row?.kind === 'live');
}

/**
 * Returns the watermarks that the snapshots of a batch owe (rule 3), without those that higher ones cover, recorded or
 * owed: of one range only the highest is owed, because a range has one row.
 *
 * @param changed snapshots by which something was changed on the appliance.
 */
export function owedWatermarks<S>(
  snapshots: readonly Snapshot<S>[],
  ledger: Ledger,
  outvoted: ReadonlySet<Snapshot<S>>,
  changed: ReadonlySet<Snapshot<S>>,
): Watermark[] {
  const owed = snapshots
    .filter((snapshot) => {
      const olderTombstone = [...ledger.ingresses.values()].some(
        (row) => row.kind === 'tombstone' && inRange(row.key, snapshot) && row.sequence < snapshot.sequence,
      );
      return snapshot.flagged || changed.has(snapshot) || outvoted.has(snapshot) || olderTombstone;
    })
    .map(({ from, to, sequence }) => ({ from, to, sequence }));
  const covered = new Set(obsolete([...ledger.watermarks, ...owed]));
  return owed.filter((mark) => !covered.has(mark));
}
