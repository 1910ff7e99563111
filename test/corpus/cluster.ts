import type { K8sEndpointSlice, K8sIngressClass, K8sNode, K8sObject, K8sService } from '../../lib/ingress/index.ts';

export function ingressClass(
  name: string,
  controller = 'citrix.com/ingress-controller',
  metadata: Partial<K8sIngressClass['metadata']> = {},
): K8sIngressClass {
  return { kind: 'IngressClass', metadata: { name, namespace: '', ...metadata }, spec: { controller } };
}

/** Annotations of a default IngressClass. */
export const DEFAULT_CLASS = { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } };

export function service(name: string, spec: K8sService['spec'] = { ports: [{ port: 443 }] }): K8sService {
  return { kind: 'Service', metadata: { name, namespace: 'default' }, spec };
}

export function slice(
  serviceName: string,
  name: string,
  rest: Omit<K8sEndpointSlice, 'kind' | 'metadata'>,
): K8sEndpointSlice {
  const labels = { 'kubernetes.io/service-name': serviceName };
  return { kind: 'EndpointSlice', metadata: { name, namespace: 'default', labels }, addressType: 'IPv4', ...rest };
}

export function node(name: string, addresses: readonly (readonly [string, string])[], ready = 'True'): K8sNode {
  return {
    kind: 'Node',
    metadata: { name, namespace: '' },
    status: {
      addresses: addresses.map(([type, address]) => ({ type, address })),
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: ready },
      ],
    },
  };
}

export const CLASSES: readonly K8sObject[] = [ingressClass('citrix'), ingressClass('nginx', 'k8s.io/ingress-nginx')];

/** A cluster with a Service of each kind that the cases need. */
export const CLUSTER: readonly K8sObject[] = [
  ...CLASSES,
  service('web', { ports: [{ name: 'https', port: 443, targetPort: 8443, protocol: 'TCP' }] }),
  slice('web', 'web-1', {
    endpoints: [{ addresses: ['10.1.0.2'] }, { addresses: ['10.1.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'https', port: 8443, protocol: 'TCP' }],
  }),
  service('api', {
    ports: [
      { name: 'https', port: 443, targetPort: 'tls' },
      { name: 'admin', port: 8443, targetPort: 'admin' },
      { name: 'quic', port: 4433, protocol: 'UDP' },
    ],
  }),
  slice('api', 'api-1', {
    endpoints: [{ addresses: ['10.1.1.1'] }],
    ports: [
      { name: 'https', port: 9443 },
      { name: 'admin', port: 9444 },
      { name: 'quic', port: 4433, protocol: 'UDP' },
    ],
  }),
  service('idle'),
  slice('idle', 'idle-1', { endpoints: [], ports: [] }),
  service('alias', { type: 'ExternalName', ports: [{ port: 443 }] }),
];

/** Services of the cluster with their members. */
export const API = 'api:443 10.1.1.1:9443';
export const ADMIN = 'api:admin 10.1.1.1:9444';
