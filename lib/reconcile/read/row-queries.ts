import {
  type Claim,
  decodeClaims,
  decodeHosts,
  hostDigest,
  isListenerClaim,
  type LedgerRow,
  LONGEST_PATTERN,
} from '../../ledger/index.ts';
import type { Names } from '../../netscaler/index.ts';
import { anyOf, escapePattern } from '../../nitro/index.ts';
import type { WantedClaim } from '../../plan/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import type { TaskIndex } from './task-index.ts';

/**
 * Decides which rows of the maps of front ends are read, in up to three rounds. Pure.
 *
 * | round | rows                                                               | function             |
 * | ----- | ------------------------------------------------------------------ | -------------------- |
 * | 1     | claims of the owners, and all rows of the hosts that they want     | {@link firstQueries} |
 * | 2     | all rows of the hosts that they give up, or that lead to them      | {@link nextQueries}  |
 * | 3     | claims of others on hosts that round 2 found without a claim       | {@link lostQuery}    |
 *
 * A map whose pattern does not fit a URL is read as a whole.
 */

/** Rows of a front end's map: claims and hosts of the tasks, and all other claims on those hosts. */
export interface FrontendRows {
  readonly frontend: Frontend;
  readonly rows: readonly LedgerRow[];
}

/** One read of a map. */
interface MapQuery {
  readonly frontend: Frontend;
  readonly map: string;
  /** PCRE of the keys; undefined reads the whole map. */
  readonly key: string | undefined;
  /** Digests of the hosts whose rows and claims the key matches all; undefined when the whole map is read. */
  readonly hosts: ReadonlySet<string> | undefined;
}

interface FirstQueries {
  readonly each: readonly MapQuery[];
  /** The key of all of them, when one request can ask all maps. */
  readonly together: string | undefined;
}

/** A map after the first round. */
export interface FirstRows extends FrontendRows {
  readonly map: string;
  readonly hosts: ReadonlySet<string> | undefined;
}

/** Returns the reads of the first round: the markers and settings of each map, the owners' claims and the wanted hosts. */
export function firstQueries(names: Names, frontends: readonly Frontend[], index: TaskIndex): FirstQueries {
  const maps = frontends.map((frontend) => names.frontendMap(frontend));
  const { claims } = index.patterns;
  if (claims === undefined) {
    // No pattern fits: each map is read as a whole.
    const each = frontends.map((frontend, at) => ({
      frontend,
      map: maps[at] as string,
      key: undefined,
      hosts: undefined,
    }));
    return { each, together: undefined };
  }
  const everywhere = hostsByDigest([...index.wanted.values()].flat());
  const together = firstPattern(claims, everywhere);
  const shared = fitTogether(maps, together);
  const each = frontends.map((frontend): MapQuery => {
    const map = names.frontendMap(frontend);
    const hosts = shared ? everywhere : hostsByDigest(index.wanted.get(frontendKey(frontend)) ?? []);
    const key = shared ? together : firstPattern(claims, hosts);
    return { frontend, map, key, hosts: key === undefined ? undefined : new Set(hosts.keys()) };
  });
  return { each, together: shared ? together : undefined };
}

const hostsByDigest = (claims: readonly WantedClaim[]): Map<string, string> =>
  new Map(claims.flatMap(({ claim, host }) => (host === undefined ? [] : [[claim.hostDigest, host] as const])));

/** Returns whether one request can ask several maps for the same key. */
function fitTogether(maps: readonly string[], key: string | undefined): key is string {
  return maps.length > 1 && key !== undefined && key.length + anyOf(maps).length <= LONGEST_PATTERN;
}

/** @param claims part of a pattern that matches the owners' claims. */
function firstPattern(claims: string, hosts: ReadonlyMap<string, string>): string | undefined {
  return pattern([
    '!$',
    '=',
    claims,
    ...(hosts.size === 0 ? [] : [claimsOn(hosts.keys())]),
    ...[...hosts.values()].map((host) => `${escapePattern(host)}$`),
  ]);
}

/** Reads of the second round of one map; undefined members are not read. */
interface NextRows {
  /** PCRE of keys: claims and rows of the hosts that the owners give up. */
  readonly key?: string;
  /** PCRE of comments: rows of hosts that the owners hold. */
  readonly holders?: string;
  /** PCRE of values: rows of hosts that lead to the owners. */
  readonly leading?: string;
}

