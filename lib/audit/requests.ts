import { type Owner, ownerKey, qualifiedName, type ResyncRequested } from '../contract/index.ts';
import type { AuditFinding } from './findings.ts';

/**
 * Who is to be published again, to be verified by this appliance (rule 10): one request for each cluster, naming its
 * Ingresses; or all of a cluster. What is too large for one event is split when it becomes one (`toEvents`).
 *
 * @param clusters that the appliance serves: nobody else's events reach it.
 */
export function resyncsFor(
  appliance: string,
  clusters: readonly string[],
  findings: readonly AuditFinding[],
): ResyncRequested[] {
  return clusters.flatMap((cluster): ResyncRequested[] => {
    const concerned = findings.filter(
      (finding) => finding.cluster === cluster || finding.owners.some((owner) => owner.cluster === cluster),
    );
    if (concerned.length === 0) return [];
    const request = { cluster, appliances: [appliance], reason: reasonOf(concerned) };
    if (concerned.some((finding) => finding.cluster === cluster)) return [request];
    const owners = new Map(concerned.flatMap((finding) => finding.owners.map((owner) => [ownerKey(owner), owner])));
    const own = [...owners.values()].filter((owner) => owner.cluster === cluster);
    return [{ ...request, ingresses: sorted(own).map(({ namespace, name }) => ({ namespace, name })) }];
  });
}

/** `3 × ObjectMissing, 1 × HostChanged`. */
function reasonOf(findings: readonly AuditFinding[]): string {
  const counts = Map.groupBy(findings, ({ code }) => code);
  return `found by the audit: ${[...counts].map(([code, all]) => `${all.length} × ${code}`).join(', ')}`;
}

const sorted = (owners: readonly Owner[]): Owner[] =>
  [...owners].sort((a, b) => (qualifiedName(a) < qualifiedName(b) ? -1 : 1));
