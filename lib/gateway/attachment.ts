import { quote, quoteAll } from '../ingress/finding.ts';
import { allowsNamespace, type NamespaceAnswer } from './allowed-namespaces.ts';
import { fault, type GatewayFault } from './fault.ts';
import type { JudgedGateway } from './gateway.ts';
import { commonHostname } from './hostname.ts';
import type { K8sParentRef, K8sTlsRoute } from './kubernetes.ts';
import type { JudgedListener } from './listeners.ts';
import type { GatewayView } from './view.ts';

/** The listeners of one Gateway that take a route, or why none does. */
export interface Attachment {
  /** Listeners that take the route, whether they are accepted themselves or not. */
  readonly listeners: readonly JudgedListener[];
  /** Why no listener takes the route. */
  readonly fault?: GatewayFault;
  /** Whether the labels of an unknown Namespace would decide. */
  readonly uncertain?: boolean;
}

const refused = (reason: string, message: string, path: string): Attachment => ({
  listeners: [],
  fault: fault(reason, 'TLSRouteNotAttached', { message, path }),
});

function describeTarget({ sectionName, port }: K8sParentRef): string {
  const name = sectionName === undefined ? [] : [`named ${quote(sectionName)}`];
  return [...name, ...(port === undefined ? [] : [`on port ${port}`])].join(' ');
}

/** Returns whether a listener has a hostname in common with some of a route (GW-10). */
export function sharesHostname({ hostname }: JudgedListener, hostnames: readonly string[]): boolean {
  return hostnames.some((each) => commonHostname(hostname, each) !== undefined);
}

/**
 * Returns which listeners of a Gateway take a route (GW-8 to GW-10). A listener takes it if the parentRef selects it, if it
 * allows the kind and the namespace, and if it has a hostname in common with the route. The reason is that of the last step
 * that a listener reached, in this order:
 *
 * | no listener … | reason |
 * |---|---|
 * | has the name and port of the parentRef | `NoMatchingParent` |
 * | allows the kind of the route, but one would terminate its TLS | `UnsupportedValue` |
 * | allows the kind or the namespace of the route | `NotAllowedByListeners` |
 * | has a hostname in common with the route | `NoMatchingListenerHostname` |
 *
 * A listener's own faults do not count: `AttachedRoutes` in apis/v1/gateway_types.go says so. Source: `ParentReference` in
 * apis/v1/shared_types.go, and the official tests TLSRouteInvalidNoMatchingListener….
 *
 * @param hostnames valid hostnames of the route, in canonical form.
 * @param at path of the parentRef: `spec.parentRefs[0]`.
 */
export function attachRoute(
  route: K8sTlsRoute,
  hostnames: readonly string[],
  ref: K8sParentRef,
  { gateway, listeners }: JudgedGateway,
  view: GatewayView,
  at: string,
): Attachment {
  const { namespace: own, name } = gateway.metadata;
  const shown = `Gateway ${quote(`${own}/${name}`)}`;
  const selected = listeners.filter(
    (listener) =>
      (ref.sectionName === undefined || listener.name === ref.sectionName) &&
      (ref.port === undefined || listener.port === ref.port),
  );
  if (selected.length === 0) {
    const field = ref.sectionName === undefined ? 'port' : 'sectionName';
    return refused('NoMatchingParent', `${shown} has no listener ${describeTarget(ref)}`, `${at}.${field}`);
  }
  const ofKind = selected.filter(({ kinds }) => kinds.includes(route.kind));
  if (ofKind.length === 0) {
    if (selected.some(({ terminates }) => terminates)) {
      return refused('UnsupportedValue', `${shown} would terminate TLS, which is not supported`, at);
    }
    const names = quoteAll(selected.map((listener) => listener.name));
    const message = `no listener of ${shown} that the parentRef selects (${names}) takes TLSRoutes`;
    return refused('NotAllowedByListeners', message, at);
  }
  const { namespace } = route.metadata;
  const answers = new Map<JudgedListener, NamespaceAnswer>(
    ofKind.map((listener) => [listener, allowsNamespace(listener.spec, own, namespace, view)]),
  );
  const open = ofKind.filter((listener) => answers.get(listener) === 'yes');
  if (open.length === 0) {
    const message = `no listener of ${shown} takes routes of the namespace ${quote(namespace)}`;
    const uncertain = [...answers.values()].includes('unknown');
    return { ...refused('NotAllowedByListeners', message, at), ...(uncertain ? { uncertain } : {}) };
  }
  const taking = open.filter((listener) => sharesHostname(listener, hostnames));
  if (taking.length > 0) return { listeners: taking };
  const theirs = quoteAll(open.map(({ hostname = '*' }) => hostname));
  const message = `none of the route’s hostnames (${quoteAll(hostnames)}) matches a listener of ${shown} (${theirs})`;
  return refused('NoMatchingListenerHostname', message, 'spec.hostnames');
}
