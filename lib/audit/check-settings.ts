import { settingsBesideAccess } from '../route/index.ts';
import { ingressName } from './check-claims.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/** A record is as old as the last single event of its Ingress: each writes its sequence (rule 5). */
const DAY_MS = 86_400_000;

/** Most Ingresses at a time: a forwarder answers more with a snapshot, which leaves unchanged records as old as they are. */
const MOST = 20;

/**
 * Requests a verification once a day of Ingresses with back-end settings (VAL-13), the oldest first. The ledger holds
 * only a digest of the settings, so the audit cannot see a change by hand: only the event of the Ingress can.
 * It sees who may connect (`check-sources.ts`).
 *
 * @param now milliseconds since the epoch.
 */
export function checkSettings(state: AuditState, now: number): AuditFinding[] {
  const claims = state.frontends.flatMap((frontend) => frontend.claims);
  const keys = new Set(
    claims.filter(({ settings }) => settingsBesideAccess(settings) !== '').map(({ ownerKey }) => ownerKey),
  );
  const old = [...keys].flatMap((key) => {
    const row = state.records.get(key);
    const owner = state.owners.get(key);
    const due = row?.kind === 'live' && now - row.sequence > DAY_MS && !state.unsettled.has(key);
    return due && owner !== undefined ? [{ sequence: row.sequence, owner }] : [];
  });
  return old
    .sort((a, b) => a.sequence - b.sequence)
    .slice(0, MOST)
    .map(({ owner, sequence }) => ({
      code: 'SettingsUnseen',
      object: ingressName(owner),
      is: `verified ${Math.floor((now - sequence) / 3_600_000)} h ago`,
      should: 'verified once a day',
      owners: [owner],
    }));
}
