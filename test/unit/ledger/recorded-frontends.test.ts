import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import {
  backendOf,
  type Claim,
  decodeClaims,
  decodeHosts,
  decodeLedger,
  encodeClaim,
  namedFrontends,
  sameFrontends,
} from '../../../lib/ledger/index.ts';
import { decodeFrontends, encodeFrontends } from '../../../lib/ledger/recorded-frontends.ts';
import type { Frontend } from '../../../lib/route/index.ts';

const TLS: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
const HTTP: Frontend = { vip: '192.0.2.10', port: 80, kind: 'http' };
const OWNER = { cluster: 'c', namespace: 'n', name: 'a' };

describe('the front ends of a record', () => {
  const OTHER: Frontend = { ...TLS, vip: '192.0.2.11' };
  const LONG = (index: number): Frontend => ({ ...TLS, vip: `2001:db8:1111:2222:3333:4444:5555:${6666 + index}` });

  it.each<[string, Frontend[], string]>([
    ['none', [], ''],
    ['TLS', [TLS], '192.0.2.10/443/0'],
    ['TLS and a redirect', [HTTP, TLS], '192.0.2.10/443/80'],
    ['a redirect alone', [HTTP], '192.0.2.10/0/80'],
    ['two ports', [{ ...TLS, port: 8443 }, TLS], '192.0.2.10/443/0,192.0.2.10/8443/0'],
    ['two addresses', [OTHER, HTTP, TLS], '192.0.2.10/443/80,192.0.2.11/443/0'],
    ['one long address', [LONG(0)], '2001:db8:1111:2222:3333:4444:5555:6666/443/0'],
    ['more than a row can name', [LONG(0), LONG(1)], '*'],
  ])('%s', (_what, frontends, text) => {
    expect(encodeFrontends(frontends)).toBe(text);
    const read = decodeFrontends(text);
    if (text === '*') expect(read).toBe('anywhere');
    else expect(new Set(namedFrontends(read))).toEqual(new Set(frontends));
  });

  it('are the same in any order', () => {
    expect(sameFrontends([TLS, HTTP], [HTTP, TLS])).toBe(true);
    expect(sameFrontends(undefined, undefined)).toBe(true);
    for (const other of [undefined, [TLS, HTTP], [{ ...TLS, port: 8443 }], [HTTP], 'anywhere' as const]) {
      expect([sameFrontends([TLS], other), sameFrontends(other, [TLS])]).toEqual([false, false]);
    }
  });
});

describe('rows of a front end’s map', () => {
  const claim: Claim = {
    frontend: '192.0.2.10_443',
    hostDigest: 'h'.repeat(26),
    created: 100,
    ownerKey: ownerKey(OWNER),
    owner: OWNER,
    target: { service: 'web', port: '443' },
    settings: 's',
    form: 'exact',
  };
  const row = encodeClaim(claim);

  it('claims are found among others', () => {
    const others = [
      { key: 'x.example.com', value: 'v', comment: '' },
      { key: '!', value: 'tls', comment: '' },
      { ...row, key: `x${row.key}` },
      { ...row, key: `${row.key}x` },
      { ...row, value: row.value.replace(/^1/, '2') },
      { ...row, value: '1;P' },
      { ...row, value: '1;P;web;443;;x;c' },
    ];
    expect(decodeClaims([...others, row], claim.frontend)).toEqual([claim]);
  });

  it.each([
    ['x.example.com', true],
    ['*.example.com', true],
    ['0.example.com', true],
    ['!', false],
    ['#h', false],
    ['=a', false],
    ['', false],
  ])('%j is a host: %s', (key, expected) => {
    const row = { key, value: 'v', comment: 'c' };
    expect(decodeHosts([row])).toEqual(new Map(expected ? [[key, row]] : []));
  });

  it('a claim is for a back end, or for a redirect', () => {
    expect(backendOf(claim)).toEqual({ service: 'web', port: '443', frontendKey: '192.0.2.10_443', settings: 's' });
    expect(backendOf({ ...claim, target: { securePort: 443 } })).toBeUndefined();
  });
});

describe('rows of a cluster’s ledger', () => {
  it('rule 15: says which cluster it is', () => {
    expect(decodeLedger([{ key: 'U', value: 'uid', comment: '' }]).uid).toBe('uid');
    expect(decodeLedger([{ key: 'X', value: 'uid', comment: '' }])).not.toHaveProperty('uid');
  });

  it('a restored place of an older layout is none', () => {
    const value = (places: string): string => `1;5;LA;a;b;c;1;1;ns;${places};`;
    const of = (places: string) =>
      decodeLedger([{ key: 'I.k', value: value(places), comment: 'a' }]).ingresses.get('k');
    expect(of('192.0.2.10/443/80')?.frontends).toEqual([TLS, HTTP]);
    for (const text of ['', '192.0.2.10', '/443/80']) expect(of(text)).not.toHaveProperty('frontends');
  });
});

describe('a whole ledger', () => {
  it('reads rows of every kind', () => {
    const key = 'a'.repeat(26);
    const { ingresses, watermarks, retired } = decodeLedger([
      { key: `I.${key}`, value: '1;5;LA;a;b;c;1;1;ns;;', comment: 'x' },
      { key: 'W.22-zz', value: '1;7', comment: '' },
      { key: `R.${key}-${'b'.repeat(8)}`, value: '1;9;nsp-x;c;ns', comment: 'x' },
    ]);
    expect([ingresses.get(key)?.sequence, watermarks[0]?.sequence, retired[0]?.due]).toEqual([5, 7, 9]);
  });
});
