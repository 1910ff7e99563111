import { ingressName } from './check-claims.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/** A record is as old as the last event of its Ingress that was alone: each writes its sequence (rule 5). */
const DAY_MS = 86_400_000;

/** Few at a time: many at once would be answered with a snapshot, which leaves unchanged records as old as they are. */
const MOST = 20;

/**
 * Of the settings of a back end (VAL-13) the appliance knows a digest only, so what somebody changed in them by hand
 * cannot be seen: its event alone tells. Those Ingresses are verified once a day, the oldest first.
 *
 * @param now milliseconds since the epoch.
 */
export function checkSettings(state: AuditState, now: number): AuditFinding[] {
  const claims = state.frontends.flatMap((place) => place.claims);
  const keys = new Set(claims.filter(({ settings }) => settings !== '').map(({ ownerKey }) => ownerKey));
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
