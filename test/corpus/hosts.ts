import { type Case, ingress, path, route, rule } from './case.ts';
import { API } from './cluster.ts';

const label = (length: number): string => 'a'.repeat(length);
/** 253 characters: three labels of 63, one of 61. */
const LONGEST = [label(63), label(63), label(63), label(61)].join('.');

const valid: readonly (readonly [name: string, host: string, canonical: string])[] = [
  ['upper case is folded', 'SHOP.Example.COM', 'shop.example.com'],
  ['one trailing dot is dropped', 'shop.example.com.', 'shop.example.com'],
  ['253 characters', LONGEST, LONGEST],
  ['253 characters and a trailing dot', `${LONGEST}.`, LONGEST],
  ['a label of 63', `${label(63)}.example.com`, `${label(63)}.example.com`],
  ['one label', 'localhost', 'localhost'],
  ['labels of digits', '1.2.3.example', '1.2.3.example'],
  ['a label that begins with a digit', '3com.example', '3com.example'],
  ['inner hyphens, also doubled', 'a--b.c-d.example', 'a--b.c-d.example'],
  ['an A-label', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['a wildcard', '*.example.com', '*.example.com'],
  ['a wildcard over one label', '*.com', '*.com'],
  ['a wildcard in upper case', '*.EXAMPLE.com', '*.example.com'],
];

const invalid: readonly (readonly [name: string, host: string])[] = [
  // Every label is short enough: only the whole is too long.
  ['254 characters', `${LONGEST}a`],
  ['a label of 64', `${label(64)}.example.com`],
  ['an underscore', 'my_app.example.com'],
  ['a leading hyphen', '-a.example.com'],
  ['a trailing hyphen', 'a-.example.com'],
  ['an empty label', 'a..example.com'],
  ['a leading dot', '.example.com'],
  ['two trailing dots', 'example.com..'],
  ['a dot alone', '.'],
  ['* alone', '*'],
  ['* and a dot', '*.'],
  ['* within a label', 'a*.example.com'],
  ['* as an inner label', 'a.*.example.com'],
  ['two wildcards', '*.*.example.com'],
  ['an IPv4 address', '192.0.2.1'],
  ['something like an IPv4 address', '999.1.2.3'],
  ['an IPv6 address', '2001:db8::1'],
  ['an IPv6 address in brackets', '[2001:db8::1]'],
  ['a port', 'shop.example.com:443'],
  ['a URL', 'https://shop.example.com'],
  ['a blank', 'shop.example.com '],
  ['a line break', 'shop.example.com\n'],
  ['quotes and an expression', 'a").NOT||("b'],
  ['a null byte', 'a\u0000.example.com'],
  ['IDNA in Unicode', 'bücher.example'],
  ['a full-width letter', 'ａ.example'],
  ['the Kelvin sign, which lower case would turn into k', '\u212a.example'],
  ['an emoji', '☃.example'],
];

/** Rules and their hosts: VAL-1, VAL-4, VAL-6. */
export const HOSTS: readonly Case[] = [
  ...valid.map(
    ([name, host, canonical]): Case => ({
      rule: 'VAL-4',
      name: `valid: ${name}`,
      ingress: ingress({ hosts: [host] }),
      routes: [route(canonical)],
    }),
  ),
  ...invalid.map(
    ([name, host]): Case => ({
      rule: 'VAL-4',
      name: `invalid: ${name}`,
      ingress: ingress({ hosts: [host] }),
      findings: ['HostInvalid spec.rules[0].host'],
    }),
  ),
  {
    rule: 'VAL-1',
    name: 'a rule without host',
    ingress: ingress({ hosts: [undefined] }),
    findings: ['HostRequired spec.rules[0]'],
  },
  {
    rule: 'VAL-1',
    name: 'a rule with an empty host',
    ingress: ingress({ hosts: [''] }),
    findings: ['HostRequired spec.rules[0]'],
  },
  {
    rule: 'VAL-1',
    name: 'a rule without host does not stop the others',
    ingress: ingress({ hosts: ['b.example.com', undefined, 'a.example.com'] }),
    routes: [route('a.example.com'), route('b.example.com')],
    findings: ['HostRequired spec.rules[1]'],
  },
  {
    rule: 'VAL-1, VAL-4',
    name: 'every bad rule has a finding of its own',
    ingress: ingress({ hosts: ['a_b', undefined, '10.0.0.1', 'good.example'] }),
    routes: [route('good.example')],
    findings: ['HostInvalid spec.rules[0].host', 'HostInvalid spec.rules[2].host', 'HostRequired spec.rules[1]'],
  },
  {
    rule: 'VAL-6',
    name: 'the same host in two rules with one back end',
    ingress: ingress({ hosts: ['shop.example.com', 'SHOP.example.com.'] }),
    routes: [route('shop.example.com')],
  },
  {
    rule: 'VAL-6, VAL-5',
    name: 'the same host in two rules with two back ends, one at /',
    ingress: ingress({
      rules: [rule('a.example', path('/api', 'api')), rule('A.example', path('/', 'web'))],
    }),
    routes: [route('a.example')],
    findings: ['PathsIgnored spec.rules[0].http.paths'],
  },
  {
    rule: 'VAL-6, VAL-5',
    name: 'the same host in two rules with two back ends at /',
    ingress: ingress({ rules: [rule('a.example', path('/', 'api')), rule('a.example', path('/', 'web'))] }),
    routes: [route('a.example', 'closed:0')],
    findings: ['AmbiguousBackend spec.rules[0].http.paths'],
  },
  {
    rule: 'VAL-6',
    name: 'several hosts with several back ends',
    ingress: ingress({
      rules: [
        rule('b.example', path('/', 'api')),
        rule('a.example', path('/', 'web')),
        rule('*.b.example', path('/', 'api')),
      ],
    }),
    routes: [route('*.b.example', API), route('a.example'), route('b.example', API)],
  },
  {
    rule: 'VAL-4',
    name: 'a thousand rules with an invalid host: as many findings as an event can carry',
    ingress: ingress({ hosts: Array.from({ length: 1000 }, (_, i) => `h_${i}.example.com`) }),
    findings: [...Array.from({ length: 99 }, (_, i) => `HostInvalid spec.rules[${i}].host`), 'FindingsOmitted spec'],
  },
  {
    rule: 'VAL-6',
    name: 'a thousand rules',
    ingress: ingress({ hosts: Array.from({ length: 1000 }, (_, i) => `h${i}.example.com`) }),
    routes: Array.from({ length: 1000 }, (_, i) => `h${i}.example.com`)
      .sort()
      .map((host) => route(host)),
  },
  {
    rule: 'VAL-1',
    name: 'a host that is a number in YAML',
    ingress: ingress({ hosts: [443] }),
    findings: ['HostRequired spec.rules[0]'],
  },
];
