import { hostPort, qualifiedName } from '../contract/index.ts';
import { frontendKey } from '../route/index.ts';
import { type ClaimStatus, hasState, type RouteStatus, STATE_FILTERS } from '../status/index.ts';
import type { RoutePage, RouteRow } from './api.ts';
import { certificateOf, isExpiring, type SeenCertificates } from './certificates.ts';
import { pageOf } from './paging.ts';

/** Which routes a page shows. */
export interface RouteQuery {
  /** Words, each of which must occur in host, `namespace/name`, VIP or cluster, in any case. */
  readonly search: string;
  /** Any of these states (`ROUTE_FILTERS`); every route if empty. */
  readonly states: readonly string[];
  /** From 1. */
  readonly page: number;
}

/** What a page of routes can be narrowed to. */
export const ROUTE_FILTERS: readonly string[] = [...STATE_FILTERS, 'expiring'];

/** Name of a host that did not fit its row, as `nspass status` shows it. */
const NOT_RECORDED = '(not recorded)';

/** @param seen certificates that the last handshakes showed. */
export function rowOf(route: RouteStatus, seen: SeenCertificates = new Map()): RouteRow {
  const { frontend, state, holder, members, standby, traffic } = route;
  return {
    host: shownHost(route),
    frontend: frontendKey(frontend),
    vip: hostPort(frontend.vip, frontend.port),
    state,
    holder: holder?.owner,
    since: sinceOf(holder),
    up: members.filter((member) => member.state === 'UP').length,
    members: members.length,
    traffic,
    certificate: certificateOf(route, seen),
    standby: standby.length,
    pending: holder?.pending ?? false,
    draining: holder?.draining !== undefined,
    findings: holder?.findings ?? false,
  };
}

/** Returns a host as people read it. */
export const shownHost = ({ host }: RouteStatus): string => host ?? NOT_RECORDED;

/** Returns the creation time of a claim's Ingress in milliseconds since the epoch; undefined if nobody recorded it. */
export function sinceOf(claim: ClaimStatus | undefined): number | undefined {
  return claim === undefined || claim.created === 0 ? undefined : claim.created * 1000;
}

/** Returns one page of the routes that match. Pure. */
export function routePage(
  version: number,
  routes: readonly RouteStatus[],
  query: RouteQuery,
  seen: SeenCertificates = new Map(),
): RoutePage {
  const { search, states, page } = query;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = routes.filter(
    (route) =>
      (states.length === 0 ||
        states.some((state) => (state === 'expiring' ? isExpiring(route, seen) : hasState(route, state)))) &&
      (words.length === 0 || matches(route, words)),
  );
  const { rows, ...cut } = pageOf(found, page);
  return { version, ...cut, rows: rows.map((route) => rowOf(route, seen)) };
}

function matches(route: RouteStatus, words: readonly string[]): boolean {
  const { frontend, holder, standby } = route;
  const claims = holder === undefined ? standby : [holder, ...standby];
  const texts = [
    shownHost(route),
    hostPort(frontend.vip, frontend.port),
    ...claims.flatMap(({ owner }) => [qualifiedName(owner), owner.cluster]),
  ];
  return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)));
}

/** Returns the route that a row stands for. */
export function findRoute(routes: readonly RouteStatus[], host: string, frontend: string): RouteStatus | undefined {
  return routes.find((route) => shownHost(route) === host && frontendKey(route.frontend) === frontend);
}
