import { type Owner, qualifiedName } from '../contract/index.ts';
import { type Claim, frontendsAt, type Hashes, hashesOf, type IngressRecord } from '../ledger/index.ts';
import { backendRef, canonical, frontendKey, type Route, type RouteSet } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState, FrontendState } from './state.ts';

/** A claim, and the front end where it stands. */
export interface ClaimAt {
  readonly claim: Claim;
  readonly place: FrontendState;
}

export function claimsByOwner({ frontends }: AuditState): Map<string, ClaimAt[]> {
  return Map.groupBy(
    frontends.flatMap((place) => place.claims.map((claim) => ({ claim, place }))),
    ({ claim }) => claim.ownerKey,
  );
}

export const ingressName = (owner: Owner): string => `Ingress ${owner.cluster} ${qualifiedName(owner)}`;

/**
 * The claims of each Ingress, held against its record: whether it has one, their number, where they stand, and, where
 * nothing in them is known by its digest only, the hashes themselves. What claims stand for can be compared only where
 * they are those of the record.
 */
export function checkClaims(state: AuditState): AuditFinding[] {
  const claims = claimsByOwner(state);
  const asking = new Set(state.frontends.flatMap(({ settings }) => settings.map(({ ownerKey }) => ownerKey)));
  return [...new Set([...claims.keys(), ...state.records.keys()])].flatMap((key) => {
    const owner = state.owners.get(key);
    // Without its cluster's ledger nothing is recorded: that is one finding.
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
    should: `recorded, for it has ${count} claims`,
    owners: [owner],
  };
}

/** @param asking keys of the owners that ask for settings of a front end. */
function differenceOf(
  asking: ReadonlySet<string>,
  owner: Owner,
  row: IngressRecord,
  own: readonly ClaimAt[],
): { is: string; should: string } | undefined {
  if (own.length !== row.routes) return { is: `${own.length} claims`, should: `${row.routes} claims` };
  const places = new Set((row.ports === undefined ? [] : frontendsAt(row.ports)).map(frontendKey));
  const elsewhere = own.find(({ claim }) => !places.has(claim.frontend));
  if (elsewhere !== undefined) {
    return { is: `a claim on ${elsewhere.claim.frontend}`, should: `claims on ${[...places].join(' and ')} only` };
  }
  const younger = own.find(({ claim }) => claim.created !== row.created);
  if (younger !== undefined) return { is: `a claim of ${younger.claim.created}`, should: `claims of ${row.created}` };
  const hashes = hashesKnown(asking, owner, row, own);
  const differing = [
    ...(hashes.routes === undefined || hashes.routes === row.hashes.routes ? [] : ['routes']),
    ...(hashes.frontend === undefined || hashes.frontend === row.hashes.frontend ? [] : ['front-end settings']),
  ];
  return differing.length === 0 ? undefined : { is: `other ${differing.join(' and ')}`, should: 'those of its record' };
}

/** The hashes that can be made again. Not where something is known by its digest only: settings, a host without a row. */
function hashesKnown(
  asking: ReadonlySet<string>,
  owner: Owner,
  row: IngressRecord,
  own: readonly ClaimAt[],
): Partial<Hashes> {
  const routes = own.map(routeOf);
  const whole = routes.every((route) => route.host !== '') && own.every(({ claim }) => claim.settings === '');
  const hashes = hashesOf(canonical({ ...setWithoutRoutes(owner, row, own), routes }));
  return { ...(whole ? { routes: hashes.routes } : {}), ...(asking.has(row.key) ? {} : { frontend: hashes.frontend }) };
}

/** With the host that its row names; an empty one where it has none. */
function routeOf({ claim, place: { frontend, hostOf } }: ClaimAt): Route {
  const host = hostOf.get(claim.hostDigest)?.key ?? '';
  return 'securePort' in claim.target
    ? { kind: 'redirect', frontend, host, securePort: claim.target.securePort }
    : { kind: 'passthrough', frontend, host, backend: backendRef(claim.target) };
}

/** What claims say of their owner, its members and settings apart. */
export function setWithoutRoutes(owner: Owner, { created }: IngressRecord, own: readonly ClaimAt[]): RouteSet {
  const services = new Map(
    own.flatMap(({ claim: { target } }) => ('securePort' in target ? [] : [[backendRef(target), target] as const])),
  );
  const backends = [...services.values()].map(({ service, port }) => ({ service, port, members: [], settings: {} }));
  return { owner, created, backends, routes: [], frontendSettings: {} };
}
