import type { CaseScope, ConformanceCase } from '../case.ts';
import { apply, ingress, pathTo, ruleOf, served, service, told, unserved } from '../manifests.ts';
import { whole } from './whole.ts';

const paths =
  (...list: readonly object[]) =>
  (scope: CaseScope) => ({ rules: [ruleOf(scope.host(), ...list)] });

/** What a rule must have: VAL-2, VAL-3, VAL-5, VAL-7, VAL-8. */
export const VALIDITY_CASES: readonly ConformanceCase[] = [
  whole(
    'default-backend-beside',
    'VAL-2',
    'a default back end beside rules is reported, the rules are served',
    () => ({ spec: { defaultBackend: { service: { name: 'api', port: { number: 443 } } } } }),
    'served',
    'DefaultBackendIgnored',
  ),
  {
    id: 'valid-default-backend-alone',
    rules: ['VAL-2'],
    title: 'a default back end alone is reported, and serves nothing',
    needs: ['reasons'],
    steps: (scope) => {
      const object = ingress(scope, 'shop', { rules: [] });
      const { rules: _none, ...spec } = object.spec as { rules: unknown };
      const defaultBackend = { service: { name: 'web', port: { number: 443 } } };
      return [
        apply(service(scope, 'web', ['a']), { ...object, spec: { ...spec, defaultBackend } }),
        told('shop', 'DefaultBackendUnsupported'),
        unserved(scope.host()),
      ];
    },
  },
  whole(
    'tls-listed',
    'VAL-3',
    'a tls entry that lists the host',
    ({ host }) => ({ tls: [{ hosts: [host()] }] }),
    'served',
  ),
  whole('tls-all', 'VAL-3', 'a tls entry without hosts covers all', () => ({ tls: [{}] }), 'served'),
  whole(
    'tls-second',
    'VAL-3',
    'the second tls entry lists the host',
    ({ host }) => ({ tls: [{ hosts: [host('x')] }, { hosts: [host()] }] }),
    'served',
  ),
  whole('tls-none', 'VAL-3', 'without tls nothing is served', () => ({ tls: [] }), 'unserved', 'TLSNotEnabled'),
  whole(
    'tls-other',
    'VAL-3',
    'a tls entry for another host does not cover this one',
    ({ host }) => ({ tls: [{ hosts: [host('x')] }] }),
    'unserved',
    'TLSNotEnabled',
  ),
  {
    id: 'valid-tls-wildcard',
    rules: ['VAL-3'],
    title: 'a wildcard in tls covers one label',
    needs: ['tls-required'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host('x'), scope.host('x.y')],
          tls: [{ hosts: [scope.host('*')], secretName: 'absent' }],
        }),
      ),
      served(scope.host('x'), 'a'),
      unserved(scope.host('x.y')),
    ],
  },
  whole(
    'path-none',
    'VAL-5',
    'a path is not needed',
    paths({ pathType: 'ImplementationSpecific', backend: { service: { name: 'web', port: { number: 443 } } } }),
    'served',
  ),
  whole(
    'path-other',
    'VAL-5',
    'one back end on another path is used, and reported',
    paths(pathTo('web', '/shop')),
    'served',
    'PathsIgnored',
  ),
  whole(
    'path-root-wins',
    'VAL-5',
    'of several back ends, that of / is used',
    paths(pathTo('web', '/'), pathTo('api', '/api')),
    'served',
    'PathsIgnored',
  ),
  whole(
    'path-root-last',
    'VAL-5',
    'the order of paths does not matter',
    paths(pathTo('api', '/api'), pathTo('web', '/')),
    'served',
    'PathsIgnored',
  ),
  whole(
    'path-same',
    'VAL-5',
    'several paths to one back end are one route',
    paths(pathTo('web', '/a'), pathTo('web', '/b')),
    'served',
    'PathsIgnored',
  ),
  whole(
    'path-ambiguous',
    'VAL-5',
    'several back ends and none at / are refused',
    paths(pathTo('web', '/a'), pathTo('api', '/b')),
    'unserved',
    'AmbiguousBackend',
  ),
  whole('port-name', 'VAL-7', 'a back end by the name of its port', paths(pathTo('web', '/', 'https')), 'served'),
  whole(
    'port-unknown',
    'VAL-7',
    'a port that the Service does not have',
    paths(pathTo('web', '/', 8443)),
    'unserved',
    'ServicePortNotFound',
  ),
  whole(
    'port-name-unknown',
    'VAL-7',
    'a port name that the Service does not have',
    paths(pathTo('web', '/', 'nope')),
    'unserved',
    'ServicePortNotFound',
  ),
  whole(
    'service-unknown',
    'VAL-8',
    'a Service that does not exist',
    paths(pathTo('nope')),
    'unserved',
    'ServiceNotFound',
  ),
  whole(
    'resource',
    'VAL-7',
    'a back end that is no Service',
    paths({
      path: '/',
      pathType: 'Prefix',
      backend: { resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'x' } },
    }),
    'unserved',
    'ResourceBackendUnsupported',
  ),
  {
    id: 'valid-backend-none',
    rules: ['VAL-7'],
    title: 'a host without a back end is reported and leads nowhere, the host beside it is served',
    needs: ['reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [{ host: scope.host('idle') }, scope.host('good')] }),
      ),
      served(scope.host('good'), 'a'),
      told('shop', 'BackendRequired'),
      unserved(scope.host('idle')),
    ],
  },
  whole(
    'path-challenge',
    'VAL-5',
    'a path of an ACME challenge does not decide, and is reported',
    paths(pathTo('web', '/'), pathTo('api', '/.well-known/acme-challenge/token')),
    'served',
    'ChallengeUnanswered',
  ),
  {
    id: 'valid-too-large',
    rules: ['LIF-8'],
    title: 'an Ingress that is too large is refused as a whole, and holds up nobody else',
    needs: ['reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'huge', { rules: Array.from({ length: 4_000 }, (_, index) => scope.host(`huge-${index}`)) }),
        ingress(scope, 'shop', { rules: [scope.host('shop')] }),
      ),
      served(scope.host('shop'), 'a'),
      told('huge', 'IngressTooLarge'),
      unserved(scope.host('huge-0')),
    ],
  },
  {
    id: 'valid-external-name',
    rules: ['VAL-7'],
    title: 'an ExternalName is refused',
    needs: ['reasons'],
    steps: (scope) => [
      apply(
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: scope.namespace },
          spec: { type: 'ExternalName', externalName: 'example.com', ports: [{ port: 443 }] },
        },
        ingress(scope, 'shop', { rules: [scope.host()] }),
      ),
      told('shop', 'ExternalNameUnsupported'),
      unserved(scope.host()),
    ],
  },
  {
    id: 'valid-no-endpoint',
    rules: ['VAL-8'],
    title: 'a host without endpoint is reset, and does not fall to a wildcard',
    needs: ['reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'idle', []),
        ingress(scope, 'all', { rules: [scope.host('*')] }),
        ingress(scope, 'shop', { rules: [scope.host('shop')], service: 'idle' }),
      ),
      served(scope.host('x'), 'a'),
      told('shop', 'NoEndpoints'),
      unserved(scope.host('shop')),
    ],
  },
  {
    id: 'valid-no-service-wildcard',
    rules: ['VAL-8'],
    title: 'a host whose Service is missing does not fall to a wildcard',
    needs: ['reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'all', { rules: [scope.host('*')] }),
        ingress(scope, 'shop', { rules: [scope.host('shop')], service: 'nope' }),
      ),
      served(scope.host('x'), 'a'),
      told('shop', 'ServiceNotFound'),
      unserved(scope.host('shop')),
    ],
  },
  {
    id: 'valid-one-bad-of-two',
    rules: ['VAL-7'],
    title: 'one bad host never stops another of the same Ingress',
    needs: [],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [ruleOf(scope.host('bad'), pathTo('nope')), scope.host('good')] }),
      ),
      served(scope.host('good'), 'a'),
      unserved(scope.host('bad')),
    ],
  },
];
