import { quote } from '../ingress/finding.ts';
import type { K8sService } from '../ingress/index.ts';
import { fault, type GatewayFault } from './fault.ts';
import { GATEWAY_GROUP, type K8sRouteBackendRef, type K8sTlsRoute } from './kubernetes.ts';
import type { GatewayView } from './view.ts';

/** `Maximum` of `BackendRef.Weight`. */
export const HIGHEST_WEIGHT = 1_000_000;

/** A back end of a route, judged. */
export interface JudgedBackend {
  readonly namespace: string;
  /** Empty if the reference has no name. */
  readonly service: string;
  /** 0 if the reference has no valid port. */
  readonly port: number;
  /** Share among the back ends of its rule; 1 where the route has none (GW-12). */
  readonly weight: number;
  /** Why connections of its share are refused. */
  readonly fault?: GatewayFault;
}

function hasPort({ spec }: K8sService, port: number): boolean {
  return (spec.ports ?? []).some((each) => each.port === port && (each.protocol ?? 'TCP') === 'TCP');
}

function faultOf(ref: K8sRouteBackendRef, own: string, at: string, view: GatewayView): GatewayFault | undefined {
  const { group = '', kind = 'Service', namespace = own, name = '', port, weight = 1 } = ref;
  const broken = (reason: string, code: Parameters<typeof fault>[1], message: string, field = ''): GatewayFault =>
    fault(reason, code, { message, path: `${at}${field}` });
  const shown = quote(`${namespace}/${name}`);
  if (group !== '' || kind !== 'Service') {
    const what = quote(group === '' ? kind : `${group}/${kind}`);
    return broken('InvalidKind', 'TLSRouteBackendUnsupported', `the back end is a ${what}, not a Service`);
  }
  const from = { group: GATEWAY_GROUP, kind: 'TLSRoute', namespace: own };
  if (namespace !== own && !view.grants.permits({ from, to: { group, kind, namespace, name } })) {
    const message = `no ReferenceGrant in namespace ${quote(namespace)} lets a TLSRoute of namespace ${quote(own)} use Service ${shown}`;
    const amongFiles = `no ReferenceGrant among the files lets a TLSRoute of namespace ${quote(own)} use Service ${shown}`;
    return { ...broken('RefNotPermitted', 'TLSRouteBackendForbidden', message), amongFiles };
  }
  if (weight < 0 || weight > HIGHEST_WEIGHT) {
    const message = `the weight ${weight} is not a number from 0 to ${HIGHEST_WEIGHT}`;
    return broken('UnsupportedValue', 'TLSRouteBackendUnsupported', message, '.weight');
  }
  if (name === '' || port === undefined || port < 1 || port > 65_535) {
    const message = `the back end ${shown} has no ${name === '' ? 'name' : 'port from 1 to 65535'}`;
    return broken('BackendNotFound', 'TLSRouteBackendNotFound', message);
  }
  const service = view.service(namespace, name);
  if (service === undefined) {
    const message = `Service ${shown} does not exist`;
    const amongFiles = `Service ${shown} is not among the files`;
    return { ...broken('BackendNotFound', 'TLSRouteBackendNotFound', message, '.name'), amongFiles };
  }
  if (service.spec.type === 'ExternalName') {
    const message = `Service ${shown} is of type ExternalName and has no addresses`;
    return broken('UnsupportedValue', 'TLSRouteBackendUnsupported', message, '.name');
  }
  if (hasPort(service, port)) return undefined;
  const message = `Service ${shown} has no TCP port ${port}`;
  return broken('BackendNotFound', 'TLSRouteBackendNotFound', message, '.port');
}

/**
 * Judges the back ends of one rule (GW-11, GW-12), in their order.
 *
 * | back end | reason of `ResolvedRefs` |
 * |---|---|
 * | not a Service of the core group | `InvalidKind` |
 * | in another namespace, without a ReferenceGrant | `RefNotPermitted`; it is not looked up, so that nobody learns whether it exists |
 * | no such Service or TCP port | `BackendNotFound` |
 * | a Service of type ExternalName, or a weight out of range | `UnsupportedValue` |
 *
 * Source: `BackendRef` in apis/v1/shared_types.go, `TLSRouteRule.BackendRefs` in apis/v1/tlsroute_types.go, and the official
 * tests TLSRouteInvalidBackendRef… and TLSRouteInvalidReferenceGrant.
 */
export function judgeBackends(route: K8sTlsRoute, rule: number, view: GatewayView): JudgedBackend[] {
  const own = route.metadata.namespace;
  return (route.spec.rules?.[rule]?.backendRefs ?? []).map((ref, index) => {
    const found = faultOf(ref, own, `spec.rules[${rule}].backendRefs[${index}]`, view);
    const { namespace = own, name: service = '', port = 0, weight = 1 } = ref;
    return { namespace, service, port, weight, ...(found === undefined ? {} : { fault: found }) };
  });
}
