import type { CaseScope, CaseStep, ConformanceCase, RawRequest } from '../case.ts';
import { apply, ingress, reset, served, service, unserved } from '../manifests.ts';

/** Returns an Ingress of its own for each host, with a Service of its own. */
function routes(scope: CaseScope, hosts: Readonly<Record<string, string>>): CaseStep {
  return apply(
    ...Object.entries(hosts).flatMap(([host, backend]) => {
      const name = `${backend}-${Object.keys(hosts).indexOf(host)}`;
      return [service(scope, name, [backend]), ingress(scope, name, { rules: [scope.host(host)], service: name })];
    }),
  );
}

const matching = (
  id: string,
  rules: readonly string[],
  title: string,
  steps: ConformanceCase['steps'],
): ConformanceCase => ({ id: `match-${id}`, rules, title, needs: [], steps });

/** First bytes that are no hello of TLS, in hexadecimal where they are no text. */
const STRANGERS: readonly RawRequest[] = [
  { name: 'http', bytes: Buffer.from('GET / HTTP/1.1\r\nHost: shop\r\n\r\n').toString('hex') },
  { name: 'ssh', bytes: Buffer.from('SSH-2.0-OpenSSH_9.6\r\n').toString('hex') },
  { name: 'postgres', bytes: '0000000804d2162f' },
  { name: 'zeros', bytes: '00'.repeat(64) },
  { name: 'random', bytes: 'c3a5f01277d4b98e6612aa03fe5519c08d' },
  { name: 'alert', bytes: '15030300020100' },
  { name: 'application-data', bytes: '1703030005aabbccddee' },
  { name: 'handshake-without-hello', bytes: '160301000402000000' },
  { name: 'empty-record', bytes: '1603010000' },
  { name: 'proxy-protocol', bytes: Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n').toString('hex') },
];

/** Matching of server names: TLS-2 to TLS-4. */
export const MATCHING_CASES: readonly ConformanceCase[] = [
  matching('exact', ['TLS-2'], 'an exact host is served', (scope) => [
    routes(scope, { shop: 'a' }),
    served(scope.host('shop'), 'a'),
  ]),
  matching('exact-not-below', ['TLS-2'], 'an exact host does not serve names below it', (scope) => [
    routes(scope, { shop: 'a' }),
    served(scope.host('shop'), 'a'),
    unserved(`www.${scope.host('shop')}`),
  ]),
  matching('exact-not-above', ['TLS-2'], 'an exact host does not serve the name above it', (scope) => [
    routes(scope, { 'www.shop': 'a' }),
    served(scope.host('www.shop'), 'a'),
    unserved(scope.host('shop')),
  ]),
  matching('exact-not-prefix', ['TLS-2'], 'a host with the same beginning is not served', (scope) => [
    routes(scope, { shop: 'a' }),
    served(scope.host('shop'), 'a'),
    unserved(scope.host('shop2')),
    unserved(`${scope.host('shop')}x`),
  ]),
  matching('exact-not-suffix', ['TLS-2'], 'a host with the same end is not served', (scope) => [
    routes(scope, { shop: 'a' }),
    served(scope.host('shop'), 'a'),
    unserved(scope.host('xshop')),
  ]),
  matching('exact-before-wildcard', ['TLS-2'], 'an exact host goes before a wildcard', (scope) => [
    routes(scope, { '*': 'a', shop: 'b' }),
    served(scope.host('shop'), 'b'),
    served(scope.host('other'), 'a'),
  ]),
  matching(
    'exact-before-wildcard-added',
    ['TLS-2'],
    'an exact host that comes later goes before the wildcard',
    (scope) => [
      routes(scope, { '*': 'a' }),
      served(scope.host('shop'), 'a'),
      apply(service(scope, 'late', ['b']), ingress(scope, 'late', { rules: [scope.host('shop')], service: 'late' })),
      served(scope.host('shop'), 'b'),
      served(scope.host('other'), 'a'),
    ],
  ),
  matching('many-exact', ['TLS-2'], 'hosts of several Ingresses on one address are kept apart', (scope) => [
    routes(scope, { one: 'a', two: 'b', three: 'c' }),
    served(scope.host('one'), 'a'),
    served(scope.host('two'), 'b'),
    served(scope.host('three'), 'c'),
  ]),
  matching('wildcard', ['TLS-3'], 'a wildcard serves one label', (scope) => [
    routes(scope, { '*': 'a' }),
    served(scope.host('x'), 'a'),
    served(scope.host('long-label-with-digits-123'), 'a'),
  ]),
  matching('wildcard-not-parent', ['TLS-3'], 'a wildcard does not serve its parent', (scope) => [
    routes(scope, { '*': 'a' }),
    served(scope.host('x'), 'a'),
    unserved(scope.host()),
  ]),
  matching('wildcard-not-two-labels', ['TLS-3'], 'a wildcard does not serve two labels', (scope) => [
    routes(scope, { '*': 'a' }),
    served(scope.host('x'), 'a'),
    unserved(scope.host('x.y')),
  ]),
  matching('wildcard-not-suffix', ['TLS-3'], 'a wildcard does not serve a name that only ends alike', (scope) => [
    routes(scope, { '*.sub': 'a' }),
    served(scope.host('x.sub'), 'a'),
    unserved(scope.host('xsub')),
  ]),
  matching('wildcard-levels', ['TLS-3'], 'wildcards of two levels are kept apart', (scope) => [
    routes(scope, { '*': 'a', '*.sub': 'b' }),
    served(scope.host('x'), 'a'),
    served(scope.host('x.sub'), 'b'),
    served(scope.host('sub'), 'a'),
    unserved(scope.host('x.y.sub')),
  ]),
  matching(
    'wildcard-exact-below',
    ['TLS-2', 'TLS-3'],
    'an exact host two labels below leaves the wildcard alone',
    (scope) => [
      routes(scope, { '*': 'a', 'x.y': 'b' }),
      served(scope.host('x.y'), 'b'),
      served(scope.host('y'), 'a'),
      unserved(scope.host('z.y')),
    ],
  ),
  matching('unknown', ['TLS-4'], 'an unknown name is reset', (scope) => [
    routes(scope, { shop: 'a' }),
    served(scope.host('shop'), 'a'),
    reset(scope.host('unknown')),
    reset('unknown.example'),
  ]),
  matching('no-name', ['TLS-4'], 'a hello without a server name is reset', (scope) => [
    routes(scope, { shop: 'a', '*': 'b' }),
    served(scope.host('shop'), 'a'),
    reset(undefined),
  ]),
  ...STRANGERS.map(
    (request): ConformanceCase =>
      matching(
        `stranger-${request.name}`,
        ['TLS-4'],
        `first bytes that are no hello (${request.name}) are closed`,
        (scope) => [routes(scope, { shop: 'a', '*': 'b' }), served(scope.host('shop'), 'a'), { kind: 'raw', request }],
      ),
  ),
];
