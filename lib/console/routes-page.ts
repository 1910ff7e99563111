import { hostPort, qualifiedName } from '../contract/index.ts';
import { frontendKey } from '../route/index.ts';
import { type ClaimStatus, hasState, type RouteStatus } from '../status/index.ts';
import type { RoutePage, RouteRow } from './api.ts';
import { pageOf } from './paging.ts';

/** Which routes a page shows. */
export interface RouteQuery {
  /** Words, each of which must occur in host, `namespace/name`, VIP or cluster, in any case. */
  readonly search: string;
  /** Any of these states (`STATE_FILTERS`); every route if empty. */
  readonly states: readonly string[];
  /** From 1. */
  readonly page: number;
}

/** Name of a host that did not fit its row, as `nspass status` shows it. */
const NOT_RECORDED = '(not recorded)';

export function rowOf(route: RouteStatus): RouteRow {
  const { host, frontend, state, holder, members, standby, connections } = route;
  return {
    host: host ?? NOT_RECORDED,
    frontend: frontendKey(frontend),
    vip: hostPort(frontend.vip, frontend.port),
    state,
    holder: holder?.owner,
    since: sinceOf(holder),
    up: members.filter((member) => member.state === 'UP').length,
    members: members.length,
    connections,
    standby: standby.length,
    pending: holder?.pending ?? false,
    draining: holder?.draining !== undefined,
    findings: holder?.findings ?? false,
  };
}

/** Returns the creation time of a claim's Ingress in milliseconds since the epoch; undefined if nobody recorded it. */
export function sinceOf(claim: ClaimStatus | undefined): number | undefined {
  return claim === undefined || claim.created === 0 ? undefined : claim.created * 1000;
}

/** Returns one page of the routes that match. Pure. */
export function routePage(version: number, routes: readonly RouteStatus[], query: RouteQuery): RoutePage {
  const { search, states, page } = query;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = routes.filter(
    (route) =>
      (states.length === 0 || states.some((state) => hasState(route, state))) &&
      (words.length === 0 || matches(route, words)),
  );
  const { rows, ...cut } = pageOf(found, page);
  return { version, ...cut, rows: rows.map(rowOf) };
}

function matches({ host, frontend, holder, standby }: RouteStatus, words: readonly string[]): boolean {
  const claims = holder === undefined ? standby : [holder, ...standby];
  const texts = [
    host ?? NOT_RECORDED,
    hostPort(frontend.vip, frontend.port),
    ...claims.flatMap(({ owner }) => [qualifiedName(owner), owner.cluster]),
  ];
  return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)));
}

/** Returns the route that a row stands for. */
export function findRoute(routes: readonly RouteStatus[], host: string, frontend: string): RouteStatus | undefined {
  return routes.find((route) => (route.host ?? NOT_RECORDED) === host && frontendKey(route.frontend) === frontend);
}
