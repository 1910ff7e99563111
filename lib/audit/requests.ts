import { type Owner, ownerKey, qualifiedName, type ResyncRequested, resyncLists } from '../contract/index.ts';
import type { AuditFinding } from './findings.ts';

/**
 * Returns one request for each cluster: its forwarder publishes these Ingresses, or all, again, to be verified by this
 * appliance (rule 10). `toEvents` splits a request that is too large for one event.
 *
 * @param clusters those that the appliance serves: events of others do not reach it.
 */
export function resyncsFor(
  appliance: string,
  clusters: readonly string[],
  findings: readonly AuditFinding[],
): ResyncRequested[] {
  return clusters.flatMap((cluster): ResyncRequested[] => {
    const own = findings.filter(
      (finding) => finding.cluster === cluster || finding.owners.some((owner) => owner.cluster === cluster),
    );
    if (own.length === 0) return [];
    const request = { cluster, appliances: [appliance], reason: reasonOf(own) };
    if (own.some((finding) => finding.cluster === cluster)) return [request];
    const owners = new Map(own.flatMap((finding) => finding.owners.map((owner) => [ownerKey(owner), owner])));
    const named = sorted([...owners.values()].filter((owner) => owner.cluster === cluster));
    return [{ ...request, ...resyncLists(named) }];
  });
}

/** `3 × ObjectMissing, 1 × HostChanged`. */
function reasonOf(findings: readonly AuditFinding[]): string {
  const counts = Map.groupBy(findings, ({ code }) => code);
  return `found by the audit: ${[...counts].map(([code, all]) => `${all.length} × ${code}`).join(', ')}`;
}

const sorted = (owners: readonly Owner[]): Owner[] =>
  [...owners].sort((a, b) => (qualifiedName(a) < qualifiedName(b) ? -1 : 1));
