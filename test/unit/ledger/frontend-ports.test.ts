import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import {
  backendOf,
  type Claim,
  decodeClaims,
  decodeHosts,
  decodeLedger,
  encodeClaim,
  frontendPortsOf,
  frontendsAt,
  sameFrontendPorts,
} from '../../../lib/ledger/index.ts';
import type { Frontend } from '../../../lib/route/index.ts';

const TLS: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
const HTTP: Frontend = { vip: '192.0.2.10', port: 80, kind: 'http' };
const OWNER = { cluster: 'c', namespace: 'n', name: 'a' };

describe('where an owner’s claims stand', () => {
  it.each([
    ['nowhere', [], undefined],
    ['TLS', [TLS], { vip: TLS.vip, port: 443, insecurePort: 0 }],
    ['TLS and a redirect', [HTTP, TLS], { vip: TLS.vip, port: 443, insecurePort: 80 }],
    ['a redirect alone', [HTTP], { vip: TLS.vip, port: 0, insecurePort: 80 }],
  ])('%s', (_what, frontends, places) => {
    expect(frontendPortsOf(frontends)).toEqual(places);
    if (places !== undefined) expect(new Set(frontendsAt(places))).toEqual(new Set(frontends));
  });

  it('is the same place or another', () => {
    const places = frontendPortsOf([TLS]);
    expect(sameFrontendPorts(places, frontendPortsOf([TLS]))).toBe(true);
    expect(sameFrontendPorts(undefined, undefined)).toBe(true);
    for (const other of [undefined, frontendPortsOf([TLS, HTTP]), frontendPortsOf([{ ...TLS, port: 8443 }])]) {
      expect([sameFrontendPorts(places, other), sameFrontendPorts(other, places)]).toEqual([false, false]);
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
    expect(of('192.0.2.10/443/80')?.ports).toEqual({ vip: '192.0.2.10', port: 443, insecurePort: 80 });
    for (const text of ['', '192.0.2.10', '/443/80']) expect(of(text)).not.toHaveProperty('ports');
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
