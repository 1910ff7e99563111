import { inRange, type KeyRange, type Owner, objectOf, ownerKey, type SourceKind } from '../contract/index.ts';
import type { IngressRecord } from './ingress-record.ts';
import type { Ledger } from './ledger.ts';
import { overKeys } from './over-keys.ts';
import { highestOver, obsolete, type Watermark } from './watermarks.ts';

/**
 * Rules 1 to 6 of the protocol: compares the events of one batch with the records, key by key. Generic over the state
 * that a statement carries: other modules interpret it.
 */

/** One event about one Ingress. */
export interface Single<S> {
  readonly kind: 'single';
  readonly owner: Owner;
  readonly sequence: number;
  /** Undefined: withdrawn. */
  readonly state: S | undefined;
  readonly verify: boolean;
  /** The event comes from a replay, so being late is expected (rule 14). */
  readonly replayed?: boolean;
}

/** A complete view of a range of keys. */
export interface Snapshot<S> extends KeyRange {
  readonly kind: 'snapshot';
  readonly cluster: string;
  readonly sequence: number;
  readonly flagged: boolean;
  readonly verify: boolean;
  /** Exempt from the prune guard: an operator approved it, or it comes from a replay. */
  readonly exempt: boolean;
  /** Kind of objects that the snapshot says nothing about, although their keys are in its range; absent for none. */
  readonly silentAbout?: SourceKind;
  readonly present: ReadonlyMap<string, { readonly owner: Owner; readonly state: S }>;
  /** Keys that exist, but are too large to be carried. */
  readonly listed: ReadonlySet<string>;
}

export type Statement<S> = Single<S> | Snapshot<S>;

