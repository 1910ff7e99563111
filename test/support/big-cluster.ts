// A fake API server as a process of its own, with a large cluster in it: so that the forwarder's memory is its own.
// It prints its port and its certificate as JSON, then obeys lines on standard input: `churn N` changes N objects.
import { createInterface } from 'node:readline';
import { WATCHED } from '../../lib/forwarder/kubernetes/kinds.ts';
import { GATEWAY_CONTROLLER } from '../../lib/gateway/settings.ts';
import { selfSigned } from '../../lib/nitro/self-signed.ts';
import { FakeApiServer, type FakeObject } from './fake-apiserver.ts';

const [ingresses = 10_000, nodes = 500, routes = 0] = process.argv.slice(2).map(Number);
const tls = await selfSigned({
  commonName: 'localhost',
  names: ['localhost'],
  algorithm: 'ecdsa',
  days: 1,
  now: Date.now(),
});
const server = await FakeApiServer.start(tls);

/** Returns metadata like that of a real cluster, with managed fields that the forwarder does not read. */
function meta(name: string, index: number, more: object = {}): FakeObject['metadata'] {
  return {
    name,
    namespace: `team-${index % 50}`,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: Object.fromEntries(
          Array.from({ length: 20 }, (_, field) => [`f:field-${field}`, { '.': {}, 'f:x': {} }]),
        ),
      },
    ],
    ...more,
  } as FakeObject['metadata'];
}

const ingress = (index: number, version = 0): FakeObject => ({
  metadata: meta(`web-${index}`, index, {
    annotations: {
      'ingress.citrix.com/ssl-passthrough': 'true',
      'ingress.citrix.com/frontend-ip': `192.0.2.${(index + version) % 250}`,
      'example.test/version': String(version),
      'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(800),
    },
  }),
  spec: {
    tls: [{ hosts: [`host-${index}.example.test`], secretName: `tls-${index}` }],
    rules: [
      {
        host: `host-${index}.example.test`,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: `svc-${index}`, port: { number: 443 } } } },
          ],
        },
      },
    ],
  },
  status: { loadBalancer: {} },
});

const service = (index: number): FakeObject => ({
  metadata: meta(`svc-${index}`, index),
  spec: {
    type: 'ClusterIP',
    clusterIP: `10.${100 + Math.floor(index / 65_536)}.${Math.floor(index / 256) % 256}.${index % 256}`,
    ports: [{ name: 'https', port: 443, targetPort: 8443, protocol: 'TCP' }],
    selector: { app: `app-${index}` },
    sessionAffinity: 'None',
  },
});

const slice = (index: number, version = 0): FakeObject => ({
  metadata: meta(`svc-${index}-abcde`, index, { labels: { 'kubernetes.io/service-name': `svc-${index}` } }),
  addressType: 'IPv4',
  ports: [{ name: 'https', port: 8443, protocol: 'TCP' }],
  endpoints: [0, 1, 2].map((pod) => ({
    addresses: [`10.${pod + 1}.${Math.floor(index / 256) % 256}.${(index + version) % 256}`],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${(index + pod) % nodes}`,
    targetRef: {
      kind: 'Pod',
      name: `app-${index}-${pod}`,
      namespace: `team-${index % 50}`,
      uid: `uid-${index}-${pod}`,
    },
  })),
});

const node = (index: number): FakeObject => ({
  metadata: { ...meta(`node-${index}`, index), namespace: '' },
  status: {
    addresses: [
      { type: 'InternalIP', address: `10.9.${Math.floor(index / 256)}.${index % 256}` },
      { type: 'Hostname', address: `node-${index}` },
    ],
    conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' }],
    images: Array.from({ length: 30 }, (_, image) => ({ names: [`registry.test/image-${image}`], sizeBytes: 1e7 })),
  },
});

/** A TLSRoute as the API server stores it, with its defaults. */
const route = (index: number): FakeObject => ({
  metadata: { ...meta(`web-${index}`, index), generation: 1 } as FakeObject['metadata'],
  spec: {
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge', namespace: 'infra' }],
    hostnames: [`route-${index}.example.test`],
    rules: [{ backendRefs: [{ group: '', kind: 'Service', name: `svc-${index % ingresses}`, port: 443, weight: 1 }] }],
  },
});

for (let index = 0; index < nodes; index += 1) server.put(WATCHED.Node.path, node(index));
for (let index = 0; index < ingresses; index += 1) {
  server.put(WATCHED.Service.path, service(index));
  server.put(WATCHED.EndpointSlice.path, slice(index));
  server.put(WATCHED.Ingress.path, ingress(index));
}
server.put(WATCHED.IngressClass.path, {
  metadata: { name: 'netscaler' },
  spec: { controller: 'citrix.com/ingress-controller' },
});
if (routes > 0) {
  server.gatewayApi = { v1: ['gatewayclasses', 'gateways', 'tlsroutes', 'referencegrants'] };
  for (let index = 0; index < 50; index += 1) {
    server.put(WATCHED.Namespace.path, { metadata: { name: `team-${index}`, labels: { team: String(index) } } });
  }
  server.put(WATCHED.GatewayClass.path, {
    metadata: { ...meta('edge', 0), namespace: '' },
    spec: { controllerName: GATEWAY_CONTROLLER },
  });
  const listener = { name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } };
  server.put(WATCHED.Gateway.path, {
    metadata: { ...meta('edge', 0), namespace: 'infra' },
    spec: {
      gatewayClassName: 'edge',
      addresses: [{ type: 'IPAddress', value: '192.0.2.10' }],
      listeners: [{ ...listener, allowedRoutes: { namespaces: { from: 'All' } } }],
    },
  });
  for (let index = 0; index < routes; index += 1) server.put(WATCHED.TLSRoute.path, route(index));
}
process.stdout.write(`${JSON.stringify({ port: new URL(server.url).port, ca: tls.cert })}\n`);

let changed = 0;
createInterface({ input: process.stdin }).on('line', (line) => {
  const count = Number(/^churn (\d+)$/.exec(line)?.[1] ?? 0);
  for (let index = 0; index < count; index += 1, changed += 1) {
    const which = (changed * 7_919) % ingresses;
    if (changed % 5 === 0) server.put(WATCHED.Ingress.path, ingress(which, changed));
    else server.put(WATCHED.EndpointSlice.path, slice(which, changed));
  }
  // Old versions are dropped so that this process does not grow. No client resumes a watch here.
  server.compact();
  server.requests.length = 0;
});
