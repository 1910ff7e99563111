import type { NitroRow } from '../nitro/index.ts';
import { type AuditFinding, driftIn } from './audit-findings.ts';
import type { AuditState } from './audit-state.ts';
import { unsavedSeconds } from './audit-work.ts';

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
  const live = applied.filter(({ life }) => life === 'live').length;
  return {
    routes: state.frontEnds.reduce((sum, { hosts }) => sum + hosts.size, 0),
    ingresses: { live, pending: records.length - applied.length, withdrawn: applied.length - live },
    retired: [...state.ledgers.values()].reduce((sum, { retired }) => sum + retired.length, 0),
    drift: driftIn(findings).length,
    unsavedSeconds: typeof age === 'number' ? age : 0,
  };
}
