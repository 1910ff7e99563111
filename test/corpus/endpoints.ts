import type { K8sEndpointSlice, K8sObject, K8sService } from '../../lib/ingress/index.ts';
import { type Case, ingress, path, route, rule } from './case.ts';
import { CLASSES, node, service, slice } from './cluster.ts';

type Endpoints = NonNullable<K8sEndpointSlice['endpoints']>;
type Conditions = NonNullable<Endpoints[number]['conditions']>;

const HOST = 'shop.example.com';
const PORTS = [{ port: 8443 }];
const BACKEND = 'spec.rules[0].http.paths[0].backend';
const NO_ENDPOINTS = [`NoEndpoints ${BACKEND}.service.name`];
const TERMINATING: Conditions = { ready: false, serving: true, terminating: true };

const endpoint = (address: string, conditions?: Conditions, nodeName?: string): Endpoints[number] => ({
  addresses: [address],
  ...(conditions === undefined ? {} : { conditions }),
  ...(nodeName === undefined ? {} : { nodeName }),
});

const web = (...endpoints: Endpoints): K8sEndpointSlice => slice('web', 'web-1', { endpoints, ports: PORTS });

/** Objects of a cluster, and the expected members of `web:443`. */
type Row = readonly [name: string, objects: readonly K8sObject[], members: string, resolution?: Case['resolution']];

const pods: readonly Row[] = [
  ['a ready endpoint', [service('web'), web(endpoint('10.0.0.1', { ready: true }))], '10.0.0.1:8443'],
  ['an absent condition means ready', [service('web'), web(endpoint('10.0.0.1', {}))], '10.0.0.1:8443'],
  ['no conditions at all', [service('web'), web(endpoint('10.0.0.1'))], '10.0.0.1:8443'],
  [
    'an endpoint that is not ready is left out',
    [service('web'), web(endpoint('10.0.0.1', { ready: false }), endpoint('10.0.0.2'))],
    '10.0.0.2:8443',
  ],
  [
    'a terminating endpoint is left out while another is ready',
    [service('web'), web(endpoint('10.0.0.1', TERMINATING), endpoint('10.0.0.2'))],
    '10.0.0.2:8443',
  ],
  [
    'a terminating endpoint that serves counts when none is ready',
    [service('web'), web(endpoint('10.0.0.1', TERMINATING), endpoint('10.0.0.2', { ready: false }))],
    '10.0.0.1:8443',
  ],
  [
    'a terminating endpoint that no longer serves is left out',
    [service('web'), web(endpoint('10.0.0.1', { ready: false, serving: false, terminating: true }))],
    '',
  ],
  [
    'an endpoint that serves, but is neither ready nor terminating, is left out',
    [service('web'), web(endpoint('10.0.0.1', { ready: false, serving: true }))],
    '',
  ],
  [
    'a ready endpoint in another slice counts, too',
    [
      service('web'),
      web(endpoint('10.0.0.1', TERMINATING)),
      slice('web', 'web-2', { endpoints: [endpoint('10.0.0.2')], ports: PORTS }),
    ],
    '10.0.0.2:8443',
  ],
  [
    'slices are merged, in order and without duplicates',
    [
      service('web'),
      web(endpoint('10.0.0.3'), endpoint('10.0.0.1')),
      slice('web', 'web-2', { endpoints: [endpoint('10.0.0.1'), endpoint('10.0.0.2')], ports: PORTS }),
    ],
    '10.0.0.1:8443,10.0.0.2:8443,10.0.0.3:8443',
  ],
  [
    'both address families',
    [
      service('web'),
      web(endpoint('10.0.0.1')),
      slice('web', 'web-6', { addressType: 'IPv6', endpoints: [endpoint('2001:DB8::0:1')], ports: PORTS }),
    ],
    '10.0.0.1:8443,[2001:db8::1]:8443',
  ],
  ['the first address of an endpoint', [service('web'), web({ addresses: ['10.0.0.1', '10.0.0.2'] })], '10.0.0.1:8443'],
  [
    'addresses that are names',
    [service('web'), slice('web', 'f', { addressType: 'FQDN', endpoints: [endpoint('a.example')], ports: PORTS })],
    '',
  ],
  ['an endpoint without addresses', [service('web'), web({}, { addresses: [] })], ''],
  [
    'a headless Service',
    [service('web', { clusterIP: 'None', ports: PORTS_OF(443) }), web(endpoint('10.0.0.1'))],
    '10.0.0.1:8443',
  ],
  [
    'a Service without selector, its slice written by hand',
    [service('web'), web(endpoint('192.168.7.7'))],
    '192.168.7.7:8443',
  ],
  ['a Service without slices', [service('web')], ''],
  ['a slice without ports', [service('web'), slice('web', 'web-1', { endpoints: [endpoint('10.0.0.1')] })], ''],
  [
    'a slice with an invalid port',
    [service('web'), slice('web', 'web-1', { endpoints: [endpoint('10.0.0.1')], ports: [{ port: 0 }] })],
    '',
  ],
  [
    'a slice whose port has no number',
    [service('web'), slice('web', 'web-1', { endpoints: [endpoint('10.0.0.1')], ports: [{}] })],
    '',
  ],
  [
    'a slice with a UDP port',
    [
      service('web'),
      slice('web', 'web-1', { endpoints: [endpoint('10.0.0.1')], ports: [{ port: 8443, protocol: 'UDP' }] }),
    ],
    '',
  ],
  [
    'a slice of another Service',
    [service('web'), slice('api', 'web-1', { endpoints: [endpoint('10.0.0.1')], ports: PORTS })],
    '',
  ],
  [
    'the port of a slice is found by the name of the Service port',
    [
      service('web', {
        ports: [
          { name: 'tls', port: 443, targetPort: 'pod-tls' },
          { name: 'admin', port: 444 },
        ],
      }),
      slice('web', 'web-1', {
        endpoints: [endpoint('10.0.0.1')],
        ports: [
          { name: 'admin', port: 9000 },
          { name: 'tls', port: 9443 },
        ],
      }),
    ],
    '10.0.0.1:9443',
  ],
  [
    'a named target port that differs from pod to pod',
    [
      service('web', { ports: [{ name: 'tls', port: 443, targetPort: 'pod-tls' }] }),
      slice('web', 'old', { endpoints: [endpoint('10.0.0.1')], ports: [{ name: 'tls', port: 8443 }] }),
      slice('web', 'new', { endpoints: [endpoint('10.0.0.2')], ports: [{ name: 'tls', port: 9443 }] }),
    ],
    '10.0.0.1:8443,10.0.0.2:9443',
  ],
  [
    'a terminating endpoint of another port counts only for that port',
    [
      service('web'),
      slice('web', 'other', { endpoints: [endpoint('10.0.0.9')], ports: [{ name: 'other', port: 1 }] }),
      web(endpoint('10.0.0.1', TERMINATING)),
    ],
    '10.0.0.1:8443',
  ],
  [
    'loopback and other forbidden addresses are left out',
    [service('web'), web(endpoint('127.0.0.1'), endpoint('169.254.1.1'), endpoint('224.0.0.1'), endpoint('10.0.0.1'))],
    '10.0.0.1:8443',
  ],
];

