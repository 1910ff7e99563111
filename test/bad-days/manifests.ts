import type { ApiObject } from './api-server.ts';
import { POD_PORT, type TenantIngress } from './model.ts';

/** The objects of Kubernetes that tenants write. */

const PREFIX = 'ingress.citrix.com';

export function ingressManifest(ingress: TenantIngress): ApiObject {
  const [namespace = '', name = ''] = ingress.name.split('/');
  const backend = { service: { name: ingress.service.split('/')[1], port: { number: 443 } } };
  return {
    metadata: {
      namespace,
      name,
      uid: ingress.uid,
      creationTimestamp: `${new Date(ingress.created * 1_000).toISOString().slice(0, 19)}Z`,
      annotations: {
        [`${PREFIX}/ssl-passthrough`]: String(ingress.selected),
        [`${PREFIX}/frontend-ip`]: ingress.vip,
      },
    },
    spec: {
      tls: [{}],
      rules: ingress.hosts.map((host) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } })),
    },
  };
}

/** @param service `namespace/name`. */
export function serviceManifest(service: string): ApiObject {
  const [namespace = '', name = ''] = service.split('/');
  return { metadata: { namespace, name }, spec: { ports: [{ port: 443, targetPort: POD_PORT, protocol: 'TCP' }] } };
}

export function sliceManifest(service: string, addresses: readonly string[]): ApiObject {
  const [namespace = '', name = ''] = service.split('/');
  return {
    metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ port: POD_PORT, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}
