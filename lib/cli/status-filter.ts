import { matchesParts } from '../contract/index.ts';
import { hasState, type RouteStatus, STATE_FILTERS } from '../status/index.ts';
import { UsageError } from './usage.ts';

/** Which routes are shown; every criterion must match. */
export interface StatusFilter {
  /** Exact host, or a pattern with `*`. */
  readonly host?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  /** States of a route, `pending`, `draining` and `findings` of its holder, and `standby`. */
  readonly state?: readonly string[];
}

/** @throws {UsageError} for a state that does not exist. */
export function checkStates(states: readonly string[] = []): void {
  const wrong = states.find((state) => !STATE_FILTERS.includes(state));
  if (wrong !== undefined)
    throw new UsageError(`--state ${wrong} is not a state: expected ${STATE_FILTERS.join(', ')}.`);
}

/** Returns the routes that match. A claim on standby matches by namespace and cluster, too. */
export function filterRoutes(routes: readonly RouteStatus[], filter: StatusFilter): RouteStatus[] {
  const host = filter.host === undefined ? undefined : hostMatcher(filter.host);
  return routes.filter((route) => {
    const claims = [...(route.holder === undefined ? [] : [route.holder]), ...route.standby];
    return (
      (host === undefined || host(route.host ?? '')) &&
      (filter.namespace === undefined || claims.some(({ owner }) => owner.namespace === filter.namespace)) &&
      (filter.cluster === undefined || claims.some(({ owner }) => owner.cluster === filter.cluster)) &&
      (filter.state === undefined || filter.state.some((state) => hasState(route, state)))
    );
  });
}

function hostMatcher(pattern: string): (host: string) => boolean {
  const wanted = pattern.toLowerCase().replace(/\.$/, '');
  if (!wanted.includes('*')) return (host) => host === wanted;
  const parts = wanted.split('*');
  return (host) => matchesParts(host, parts) || host === wanted;
}
