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
  kept(
    'access',
    'VAL-14',
    'a restriction of access that cannot work is reported',
    { csvserver: '{"listenpolicy":"CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)"}' },
    'AccessUnrestricted',
  ),
  kept(
    'deprecated',
    'VAL-14',
    'an old name with underscores works, and is reported',
    { insecure_termination: 'disallow' },
    'AnnotationDeprecated',
  ),
  kept('unknown', 'VAL-14', 'a misspelt annotation is reported', { 'frontend-ipp': '192.0.2.1' }, 'AnnotationUnknown'),
  {
    id: 'annotation-monitor-plain',
    rules: ['VAL-13'],
    title: 'a probe in plain text, which no TLS back end answers, is reported',
    needs: ['annotations', 'reasons'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        ingress(scope, 'shop', { rules: [scope.host()], annotations: { monitor: '{"web":{"type":"http"}}' } }),
      ),
      told('shop', 'MonitorPlain'),
    ],
  },
  kept(
    'many',
    'REP-2',
    'more findings than an event lists are counted',
    Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`unknown-${index}`, 'x'])),
    'FindingsOmitted',
  ),
  kept('huge', 'VAL-14', 'an annotation of 100 kB is no obstacle', { 'example.com/note': 'x'.repeat(100_000) }),
  ...UNSUITABLE.map((name) =>
    kept(`ignored-${name}`, 'VAL-14', `${name} is reported and ignored`, { [name]: 'on' }, 'AnnotationIgnored'),
  ),
];
