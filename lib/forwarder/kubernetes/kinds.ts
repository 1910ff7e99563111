import type { K8sKind } from '../../ingress/kubernetes.ts';

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
}

/** In the order of reporting: the objects that an Ingress needs, then the Ingresses. */
export const WATCHED: Readonly<Record<K8sKind, WatchedKind>> = {
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
};

export const ALL_KINDS = Object.keys(WATCHED) as readonly K8sKind[];

/** Returns the name of a kind's resource in RBAC: `services`, `ingresses.networking.k8s.io`. */
export function resourceName(kind: K8sKind): string {
  return WATCHED[kind].resource;
}
