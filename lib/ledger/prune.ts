import { inRange } from '../contract/index.ts';
import { type Decision, type Snapshot, speaksOf } from './decide.ts';
import type { Ledger } from './ledger.ts';

export interface PruneLimit {
  /** Share of the routes of the range, in percent, that one snapshot may remove. */
  readonly percent: number;
  /** Removing up to this many routes is never refused. */
  readonly minimum: number;
}

/**
 * Reasons for which an Ingress loses routes:
 *
 * | cause | the Ingress |
 * |---|---|
 * | `missing` | is not in the snapshot |
 * | `unselected` | has a class that the appliance does not select |
 * | `elsewhere` | has a front-end address of another appliance |
 * | `rejected` | has no valid route left |
 * | `closed` | has members, of which the appliance allows none: its hosts would be reset |
 * | `emptied` | had members by its record, and the snapshot names none: its hosts would be reset |
 * | `reduced` | keeps some of its routes |
 */
export type PruneCause = 'missing' | 'unselected' | 'elsewhere' | 'rejected' | 'closed' | 'emptied' | 'reduced';

/** A decision, and the routes that it leaves its Ingress on this appliance. */
export interface PruneCandidate<S> {
  readonly decision: Decision<S>;
  /** Routes that go on carrying traffic; undefined where nothing changes, because the namespace is not selected. */
  readonly keeps: number | undefined;
  /** Reason for the routes that are lost. */
  readonly cause: PruneCause;
}

export interface Refusal {
  /** Routes of the range that the snapshot could have kept. */
  readonly routes: number;
  readonly removes: number;
  /** The removed routes, by cause. */
  readonly causes: Readonly<Partial<Record<PruneCause, number>>>;
}

/**
 * Judges whether a snapshot would remove more than its share, for any cause (rule 11, LIF-6). Routes are counted by
 * Ingress, against its record: a host that moves to another Ingress counts as removed. An Ingress that owns objects
 * without a record counts as one route.
 *
 * @param judged every decision of the batch.
 * @param owned keys that own objects without a record.
 * @returns the counts that refuse the snapshot; undefined where it may be applied.
 */
export function pruneRefusal<S>(
  snapshot: Snapshot<S>,
  judged: readonly PruneCandidate<S>[],
  ledger: Ledger,
  limit: PruneLimit,
  owned: ReadonlySet<string> = new Set(),
): Refusal | undefined {
  if (snapshot.exempt || isHarmless(snapshot, judged, limit, owned)) return undefined;
  const had = new Map<string, number>();
  for (const row of ledger.ingresses.values()) {
    if (row.kind === 'live' && speaksOf(snapshot, row.key, row)) had.set(row.key, row.routes);
  }
  for (const key of owned) if (inRange(key, snapshot)) had.set(key, 1);

  let routes = had.values().reduce((sum, count) => sum + count, 0);
  let removes = 0;
  const causes: Partial<Record<PruneCause, number>> = {};
  for (const { decision, keeps, cause } of judged) {
    const count = had.get(decision.key) ?? 0;
    const lost = Math.max(0, count - (keeps ?? 0));
    if (lost === 0) continue;
    if (keeps === undefined || decision.by !== snapshot) {
      // Routes that nobody may touch, or that other events of the batch remove, are not for this snapshot to keep.
      routes -= lost;
      continue;
    }
    removes += lost;
    causes[cause] = (causes[cause] ?? 0) + lost;
  }
  return removes > limit.minimum && removes * 100 > routes * limit.percent ? { routes, removes, causes } : undefined;
}

/** Returns whether a snapshot removes so little that the routes of its range need not be counted: most remove nothing. */
function isHarmless<S>(
  snapshot: Snapshot<S>,
  judged: readonly PruneCandidate<S>[],
  { minimum }: PruneLimit,
  owned: ReadonlySet<string>,
): boolean {
  let removes = 0;
  for (const { decision, keeps } of judged) {
    if (keeps === undefined || decision.by !== snapshot) continue;
    // At most what its record says, or one route of objects without a record.
    const count = Math.max(decision.row?.routes ?? 0, owned.has(decision.key) ? 1 : 0);
    removes += Math.max(0, count - keeps);
  }
  return removes <= minimum;
}
