import { type Owner, ownerKey } from '../contract/index.ts';
import { claimOrder } from '../ledger/index.ts';
import {
  backendKey,
  backendRef,
  challengeName,
  type Frontend,
  frontendKey,
  type HostRoute,
  type RouteSet,
  type WeightedMember,
} from '../route/index.ts';
import type { ClaimStatus, RouteStatus } from '../status/index.ts';

/** An Ingress's claim on a host, and where the host would lead by it. */
export interface RouteClaim {
  readonly owner: Owner;
  /** Seconds since the epoch: the oldest claim holds the host (CON-1). */
  readonly created: number;
  /** `service:port`, or `redirect to :443`. */
  readonly target: string;
  /** Digest of the back end's settings; undefined where only the appliance knows the claim. */
  readonly settings: string | undefined;
  /** `address:port`, sorted; undefined where nobody knows them. */
  readonly members: readonly string[] | undefined;
}

/** A host on a front end, with all claims on it, the holder first. */
export interface RouteEntry {
  readonly host: string;
  readonly frontend: Frontend;
  readonly claims: readonly [RouteClaim, ...RouteClaim[]];
}

/** Returns members for people, sorted; a weight of 1 is not named. */
export const memberTexts = (members: readonly WeightedMember[]): string[] =>
  members
    .map(({ address, port, weight = 1 }) => `${address}:${port}${weight === 1 ? '' : `(weight=${weight})`}`)
    .sort();

/** Front end and host → entry. */
export type RouteTable = ReadonlyMap<string, RouteEntry>;

const keyOf = (frontend: Frontend, host: string): string => `${frontendKey(frontend)} ${host}`;

/** Returns the table of an appliance. Rows that no claim explains are not routes. */
export function tableOfStatus(routes: readonly RouteStatus[]): RouteTable {
  const entries = routes.flatMap((route): RouteEntry[] => {
    const { host, frontend, holder } = route;
    if (host === undefined || holder === undefined) return [];
    const members = memberTexts(route.members);
    const first = claimOf(route, holder, route.securePort === undefined ? members : []);
    return [{ host, frontend, claims: [first, ...route.standby.map((claim) => claimOf(route, claim, undefined))] }];
  });
  return new Map(entries.map((entry) => [keyOf(entry.frontend, entry.host), entry]));
}

function claimOf(route: RouteStatus, claim: ClaimStatus, members: readonly string[] | undefined): RouteClaim {
  return {
    owner: claim.owner,
    created: claim.created,
    target: claim.backend ?? `redirect to :${route.securePort}`,
    settings: undefined,
    members,
  };
}

interface RouteOfClaim {
  readonly route: HostRoute;
  readonly claim: RouteClaim;
}

/** Returns what a route is of: a host, or the URL of a challenge without its scheme. */
const nameOf = (route: HostRoute): string => (route.kind === 'challenge' ? challengeName(route) : route.host);

/**
 * Returns the table that some Ingresses ask for. Listeners of Gateways have no host, and no entry.
 *
 * @param unknown owner's key and `service:port` of back ends whose members nobody knows.
 */
export function tableOfSets(sets: readonly RouteSet[], unknown: ReadonlySet<string> = new Set()): RouteTable {
  const claims = sets.flatMap((set) => {
    const backends = new Map(set.backends.map((backend) => [backendRef(backend), backend]));
    return set.routes.flatMap((route): RouteOfClaim[] => {
      if (route.kind === 'listener') return [];
      const common = { owner: set.owner, created: set.created };
      if (route.kind === 'redirect') {
        const target = `redirect to :${route.securePort}`;
        return [{ route, claim: { ...common, target, settings: '', members: [] } }];
      }
      const backend = backends.get(route.backend);
      const blind = unknown.has(`${ownerKey(set.owner)} ${route.backend}`);
      const members = blind || backend === undefined ? undefined : memberTexts(backend.members);
      const settings = backend === undefined ? '' : backendKey(backend, route.frontend).settings;
      return [{ route, claim: { ...common, target: route.backend, settings, members } }];
    });
  });
  const groups = Map.groupBy(claims, ({ route }) => keyOf(route.frontend, nameOf(route)));
  return new Map(
    [...groups].map(([key, all]) => {
      const { route } = all[0] as (typeof all)[number];
      return [key, { host: nameOf(route), frontend: route.frontend, claims: sorted(all.map(({ claim }) => claim)) }];
    }),
  );
}

/**
 * Returns the table after the claims of one cluster were replaced by those of another table.
 *
 * @param keeps whether a claim of that cluster that the other table does not have stays.
 */
export function replaced(
  before: RouteTable,
  cluster: string,
  wanted: RouteTable,
  keeps: (owner: Owner) => boolean,
): RouteTable {
  const keys = new Set([...before.keys(), ...wanted.keys()]);
  return new Map(
    [...keys].flatMap((key) => {
      const had = before.get(key);
      const wants = wanted.get(key);
      const kept = had?.claims.filter(({ owner }) => owner.cluster !== cluster || keeps(owner)) ?? [];
      const claims = [...kept, ...(wants?.claims ?? [])];
      const entry = wants ?? had;
      return entry === undefined || claims.length === 0 ? [] : [[key, { ...entry, claims: sorted(claims) }] as const];
    }),
  );
}

function sorted(claims: readonly RouteClaim[]): readonly [RouteClaim, ...RouteClaim[]] {
  return claims.toSorted(claimOrder) as [RouteClaim, ...RouteClaim[]];
}
