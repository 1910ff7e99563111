import type { RouteStatus } from '../status/index.ts';
import { routeJson } from './status-json.ts';

/** Routes that differ between two readings. */
export interface StatusChange {
  /** All routes of the earlier reading. */
  readonly before: readonly RouteStatus[];
  /** All routes of the later reading. */
  readonly routes: readonly RouteStatus[];
  /** New routes, and those that changed. */
  readonly changed: readonly RouteStatus[];
  /** Routes of the earlier reading that are not there any more. */
  readonly gone: readonly RouteStatus[];
}

/** Identifies a route among those of one reading. */
const keyOf = ({ host, frontend, holder }: RouteStatus): string =>
  `${host ?? JSON.stringify(holder?.owner)} ${frontend.vip} ${frontend.port}`;

/** Returns what is printed of a route, but for its age and the counters that only grow: each connection changes them. */
function contentOf(route: RouteStatus): string {
  const { traffic, frontendResets, ...content } = routeJson(route);
  return JSON.stringify([content, route.object]);
}

/** Compares two readings. Ages do not count: they change by themselves. */
export function statusChange(before: readonly RouteStatus[], routes: readonly RouteStatus[]): StatusChange {
  const earlier = new Map(before.map((route) => [keyOf(route), contentOf(route)]));
  const now = new Set(routes.map(keyOf));
  return {
    before,
    routes,
    changed: routes.filter((route) => earlier.get(keyOf(route)) !== contentOf(route)),
    gone: before.filter((route) => !now.has(keyOf(route))),
  };
}
