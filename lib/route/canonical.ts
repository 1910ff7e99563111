import { digest, type Member } from '../contract/index.ts';
import { type BackEnd, type BackEndKey, backEndRef, type FrontEnd, type Route, type RouteSet } from './route.ts';

/** `192.0.2.10_443`: names a front end. Two kinds never share an address and port. */
export function frontEndKey(frontEnd: { vip: string; port: number }): string {
  return `${frontEnd.vip}_${frontEnd.port}`;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function routeOrder(route: Route): string {
  return `${frontEndKey(route.frontEnd)} ${route.host}`;
}

/** Sorted by address, then port, without duplicates. */
export function canonicalMembers(members: readonly Member[]): Member[] {
  const unique = new Map(members.map((member) => [`${member.address} ${member.port}`, member]));
  return [...unique.values()].sort((a, b) => byText(a.address, b.address) || a.port - b.port);
}

/**
 * The canonical form: everything sorted, back ends that no route uses left out. Two owners' states that mean the
 * same are equal in this form, whatever the order in their manifests. Idempotent.
 */
export function canonical(set: RouteSet): RouteSet {
  const used = new Set(set.routes.flatMap((route) => (route.kind === 'passthrough' ? [route.backEnd] : [])));
  return {
    owner: set.owner,
    created: set.created,
    backEnds: set.backEnds
      .filter((backEnd) => used.has(backEndRef(backEnd)))
      .map((backEnd): BackEnd => ({ ...backEnd, members: canonicalMembers(backEnd.members) }))
      .sort((a, b) => byText(backEndRef(a), backEndRef(b))),
    routes: [...set.routes].sort((a, b) => byText(routeOrder(a), routeOrder(b))),
    frontEndSettings: set.frontEndSettings,
  };
}

/** The front ends that a set of routes uses, each once. */
export function frontEndsOf(routes: readonly Route[]): FrontEnd[] {
  return [...new Map(routes.map((route) => [frontEndKey(route.frontEnd), route.frontEnd])).values()];
}

/** JSON with sorted keys: equal content gives equal text. */
export function stableJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => byText(a, b));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${stableJson(field)}`).join(',')}}`;
}

/** The key of a back end on one front end: see `BackEndKey`. */
export function backEndKey({ service, port, settings }: BackEnd, frontEnd: FrontEnd): BackEndKey {
  const none = Object.keys(settings).length === 0;
  return {
    service,
    port,
    frontEndKey: frontEndKey(frontEnd),
    settings: none ? '' : digest(stableJson(settings), 10),
  };
}

/** A back end's key in one text, for digests and look-ups. */
export function backEndText({ service, port, frontEndKey: place, settings }: BackEndKey): string {
  return `${service}:${port} ${place} ${settings}`;
}
