import {
  beginningPatterns,
  type Claim,
  claimsBeginning,
  claimsOnHosts,
  decodeClaims,
  decodeHosts,
  hostDigest,
  type LedgerRow,
  LONGEST_PATTERN,
} from '../../ledger/index.ts';
import { backendOwnerKey, leadsToBeginning } from '../../netscaler/index.ts';
import { type NitroReader, patternsOf, readMap } from '../../nitro/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import { joinRows } from './row-queries.ts';
import type { TaskIndex } from './task-index.ts';

/**
 * Reads a plan's rows of a map that holds many others. What a batch reads then depends on the batch, and not on the
 * appliance: without it, n Ingresses in n/4,000 batches read n rows each.
 *
 * | read | rows                                                              | by                              |
 * | ---- | ----------------------------------------------------------------- | ------------------------------- |
 * | 1    | marker, settings, claims of the owners                            | beginnings of the owners' keys  |
 * | 1    | hosts that lead to the owners                                     | beginnings of the owners' keys  |
 * | 2    | all claims on these hosts and on those that the owners want       | beginnings of the hosts' digests |
 * | 3    | claimed hosts that lead to nobody of the batch                    | host                            |
 */

/** Characters of the beginnings of owners' keys: a snapshot has all owners of its beginnings. */
const OF_OWNERS = 2;
/** Characters of the beginnings of digests: of 100,000 hosts, ten others begin like one of a hundred. */
const OF_DIGESTS = 4;
/** Fewer rows are read with their whole map. */
const FEW = 100;
/** Up to how many times the rows of the plan, it is cheaper to read the whole map. */
const OTHERS = 4;
/** Most reads of hosts by name. Where more hosts lead elsewhere, the whole map is read. */
const READS_OF_HOSTS = 20;

const BINDING = 'policystringmap_pattern_binding';

/**
 * Reads the rows of a front end's map that a plan needs: see `FrontendInScope.rows`.
 *
 * @returns undefined where the whole map should be read: it has few other rows, or these reads cannot find all.
 */
export async function readOwnRows(
  reader: NitroReader,
  { frontend, map }: { readonly frontend: Frontend; readonly map: string },
  index: TaskIndex,
): Promise<LedgerRow[] | undefined> {
  // The rows of redirects name their owners in comments only, which have no beginnings in common.
  if (frontend.kind !== 'tls') return undefined;
  const key = frontendKey(frontend);
  const wanted = index.wanted.get(key) ?? [];
  // Each claim has a row, and so has its host.
  const expected = 2 * Math.max(wanted.length, index.recorded.get(key) ?? 0);
  if (expected < FEW || (await reader.count(BINDING, { name: map })) <= OTHERS * expected) return undefined;

  const [owners = ''] = beginningPatterns(index.keys, OF_OWNERS, LONGEST_PATTERN);
  const [first, leading] = await Promise.all([
    readMap(reader, map, { key: `/^(!$|=|${claimsBeginning(owners)})/` }),
    readMap(reader, map, { value: leadsToBeginning(owners) }),
  ]);
  const held = [...decodeHosts(leading).values()].filter(({ value }) => index.keys.has(backendOwnerKey(value) ?? ''));
  const own = decodeClaims(first, key).filter(({ ownerKey }) => index.keys.has(ownerKey));
  const leads = new Set(held.map((row) => hostDigest(row.key)));
  const digests = [...leads, ...own.map((claim) => claim.hostDigest), ...wanted.map(({ claim }) => claim.hostDigest)];
  const claims: LedgerRow[] = [];
  for (const beginnings of beginningPatterns(digests, OF_DIGESTS, LONGEST_PATTERN - claimsOnHosts('').length - 4)) {
    for (const row of await readMap(reader, map, { key: `/^${claimsOnHosts(beginnings)}/` })) claims.push(row);
  }

  const concerned = new Set(digests);
  const elsewhere = [...own, ...decodeClaims(claims, key)].filter(
    (claim) => concerned.has(claim.hostDigest) && !leads.has(claim.hostDigest),
  );
  const names = hostsOf(elsewhere, new Map(wanted.map(({ host, claim }) => [claim.hostDigest, host])));
  const patterns = names === undefined ? undefined : patternsOf([...names]);
  if (patterns === undefined || patterns.length > READS_OF_HOSTS) return undefined;
  const others = await Promise.all(patterns.map((pattern) => readMap(reader, map, { key: pattern })));
  return joinRows(first, leading, claims, ...others);
}

/** Returns the hosts of claims. @returns undefined where only the digest of one is known. */
function hostsOf(
  claims: readonly Claim[],
  wanted: ReadonlyMap<string, string | undefined>,
): ReadonlySet<string> | undefined {
  const hosts = new Set<string>();
  for (const claim of claims) {
    if ('listener' in claim.target) continue;
    const host = wanted.get(claim.hostDigest) ?? claim.host;
    if (host === undefined) return undefined;
    hosts.add(host);
  }
  return hosts;
}
