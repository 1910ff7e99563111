import { type Owner, qualifiedName } from '../contract/index.ts';
import {
  backendOf,
  type Claim,
  decodeHosts,
  holderOf,
  hostDigest,
  isChallengeClaim,
  type LedgerRow,
} from '../ledger/index.ts';
import { backendOwnerKey, hostValue, LIMITS, type Names, type Resource } from '../netscaler/index.ts';
import type { Frontend } from '../route/index.ts';
import type { FrontendClaims } from './claims.ts';
import { type Actual, type Comparison, compared } from './diff.ts';
import type { FrontendInput } from './scope.ts';

/** The decoded row of a host in a front end's map. */
interface HostBinding {
  readonly host: string;
  readonly row: LedgerRow;
  /** Key of the owner whose back end the host leads to; undefined for a redirect. */
  readonly ownerKey: string | undefined;
  /** {@link holderText} of the owner that holds the host, unless somebody bound the host by hand. */
  readonly holder: string;
}

/** Returns the comment of a host's row: the owner that holds the host. The row of a plain redirect names it nowhere else. */
export const holderText = (owner: Owner): string => `${owner.cluster} ${qualifiedName(owner)}`.slice(0, LIMITS.comment);

/** Returns the owner in {@link holderText}, its name perhaps cut. @returns undefined for another text. */
export function parseHolder(text: string): Owner | undefined {
  const [, cluster, namespace, name] = /^(\S+) ([^/]+)\/(.+)$/.exec(text) ?? [];
  return cluster === undefined || namespace === undefined || name === undefined
    ? undefined
    : { cluster, namespace, name };
}

/** Decodes the rows of hosts in a front end's map, by host. */
function hostBindings(rows: readonly LedgerRow[]): Map<string, HostBinding> {
  return new Map([...decodeHosts(rows)].map(([host, row]) => [host, decodeHost(row)]));
}

export function decodeHost(row: LedgerRow): HostBinding {
  return { host: row.key, row, ownerKey: backendOwnerKey(row.value), holder: row.comment };
}

/** Returns the row of a host as an object of the front end's map. */
export function hostResource(
  map: string,
  { key, value, comment }: LedgerRow,
  owners: readonly string[] = [],
): Resource {
  return {
    role: 'host',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key },
    attributes: { value, comment },
    owners,
  };
}

/** Returns the row of a host while this claim holds it. @param map name of the front end's map. */
export function heldHost(names: Names, map: string, host: string, holder: Claim): Resource {
  const value = hostValue(names, holder, backendOf(holder));
  return hostResource(map, { key: host, value, comment: holderText(holder.owner) }, [holder.ownerKey]);
}

/** A claimed host: its holder, and the claims that would be next. */
export interface HostAssignment {
  readonly frontend: Frontend;
  readonly host: string;
  readonly holder: Claim;
  readonly standby: readonly Claim[];
  /** Key of the owner that the host led to until now; undefined where it led nowhere, or to a redirect. */
  readonly formerKey: string | undefined;
}

/**
 * Compares the hosts of a front end that are in scope: those wanted, those with a claim of an owner in scope, and those
 * that an owner in scope holds without a claim. Holders are recomputed over all claims (rule 8).
 */
export function compareHosts(
  { context, map, scope: { frontend, rows }, owners }: FrontendInput,
  { before, wanted, after }: FrontendClaims,
): Comparison & { readonly hostAssignments: HostAssignment[] } {
  const bindings = hostBindings(rows);
  const own = ownersByHost(before, wanted, owners);
  /** Host → digest. A listener has no host. */
  const hosts = new Map<string, string>();
  for (const { host, claim } of wanted) if (host !== undefined) hosts.set(host, claim.hostDigest);
  for (const { host, ownerKey, holder } of bindings.values()) {
    // The row of a redirect names its holder in the comment only.
    const held = (ownerKey !== undefined && owners.byKey.has(ownerKey)) || owners.holders.has(holder);
    const hostKey = hosts.get(host) ?? hostDigest(host);
    if (held || own.has(hostKey)) hosts.set(host, hostKey);
  }
  const byDigest = Map.groupBy(after, (claim) => claim.hostDigest);
  const hostAssignments: HostAssignment[] = [];
  const desired: Resource[] = [];
  const actual: Actual[] = [];
  for (const [host, hostKey] of hosts) {
    const claims = byDigest.get(hostKey) ?? [];
    const holder = holderOf(claims);
    const binding = bindings.get(host);
    const concerned = own.get(hostKey) ?? [];
    if (holder !== undefined) {
      const formerKey = frontend.kind === 'tls' ? binding?.ownerKey : undefined;
      const standby = claims.length === 1 ? [] : claims.filter((claim) => claim !== holder);
      // Nobody contests a challenge: its row counts only while its owner holds the host.
      if (!isChallengeClaim(holder)) hostAssignments.push({ frontend, host, holder, standby, formerKey });
      const row = heldHost(context.names, map, host, holder);
      const isAlone = concerned.length === 1 && concerned[0] === holder.ownerKey;
      desired.push(isAlone ? row : { ...row, alsoFor: concerned });
    }
    if (binding !== undefined) actual.push(compared(hostResource(map, binding.row, concerned)));
  }
  return { desired, actual, hostAssignments };
}

/** Returns the keys of the owners in scope that have or want a claim on each host, by the host's digest. */
function ownersByHost(
  before: readonly Claim[],
  wanted: FrontendClaims['wanted'],
  { byKey }: FrontendInput['owners'],
): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  const note = ({ hostDigest: host, ownerKey }: Claim): void => {
    if (!byKey.has(ownerKey)) return;
    const keys = result.get(host);
    if (keys === undefined) result.set(host, [ownerKey]);
    else if (!keys.includes(ownerKey)) keys.push(ownerKey);
  };
  for (const claim of before) note(claim);
  for (const { claim } of wanted) note(claim);
  return result;
}
