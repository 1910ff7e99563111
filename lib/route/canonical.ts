import { compareText, digest, type Member } from '../contract/index.ts';
import { type Backend, type BackendKey, backendRef, type Frontend, type Route, type RouteSet } from './route.ts';

/** `192.0.2.10_443`: names a front end. Two kinds never share an address and port. */
export function frontendKey(frontend: { vip: string; port: number }): string {
  return `${frontend.vip}_${frontend.port}`;
}

function routeOrder(route: Route): string {
  return `${frontendKey(route.frontend)} ${route.host}`;
}

/** Sorted by address, then port, without duplicates. */
export function canonicalMembers(members: readonly Member[]): Member[] {
  const unique = new Map(members.map((member) => [`${member.address} ${member.port}`, member]));
  return [...unique.values()].sort((a, b) => compareText(a.address, b.address) || a.port - b.port);
}

/**
 * The canonical form: everything sorted, back ends that no route uses left out. Two owners' states that mean the
 * same are equal in this form, whatever the order in their manifests. Idempotent.
 */
export function canonical(set: RouteSet): RouteSet {
  const used = new Set(set.routes.flatMap((route) => (route.kind === 'passthrough' ? [route.backend] : [])));
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

/** The front ends that a set of routes uses, each once. */
export function frontendsOf(routes: readonly Route[]): Frontend[] {
  return [...new Map(routes.map((route) => [frontendKey(route.frontend), route.frontend])).values()];
}

/** JSON with sorted keys: equal content gives equal text. */
export function stableJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${stableJson(field)}`).join(',')}}`;
}

/** The key of a back end on one front end: see `BackendKey`. */
export function backendKey({ service, port, settings }: Backend, frontend: Frontend): BackendKey {
  const none = Object.keys(settings).length === 0;
  return {
    service,
    port,
    frontendKey: frontendKey(frontend),
    settings: none ? '' : digest(stableJson(settings), 10),
  };
}

/** A back end's key in one text, for digests and look-ups. */
export function backendText({ service, port, frontendKey: place, settings }: BackendKey): string {
  return `${service}:${port} ${place} ${settings}`;
}
