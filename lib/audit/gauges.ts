import { EVERYTHING } from '../contract/index.ts';
import { covers, type Watermark } from '../ledger/index.ts';
import type { NitroRow } from '../nitro/index.ts';
import { type AuditFinding, driftIn } from './findings.ts';
import type { AuditState } from './state.ts';
import { unsavedSeconds } from './work-due.ts';

/** How an appliance stands, in numbers. */
export interface AuditGauges {
  /** Rows of hosts: routes and redirects that carry traffic. */
  readonly routes: number;
  /** Records of Ingresses by state; `withdrawn` are tombstones. */
  readonly ingresses: Readonly<Record<'live' | 'pending' | 'withdrawn', number>>;
  /** Back ends whose drain time runs. */
  readonly retired: number;
  readonly drift: number;
  /** Seconds since the last change that is not saved; 0 where all is, or where that is not known. */
  readonly unsavedSeconds: number;
  /** By cluster: seconds since it was seen whole, by flagged snapshots; one that never was is left out. */
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
  const live = applied.filter(({ kind: life }) => life === 'live').length;
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

/** When a cluster was last seen whole: the newest moment at or after which watermarks cover everything. */
function seenWhole(watermarks: readonly Watermark[]): number | undefined {
  const newestFirst = [...watermarks].sort((a, b) => b.sequence - a.sequence);
  const last = newestFirst.findIndex((_, index) => covers(newestFirst.slice(0, index + 1), EVERYTHING));
  return newestFirst[last]?.sequence;
}
