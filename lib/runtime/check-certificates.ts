import type { AuditFinding, AuditReport } from '../audit/index.ts';
import {
  EXPIRY_REMEDY,
  expiryStage,
  expiryText,
  type HostCertificate,
  type LookOptions,
  lookAtCertificates,
} from '../certificates/index.ts';
import { type BusEvent, hostPort, type Owner, objectOf, ownerKey, SOURCES, toEvents } from '../contract/index.ts';
import { writtenHost } from '../route/index.ts';
import type { Metrics } from '../telemetry/index.ts';

type AuditedHost = AuditReport['hosts'][number];

/** Hosts that one audit looks at. Of more, each audit looks at a part that chance chooses, so that none is left out for long. */
const MOST_HOSTS = 300;
const HANDSHAKES = { atOnce: 20, timeoutMs: 5_000 } as const;
/** Longest time for the handshakes of one audit, in milliseconds. */
const ROUND_MS = 30_000;

/**
 * Looks at the certificates of hosts, records what is near its expiry as metrics, and returns it as findings.
 *
 * @param random in [0, 1).
 */
export async function checkCertificates(
  appliance: string,
  hosts: readonly AuditedHost[],
  { metrics, now, random, placeOf }: Pick<LookOptions, 'now' | 'placeOf'> & { metrics: Metrics; random: () => number },
): Promise<CertificateReport> {
  const until = now() + ROUND_MS;
  const look = { ...HANDSHAKES, now, until, ...(placeOf === undefined ? {} : { placeOf }) };
  const seen = await lookAtCertificates(partOf(hosts, random), look);
  const time = now();
  const expiries = seen.flatMap((each) => (each.seen.result === 'certificate' ? [each.seen.notAfter] : []));
  if (expiries.length > 0) {
    const seconds = Math.floor((Math.min(...expiries) - time) / 1000);
    metrics.record('CertificateExpiry', Math.max(0, seconds), { appliance });
  }
  metrics.record('CertificatesUnseen', seen.length - expiries.length, { appliance });
  const findings = seen.flatMap((each) => expiryFinding(each, time));
  if (findings.length === 0) metrics.record('CertificatesExpiring', 0, { appliance });
  for (const { reason } of findings) metrics.record('CertificatesExpiring', 1, { appliance, reason });
  return {
    findings: findings.map(({ finding }) => finding),
    events: expiryEvents(appliance, findings, now),
  };
}

/** What an audit found about certificates, and what it says about them to the forwarders of the clusters. */
interface CertificateReport {
  readonly findings: readonly AuditFinding[];
  readonly events: readonly BusEvent[];
}

/** Returns an event for each Ingress and TLSRoute with a certificate that expires soon. */
function expiryEvents(appliance: string, expiring: readonly Expiring[], now: () => number): BusEvent[] {
  const byOwner = Map.groupBy(expiring, ({ owner }) => ownerKey(owner));
  return [...byOwner.values()].flatMap((all) => {
    const { owner } = all[0] as Expiring;
    const { kind, name } = objectOf(owner);
    if (kind === 'Gateway') return [];
    const { cluster, namespace } = owner;
    const certificates = all.map(({ host, notAfter, finding }) => ({ host, notAfter, message: finding.is }));
    const data = { cluster, appliance, kind, namespace, name, certificates };
    return toEvents(SOURCES.functions, 'Certificates Expiring', data, { now, subject: `${namespace}/${name}` });
  });
}

/** A certificate that expires soon. */
interface Expiring {
  readonly host: string;
  readonly owner: Owner;
  readonly notAfter: number;
  readonly reason: string;
  readonly finding: AuditFinding;
}

/** Returns all hosts, or a part by chance: all hosts of an Ingress are in the same one. */
function partOf(hosts: readonly AuditedHost[], random: () => number): readonly AuditedHost[] {
  const parts = Math.ceil(hosts.length / MOST_HOSTS);
  if (parts <= 1) return hosts;
  const part = Math.floor(random() * parts);
  return hosts.filter(({ owner }) => numberOf(ownerKey(owner)) % parts === part);
}

/** Returns a number that a key spreads evenly. */
const numberOf = (key: string): number =>
  [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0);

function expiryFinding(
  { host: { host, frontend, owner }, seen }: HostCertificate<AuditedHost>,
  now: number,
): Expiring[] {
  if (seen.result !== 'certificate') return [];
  const stage = expiryStage(seen.notAfter, now);
  if (stage === undefined) return [];
  const finding: AuditFinding = {
    code: 'CertificateExpires',
    object: `${host} ${hostPort(frontend.vip, frontend.port)}`,
    is: expiryText(writtenHost(host), seen.subject, seen.notAfter, stage),
    should: EXPIRY_REMEDY,
    owners: [owner],
  };
  const { notAfter } = seen;
  return [{ host, owner, notAfter, finding, reason: stage === 'expired' ? stage : `within-${stage}-days` }];
}
