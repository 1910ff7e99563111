import { type Owner, ownerKey, type ResyncRequested } from '../../contract/index.ts';
import type { AuditFinding } from './findings.ts';

/** Bytes of names in one request at most: it must fit an event. */
const MOST_BYTES = 128 * 1024;

/** What stands around a name in JSON. */
const NAME_OVERHEAD = 32;

/**
 * Who is to be published again, to be verified by this appliance (rule 10): one request for each cluster, naming its
 * Ingresses, in pieces that fit an event; or all of a cluster.
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
    return pieces(own).map((piece) => ({
      ...request,
      ingresses: piece.map(({ namespace, name }) => ({ namespace, name })),
    }));
  });
}

/** `3 × ObjectMissing, 1 × HostChanged`. */
function reasonOf(findings: readonly AuditFinding[]): string {
  const counts = Map.groupBy(findings, ({ code }) => code);
  return `found by the audit: ${[...counts].map(([code, all]) => `${all.length} × ${code}`).join(', ')}`;
}

function pieces(owners: readonly Owner[]): Owner[][] {
  const sorted = [...owners].sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
  const result: Owner[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const owner of sorted) {
    const size = Buffer.byteLength(owner.namespace) + Buffer.byteLength(owner.name) + NAME_OVERHEAD;
    if (bytes + size > MOST_BYTES) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(owner);
    bytes += size;
  }
  return result;
}
