import { type Case, ingress, route } from './case.ts';

const rows: readonly (readonly [name: string, host: string, tls: unknown, enabled: boolean])[] = [
  ['an entry that lists the host', 'a.foo.com', [{ hosts: ['a.foo.com'] }], true],
  ['an entry that lists it in another case, with a dot', 'a.foo.com', [{ hosts: ['A.FOO.com.'] }], true],
  ['an entry that lists it among others', 'a.foo.com', [{ hosts: ['b.foo.com', 'a.foo.com'] }], true],
  ['the second entry', 'a.foo.com', [{ hosts: ['b.foo.com'] }, { hosts: ['a.foo.com'] }], true],
  ['an entry without hosts', 'a.foo.com', [{ secretName: 'cert' }], true],
  ['an entry with an empty list of hosts', 'a.foo.com', [{ hosts: [], secretName: 'cert' }], true],
  ['an entry with hosts: null', 'a.foo.com', [{ hosts: null }], true],
  ['an empty entry', 'a.foo.com', [{}], true],
  ['an empty secretName', 'a.foo.com', [{ hosts: ['a.foo.com'], secretName: '' }], true],
  ['no secretName', 'a.foo.com', [{ hosts: ['a.foo.com'] }], true],
  ['a wildcard over an exact host', 'a.foo.com', [{ hosts: ['*.foo.com'] }], true],
  ['a wildcard over itself', '*.foo.com', [{ hosts: ['*.foo.com'] }], true],
  ['an entry without hosts beside one with', 'a.foo.com', [{ hosts: ['b.foo.com'] }, {}], true],
  ['a wildcard over two labels', 'a.b.foo.com', [{ hosts: ['*.foo.com'] }], false],
  ['a wildcard over its own domain', 'foo.com', [{ hosts: ['*.foo.com'] }], false],
  ['a wildcard over a wildcard below it', '*.b.foo.com', [{ hosts: ['*.foo.com'] }], false],
  ['an exact host over a wildcard', '*.foo.com', [{ hosts: ['a.foo.com'] }], false],
  ['a wildcard over another domain’s end', 'a.xfoo.com', [{ hosts: ['*.foo.com'] }], false],
  ['another host', 'a.foo.com', [{ hosts: ['b.foo.com'] }], false],
  ['an empty host in the list', 'a.foo.com', [{ hosts: [''] }], false],
  ['no entry', 'a.foo.com', [], false],
  ['no tls', 'a.foo.com', undefined, false],
  ['hosts that are not a list', 'a.foo.com', [{ hosts: 'b.foo.com' }], false],
  ['a host that is not text', 'a.foo.com', [{ hosts: [7] }], false],
  ['a wildcard for a host of one label', 'localhost', [{ hosts: ['*.localhost'] }], false],
];

/** TLS coverage of hosts: VAL-3. */
export const TLS: readonly Case[] = [
  ...rows.map(
    ([name, host, tls, enabled]): Case => ({
      rule: 'VAL-3',
      name: `${enabled ? 'enabled' : 'not enabled'}: ${name}`,
      ingress: ingress({ hosts: [host], spec: { tls } }),
      ...(enabled ? { routes: [route(host)] } : { findings: ['TLSNotEnabled spec.rules[0].host'] }),
    }),
  ),
  {
    rule: 'VAL-3',
    name: 'a host without TLS does not stop the others',
    ingress: ingress({ hosts: ['a.foo.com', 'b.foo.com'], tls: [{ hosts: ['b.foo.com'] }] }),
    routes: [route('b.foo.com')],
    findings: ['TLSNotEnabled spec.rules[0].host'],
  },
  {
    rule: 'VAL-3',
    name: 'tls that is not a list',
    ingress: ingress({ spec: { tls: { hosts: ['shop.example.com'] } } }),
    findings: ['TLSNotEnabled spec.rules[0].host'],
  },
  {
    rule: 'VAL-3',
    name: 'tls entries that are not mappings',
    ingress: ingress({ spec: { tls: ['', null, ['shop.example.com']] } }),
    findings: ['TLSNotEnabled spec.rules[0].host'],
  },
];
