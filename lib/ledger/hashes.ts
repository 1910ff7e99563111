import { digest } from '../contract/index.ts';
import { canonicalMembers, frontendKey, frontendsOf, type Route, type RouteSet, stableJson } from '../route/index.ts';
import type { Hashes } from './rows.ts';

/** Version of the graph that makes objects of routes: another one makes every hash differ, and so a comparison. */
export const GRAPH_VERSION = 1;

const LENGTH = 10;
const hash = (value: unknown): string => digest(`${GRAPH_VERSION} ${stableJson(value)}`, LENGTH);

/** Marks that a back end has no member: its policies are unbound. */
export const SOME_EMPTY = '-';

/** Returns a route under the names that its hash was made with from the beginning: others would make every hash differ. */
function recordedRoute({ frontend: frontEnd, host, ...rest }: Route): Record<string, unknown> {
  return rest.kind === 'passthrough'
    ? { kind: rest.kind, frontEnd, host, backEnd: rest.backend }
    : { kind: rest.kind, frontEnd, host, securePort: rest.securePort };
}

/**
 * Hashes of what an owner wants of one appliance, by the parts that are written apart. The creation time is part of
 * the routes': it decides who holds a host.
 */
export function hashesOf(set: RouteSet): Hashes {
  const empty = set.backends.some((backend) => backend.members.length === 0);
  const members = set.backends.map(({ service, port, members }) => [service, port, canonicalMembers(members)]);
  return {
    frontend: hash({ settings: set.frontendSettings, places: frontendsOf(set.routes).map(frontendKey).sort() }),
    routes: hash({
      created: set.created,
      routes: set.routes.map(recordedRoute),
      backEnds: set.backends.map(({ service, port, settings }) => [service, port, settings]),
    }),
    members: hash(members) + (empty ? SOME_EMPTY : ''),
  };
}

export const sameHashes = (a: Hashes, b: Hashes): boolean =>
  a.frontend === b.frontend && a.routes === b.routes && a.members === b.members;