/** The second round of one map. */
export interface NextQuery {
  readonly first: FirstRows;
  readonly read: NextRows | 'whole' | 'nothing';
  /** Digests of the hosts whose claims were all asked for, this round included. */
  readonly hosts: ReadonlySet<string>;
}

interface NextQueries {
  readonly each: readonly NextQuery[];
  /** One request for the maps that need more rows, when it can ask all of them. */
  readonly together: { readonly maps: readonly string[]; readonly key: string } | undefined;
}

/** Returns the reads of the second round. */
export function nextQueries(first: readonly FirstRows[], index: TaskIndex): NextQueries {
  const verify = index.verifiedKeys.size > 0;
  const given = first.map((rows) => givenUp(rows, index.keys));
  const each = first.map((rows, position): NextQuery => {
    const own = given[position] ?? [];
    const read = !verify && own.length === 0 ? 'nothing' : nextRows(rows, own, index, verify);
    return { first: rows, read, hosts: new Set([...(rows.hosts ?? []), ...own.map((claim) => claim.hostDigest)]) };
  });
  const maps = first.filter((_, position) => given[position]?.length).map(({ map }) => map);
  const key = claimsAndHosts(given.flat());
  const shared = !verify && allNamed(given.flat()) && fitTogether(maps, key);
  return { each, together: shared ? { maps, key } : undefined };
}

/** Returns the claims that the owners give up, on hosts that the first round did not ask for. */
function givenUp({ frontend, rows, hosts }: FirstRows, keys: ReadonlySet<string>): Claim[] {
  return decodeClaims(rows, frontendKey(frontend)).filter(
    (claim) => keys.has(claim.ownerKey) && !isListenerClaim(claim) && hosts?.has(claim.hostDigest) === false,
  );
}

/**
 * @param given claims that the owners give up.
 * @param verify do not trust claims: search every host row that leads to one of the owners.
 */
function nextRows(
  { hosts }: FirstRows,
  given: readonly Claim[],
  { patterns: { holders, leading } }: TaskIndex,
  verify: boolean,
): NextQuery['read'] {
  if (hosts === undefined) return 'nothing';
  const pattern = claimsAndHosts(given);
  if (pattern === undefined) return 'whole';
  const key = given.length === 0 ? {} : { key: pattern };
  if (!verify && allNamed(given)) return key;
  // A claim names its host only when the row has room. Otherwise only the holder's name finds the row of the host.
  if (holders === undefined || leading === undefined) return 'whole';
  // A host row that was bound by hand has a comment of its own: only its value leads to the owner.
  return { ...key, holders, ...(verify ? { leading } : {}) };
}

const allNamed = (claims: readonly Claim[]): boolean => claims.every(({ host }) => host !== undefined);

/** Returns the pattern of all claims on the hosts of these claims, and of the rows of the hosts that they name. */
function claimsAndHosts(claims: readonly Claim[]): string | undefined {
  const digests = new Set(claims.map((claim) => claim.hostDigest));
  const hosts = new Set(claims.flatMap(({ host }) => host ?? []));
  return pattern([claimsOn(digests), ...[...hosts].map((host) => `${escapePattern(host)}$`)]);
}

/**
 * Returns the read of the third round: a host row without a claim of its holder has lost it, and others may claim the
 * host.
 *
 * @param hostRows rows that the second round found by comment and by value.
 * @returns PCRE of keys.
 */
export function lostQuery({ hosts }: NextQuery, hostRows: readonly LedgerRow[]): string | 'whole' | 'nothing' {
  const digests = new Set([...decodeHosts(hostRows).keys()].map(hostDigest));
  const unclaimed = digests.difference(hosts);
  return unclaimed.size === 0 ? 'nothing' : (pattern([claimsOn(unclaimed)]) ?? 'whole');
}

/** Returns each row once. */
export function joinRows(...lists: readonly (readonly LedgerRow[])[]): LedgerRow[] {
  return [...new Map(lists.flat().map((row) => [row.key, row])).values()];
}

/** Returns a part of a pattern that matches all claims on hosts, by the hosts' digests. */
const claimsOn = (digests: Iterable<string>): string => `#(${[...digests].join('|')})\\.`;

function pattern(alternatives: readonly string[]): string | undefined {
  const text = `/^(${alternatives.join('|')})/`;
  return text.length > LONGEST_PATTERN ? undefined : text;
}
