import { ROUTE_STATES, type RouteStatus } from './route-status.ts';

/** States of a route that a user may ask for: its own, and those of its holder and of its standby claims. */
export const STATE_FILTERS: readonly string[] = [...ROUTE_STATES, 'pending', 'draining', 'findings', 'standby'];

/** @param state one of {@link STATE_FILTERS}. */
export function hasState(route: RouteStatus, state: string): boolean {
  if (state === 'pending') return route.holder?.pending === true;
  if (state === 'draining') return route.holder?.draining !== undefined;
  if (state === 'findings') return route.holder?.findings === true;
  if (state === 'standby') return route.standby.length > 0;
  return route.state === state;
}
