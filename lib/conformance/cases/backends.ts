import type { CaseScope, CaseStep, ConformanceCase, Manifest } from '../case.ts';
import { apply, ingress, remove, served, service, slices, unserved } from '../manifests.ts';

const backends = (
  id: string,
  rules: readonly string[],
  title: string,
  steps: ConformanceCase['steps'],
  needs: ConformanceCase['needs'] = [],
): ConformanceCase => ({ id: `back-${id}`, rules, title, needs, steps });

const spread = (host: string, ...names: readonly string[]): CaseStep => ({ kind: 'spread', host, backends: names });

const shop = (scope: CaseScope): Manifest => ingress(scope, 'shop', { rules: [scope.host()] });

/** Returns a Service with several ports, each with a back end of its own. */
function twoPorts(scope: CaseScope): Manifest[] {
  const [a, b] = [scope.member('a'), scope.member('b')];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: scope.namespace },
      spec: {
        ports: [
          { name: 'https', port: 443 },
          { name: 'admin', port: 8443 },
        ],
      },
    },
    ...slices(scope, 'web', ['a']),
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'web-admin',
        namespace: scope.namespace,
        labels: { 'kubernetes.io/service-name': 'web' },
      },
      addressType: a.address.includes(':') ? 'IPv6' : 'IPv4',
      ports: [{ name: 'admin', port: b.port, protocol: 'TCP' }],
      endpoints: [{ addresses: [b.address], conditions: { ready: true } }],
    },
  ];
}

