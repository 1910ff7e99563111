import { compareText, digest } from '../contract/index.ts';
import {
  type Access,
  type Attributes,
  type BackendSettings,
  canonicalMembers,
  type Frontend,
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

/**
 * Hashes a value as JSON.
 *
 * @param value each object has its keys in alphabetical order and no undefined field, so that equal content gives equal
 *   text. Every Ingress of a snapshot is hashed: to sort the keys of any value takes four times as long.
 */
const hash = (value: unknown): string => digest(`${GRAPH_VERSION} ${JSON.stringify(value)}`, LENGTH);

/** Returns attributes with their keys in order. */
const inOrder = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => compareText(a, b)));

const accessInOrder = ({ allow, deny }: Access): Access => ({
  ...(allow === undefined ? {} : { allow }),
  ...(deny === undefined ? {} : { deny }),
});

/** Returns settings with all their keys in order. */
function settingsInOrder(settings: BackendSettings): BackendSettings {
  const { access, lbvserver, monitor, proxyProtocol, servicegroup, ...others } = settings;
  return {
    // A setting that is forgotten here would change nothing on the appliance: it does not compile.
    ...(others satisfies Record<string, never>),
    ...(access === undefined ? {} : { access: accessInOrder(access) }),
    ...(lbvserver === undefined ? {} : { lbvserver: inOrder(lbvserver) }),
    ...(monitor === undefined ? {} : { monitor: inOrder(monitor) }),
    ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    ...(servicegroup === undefined ? {} : { servicegroup: inOrder(servicegroup) }),
  };
}

/** Ends the members' hash where a back end has no member: its policies are then unbound (VAL-8). */
const EMPTY_SUFFIX = '-';

/** Returns a route under the property names of its first hash: other names would change every hash. */
function recordedRoute(route: Route): Record<string, unknown> {
  const frontEnd = recordedFrontend(route.frontend);
  switch (route.kind) {
    case 'passthrough':
      return { backEnd: route.backend, frontEnd, host: route.host, kind: route.kind };
    case 'redirect':
      return {
        ...(route.challenges === undefined ? {} : { challenges: true }),
        ...{ frontEnd, host: route.host, kind: route.kind, securePort: route.securePort },
      };
    case 'challenge':
      return { backEnd: route.backend, frontEnd, host: route.host, kind: route.kind, token: route.token };
    case 'listener':
      return { frontEnd, kind: route.kind };
  }
}

const recordedFrontend = ({ kind, port, vip }: Frontend) => ({ kind, port, vip });

/** Returns a member without a weight of 1: that is what an absent one means. */
const recordedMember = ({ address, port, weight }: WeightedMember): WeightedMember =>
  weight === undefined || weight === 1 ? { address, port } : { address, port, weight };

/** Hashes an owner's routes for one appliance. The creation time is part of the routes: it decides who holds a host. */
export function hashesOf(set: RouteSet): Hashes {
  const empty = set.backends.some((backend) => backend.members.length === 0);
  const members = set.backends.map(({ service, port, members }) => [
    service,
    port,
    canonicalMembers(members).map(recordedMember),
  ]);
  return {
    frontend: hash({
      places: frontendsOf(set.routes).map(frontendKey).sort(),
      settings: inOrder(set.frontendSettings),
    }),
    routes: hash({
      backEnds: set.backends.map(({ service, port, settings }) => [service, port, settingsInOrder(settings)]),
      created: set.created,
      routes: set.routes.map(recordedRoute),
    }),
    members: hash(members) + (empty ? EMPTY_SUFFIX : ''),
  };
}

/** Returns whether some back end has no member. */
export const hasEmptyBackend = ({ members }: Hashes): boolean => members.endsWith(EMPTY_SUFFIX);

export const sameHashes = (a: Hashes, b: Hashes): boolean =>
  a.frontend === b.frontend && a.routes === b.routes && a.members === b.members;
