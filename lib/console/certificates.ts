import { type CertificateWatch, expiryStage, type ProbeResult } from '../certificates/index.ts';
import { type CertifiedRoute, isCertified, type RouteStatus } from '../status/index.ts';
import type { CertificateCounts, RouteCertificate } from './api.ts';

/** What the last round of handshakes showed; empty before the first one ended, and without `--certificates`. */
export type SeenCertificates = ReadonlyMap<string, RouteCertificate>;

/** Identifies a host on a front end. */
const keyOf = ({ host, frontend }: Pick<RouteStatus, 'host' | 'frontend'>): string =>
  `${host} ${frontend.vip} ${frontend.port}`;

/** @param now milliseconds since the epoch. */
export function seenCertificates(
  { seen }: Pick<CertificateWatch<CertifiedRoute>, 'seen'>,
  now: number,
): SeenCertificates {
  return new Map(seen.map((each) => [keyOf(each.host), routeCertificate(each.seen, now)]));
}

function routeCertificate(seen: ProbeResult, now: number): RouteCertificate {
  if (seen.result === 'reset') return { problem: 'The connection was reset.' };
  if (seen.result === 'failed') return { problem: `The handshake failed: ${seen.reason}.` };
  return { subject: seen.subject, notAfter: seen.notAfter, stage: expiryStage(seen.notAfter, now) };
}

/** Returns the certificate of a route. One whose back end has gone since then has none. */
export function certificateOf(route: RouteStatus, seen: SeenCertificates): RouteCertificate | undefined {
  return isCertified(route) ? seen.get(keyOf(route)) : undefined;
}

/** Tells whether somebody should look at a certificate: it expires within 30 days, or was not shown. */
export function isExpiring(route: RouteStatus, seen: SeenCertificates): boolean {
  const certificate = certificateOf(route, seen);
  return certificate !== undefined && ('problem' in certificate || certificate.stage !== undefined);
}

/** Counts the certificates of routes by what is to be done about them. */
export function certificateCounts(routes: readonly RouteStatus[], seen: SeenCertificates): CertificateCounts {
  const all = routes.flatMap((route) => certificateOf(route, seen) ?? []);
  const stages = all.map((each) => ('problem' in each ? 'unseen' : each.stage));
  const count = (wanted: (typeof stages)[number]): number => stages.filter((stage) => stage === wanted).length;
  return { expired: count('expired'), 3: count(3), 14: count(14), 30: count(30), unseen: count('unseen') };
}