function PORTS_OF(port: number, nodePort?: number): NonNullable<K8sService['spec']['ports']> {
  return [{ port, ...(nodePort === undefined ? {} : { nodePort }) }];
}

const NODES = [
  node('n1', [
    ['Hostname', 'n1'],
    ['InternalIP', '172.16.0.1'],
    ['ExternalIP', '198.51.100.1'],
    ['InternalIP', '2001:db8::1'],
  ]),
  node('n2', [['InternalIP', '172.16.0.2']]),
  node('n3', [['InternalIP', '172.16.0.3']], 'False'),
  node('n4', [['InternalIP', '172.16.0.4']], 'Unknown'),
];
const nodePort = (rest: Partial<K8sService['spec']> = {}) =>
  service('web', { type: 'NodePort', ports: PORTS_OF(443, 30443), ...rest });
const ON_NODES = [web(endpoint('10.0.0.1', { ready: true }, 'n1'), endpoint('10.0.0.2', { ready: false }, 'n2'))];

const nodes: readonly Row[] = [
  ['NodePort: ready nodes', [nodePort(), ...ON_NODES, ...NODES], '172.16.0.1:30443,172.16.0.2:30443'],
  [
    'LoadBalancer: ready nodes',
    [nodePort({ type: 'LoadBalancer' }), ...ON_NODES, ...NODES],
    '172.16.0.1:30443,172.16.0.2:30443',
  ],
  [
    'ExternalIP, if configured',
    [nodePort(), ...ON_NODES, ...NODES],
    '198.51.100.1:30443',
    { nodeAddressType: 'ExternalIP' },
  ],
  [
    'externalTrafficPolicy Local: only nodes with a ready endpoint',
    [nodePort({ externalTrafficPolicy: 'Local' }), ...ON_NODES, ...NODES],
    '172.16.0.1:30443',
  ],
  [
    'Local with an endpoint on a node that is not ready',
    [nodePort({ externalTrafficPolicy: 'Local' }), web(endpoint('10.0.0.1', {}, 'n3')), ...NODES],
    '',
  ],
  [
    'Local with an endpoint without node',
    [nodePort({ externalTrafficPolicy: 'Local' }), web(endpoint('10.0.0.1')), ...NODES],
    '',
  ],
  ['Local without slices', [nodePort({ externalTrafficPolicy: 'Local' }), ...NODES], ''],
  [
    'Local with a terminating endpoint that serves',
    [nodePort({ externalTrafficPolicy: 'Local' }), web(endpoint('10.0.0.1', TERMINATING, 'n2')), ...NODES],
    '172.16.0.2:30443',
  ],
  ['without a ready endpoint, no node can serve', [nodePort(), web(), ...NODES], ''],
  [
    'without slices, all ready nodes are members',
    [nodePort({ clusterIP: '10.96.0.1' }), ...NODES],
    '172.16.0.1:30443,172.16.0.2:30443',
  ],
  [
    'without slices and cluster IP, both families count',
    [nodePort({ clusterIP: 'None' }), ...NODES],
    '172.16.0.1:30443,172.16.0.2:30443,[2001:db8::1]:30443',
  ],
  [
    'an IPv6 Service has no node port on IPv4',
    [nodePort(), slice('web', '6', { addressType: 'IPv6', endpoints: [endpoint('fd00::1')], ports: PORTS }), ...NODES],
    '[2001:db8::1]:30443',
  ],
  [
    'a dual-stack Service',
    [
      nodePort(),
      ...ON_NODES,
      slice('web', '6', { addressType: 'IPv6', endpoints: [endpoint('fd00::1')], ports: PORTS }),
      ...NODES,
    ],
    '172.16.0.1:30443,172.16.0.2:30443,[2001:db8::1]:30443',
  ],
  [
    'pod addresses, if configured',
    [nodePort(), ...ON_NODES, ...NODES],
    '10.0.0.1:8443',
    { podAddressesForNodePort: true },
  ],
  [
    'a LoadBalancer without node ports is reached at its pods',
    [service('web', { type: 'LoadBalancer', ports: PORTS_OF(443) }), ...ON_NODES, ...NODES],
    '10.0.0.1:8443',
  ],
  [
    'an invalid node port',
    [service('web', { type: 'NodePort', ports: PORTS_OF(443, 0) }), ...ON_NODES, ...NODES],
    '10.0.0.1:8443',
  ],
  ['no nodes', [nodePort(), ...ON_NODES], ''],
  [
    'a node without name, address and conditions',
    [
      nodePort({ externalTrafficPolicy: 'Local' }),
      ...ON_NODES,
      { kind: 'Node', metadata: {}, status: { addresses: [{ type: 'InternalIP' }] } } as unknown as K8sObject,
    ],
    '',
  ],
  [
    'a ready node without name and address',
    [
      nodePort(),
      ...ON_NODES,
      {
        kind: 'Node',
        metadata: {},
        status: { addresses: [{ type: 'InternalIP' }], conditions: [{ type: 'Ready', status: 'True' }] },
      } as unknown as K8sObject,
    ],
    '',
  ],
  ['a node with an invalid address', [nodePort(), ...ON_NODES, node('n1', [['InternalIP', 'n1.internal']])], ''],
];

