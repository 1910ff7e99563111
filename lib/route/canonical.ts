import { compareText, digest, stableJson } from '../contract/index.ts';
import { accessText } from './access.ts';
import {
  type Backend,
  type BackendKey,
  type BackendSettings,
  backendRef,
  type Frontend,
  hostOf,
  type Route,
  type RouteSet,
  type WeightedMember,
} from './route.ts';

/** Returns the key of a front end: `192.0.2.10_443`. Two kinds never share an address and port. */
export function frontendKey(frontend: { vip: string; port: number }): string {
  return `${frontend.vip}_${frontend.port}`;
}

function routeOrder(route: Route): string {
  const host = `${frontendKey(route.frontend)} ${hostOf(route)}`;
  return route.kind === 'challenge' ? `${host} ${route.token}` : host;
}

/** Sorts members by address, then port, and drops duplicates. */
export function canonicalMembers(members: readonly WeightedMember[]): readonly WeightedMember[] {
  // Forwarders publish members like this, and a set of routes is made canonical more than once.
  if (members.every((member, index) => index === 0 || memberOrder(members[index - 1]!, member) < 0)) return members;
  const unique = new Map(members.map((member) => [`${member.address} ${member.port}`, member]));
  return [...unique.values()].sort(memberOrder);
}

const memberOrder = (a: WeightedMember, b: WeightedMember): number =>
  compareText(a.address, b.address) || a.port - b.port;

/**
 * Returns the canonical form: everything is sorted, and back ends without a route are left out. Two states with the same
 * meaning are equal in this form, whatever the order in their manifests. Idempotent.
 */
export function canonical<R extends Route>(set: RouteSet<R>): RouteSet<R> {
  const used = new Set(set.routes.flatMap((route: Route) => ('backend' in route ? [route.backend] : [])));
  return {
    owner: set.owner,
    created: set.created,
    backends: set.backends
      .filter((backend) => used.has(backendRef(backend)))
      .map((backend): Backend => ({ ...backend, members: canonicalMembers(backend.members) }))
      .sort((a, b) => compareText(backendRef(a), backendRef(b))),
    routes: [...set.routes].sort((a, b) => compareText(routeOrder(a), routeOrder(b))),
    frontendSettings: set.frontendSettings,
  };
}

/** Returns the number of routes that the prune guard counts: challenges come and go by themselves. */
export const countedRoutes = (set: RouteSet | undefined): number =>
  set?.routes.filter(({ kind }) => kind !== 'challenge').length ?? 0;

/** Returns the front ends of routes, each once. */
export function frontendsOf(routes: readonly Route[]): Frontend[] {
  if (routes.length === 1) return routes.map(({ frontend }) => frontend);
  return [...new Map(routes.map((route) => [frontendKey(route.frontend), route.frontend])).values()];
}

/** Returns the key of a back end on one front end. */
export function backendKey({ service, port, settings }: Backend, frontend: Frontend): BackendKey {
  return { service, port, frontendKey: frontendKey(frontend), settings: settingsText(settings) };
}

/** Characters of the digest of settings. With access it is shorter, so that a claim's row still has room for both. */
const DIGEST = { alone: 10, besideAccess: 6 } as const;

function settingsText({ access, ...others }: BackendSettings): string {
  const plain = Object.keys(others).length === 0;
  const length = access === undefined ? DIGEST.alone : DIGEST.besideAccess;
  return `${plain ? '' : digest(stableJson(others), length)}${access === undefined ? '' : accessText(access)}`;
}

/** Returns a back end's key as one text, for digests and look-ups. */
export function backendText({ service, port, frontendKey: frontend, settings }: BackendKey): string {
  return `${service}:${port} ${frontend} ${settings}`;
}
