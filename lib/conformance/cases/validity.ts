import type { CaseScope, ConformanceCase, Manifest } from '../case.ts';
import {
  apply,
  type IngressShape,
  ingress,
  pathTo,
  remove,
  reset,
  ruleOf,
  served,
  service,
  told,
} from '../manifests.ts';

/** Returns a case whose Ingress is taken as a whole. */
function whole(
  id: string,
  rule: string,
  title: string,
  shape: (scope: CaseScope) => Partial<IngressShape>,
  outcome: 'served' | 'reset',
  reason?: string,
): ConformanceCase {
  return {
    id: `valid-${id}`,
    rules: [rule],
    title,
    needs: reason === undefined ? [] : ['reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'api', ['b']),
        ingress(scope, 'shop', { rules: [scope.host()], ...shape(scope) }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      ...(reason === undefined ? [] : [told('shop', reason)]),
      outcome === 'served' ? served(scope.host(), 'a') : reset(scope.host()),
    ],
  };
}

const paths =
  (...list: readonly object[]) =>
  (scope: CaseScope) => ({ rules: [ruleOf(scope.host(), ...list)] });
const passthrough = (value: string | undefined) => () => ({ annotations: { 'ssl-passthrough': value } });

/** Returns the namespace's IngressClass of another controller. */
const otherClass = (scope: CaseScope): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: `${scope.namespace}-other` },
  spec: { controller: 'example.com/another-controller' },
});

/** Selection and validity: SEL-1 to SEL-4, VAL-2, VAL-3, VAL-5, VAL-7, VAL-8. */
export const VALIDITY_CASES: readonly ConformanceCase[] = [
  whole('on', 'SEL-1', 'ssl-passthrough: true', passthrough('true'), 'served'),
  whole('on-title', 'SEL-1', 'ssl-passthrough: True, as in the vendor’s sample', passthrough('True'), 'served'),
  whole('on-upper', 'SEL-1', 'ssl-passthrough: TRUE', passthrough('TRUE'), 'served'),
  whole('off', 'SEL-1', 'ssl-passthrough: false is off', passthrough('false'), 'reset'),
  whole('off-empty', 'SEL-1', 'an empty ssl-passthrough is off', passthrough(''), 'reset'),
  whole('off-absent', 'SEL-4', 'an Ingress without the annotation is left alone', passthrough(undefined), 'reset'),
  whole(
    'off-yes',
    'SEL-1',
    'ssl-passthrough: yes is off, and reported',
    passthrough('yes'),
    'reset',
    'InvalidAnnotation',
  ),
  whole('off-1', 'SEL-1', 'ssl-passthrough: 1 is off, and reported', passthrough('1'), 'reset', 'InvalidAnnotation'),
  {
    id: 'valid-other-class',
    rules: ['SEL-2'],
    title: 'an Ingress of another controller’s class is left alone',
    needs: [],
    steps: (scope) => [
      apply(
        otherClass(scope),
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [scope.host()], className: `${scope.namespace}-other` }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      reset(scope.host()),
    ],
  },
  {
    id: 'valid-class-annotation',
    rules: ['SEL-2'],
    title: 'kubernetes.io/ingress.class decides',
    needs: [],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host()],
          className: null,
          annotations: { 'kubernetes.io/ingress.class': scope.className },
        }),
      ),
      served(scope.host(), 'a'),
    ],
  },
  {
    id: 'valid-switched-off',
    rules: ['SEL-3'],
    title: 'a route goes when ssl-passthrough is switched off, and comes back',
    needs: [],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
      apply(ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'ssl-passthrough': 'false' } })),
      reset(scope.host()),
      apply(ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
    ],
  },
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
        reset(scope.host()),
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
  whole('tls-none', 'VAL-3', 'without tls nothing is served', () => ({ tls: [] }), 'reset', 'TLSNotEnabled'),
  whole(
    'tls-other',
    'VAL-3',
    'a tls entry for another host does not cover this one',
    ({ host }) => ({ tls: [{ hosts: [host('x')] }] }),
    'reset',
    'TLSNotEnabled',
  ),
  {
    id: 'valid-tls-wildcard',
    rules: ['VAL-3'],
    title: 'a wildcard in tls covers one label',
    needs: [],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', {
          rules: [scope.host('x'), scope.host('x.y')],
          tls: [{ hosts: [scope.host('*')], secretName: 'absent' }],
        }),
      ),
      served(scope.host('x'), 'a'),
      reset(scope.host('x.y')),
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
    'reset',
    'AmbiguousBackend',
  ),
  whole('port-name', 'VAL-7', 'a back end by the name of its port', paths(pathTo('web', '/', 'https')), 'served'),
  whole(
    'port-unknown',
    'VAL-7',
    'a port that the Service does not have',
    paths(pathTo('web', '/', 8443)),
    'reset',
    'ServicePortNotFound',
  ),
  whole(
    'port-name-unknown',
    'VAL-7',
    'a port name that the Service does not have',
    paths(pathTo('web', '/', 'nope')),
    'reset',
    'ServicePortNotFound',
  ),
  whole('service-unknown', 'VAL-8', 'a Service that does not exist', paths(pathTo('nope')), 'reset', 'ServiceNotFound'),
  whole(
    'resource',
    'VAL-7',
    'a back end that is no Service',
    paths({
      path: '/',
      pathType: 'Prefix',
      backend: { resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'x' } },
    }),
    'reset',
    'ResourceBackendUnsupported',
  ),
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
      reset(scope.host()),
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
      reset(scope.host('shop')),
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
      reset(scope.host('shop')),
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
      reset(scope.host('bad')),
    ],
  },
  {
    id: 'valid-deleted',
    rules: ['SEL-3'],
    title: 'a deleted Ingress is withdrawn',
    needs: [],
    steps: (scope) => {
      const shop = ingress(scope, 'shop', { rules: [scope.host()] });
      return [apply(service(scope, 'web', ['a']), shop), served(scope.host(), 'a'), remove(shop), reset(scope.host())];
    },
  },
];
