import type { CaseScope, ConformanceCase, Manifest } from '../case.ts';
import { apply, ingress, remove, served, unserved } from '../manifests.ts';

/** Node ports of the cases: each has one of its own, because a cluster gives each once. */
export const NODE_PORTS = [30_443, 30_444, 30_445, 30_446] as const;

type Backend = 'a' | 'b' | 'c';

/** Returns a Node of the suite; its name says whose it is, because a Node has no namespace. */
function node(scope: CaseScope, backend: Backend, ready = true): Manifest {
  const { address } = scope.node(backend);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName(scope, backend) },
    status: {
      addresses: [{ type: 'InternalIP', address }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

const nodeName = (scope: CaseScope, backend: Backend): string => `${scope.namespace}-${backend}`;

/** Returns a Service that is reached at a port of the nodes. */
const nodePort = (scope: CaseScope, port: number, policy: 'Cluster' | 'Local' = 'Cluster'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: scope.namespace },
  spec: {
    type: 'NodePort',
    externalTrafficPolicy: policy,
    ports: [{ name: 'https', port: 443, nodePort: port, protocol: 'TCP' }],
  },
});

/** Returns a slice with one endpoint on a node. Its address is nobody's: with node ports, it is not asked. */
const endpointOn = (scope: CaseScope, backend: Backend): Manifest => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: `web-${backend}`,
    namespace: scope.namespace,
    labels: { 'kubernetes.io/service-name': 'web' },
  },
  addressType: 'IPv4',
  ports: [{ name: 'https', port: 8_443, protocol: 'TCP' }],
  endpoints: [{ addresses: ['10.96.77.7'], nodeName: nodeName(scope, backend), conditions: { ready: true } }],
});

const shop = (scope: CaseScope): Manifest => ingress(scope, 'shop', { rules: [scope.host()] });

const onNodes = (id: string, title: string, rules: readonly string[], steps: ConformanceCase['steps']) => ({
  id: `node-${id}`,
  rules,
  title,
  needs: ['nodes'] as const,
  steps,
});

/**
 * Nodes behind NodePort Services: END-2, END-3. The Nodes of a case are seen by all cases, so that a case with node
 * ports limits itself to its own by the policy `Local`.
 */
export const NODE_CASES: readonly ConformanceCase[] = [
  onNodes('local', 'a NodePort Service leads to the node of its endpoint', ['END-2'], (scope) => [
    apply(node(scope, 'a'), nodePort(scope, NODE_PORTS[0], 'Local'), endpointOn(scope, 'a'), shop(scope)),
    { kind: 'spread', host: scope.host(), backends: ['a'] },
  ]),
  onNodes(
    'moved',
    'an endpoint that moves to another node takes the connections with it',
    ['END-2', 'END-3'],
    (scope) => [
      apply(
        node(scope, 'a'),
        node(scope, 'b'),
        nodePort(scope, NODE_PORTS[1], 'Local'),
        endpointOn(scope, 'a'),
        shop(scope),
      ),
      { kind: 'spread', host: scope.host(), backends: ['a'] },
      apply(endpointOn(scope, 'b')),
      remove(endpointOn(scope, 'a')),
      { kind: 'spread', host: scope.host(), backends: ['b'] },
    ],
  ),
  onNodes('unready', 'a node that is not ready gets no connection', ['END-2', 'END-3'], (scope) => [
    apply(
      node(scope, 'a'),
      node(scope, 'b'),
      nodePort(scope, NODE_PORTS[2], 'Local'),
      endpointOn(scope, 'a'),
      endpointOn(scope, 'b'),
      shop(scope),
    ),
    { kind: 'spread', host: scope.host(), backends: ['a', 'b'] },
    apply(node(scope, 'b', false)),
    { kind: 'spread', host: scope.host(), backends: ['a'] },
  ]),
  onNodes('cluster', 'without the policy Local, every ready node is a member', ['END-2'], (scope) => [
    apply(node(scope, 'c'), nodePort(scope, NODE_PORTS[3]), endpointOn(scope, 'c'), shop(scope)),
    served(scope.host(), 'a', 'b', 'c'),
    unserved(scope.host('other')),
  ]),
];
