import type { ConformanceCase } from '../case.ts';
import { apply, ingress, served, service, told } from '../manifests.ts';

/** Returns a case in which the route is served whatever an annotation says; with a reason where one is due. */
function kept(
  id: string,
  rule: string,
  title: string,
  annotations: Readonly<Record<string, string>>,
  reason?: string,
): ConformanceCase {
  return {
    id: `annotation-${id}`,
    rules: [rule],
    title,
    needs: ['annotations', ...(reason === undefined ? [] : (['reasons'] as const))],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()], annotations })),
      served(scope.host(), 'a'),
      ...(reason === undefined ? [] : [told('shop', reason)]),
    ],
  };
}

const UNSUITABLE = ['rewriteruleset', 'path-match-method', 'canary-weight', 'auth', 'http2'];

/** Annotations that change how connections are handled, or are ignored: VAL-12 to VAL-14. */
export const ANNOTATION_CASES: readonly ConformanceCase[] = [
  kept('lbmethod', 'VAL-13', 'a load-balancing method', { lbvserver: '{"web":{"lbmethod":"LEASTCONNECTION"}}' }),
  kept('persistence', 'VAL-13', 'persistence by source address', {
    lbvserver: '{"web":{"persistenceType":"SOURCEIP","timeout":"10"}}',
  }),
  kept('timeout', 'VAL-13', 'a client timeout of the service group', { servicegroup: '{"web":{"cltTimeout":"300"}}' }),
  kept(
    'json-broken',
    'VAL-13',
    'broken JSON is reported, the route is served',
    { lbvserver: '{"web":' },
    'InvalidAnnotation',
  ),
  kept('json-list', 'VAL-13', 'JSON that is no object is reported', { lbvserver: '[1]' }, 'InvalidAnnotation'),
  kept(
    'attribute-unknown',
    'VAL-13',
    'an attribute that does not exist is reported',
    { lbvserver: '{"web":{"speed":"fast"}}' },
    'AttributeUnsupported',
  ),
  kept(
    'attribute-breaking',
    'VAL-13',
    'an attribute that would break passthrough is reported',
    { lbvserver: '{"web":{"servicetype":"HTTP"}}' },
    'AttributeUnsupported',
  ),
  kept('secure-backend', 'VAL-12', 'secure-backend of the vendor’s sample has no effect', {
    'secure-backend': '{"web":"True"}',
  }),
  kept(
    'secure-backend-false',
    'VAL-12',
    'secure-backend False is reported',
    { 'secure-backend': '{"web":"False"}' },
    'SecureBackendIgnored',
  ),
  kept(
    'injection',
    'VAL-13',
    'a value that carries a command is not run',
    { lbvserver: '{"web":{"lbmethod":"ROUNDROBIN; rm ns config"}}' },
    'InvalidAnnotation',
  ),
  kept('huge', 'VAL-14', 'an annotation of 100 kB is no obstacle', { 'example.com/note': 'x'.repeat(100_000) }),
  ...UNSUITABLE.map((name) =>
    kept(`ignored-${name}`, 'VAL-14', `${name} is reported and ignored`, { [name]: 'on' }, 'AnnotationIgnored'),
  ),
];
