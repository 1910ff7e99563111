import type { CaseScope, ConformanceCase } from '../case.ts';
import { apply, ingress, pathTo, reset, ruleOf, served, service, unserved } from '../manifests.ts';

const official = (
  id: string,
  rules: readonly string[],
  title: string,
  steps: ConformanceCase['steps'],
  needs: ConformanceCase['needs'] = [],
): ConformanceCase => ({ id, rules, title, needs, steps });

/** Service that every cluster has in the namespace `default`, and that speaks TLS. */
const ELSEWHERE = 'kubernetes';

/** Returns the hosts of the feature `host_rules`: a wildcard by number of the port, an exact host by its name. */
const hostRules = (scope: CaseScope) => [
  ruleOf(scope.host('*.foo'), pathTo('wildcard-foo-com', '/', 443)),
  ruleOf(scope.host('foo.bar'), pathTo('foo-bar-com', '/', 'https')),
];

/** Tests of Gateway API and of the Kubernetes ingress conformance, as Ingresses with passthrough. */
export const OFFICIAL_CASES: readonly ConformanceCase[] = [
  official(
    'gateway-simple',
    ['TLS-1', 'TLS-2'],
    'TLSRouteSimpleSameNamespace: a host reaches its back end',
    (scope) => [
      apply(
        service(scope, 'tls-backend', ['a']),
        ingress(scope, 'gateway', { rules: [scope.host('abc')], service: 'tls-backend' }),
      ),
      served(scope.host('abc'), 'a'),
    ],
  ),
  official(
    'gateway-hosts-exact',
    ['TLS-2', 'TLS-4'],
    'TLSRouteHostnameIntersection, exact: only the exact host is accepted',
    (scope) => [
      apply(
        service(scope, 'tls-backend', ['a']),
        ingress(scope, 'gateway', { rules: [scope.host('abc')], service: 'tls-backend' }),
      ),
      served(scope.host('abc'), 'a'),
      reset('non.matching.com'),
      reset(scope.host('other')),
    ],
  ),
  official(
    'gateway-hosts-wildcard',
    ['TLS-2', 'TLS-3', 'TLS-4'],
    'TLSRouteHostnameIntersection, wildcards: the exact host and the wildcard lead to two back ends',
    (scope) => [
      apply(
        service(scope, 'tls-backend', ['a']),
        service(scope, 'tls-backend-2', ['b']),
        ingress(scope, 'exact', { rules: [scope.host('abc')], service: 'tls-backend' }),
        ingress(scope, 'wildcard', { rules: [scope.host('*')], service: 'tls-backend-2' }),
      ),
      served(scope.host('abc'), 'a'),
      served(scope.host('other'), 'b'),
      reset('non.matching.com'),
    ],
  ),
  official(
    'gateway-backend-nonexistent',
    ['VAL-8'],
    'TLSRouteInvalidBackendRefNonexistent: connections to a host whose Service is missing are rejected',
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'gateway', { rules: [scope.host('abc')], service: 'nonexistent' }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      reset(scope.host('abc')),
    ],
  ),
  official(
    'gateway-backend-unknown-kind',
    ['VAL-7'],
    'TLSRouteInvalidBackendRefUnknownKind: connections to a host whose back end is no Service are rejected',
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'gateway', {
          rules: [
            ruleOf(scope.host('abc'), {
              path: '/',
              pathType: 'Prefix',
              backend: { resource: { apiGroup: 'unknownkind.example.com', kind: 'NonExistent', name: 'x' } },
            }),
          ],
        }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      reset(scope.host('abc')),
    ],
  ),
  official(
    'gateway-other-namespace',
    ['VAL-7'],
    'TLSRouteInvalidReferenceGrant: a Service of another namespace is not reached',
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'gateway', { rules: [scope.host('abc')], service: ELSEWHERE }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      unserved(scope.host('abc')),
    ],
  ),
  official(
    'k8s-host-rules',
    ['TLS-2', 'TLS-3', 'TLS-4', 'VAL-7', 'REP-1'],
    'host_rules: a wildcard by port number and an exact host by port name, with the address in the status',
    (scope) => [
      apply(
        service(scope, 'wildcard-foo-com', ['a']),
        service(scope, 'foo-bar-com', ['b']),
        ingress(scope, 'host-rules', { rules: hostRules(scope) }),
      ),
      served(scope.host('foo.bar'), 'b'),
      served(scope.host('bar.foo'), 'a'),
      { kind: 'address', ingress: 'host-rules', addresses: [scope.vip] },
      unserved(scope.host('subdomain.bar')),
      unserved(scope.host('baz.bar.foo')),
      unserved(scope.host('foo')),
    ],
    ['status'],
  ),
  official(
    'k8s-class-invalid',
    ['SEL-2'],
    'ingress_class: an Ingress of a class that does not exist gets no address and no connection',
    (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'test-ingress-class', { rules: [scope.host('shop')], className: 'some-invalid-class-name' }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      unserved(scope.host('shop')),
      { kind: 'address', ingress: 'test-ingress-class', addresses: [] },
    ],
    ['status', 'class-objects'],
  ),
  official('k8s-load-balancing', ['END-1'], 'load_balancing: every endpoint of a Service gets connections', (scope) => [
    apply(
      service(scope, 'echo-service', ['a', 'b', 'c']),
      ingress(scope, 'load-balancing', { rules: [scope.host()], service: 'echo-service' }),
    ),
    { kind: 'spread', host: scope.host(), backends: ['a', 'b', 'c'] },
  ]),
];
