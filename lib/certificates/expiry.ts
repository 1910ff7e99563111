/** Days before the expiry of a certificate at which a finding is made, and made again with more urgency. */
export const EXPIRY_DAYS = [30, 14, 3] as const;

/** How near an expiry is: the least of {@link EXPIRY_DAYS} that it is within, or `expired`. */
export type ExpiryStage = (typeof EXPIRY_DAYS)[number] | 'expired';

export const DAY_MS = 86_400_000;

/**
 * Returns how near an expiry is; undefined where it is farther than the first of {@link EXPIRY_DAYS}.
 *
 * @param notAfter and now: milliseconds since the epoch.
 */
export function expiryStage(notAfter: number, now: number): ExpiryStage | undefined {
  if (notAfter <= now) return 'expired';
  return EXPIRY_DAYS.findLast((days) => notAfter - now <= days * DAY_MS);
}

/** Returns a sentence about a certificate that expires soon. It stays the same within a stage, so that it is said once. */
export function expiryText(host: string, subject: string, notAfter: number, stage: ExpiryStage): string {
  const day = new Date(notAfter).toISOString().slice(0, 10);
  const when = stage === 'expired' ? `expired on ${day}` : `expires on ${day}, within ${stage} days`;
  return `The certificate that the back end of ${host} shows (${subject}) ${when}.`;
}

export const EXPIRY_REMEDY = 'Renew it in the pod: with passthrough the back end holds its own certificate.';
