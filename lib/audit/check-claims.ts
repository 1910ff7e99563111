import { type Owner, qualifiedName } from '../contract/index.ts';
import {
  type Claim,
  type Hashes,
  hashesOf,
  type IngressRecord,
  isChallengeClaim,
  namedFrontends,
} from '../ledger/index.ts';
import { challengeIn } from '../netscaler/index.ts';
import { backendRef, canonical, frontendKey, type Route, type RouteSet } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState, FrontendState } from './state.ts';

/** A claim, and the front end where it stands. */
export interface ClaimAt {
  readonly claim: Claim;
  readonly at: FrontendState;
}

export function claimsByOwner({ frontends }: AuditState): Map<string, ClaimAt[]> {
  return Map.groupBy(
    frontends.flatMap((at) => at.claims.map((claim) => ({ claim, at }))),
    ({ claim }) => claim.ownerKey,
  );
}

export const ingressName = (owner: Owner): string => `Ingress ${owner.cluster} ${qualifiedName(owner)}`;

/**
 * Compares the claims of each Ingress with its record: whether it has one, their number, their front ends and, unless
 * only a digest is known, the hashes. The objects can be compared only when the claims are right.
 */
export function checkClaims(state: AuditState): AuditFinding[] {
  const claims = claimsByOwner(state);
  const asking = new Set(state.frontends.flatMap(({ settings }) => settings.map(({ ownerKey }) => ownerKey)));
  return [...new Set([...claims.keys(), ...state.records.keys()])].flatMap((key) => {
    const owner = state.owners.get(key);
    // A missing ledger is one finding, not one for each Ingress.
    if (owner === undefined || state.unsettled.has(key) || !state.ledgers.has(owner.cluster)) return [];
    const own = claims.get(key) ?? [];
    const row = state.records.get(key);
    if (row?.kind !== 'live') return own.length === 0 ? [] : [recordMissing(owner, own.length, row)];
    const difference = differenceOf(asking, owner, row, own);
    if (difference === undefined) return [];
    const { is, should } = difference;
    return [{ code: 'ClaimsChanged' as const, object: ingressName(owner), is, should, owners: [owner] }];
  });
}

function recordMissing(owner: Owner, count: number, row: IngressRecord | undefined): AuditFinding {
  return {
    code: 'RecordMissing',
    object: ingressName(owner),
    is: row === undefined ? 'not recorded' : 'recorded as withdrawn',
    should: `recorded, because it has ${count} claims`,
    owners: [owner],
  };
}

/** Returns the first difference. @param asking keys of the owners that ask for settings of a front end. */
function differenceOf(
  asking: ReadonlySet<string>,
  owner: Owner,
  row: IngressRecord,
  own: readonly ClaimAt[],
): { is: string; should: string } | undefined {
  const counted = own.filter(({ claim }) => !isChallengeClaim(claim)).length;
  if (counted !== row.routes) return { is: `${counted} claims`, should: `${row.routes} claims` };
  const recorded = new Set(namedFrontends(row.frontends).map(frontendKey));
  const elsewhere = row.frontends === 'anywhere' ? undefined : own.find(({ claim }) => !recorded.has(claim.frontend));
  if (elsewhere !== undefined) {
    return { is: `a claim on ${elsewhere.claim.frontend}`, should: `claims on ${[...recorded].join(' and ')} only` };
  }
  const other = own.find(({ claim }) => claim.created !== row.created);
  if (other !== undefined) {
    return { is: `a claim with age ${other.claim.created}`, should: `claims with age ${row.created}` };
  }
  const hashes = hashesKnown(asking, owner, row, own);
  const differing = [
    ...(hashes.routes === undefined || hashes.routes === row.hashes.routes ? [] : ['routes']),
    ...(hashes.frontend === undefined || hashes.frontend === row.hashes.frontend ? [] : ['front-end settings']),
  ];
  return differing.length === 0 ? undefined : { is: `other ${differing.join(' and ')}`, should: 'those of its record' };
}

/** Returns the hashes that can be computed: none of parts known only by digest, like settings or a host without a row. */
function hashesKnown(
  asking: ReadonlySet<string>,
  owner: Owner,
  row: IngressRecord,
  own: readonly ClaimAt[],
): Partial<Hashes> {
  const routes = own.map(routeOf);
  const whole =
    routes.every((route) => route.kind === 'listener' || route.host !== '') &&
    own.every(({ claim }) => claim.settings === '');
  const hashes = hashesOf(canonical({ ...setWithoutRoutes(owner, row, own), routes }));
  return { ...(whole ? { routes: hashes.routes } : {}), ...(asking.has(row.key) ? {} : { frontend: hashes.frontend }) };
}

/** Returns the route of a claim, with the host of its row; an empty host without a row. */
function routeOf({ claim, at: { frontend, hostOf } }: ClaimAt): Route {
  const { target, hostDigest } = claim;
  if ('listener' in target) return { kind: 'listener', frontend };
  const host = hostOf.get(hostDigest)?.key ?? '';
  if ('securePort' in target) return { kind: 'redirect', frontend, host, ...target };
  const backend = backendRef(target);
  if (target.challenge === undefined) return { kind: 'passthrough', frontend, host, backend };
  return { kind: 'challenge', frontend, ...(challengeIn(host) ?? { host: '', token: '' }), backend };
}

/** Returns the owner and the back ends that claims name, without members, settings and routes. */
export function setWithoutRoutes(owner: Owner, { created }: IngressRecord, own: readonly ClaimAt[]): RouteSet {
  const services = new Map(
    own.flatMap(({ claim: { target } }) => ('service' in target ? [[backendRef(target), target] as const] : [])),
  );
  const backends = [...services.values()].map(({ service, port }) => ({ service, port, members: [], settings: {} }));
  return { owner, created, backends, routes: [], frontendSettings: {} };
}
