import {
  isLabel,
  isUid,
  qualifiedName,
  type TlsRouteBackend,
  type TlsRouteParent,
  type TlsRouteState,
} from '../contract/index.ts';
import { type ResolutionSettings, resolveService } from '../ingress/backends.ts';
import { epochSeconds } from '../ingress/ingress-state.ts';
import type { ClusterView } from '../ingress/kubernetes.ts';
import { isOwnAnnotation } from '../ingress/own-annotations.ts';
import { assignedTo } from './gateway-state.ts';
import type { JudgedParent, JudgedRoute } from './judged-route.ts';
import { HIGHEST_WEIGHT, type JudgedBackend } from './route-backends.ts';

/** A reason of the API for a back end that the contract has no word for. */
const OTHER_PROBLEM = 'UnsupportedValue';
const PROBLEMS: ReadonlySet<string> = new Set(['BackendNotFound', 'InvalidKind', 'RefNotPermitted', OTHER_PROBLEM]);

type Problem = NonNullable<TlsRouteBackend['problem']>;

/**
 * Returns the listeners of a parent that can be programmed (GW-17): those that take the route, and are accepted themselves,
 * of a Gateway that is. A Gateway all of whose addresses are unusable has none: it must not appear on the default VIP.
 */
function listenersOf({ gateway, listeners }: JudgedParent, assigned: AssignedAddresses): TlsRouteParent[] {
  const { accepted, addresses } = gateway;
  const nowhere = addresses.unusable.length > 0 && addresses.addresses.length === 0;
  if (!accepted.status || nowhere) return [];
  const { metadata, spec } = gateway.gateway;
  return listeners
    .filter(({ fault }) => fault === undefined)
    .map(({ name: listener, port, hostname }) => ({
      gateway: { namespace: metadata.namespace, name: metadata.name },
      class: spec.gatewayClassName ?? '',
      listener,
      port,
      ...(hostname === undefined ? {} : { hostname }),
      addresses: [...addresses.addresses],
      ...assignedTo(gateway, assigned(qualifiedName(metadata))),
    }));
}

/** Returns the listeners of all parents, each once: two parentRefs may select the same. */
function parentsOf({ parents }: JudgedRoute, assigned: AssignedAddresses): TlsRouteParent[] {
  const all = parents.flatMap((parent) => listenersOf(parent, assigned));
  const keyOf = ({ gateway, listener }: TlsRouteParent): string => `${gateway.namespace}/${gateway.name}/${listener}`;
  return [...new Map(all.map((parent) => [keyOf(parent), parent])).values()];
}

/** Keeps the form of the contract for what has a problem; its values are never used. */
function unusable({ namespace, service, port, weight, fault }: JudgedBackend, own: string): TlsRouteBackend {
  const reason = fault?.reason ?? OTHER_PROBLEM;
  return {
    namespace: isLabel(namespace) ? namespace : own,
    service: service.slice(0, 253),
    ...(port >= 1 && port <= 65_535 ? { port } : {}),
    weight: Math.min(HIGHEST_WEIGHT, Math.max(0, weight)),
    problem: (PROBLEMS.has(reason) ? reason : OTHER_PROBLEM) as Problem,
    members: [],
  };
}

/** Returns the addresses that appliances have chosen for a Gateway, by `namespace/name`; sorted. */
export type AssignedAddresses = (gateway: string) => readonly string[];

/** Keeps the annotations that may have an effect. */
function ownAnnotations(all: Readonly<Record<string, string>> = {}): Pick<TlsRouteState, 'annotations'> {
  const own = Object.entries(all).filter(([key]) => isOwnAnnotation(key));
  return own.length === 0 ? {} : { annotations: Object.fromEntries(own) };
}

/**
 * Projects a judged TLSRoute to the state that an event carries (GW-17), with the members of its back ends.
 *
 * @param judged a route of ours; without a listener that takes it, the state has no parents.
 * @param view of the Services and their members.
 * @param assigned none where absent: files have no status.
 */
export function tlsRouteState(
  judged: JudgedRoute,
  view: ClusterView,
  resolution: ResolutionSettings,
  assigned: AssignedAddresses = () => [],
): TlsRouteState {
  const { metadata, spec } = judged.route;
  const backend = (each: JudgedBackend): TlsRouteBackend => {
    if (each.fault !== undefined) return unusable(each, metadata.namespace);
    const { namespace, service, port, weight } = each;
    const { members } = resolveService({ service, port }, namespace, view, resolution);
    return { namespace, service, port, weight, members };
  };
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ...(isUid(metadata.uid) ? { uid: metadata.uid } : {}),
    created: epochSeconds(metadata.creationTimestamp),
    ...ownAnnotations(metadata.annotations),
    hostnames: [...(spec.hostnames ?? [])],
    parents: parentsOf(judged, assigned),
    rules: judged.rules.map((backends) => ({ backends: backends.map(backend) })),
  };
}
