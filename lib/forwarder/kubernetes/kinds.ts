import { GATEWAY_GROUP, type GatewayKind } from '../../gateway/kubernetes.ts';
import type { K8sKind } from '../../ingress/kubernetes.ts';
import type { ReadKind } from '../source/known-kinds.ts';

export interface WatchedKind {
  /** Collection of all objects of the kind, in all namespaces. */
  readonly path: string;
  /** Name of the resource in RBAC. */
  readonly resource: string;
  /**
   * The effect of a kind that was never read. `empties`: back ends would be published without their members and
   * connections reset, so nothing is reported. `hides`: unseen Ingresses may exist, so nothing counts as deleted.
   */
  readonly unread: 'empties' | 'hides';
  /** Only the metadata of its objects is read: namespaces have labels, and nothing else matters. */
  readonly metadataOnly?: true;
}

const gateway = (plural: string): WatchedKind => ({
  path: `/apis/${GATEWAY_GROUP}/v1/${plural}`,
  resource: `${plural}.${GATEWAY_GROUP}`,
  unread: 'hides',
});

/** In the order of reporting: the objects that an Ingress or TLSRoute needs, then these. */
export const WATCHED: Readonly<Record<ReadKind, WatchedKind>> = {
  IngressClass: {
    path: '/apis/networking.k8s.io/v1/ingressclasses',
    resource: 'ingressclasses.networking.k8s.io',
    unread: 'hides',
  },
  Node: { path: '/api/v1/nodes', resource: 'nodes', unread: 'empties' },
  Service: { path: '/api/v1/services', resource: 'services', unread: 'empties' },
  EndpointSlice: {
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    resource: 'endpointslices.discovery.k8s.io',
    unread: 'empties',
  },
  Ingress: { path: '/apis/networking.k8s.io/v1/ingresses', resource: 'ingresses.networking.k8s.io', unread: 'hides' },
  Namespace: { path: '/api/v1/namespaces', resource: 'namespaces', unread: 'hides', metadataOnly: true },
  GatewayClass: gateway('gatewayclasses'),
  ReferenceGrant: gateway('referencegrants'),
  Gateway: gateway('gateways'),
  TLSRoute: gateway('tlsroutes'),
};

/** Kinds that every cluster serves. */
export const ALL_KINDS: readonly K8sKind[] = ['IngressClass', 'Node', 'Service', 'EndpointSlice', 'Ingress'];

/** Kinds that are read only where the API server serves the Gateway API. */
export const GATEWAY_KINDS: readonly GatewayKind[] = [
  'Namespace',
  'GatewayClass',
  'ReferenceGrant',
  'Gateway',
  'TLSRoute',
];

/** Names of the CustomResourceDefinitions of the Gateway API that are read. */
export const GATEWAY_CRDS: readonly string[] = GATEWAY_KINDS.filter((kind) => kind !== 'Namespace').map(
  (kind) => WATCHED[kind].resource,
);

/** Returns the name of a kind's resource in RBAC: `services`, `ingresses.networking.k8s.io`. */
export function resourceName(kind: ReadKind): string {
  return WATCHED[kind].resource;
}
