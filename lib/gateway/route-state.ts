import { isProblem, type TlsRouteBackend, type TlsRouteParent, type TlsRouteState } from '../contract/index.ts';
import { type ClusterView, type ResolutionSettings, resolveService, seconds } from '../ingress/index.ts';
import type { JudgedRoute } from './judged-route.ts';
import type { JudgedBackend } from './route-backends.ts';

/**
 * Returns the listeners that carry a route: those that take it and are accepted themselves, of Gateways that are (GW-7 to
 * GW-10). A Gateway whose addresses cannot be used carries nothing (GW-6).
 */
export function carryingListeners({ parents }: JudgedRoute): TlsRouteParent[] {
  const carrying = parents.flatMap(({ gateway: { gateway, accepted, addresses }, listeners }) => {
    if (!accepted.status || addresses.unusable.length > 0) return [];
    return listeners
      .filter((listener) => listener.fault === undefined)
      .map(
        (listener): TlsRouteParent => ({
          gateway: { namespace: gateway.metadata.namespace, name: gateway.metadata.name },
          class: gateway.spec.gatewayClassName ?? '',
          listener: listener.name,
          port: listener.port,
          ...(listener.hostname === undefined ? {} : { hostname: listener.hostname }),
          addresses: [...addresses.addresses],
        }),
      );
  });
  const unique = new Map(carrying.map((parent) => [JSON.stringify([parent.gateway, parent.listener]), parent]));
  return [...unique.values()];
}

function resolvedBackend(
  { namespace, service, port, weight, fault }: JudgedBackend,
  view: ClusterView,
  settings: ResolutionSettings,
): TlsRouteBackend {
  const reference = { namespace, service, ...(port === 0 ? {} : { port }), weight };
  if (fault !== undefined) {
    const problem = isProblem(fault.reason) ? fault.reason : 'UnsupportedValue';
    return { ...reference, problem, members: [] };
  }
  return { ...reference, members: resolveService({ service, port }, namespace, view, settings).members };
}

/**
 * Returns the state that an event carries: the hostnames as written, the listeners that carry the route, and its back ends
 * with their members.
 *
 * @param parents result of {@link carryingListeners}.
 */
export function tlsRouteState(
  { route: { metadata, spec }, rules }: JudgedRoute,
  parents: readonly TlsRouteParent[],
  view: ClusterView,
  settings: ResolutionSettings,
): TlsRouteState {
  const { namespace, name, uid } = metadata;
  return {
    namespace,
    name,
    ...(uid === undefined ? {} : { uid }),
    created: seconds(metadata.creationTimestamp),
    hostnames: [...(spec.hostnames ?? [])],
    parents: [...parents],
    rules: rules.map((backends) => ({ backends: backends.map((backend) => resolvedBackend(backend, view, settings)) })),
  };
}
