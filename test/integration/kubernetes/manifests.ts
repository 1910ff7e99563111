/** Objects of a small shop, as the API server takes them. */
export const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

export function ingress(name: string, more: { annotations?: object; service?: string } = {}) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace: 'shop',
      annotations: { 'ingress.citrix.com/ssl-passthrough': 'true', ...more.annotations },
    },
    spec: {
      tls: [{ hosts: [`${name}.shop.test`] }],
      rules: [
        {
          host: `${name}.shop.test`,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: more.service ?? 'web', port: { number: 443 } } },
              },
            ],
          },
        },
      ],
    },
  };
}

export function service(name: string, selector?: object) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: {
      ports: [{ port: 443, targetPort: 8443, protocol: 'TCP' }],
      ...(selector === undefined ? {} : { selector }),
    },
  };
}

export function slice(name: string, addresses: readonly string[]) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ port: 8443, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

export const PATHS = {
  namespaces: '/api/v1/namespaces',
  ingresses: '/apis/networking.k8s.io/v1/namespaces/shop/ingresses',
  services: '/api/v1/namespaces/shop/services',
  slices: '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices',
  events: '/apis/events.k8s.io/v1/namespaces/shop/events',
} as const;
