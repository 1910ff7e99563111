import { EVERYTHING } from '../contract/index.ts';
import { covers, type Watermark } from '../ledger/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import { type AuditFinding, driftIn } from './findings.ts';
import type { AuditState } from './state.ts';
import { unsavedSeconds } from './work-due.ts';

/** The state of an appliance in numbers. */
export interface AuditGauges {
  /** Number of host rows: routes and redirects that carry traffic. */
  readonly routes: number;
  /** Number of records by state; `withdrawn` counts tombstones. */
  readonly ingresses: Readonly<Record<'live' | 'pending' | 'withdrawn', number>>;
  /** Number of back ends that drain. */
  readonly retired: number;
  readonly drift: number;
  /** Seconds since the last unsaved change; 0 when everything is saved or the time is unknown. */
  readonly unsavedSeconds: number;
  /** Cluster → seconds since flagged snapshots showed it as a whole; without clusters that none ever did. */
  readonly seenSeconds: ReadonlyMap<string, number>;
}

export function gaugesOf(
  state: AuditState,
  findings: readonly AuditFinding[],
  config: NitroRow | undefined,
  now: number,
): AuditGauges {
  const records = [...state.records.values()];
  const applied = records.filter((row) => row.state === 'applied');
  const age = unsavedSeconds(config, now);
  const live = applied.filter(({ kind }) => kind === 'live').length;
  return {
    routes: state.frontends.reduce((sum, { hosts }) => sum + hosts.size, 0),
    ingresses: { live, pending: records.length - applied.length, withdrawn: applied.length - live },
    retired: [...state.ledgers.values()].reduce((sum, { retired }) => sum + retired.length, 0),
    drift: driftIn(findings).length,
    unsavedSeconds: typeof age === 'number' ? age : 0,
    seenSeconds: new Map(
      [...state.ledgers].flatMap(([cluster, { watermarks }]) => {
        const seen = seenWhole(watermarks);
        return seen === undefined ? [] : [[cluster, Math.max(0, Math.floor((now - seen) / 1000))] as const];
      }),
    ),
  };
}

/** Returns when a cluster was last seen as a whole: the oldest of the newest watermarks that cover everything. */
function seenWhole(watermarks: readonly Watermark[]): number | undefined {
  const newestFirst = [...watermarks].sort((a, b) => b.sequence - a.sequence);
  const last = newestFirst.findIndex((_, index) => covers(newestFirst.slice(0, index + 1), EVERYTHING));
  return newestFirst[last]?.sequence;
}
