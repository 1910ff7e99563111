import { ownerKey } from '../contract/index.ts';
import { type Claim, encodeClaim, hostDigest } from '../ledger/index.ts';
import type { Resource } from '../netscaler/index.ts';
import { backendKey, backendRef, frontendKey, type RouteSet } from '../route/index.ts';

/** A claim, and its host: a claim that was read names it only where its row had room. */
export interface WantedClaim {
  readonly claim: Claim;
  readonly host: string;
}

/** The claims that sets of routes make, by front end: each set is looked at once, however many front ends there are. */
export function claimsByFrontend(sets: Iterable<RouteSet | undefined>): Map<string, WantedClaim[]> {
  const all = [...sets].flatMap((set) => (set === undefined ? [] : claimsOf(set)));
  return Map.groupBy(all, ({ claim }) => claim.frontend);
}

/** The claims that a set of routes makes. */
export function claimsOf(set: RouteSet): WantedClaim[] {
  const backends = new Map(set.backends.map((backend) => [backendRef(backend), backend]));
  const key = ownerKey(set.owner);
  return set.routes.map((route) => {
    const common = {
      frontend: frontendKey(route.frontend),
      hostDigest: hostDigest(route.host),
      created: set.created,
      ownerKey: key,
      owner: set.owner,
      wildcard: route.host.startsWith('*.'),
      host: route.host,
    };
    if (route.kind === 'redirect') {
      return { host: route.host, claim: { ...common, target: { securePort: route.securePort }, settings: '' } };
    }
    const backend = backends.get(route.backend);
    if (backend === undefined) throw new TypeError(`route to ${route.backend}, which is no back end of its owner`);
    return {
      host: route.host,
      claim: {
        ...common,
        target: { service: backend.service, port: backend.port },
        settings: backendKey(backend, route.frontend).settings,
      },
    };
  });
}

/** The row of a claim, as an object of the front end's map. */
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
