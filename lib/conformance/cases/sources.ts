import type { ConformanceCase } from '../case.ts';
import { apply, ingress, reset, served, service, told } from '../manifests.ts';

const ALLOW = 'netscaler-passthrough/allow-sources';
const DENY = 'netscaler-passthrough/deny-sources';
const EVERYBODY = '0.0.0.0/0, ::/0';
/** Networks for documentation: no client comes from there (RFC 5737, RFC 3849). */
const NOBODY = '192.0.2.0/24, 2001:db8::/32';

/** Returns a case with one Ingress that has these lists; with a reason where one is due. */
function listed(
  id: string,
  title: string,
  annotations: Readonly<Record<string, string>>,
  admits: boolean,
  reason?: string,
): ConformanceCase {
  return {
    id: `sources-${id}`,
    rules: ['VAL-17'],
    title,
    needs: ['sources', ...(reason === undefined ? [] : (['reasons'] as const))],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()] })),
      served(scope.host(), 'a'),
      apply(ingress(scope, 'shop', { rules: [scope.host()], annotations })),
      admits ? served(scope.host(), 'a') : reset(scope.host()),
      ...(reason === undefined ? [] : [told('shop', reason)]),
    ],
  };
}

/** Source networks that may connect: VAL-17. The clients of the suite come from one address. */
export const SOURCE_CASES: readonly ConformanceCase[] = [
  listed('allowed', 'a client that allow-sources names is served', { [ALLOW]: EVERYBODY }, true),
  listed('not-allowed', 'a client that allow-sources does not name is reset', { [ALLOW]: NOBODY }, false),
  listed('denied', 'a client that deny-sources names is reset', { [DENY]: EVERYBODY }, false),
  listed('not-denied', 'a client that deny-sources does not name is served', { [DENY]: NOBODY }, true),
  listed('denied-wins', 'deny-sources has the last word', { [ALLOW]: EVERYBODY, [DENY]: EVERYBODY }, false),
  listed(
    'left-out',
    'an invalid entry of allow-sources admits nobody',
    { [ALLOW]: `${NOBODY}, 0.0.0.0/00x` },
    false,
    'AccessNetworkInvalid',
  ),
  listed(
    'typo',
    'an invalid entry of deny-sources closes the host',
    { [DENY]: `${NOBODY}, 10.0.0.256` },
    false,
    'AccessClosed',
  ),
  listed('empty', 'an empty list closes the host', { [ALLOW]: '' }, false, 'AccessClosed'),
  listed(
    'misspelt',
    'a misspelt name closes the host',
    { 'netscaler-passthrough/allow-source': EVERYBODY },
    false,
    'AccessClosed',
  ),
  {
    id: 'sources-wildcard',
    rules: ['VAL-17', 'TLS-2', 'VAL-8'],
    title: 'a refused client of an exact host never falls to a wildcard that would admit it',
    needs: ['sources'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'other', ['b']),
        ingress(scope, 'exact', { rules: [scope.host('one')], annotations: { [ALLOW]: NOBODY } }),
        ingress(scope, 'wide', { rules: [scope.host('*')], service: 'other' }),
      ),
      served(scope.host('two'), 'b'),
      reset(scope.host('one')),
    ],
  },
  {
    id: 'sources-exact',
    rules: ['VAL-17', 'TLS-2'],
    title: 'the lists of a wildcard do not concern an exact host of another Ingress',
    needs: ['sources'],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'other', ['b']),
        ingress(scope, 'exact', { rules: [scope.host('one')] }),
        ingress(scope, 'wide', { rules: [scope.host('*')], service: 'other', annotations: { [ALLOW]: NOBODY } }),
      ),
      served(scope.host('one'), 'a'),
      reset(scope.host('two')),
    ],
  },
];
