import type { ConformanceCase } from '../case.ts';
import { apply, ingress, served, service, told, unserved } from '../manifests.ts';

const label = (length: number): string => 'a'.repeat(length);

/** The API server takes lower case without a trailing dot only. */
const UNCHECKED = /^(upper-case|trailing-dot|wildcard-upper-case)$/;

/** Hosts that are valid, with the name that a client sends. `@` stands for the domain of the case. */
const VALID: readonly (readonly [id: string, title: string, host: string, client: string])[] = [
  ['upper-case', 'upper case in a manifest is folded', 'SHOP.@', 'shop.@'],
  ['upper-case-client', 'upper case in the hello is folded', 'shop.@', 'SHOP.@'],
  ['trailing-dot', 'one trailing dot is dropped', 'shop.@.', 'shop.@'],
  ['label-63', 'a label may have 63 characters', `${label(63)}.@`, `${label(63)}.@`],
  ['digits', 'a label may consist of digits', '1.2.3.@', '1.2.3.@'],
  ['digit-first', 'a label may begin with a digit', '3com.@', '3com.@'],
  ['inner-hyphens', 'hyphens may stand inside, doubled too', 'a--b.c-d.@', 'a--b.c-d.@'],
  ['a-label', 'an internationalised name in its ASCII form', 'xn--bcher-kva.@', 'xn--bcher-kva.@'],
  ['deep', 'a name of many labels', 'a.b.c.d.e.f.g.h.@', 'a.b.c.d.e.f.g.h.@'],
  ['wildcard', 'a wildcard over one label', '*.@', 'anything.@'],
  ['wildcard-upper-case', 'a wildcard in upper case', '*.SUB.@', 'x.sub.@'],
  ['one-character', 'labels of one character', 'a.b.@', 'a.b.@'],
];

/** Hosts that are not valid. The API server may refuse the object: then nothing is served either. */
const INVALID: readonly (readonly [id: string, title: string, host: string])[] = [
  ['label-64', 'a label of 64 characters', `${label(64)}.@`],
  [
    'too-long',
    'a name of more than 253 characters',
    `${label(60)}.${label(60)}.${label(60)}.${label(60)}.${label(20)}.@`,
  ],
  ['underscore', 'an underscore', 'my_app.@'],
  ['leading-hyphen', 'a label that begins with a hyphen', '-a.@'],
  ['trailing-hyphen', 'a label that ends with a hyphen', 'a-.@'],
  ['empty-label', 'an empty label', 'a..@'],
  ['leading-dot', 'a leading dot', '.@'],
  ['two-dots', 'two trailing dots', 'shop.@..'],
  ['star-inside', 'a star inside of a label', 'a*.@'],
  ['star-in-the-middle', 'a star as an inner label', 'a.*.@'],
  ['two-stars', 'two stars', '*.*.@'],
  ['star-alone', 'a star alone', '*'],
  ['ipv4', 'an IPv4 address', '192.0.2.1'],
  ['ipv6', 'an IPv6 address', '2001:db8::1'],
  ['with-port', 'a port', 'shop.@:443'],
  ['url', 'a URL', 'https://shop.@'],
  ['blank', 'a blank at the end', 'shop.@ '],
  ['line-break', 'a line break', 'shop.@\n'],
  ['expression', 'quotes and an expression', 'a").NOT||("b.@'],
  ['unicode', 'an internationalised name in Unicode', 'bücher.@'],
  ['full-width', 'a full-width letter', 'ａ.@'],
];

/** Names of hosts: VAL-1, VAL-4, VAL-6. */
export const HOST_CASES: readonly ConformanceCase[] = [
  ...VALID.map(
    ([id, title, host, client]): ConformanceCase => ({
      id: `host-${id}`,
      rules: ['VAL-4'],
      title,
      needs: UNCHECKED.test(id) ? ['unchecked-objects'] : [],
      steps: (scope) => [
        apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [host.replace('@', scope.host())] })),
        served(client.replace('@', scope.host()), 'a'),
      ],
    }),
  ),
  ...INVALID.map(
    ([id, title, host]): ConformanceCase => ({
      id: `no-host-${id}`,
      rules: ['VAL-4'],
      title: `${title} is refused, and the host beside it is served`,
      needs: [],
      steps: (scope) => [
        apply(
          service(scope, 'web', ['a']),
          ingress(scope, 'bad', { rules: [host.replace('@', scope.host())] }),
          ingress(scope, 'good', { rules: [scope.host('good')] }),
        ),
        served(scope.host('good'), 'a'),
        unserved(scope.host('shop')),
        unserved(scope.host('b')),
      ],
    }),
  ),
  {
    id: 'host-invalid-reason',
    rules: ['VAL-4', 'REP-2'],
    title: 'an invalid host is named as the reason, and the other hosts of the Ingress are served',
    needs: ['reasons', 'unchecked-objects'],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: ['192.0.2.1', scope.host('good')] })),
      served(scope.host('good'), 'a'),
      told('shop', 'HostInvalid'),
    ],
  },
  {
    id: 'host-required',
    rules: ['VAL-1'],
    title: 'a rule without host is reported and catches nothing',
    needs: ['reasons'],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [undefined, scope.host('good')] })),
      served(scope.host('good'), 'a'),
      told('shop', 'HostRequired'),
      unserved(scope.host('other')),
    ],
  },
  {
    id: 'host-twice',
    rules: ['VAL-6'],
    title: 'the same host in two rules of one Ingress is one route',
    needs: [],
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host(), scope.host()] })),
      served(scope.host(), 'a'),
    ],
  },
  {
    id: 'host-many',
    rules: ['VAL-6'],
    title: 'an Ingress of 40 hosts serves them all',
    needs: [],
    steps: (scope) => {
      const hosts = Array.from({ length: 40 }, (_, index) => scope.host(`h${index}`));
      return [
        apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: hosts })),
        ...hosts.map((host) => served(host, 'a')),
        unserved(scope.host('h40')),
      ];
    },
  },
];