/** The state that a batch decides for one key. */
export interface Decision<S> {
  readonly key: string;
  readonly owner: Owner;
  readonly sequence: number;
  /** Undefined: the owner shall have nothing. */
  readonly state: S | undefined;
  readonly row: IngressRecord | undefined;
  /** The statement that won. */
  readonly by: Statement<S>;
  /** Compare with the real objects even if the record is applied. */
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

/** The statements about one key, and what is recorded of it. */
interface Vote<S> {
  readonly key: string;
  readonly owner: Owner;
  readonly singles: readonly Single<S>[];
  /** The latest statement. */
  readonly winner: Statement<S>;
  /** Some statement asks to compare the real objects. Its request holds although a later statement wins. */
  readonly verify: boolean;
  readonly recorded: number;
  readonly row: IngressRecord | undefined;
}

/**
 * Decides every key that a batch of one cluster concerns.
 *
 * @param owned keys that own objects without a record, with their owners.
 */
export function decide<S>(
  statements: readonly Statement<S>[],
  ledger: Ledger,
  owned: ReadonlyMap<string, Owner> = new Map(),
): Decisions<S> {
  const singles = statements.filter((statement) => statement.kind === 'single');
  const snapshots = statements.filter((statement) => statement.kind === 'snapshot');
  const singlesOf = Map.groupBy(singles, (single) => ownerKey(single.owner));

  const snapshotsOver = overKeys(snapshots);
  const highest = highestOver(ledger.watermarks);
  const votes = [...concernedOwners(singles, snapshots, ledger, owned)].flatMap(([key, owner]): Vote<S>[] => {
    const own = singlesOf.get(key) ?? NO_SINGLES;
    const covering = snapshotsOver(key).filter((snapshot) => isOfKind(snapshot, owner) && !snapshot.listed.has(key));
    const all: readonly Statement<S>[] = own.length === 0 ? covering : [...own, ...covering];
    const winner = latest(all);
    if (winner === undefined) return [];
    const verify = all.some((statement) => statement.verify);
    const row = ledger.ingresses.get(key);
    // Rule 1: the greater of the record's sequence and of the watermarks over the key, recorded Ingress or not.
    const recorded = Math.max(row?.sequence ?? 0, highest(key));
    return [{ key, owner, singles: own, winner, verify, recorded, row }];
  });
  return {
    decisions: votes.filter(({ winner, recorded }) => winner.sequence >= recorded).map(decisionOf),
    stale: votes.flatMap(staleStatements),
    outvoted: new Set(votes.flatMap((vote) => outvotingSnapshot(vote) ?? [])),
  };
}

const NO_SINGLES: readonly never[] = [];

/** Returns whether a snapshot decides about an object: it is in its range, and of a kind that it carries. */
export function speaksOf<S>(snapshot: Snapshot<S>, key: string, owner: Pick<Owner, 'name'>): boolean {
  return inRange(key, snapshot) && isOfKind(snapshot, owner);
}

/** Returns whether a snapshot carries objects of this kind. */
const isOfKind = <S>({ silentAbout }: Snapshot<S>, owner: Pick<Owner, 'name'>): boolean =>
  silentAbout === undefined || objectOf(owner).kind !== silentAbout;

/** Rule 2: returns the owners that snapshots contain, that are recorded, that own objects, or that single events name. */
function concernedOwners<S>(
  singles: readonly Single<S>[],
  snapshots: readonly Snapshot<S>[],
  ledger: Ledger,
  owned: ReadonlyMap<string, Owner>,
): Map<string, Owner> {
  const owners = new Map(singles.map(({ owner }) => [ownerKey(owner), owner]));
  const recorded = recordsUnder(snapshots, ledger);
  for (const snapshot of snapshots) {
    for (const [key, entry] of snapshot.present) owners.set(key, entry.owner);
    for (const { key, namespace, name } of recorded.get(snapshot) ?? []) {
      if (!owners.has(key)) owners.set(key, { cluster: snapshot.cluster, namespace, name });
    }
    for (const [key, owner] of owned) if (inRange(key, snapshot) && !owners.has(key)) owners.set(key, owner);
  }
  return owners;
}

/** Returns the records in the range of each snapshot. A batch has many snapshots, and most of the ledger is in their ranges. */
function recordsUnder<S>(
  snapshots: readonly Snapshot<S>[],
  { ingresses }: Ledger,
): ReadonlyMap<Snapshot<S>, readonly IngressRecord[]> {
  const snapshotsOver = overKeys(snapshots);
  const records = new Map(snapshots.map((snapshot): [Snapshot<S>, IngressRecord[]] => [snapshot, []]));
  for (const record of ingresses.values()) {
    for (const snapshot of snapshotsOver(record.key)) records.get(snapshot)?.push(record);
  }
  return records;
}

function latest<S>(statements: readonly Statement<S>[]): Statement<S> | undefined {
  return statements.reduce<Statement<S> | undefined>(
    (best, next) => (best === undefined || next.sequence > best.sequence ? next : best),
    undefined,
  );
}

function decisionOf<S>({ key, owner, winner, verify, recorded, row }: Vote<S>): Decision<S> {
  return {
    key,
    owner,
    sequence: winner.sequence,
    state: winner.kind === 'single' ? winner.state : winner.present.get(key)?.state,
    row,
    by: winner,
    verify: verify || winner.sequence === recorded || row?.state === 'pending',
  };
}

/**
 * Rule 14: returns the late statements whose senders must learn so, because their forwarder's clock may lie behind. A
 * snapshot covers many keys, so a late one counts only where it contradicts the record.
 */
function staleStatements<S>({ key, owner, singles, winner, recorded, row }: Vote<S>): Stale[] {
  const late: Statement<S>[] = singles.filter((single) => single.sequence < recorded && single.replayed !== true);
  const contradicts =
    winner.kind === 'snapshot' &&
    winner.sequence < recorded &&
    !winner.exempt &&
    winner.present.has(key) !== (row?.kind === 'live');
  if (contradicts) late.push(winner);
  return late.map(({ sequence }) => ({ owner, sequence, recorded }));
}

/** @returns undefined unless a snapshot won over single events of the batch. */
function outvotingSnapshot<S>({ winner, singles }: Vote<S>): Snapshot<S> | undefined {
  return winner.kind === 'snapshot' && singles.length > 0 ? winner : undefined;
}

/**
 * Returns the watermarks that the snapshots of a batch owe (rule 3), without those that higher ones cover, recorded or
 * owed: of one range only the highest is owed, because a range has one row.
 *
 * @param changed snapshots that changed something on the appliance.
 */
export function owedWatermarks<S>(
  snapshots: readonly Snapshot<S>[],
  ledger: Ledger,
  outvoted: ReadonlySet<Snapshot<S>>,
  changed: ReadonlySet<Snapshot<S>>,
): Watermark[] {
  const tombstones =
    snapshots.length === 0 ? [] : [...ledger.ingresses.values()].filter(({ kind }) => kind === 'tombstone');
  const owed = snapshots
    .filter((snapshot) => {
      const olderTombstone = tombstones.some((row) => inRange(row.key, snapshot) && row.sequence < snapshot.sequence);
      return snapshot.flagged || changed.has(snapshot) || outvoted.has(snapshot) || olderTombstone;
    })
    .map(({ from, to, sequence }) => ({ from, to, sequence }));
  if (owed.length === 0) return [];
  const covered = new Set(obsolete([...ledger.watermarks, ...owed]));
  return owed.filter((mark) => !covered.has(mark));
}