/** Members of back ends: END-1, END-3, VAL-8, VAL-15. */
export const BACKEND_CASES: readonly ConformanceCase[] = [
  backends('one', ['END-1'], 'one endpoint', (scope) => [
    apply(service(scope, 'web', ['a']), shop(scope)),
    served(scope.host(), 'a'),
  ]),
  backends('three', ['END-1'], 'connections go to every endpoint', (scope) => [
    apply(service(scope, 'web', ['a', 'b', 'c']), shop(scope)),
    spread(scope.host(), 'a', 'b', 'c'),
  ]),
  backends('added', ['END-3'], 'an endpoint that is added gets connections', (scope) => [
    apply(service(scope, 'web', ['a']), shop(scope)),
    served(scope.host(), 'a'),
    apply(slices(scope, 'web', ['b'])),
    spread(scope.host(), 'a', 'b'),
  ]),
  backends('removed', ['END-3'], 'an endpoint that is removed gets no connection any more', (scope) => [
    apply(service(scope, 'web', ['a', 'b']), shop(scope)),
    spread(scope.host(), 'a', 'b'),
    remove(slices(scope, 'web', ['b'])),
    spread(scope.host(), 'a'),
  ]),
  backends('replaced', ['END-3'], 'all endpoints are replaced', (scope) => [
    apply(service(scope, 'web', ['a']), shop(scope)),
    served(scope.host(), 'a'),
    apply(slices(scope, 'web', ['b'])),
    remove(slices(scope, 'web', ['a'])),
    spread(scope.host(), 'b'),
  ]),
  backends('all-removed', ['VAL-8'], 'a host that loses all endpoints is reset, and served again', (scope) => [
    apply(service(scope, 'web', ['a']), shop(scope)),
    served(scope.host(), 'a'),
    remove(slices(scope, 'web', ['a'])),
    unserved(scope.host()),
    apply(slices(scope, 'web', ['b'])),
    served(scope.host(), 'b'),
  ]),
  backends('not-ready', ['END-1'], 'an endpoint that is not ready gets no connection', (scope) => [
    apply(service(scope, 'web', ['a']), slices(scope, 'web', ['b'], { ready: false }), shop(scope)),
    spread(scope.host(), 'a'),
  ]),
  backends('becomes-ready', ['END-3'], 'an endpoint that becomes ready gets connections', (scope) => [
    apply(service(scope, 'web', ['a']), slices(scope, 'web', ['b'], { ready: false }), shop(scope)),
    spread(scope.host(), 'a'),
    apply(slices(scope, 'web', ['b'], { ready: true })),
    spread(scope.host(), 'a', 'b'),
  ]),
  backends('becomes-unready', ['END-3'], 'an endpoint that is not ready any more gets no connection', (scope) => [
    apply(service(scope, 'web', ['a', 'b']), shop(scope)),
    spread(scope.host(), 'a', 'b'),
    apply(slices(scope, 'web', ['b'], { ready: false })),
    spread(scope.host(), 'a'),
  ]),
  backends('terminating', ['END-1'], 'a terminating endpoint gets no connection while another is ready', (scope) => [
    apply(
      service(scope, 'web', ['a']),
      slices(scope, 'web', ['b'], { ready: false, serving: true, terminating: true }),
      shop(scope),
    ),
    spread(scope.host(), 'a'),
  ]),
  backends(
    'terminating-alone',
    ['END-1'],
    'a terminating endpoint that still serves is used where none is ready',
    (scope) => [
      apply(
        service(scope, 'web', []),
        slices(scope, 'web', ['a'], { ready: false, serving: true, terminating: true }),
        shop(scope),
      ),
      served(scope.host(), 'a'),
    ],
  ),
  backends('two-ports', ['VAL-7'], 'two ports of one Service lead to their own endpoints', (scope) => [
    apply(
      twoPorts(scope),
      shop(scope),
      ingress(scope, 'admin', {
        rules: [
          {
            host: scope.host('admin'),
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'admin' } } } },
              ],
            },
          },
        ],
      }),
    ),
    served(scope.host(), 'a'),
    served(scope.host('admin'), 'b'),
  ]),
  backends('shared', ['END-3'], 'two hosts share a Service, and follow it together', (scope) => [
    apply(
      service(scope, 'web', ['a']),
      ingress(scope, 'one', { rules: [scope.host('one')] }),
      ingress(scope, 'two', { rules: [scope.host('two')] }),
    ),
    served(scope.host('one'), 'a'),
    served(scope.host('two'), 'a'),
    apply(slices(scope, 'web', ['b'])),
    remove(slices(scope, 'web', ['a'])),
    spread(scope.host('one'), 'b'),
    spread(scope.host('two'), 'b'),
  ]),
  backends('late-service', ['END-3'], 'a Service that comes after its Ingress is served', (scope) => [
    apply(shop(scope)),
    unserved(scope.host()),
    apply(service(scope, 'web', ['a'])),
    served(scope.host(), 'a'),
  ]),
  backends(
    'service-deleted',
    ['VAL-8'],
    'a host whose Service is deleted is reset, and served again with it',
    (scope) => [
      apply(service(scope, 'web', ['a']), shop(scope)),
      served(scope.host(), 'a'),
      remove(service(scope, 'web', ['a'])),
      unserved(scope.host()),
      apply(service(scope, 'web', ['a'])),
      served(scope.host(), 'a'),
    ],
  ),
  backends('other-service', ['CON-3'], 'a host that changes its Service leads to the new one', (scope) => [
    apply(service(scope, 'web', ['a']), service(scope, 'api', ['b']), shop(scope)),
    served(scope.host(), 'a'),
    apply(ingress(scope, 'shop', { rules: [scope.host()], service: 'api' })),
    served(scope.host(), 'b'),
    spread(scope.host(), 'b'),
  ]),
  backends(
    'down',
    ['END-1'],
    'an endpoint where nothing listens is passed over',
    (scope) => [apply(service(scope, 'web', ['a', 'down']), shop(scope)), spread(scope.host(), 'a')],
    ['health-checks'],
  ),
  backends(
    'none-before-wildcard',
    ['VAL-8'],
    'a host without endpoint does not fall to a wildcard, and is served once it has one',
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'idle', []),
        ingress(scope, 'all', { rules: [scope.host('*')] }),
        ingress(scope, 'shop', { rules: [scope.host('shop')], service: 'idle' }),
      ),
      served(scope.host('x'), 'a'),
      unserved(scope.host('shop')),
      apply(slices(scope, 'idle', ['b'])),
      served(scope.host('shop'), 'b'),
    ],
  ),
];
