import { inRange } from '../contract/index.ts';
import type { Decision, Snapshot } from './decide.ts';
import type { Ledger } from './rows.ts';

export interface PruneLimit {
  /** Share of the routes of the range, in percent, that one snapshot may remove. */
  readonly percent: number;
  /** Removing up to this many routes is never refused. */
  readonly minimum: number;
}

export interface Refusal {
  readonly routes: number;
  readonly removes: number;
}

/**
 * The prune guard (rule 11, LIF-6): whether a snapshot would remove more than its share. Counted in routes, by what
 * the records of its range say; who owns objects that no record names counts as one.
 *
 * @param owned keys without a record that own objects all the same.
 * @returns the count that refuses it, or undefined where it may be applied.
 */
export function pruneRefusal<S>(
  snapshot: Snapshot<S>,
  decisions: readonly Decision<S>[],
  ledger: Ledger,
  limit: PruneLimit,
  owned: ReadonlySet<string> = new Set(),
): Refusal | undefined {
  if (snapshot.exempt) return undefined;
  // What others of the batch withdraw is no part of what this one could keep.
  const withdrawn = new Set(
    decisions.filter(({ by, state }) => by !== snapshot && state === undefined).map(({ key }) => key),
  );
  let routes = 0;
  for (const row of ledger.ingresses.values()) {
    if (row.life === 'live' && inRange(row.key, snapshot) && !withdrawn.has(row.key)) routes += row.routes;
  }
  for (const key of owned) if (inRange(key, snapshot) && !withdrawn.has(key)) routes += 1;
  const removes = decisions
    .filter(({ by, state }) => by === snapshot && state === undefined)
    .reduce((sum, { key, row }) => sum + (row?.life === 'live' ? row.routes : owned.has(key) ? 1 : 0), 0);
  return removes > limit.minimum && removes * 100 > routes * limit.percent ? { routes, removes } : undefined;
}
