import { ownerKey } from '../contract/index.ts';
import { type Claim, decodeClaims, encodeClaim, hostDigest } from '../ledger/index.ts';
import { challengeKey, type Resource } from '../netscaler/index.ts';
import {
  type Backend,
  backendKey,
  backendRef,
  frontendKey,
  hostForm,
  hostOf,
  type Route,
  type RouteSet,
} from '../route/index.ts';
import { type Comparison, compared } from './diff.ts';
import type { FrontendInput, WantedClaim } from './scope.ts';

/** Returns the claims that sets of routes make, by front end. Visits each set once, however many front ends there are. */
export function claimsByFrontend(sets: Iterable<RouteSet | undefined>): Map<string, WantedClaim[]> {
  const byFrontend = new Map<string, WantedClaim[]>();
  for (const set of sets) {
    for (const wanted of set === undefined ? [] : claimsOf(set)) {
      const here = byFrontend.get(wanted.claim.frontend);
      if (here === undefined) byFrontend.set(wanted.claim.frontend, [wanted]);
      else here.push(wanted);
    }
  }
  return byFrontend;
}

/** Claims of the sets of routes that exist: reading and planning ask for those of each set, and sets never change. */
const CLAIMS = new WeakMap<RouteSet, readonly WantedClaim[]>();

/**
 * Returns the claims that a set of routes makes.
 *
 * @throws {TypeError} for a route to an unknown back end, and for a redirect of a many-label wildcard.
 */
export function claimsOf(set: RouteSet): readonly WantedClaim[] {
  const known = CLAIMS.get(set);
  if (known !== undefined) return known;
  const claims = makeClaims(set);
  CLAIMS.set(set, claims);
  return claims;
}

function makeClaims(set: RouteSet): WantedClaim[] {
  const backends = new Map(set.backends.map((backend) => [backendRef(backend), backend]));
  const key = ownerKey(set.owner);
  return set.routes.map((route) => {
    const host = route.kind === 'challenge' ? challengeKey(key, route.host, route.token) : hostOf(route);
    const claim = {
      frontend: frontendKey(route.frontend),
      hostDigest: hostDigest(host),
      created: set.created,
      ownerKey: key,
      owner: set.owner,
      form: hostForm(host),
      ...targetOf(route, backends),
    };
    return route.kind === 'listener' ? { claim } : { host, claim: Object.assign(claim, { host }) };
  });
}

function targetOf(route: Route, backends: ReadonlyMap<string, Backend>): Pick<Claim, 'target' | 'settings'> {
  if (route.kind === 'listener') return { target: { listener: true }, settings: '' };
  if (route.kind === 'redirect') {
    if (hostForm(route.host) === 'many-label')
      throw new TypeError(`a redirect of ${route.host}: redirects cover one label`);
    const { securePort, challenges } = route;
    return { target: { securePort, ...(challenges === undefined ? {} : { challenges }) }, settings: '' };
  }
  const backend = backends.get(route.backend);
  if (backend === undefined)
    throw new TypeError(`the route of ${route.host} leads to ${route.backend}, which is not a back end of its owner`);
  const { service, port } = backend;
  const { settings } = backendKey(backend, route.frontend);
  return { target: { service, port, ...(route.kind === 'challenge' ? { challenge: true } : {}) }, settings };
}

/** Returns the row of a claim as an object of the front end's map. */
export function claimResource(map: string, claim: Claim): Resource {
  const { key, value, comment } = encodeClaim(claim);
  return {
    role: 'claim',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key },
    attributes: { value, comment },
    owners: [claim.ownerKey],
  };
}

/** The claims on one front end, before and after the plan. */
export interface FrontendClaims extends Comparison {
  readonly before: readonly Claim[];
  readonly wanted: readonly WantedClaim[];
  readonly after: readonly Claim[];
  /** Keys of the owners in scope that have a claim before. */
  readonly formerOwners: readonly string[];
}

/** Compares the claims of the owners in scope on one front end. Claims of other owners stay as they are. */
export function compareClaims({ map, scope: { frontend, rows }, owners, wanted }: FrontendInput): FrontendClaims {
  const before = decodeClaims(rows, frontendKey(frontend));
  const { own = [], others = [] } = Object.groupBy(before, ({ ownerKey: key }) =>
    owners.byKey.has(key) ? 'own' : 'others',
  );
  return {
    before,
    wanted,
    after: [...others, ...wanted.map(({ claim }) => claim)],
    formerOwners: [...new Set(own.map((claim) => claim.ownerKey))],
    desired: wanted.map(({ claim }) => claimResource(map, claim)),
    actual: own.map((claim) => compared(claimResource(map, claim))),
  };
}