const toCase =
  (ruleId: string) =>
  ([name, objects, members, resolution]: Row): Case => ({
    rule: ruleId,
    name,
    ingress: ingress(),
    cluster: [...CLASSES, ...objects],
    ...(resolution === undefined ? {} : { resolution }),
    routes: [route(HOST, `web:443 ${members}`.trim())],
    findings: [
      ...(name.startsWith('loopback') ? [`MemberForbidden ${BACKEND}`] : []),
      ...(members === '' ? NO_ENDPOINTS : []),
    ],
  });

/** Back ends resolved to addresses: END-1, END-2. */
export const ENDPOINTS: readonly Case[] = [
  ...pods.map(toCase('END-1')),
  ...nodes.map(toCase('END-2')),
  {
    rule: 'END-1',
    name: 'a TCP port beside a UDP port of the same number',
    ingress: ingress({ rules: [rule(HOST, path('/', 'web'))] }),
    cluster: [
      ...CLASSES,
      service('web', {
        ports: [
          { name: 'quic', port: 443, protocol: 'UDP' },
          { name: 'tls', port: 443, protocol: 'TCP' },
        ],
      }),
      slice('web', 'web-1', {
        endpoints: [endpoint('10.0.0.1')],
        ports: [
          { name: 'quic', port: 1443, protocol: 'UDP' },
          { name: 'tls', port: 8443, protocol: 'TCP' },
        ],
      }),
    ],
    routes: [route(HOST, 'web:443 10.0.0.1:8443')],
  },
];
