import { digest, stableJson } from '../contract/index.ts';
import {
  canonicalMembers,
  frontendKey,
  frontendsOf,
  type Route,
  type RouteSet,
  type WeightedMember,
} from '../route/index.ts';

/** Hashes of an owner's canonical desired state, one for each part that is written apart. */
export interface Hashes {
  readonly frontend: string;
  readonly routes: string;
  readonly members: string;
}

/** Version of the graph that turns routes into objects: another version changes every hash, and so forces a comparison. */
const GRAPH_VERSION = 1;

const LENGTH = 10;
const hash = (value: unknown): string => digest(`${GRAPH_VERSION} ${stableJson(value)}`, LENGTH);

/** Ends the members' hash where a back end has no member: its policies are then unbound (VAL-8). */
const EMPTY_SUFFIX = '-';

/** Returns a route under the property names of its first hash: other names would change every hash. */
function recordedRoute(route: Route): Record<string, unknown> {
  const { kind, frontend: frontEnd } = route;
  switch (kind) {
    case 'passthrough':
      return { kind, frontEnd, host: route.host, backEnd: route.backend };
    case 'redirect':
      return { kind, frontEnd, host: route.host, securePort: route.securePort };
    case 'listener':
      return { kind, frontEnd };
  }
}

/** Returns a member without a weight of 1: that is what an absent one means. */
const recordedMember = ({ weight, ...member }: WeightedMember): WeightedMember =>
  weight === undefined || weight === 1 ? member : { ...member, weight };

/** Hashes an owner's routes for one appliance. The creation time is part of the routes: it decides who holds a host. */
export function hashesOf(set: RouteSet): Hashes {
  const empty = set.backends.some((backend) => backend.members.length === 0);
  const members = set.backends.map(({ service, port, members }) => [
    service,
    port,
    canonicalMembers(members).map(recordedMember),
  ]);
  return {
    frontend: hash({ settings: set.frontendSettings, places: frontendsOf(set.routes).map(frontendKey).sort() }),
    routes: hash({
      created: set.created,
      routes: set.routes.map(recordedRoute),
      backEnds: set.backends.map(({ service, port, settings }) => [service, port, settings]),
    }),
    members: hash(members) + (empty ? EMPTY_SUFFIX : ''),
  };
}

/** Returns whether some back end has no member. */
export const hasEmptyBackend = ({ members }: Hashes): boolean => members.endsWith(EMPTY_SUFFIX);

export const sameHashes = (a: Hashes, b: Hashes): boolean =>
  a.frontend === b.frontend && a.routes === b.routes && a.members === b.members;
