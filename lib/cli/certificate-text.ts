import { DAY_MS, type ExpiryStage, expiryStage, type ProbeResult } from '../certificates/index.ts';
import type { SeenRoute } from '../status/index.ts';
import type { Style } from './terminal.ts';

/** How urgent an expiry is: within 3 days, clients are about to fail. */
const STYLES: Readonly<Record<ExpiryStage, Style>> = { expired: 'red', 3: 'red', 14: 'yellow', 30: 'yellow' };

/** Text of a table's cell, with its colour. */
interface PaintedText {
  readonly text: string;
  readonly style: Style | undefined;
}

/**
 * Returns what a handshake showed, in few words: `90d (2027-02-28)`, `expired (2026-11-01)`, `reset`.
 *
 * @param now milliseconds since the epoch.
 */
export function certificateText(seen: ProbeResult | undefined, now: number): PaintedText {
  if (seen === undefined) return { text: '-', style: undefined };
  if (seen.result === 'reset') return { text: 'reset', style: 'red' };
  if (seen.result === 'failed') return { text: `not seen: ${seen.reason}`, style: 'red' };
  const stage = expiryStage(seen.notAfter, now);
  const day = new Date(seen.notAfter).toISOString().slice(0, 10);
  const left = stage === 'expired' ? 'expired' : `${Math.floor((seen.notAfter - now) / DAY_MS)}d`;
  return { text: `${left} (${day})`, style: stage && STYLES[stage] };
}

/** Returns what a handshake showed, for programs. */
export function certificateJson(seen: ProbeResult) {
  if (seen.result === 'certificate') return { subject: seen.subject, expires: new Date(seen.notAfter).toISOString() };
  return { problem: seen.result === 'reset' ? 'reset' : seen.reason };
}

/** Returns how many certificates expire within 30 days or were not seen, for the end of a summary; empty if none. */
export function certificateSummary(routes: readonly SeenRoute[], now: number): string {
  const seen = routes.flatMap(({ certificate }) => certificate ?? []);
  const stages = seen.flatMap((each) => (each.result === 'certificate' ? (expiryStage(each.notAfter, now) ?? []) : []));
  const expired = stages.filter((stage) => stage === 'expired').length;
  const unseen = seen.filter(({ result }) => result !== 'certificate').length;
  return [
    ['expired', expired],
    ['expiring within 30 days', stages.length - expired],
    ['not seen', unseen],
  ]
    .filter(([, number]) => number !== 0)
    .map(([what, number]) => `; ${number} ${number === 1 ? 'certificate' : 'certificates'} ${what}`)
    .join('');
}
