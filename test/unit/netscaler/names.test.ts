import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import {
  backendId,
  backendOwnerKey,
  LIMITS,
  looksLikeBackendPolicy,
  type Names,
  namesOf,
  redirectPortOf,
} from '../../../lib/netscaler/index.ts';
import type { BackendKey } from '../../../lib/route/index.ts';

const names = namesOf('nsp');
const OWNER = { cluster: 'c', namespace: 'shop', name: 'tea' };
const KEY: BackendKey = { service: 'web', port: 'https', frontendKey: '192.0.2.10_443', settings: '' };
const LONGEST_VIP = '2001:db8:1111:2222:3333:4444:5555:6666';

const name = (length: number) => fc.stringMatching(new RegExp(`^[a-z0-9]([a-z0-9.-]{0,${length - 2}}[a-z0-9])?$`));
const owner = fc.record({ cluster: name(40), namespace: name(63), name: name(253) });
const key: fc.Arbitrary<BackendKey> = fc.record({
  service: name(63),
  port: name(63),
  frontendKey: fc.constantFrom('192.0.2.10_443', `${LONGEST_VIP}_65535`),
  settings: fc.constantFrom('', 'abcdefghij'),
});
const system = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);

describe('names: readable first, exact last', () => {
  it.each<[string, (of: Names) => string, string]>([
    ['csvserver', (of) => of.csvserver({ vip: '192.0.2.10', port: 443 }), 'nsp-192.0.2.10-443'],
    ['csvserver, IPv6', (of) => of.csvserver({ vip: '2001:db8::1', port: 443 }), 'nsp-2001:db8::1-443'],
    ['gate', (of) => of.gate({ vip: '192.0.2.10', port: 443 }), 'nsp-gate-192.0.2.10-443'],
    ['exact reset', (of) => of.exact({ vip: '192.0.2.10', port: 443 }), 'nsp-exact-192.0.2.10-443'],
    ['redirect', (of) => of.redirectAction({ vip: '192.0.2.10', port: 80 }, 443), 'nsp-redirect-443-192.0.2.10-80'],
    [
      'redirect, exact',
      (of) => of.redirectExact({ vip: '192.0.2.10', port: 80 }, 443),
      'nsp-redirect-443-x-192.0.2.10-80',
    ],
    [
      'redirect, wild',
      (of) => of.redirectWildcard({ vip: '192.0.2.10', port: 80 }, 443),
      'nsp-redirect-443-w-192.0.2.10-80',
    ],
    ['map', (of) => of.frontendMap({ vip: '192.0.2.10', port: 443 }), 'nsp_f_192_0_2_10_443'],
    ['map, IPv6', (of) => of.frontendMap({ vip: '2001:db8::1', port: 443 }), 'nsp_f_2001_db8__1_443'],
    ['placeholder certificate', (of) => [of.certKey, of.certificateFile, of.keyFile].join(), placeholder()],
    [
      'once for the system',
      (of) => [of.tcpProfile, of.reset, of.responderReset].join(),
      'nsp-tcp,nsp-reset,nsp-reset-http',
    ],
    ['wildcard policy', (of) => of.wildcardPolicy('nsp-x'), 'nsp-x-w'],
    ['policy of a level', (of) => of.wildcardPolicy('nsp-x', 3), 'nsp-x-w3'],
    [
      'reset of one-label wildcards',
      (of) => of.wildcard({ vip: '192.0.2.10', port: 443 }),
      'nsp-wildcard-192.0.2.10-443',
    ],
    ['reset of a level', (of) => of.wildcard({ vip: '192.0.2.10', port: 443 }, 2), 'nsp-wildcard2-192.0.2.10-443'],
  ])('%s', (_what, named, expected) => {
    expect(named(namesOf('nsp'))).toBe(expected);
  });

  it('a back end is found by namespace, Ingress, Service and port', () => {
    expect(names.backend(OWNER, KEY)).toMatch(/^nsp-shop-tea-web-https-[a-z2-7]{16}$/);
    const long = { ...OWNER, namespace: 'n'.repeat(63), name: 'i'.repeat(253) };
    const cut = names.backend(long, { ...KEY, service: 's'.repeat(63), port: 'p'.repeat(15) });
    expect(cut).toMatch(/^nsp-n{24}-i{30}-s{30}-p{8}-[a-z2-7]{16}$/);
  });

  it('a row names the owner’s key, and which of its back ends', () => {
    expect(backendId(ownerKey(OWNER), KEY)).toMatch(new RegExp(`^${ownerKey(OWNER)}-[a-z2-7]{8}$`));
    expect(backendId(ownerKey(OWNER), { ...KEY, port: '443' })).not.toBe(backendId(ownerKey(OWNER), KEY));
  });

  it.each([
    ['the id of a back end', backendId(ownerKey(OWNER), KEY), ownerKey(OWNER)],
    ['the secure port of a redirect', '443', undefined],
    ['a key without a back end', ownerKey(OWNER), undefined],
    ['another text', 'somebody-wrote-this', undefined],
  ])('the owner’s key is read back from %s', (_what, value, expected) => {
    expect(backendOwnerKey(value)).toBe(expected);
  });

  it('the secure port is read back from the names of a redirect’s objects', () => {
    const at = { vip: '192.0.2.10', port: 80 };
    const made = [names.redirectAction(at, 8443), names.redirectExact(at, 8443), names.redirectWildcard(at, 8443)];
    expect(made.map(redirectPortOf)).toEqual([8443, 8443, 8443]);
    expect(redirectPortOf(names.gate(at))).toBeUndefined();
  });

  it.each([
    ['the exact policy of a back end', names.backend(OWNER, KEY), true],
    ['its policy for wildcards', names.wildcardPolicy(names.backend(OWNER, KEY)), true],
    ['its policy for a level', names.wildcardPolicy(names.backend(OWNER, KEY), 6), true],
    ['a policy of a level that does not exist', `${names.backend(OWNER, KEY)}-w7`, false],
    ['a policy of a front end', names.gate({ vip: '192.0.2.10', port: 443 }), false],
    ['a reset of a front end', names.wildcard({ vip: '192.0.2.10', port: 443 }, 1), false],
    ['a policy of another system', namesOf('other').backend(OWNER, KEY), false],
  ])('%s looks like a back end’s: %s', (_what, policy, expected) => {
    expect(looksLikeBackendPolicy('nsp', policy)).toBe(expected);
  });

  it('a cluster’s ledger is named by a digest, because its name may have any character of a DNS name', () => {
    expect(names.ledgerMap('a.b-c')).toMatch(/^nsp_l_[a-z2-7]{26}$/);
    expect(names.ledgerMap('a.b-c')).not.toBe(names.ledgerMap('a-b.c'));
  });

  it('fit, and have safe characters only, whatever the names’ lengths', () => {
    fc.assert(
      fc.property(system, owner, key, fc.constantFrom('192.0.2.10', LONGEST_VIP), (id, who, backend, vip) => {
        const of = namesOf(id);
        const place = { vip, port: 65_535 };
        const maps = [of.frontendMap(place), of.ledgerMap(who.cluster)];
        const backendName = of.backend(who, backend);
        const others = [
          backendName,
          of.wildcardPolicy(backendName),
          of.wildcardPolicy(backendName, 6),
          of.wildcard(place, 5),
          of.csvserver(place),
          of.gate(place),
          of.exact(place),
          of.redirectAction(place, 65_535),
          of.redirectExact(place, 65_535),
          of.redirectWildcard(place, 65_535),
        ];
        for (const text of maps) expect(text).toMatch(/^[A-Za-z0-9_]+$/);
        for (const text of others) expect(text).toMatch(/^[A-Za-z0-9_.:@=-]+$/);
        for (const text of [...maps, ...others]) {
          expect(text.length).toBeLessThanOrEqual(LIMITS.name);
          expect(text.startsWith(id)).toBe(true);
        }
      }),
    );
  });

  it('differ wherever anything differs, cut or not', () => {
    const changed: fc.Arbitrary<[string, (long: string) => [typeof OWNER, BackendKey]]> = fc.constantFrom(
      ['cluster', (long: string) => [{ ...OWNER, cluster: long }, KEY]],
      ['namespace', (long: string) => [{ ...OWNER, namespace: long }, KEY]],
      ['name', (long: string) => [{ ...OWNER, name: long }, KEY]],
      ['service', (long: string) => [OWNER, { ...KEY, service: long }]],
      ['port', (long: string) => [OWNER, { ...KEY, port: long }]],
      ['place', (long: string) => [OWNER, { ...KEY, frontendKey: long }]],
      ['settings', (long: string) => [OWNER, { ...KEY, settings: long }]],
    );
    // Equal in the part that is readable: what is cut off tells them apart.
    const tails = fc.uniqueArray(name(20), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(changed, tails, ([, make], [a, b]) => {
        const named = (tail: string): string => names.backend(...make('x'.repeat(40) + tail));
        expect(named(a as string)).not.toBe(named(b as string));
      }),
    );
  });

  it('another order of the same words is another name', () => {
    expect(names.backend({ ...OWNER, namespace: 'a-b', name: 'c' }, KEY)).not.toBe(
      names.backend({ ...OWNER, namespace: 'a', name: 'b-c' }, KEY),
    );
  });

  it('replace what the appliance does not take in a name', () => {
    expect(names.backend({ ...OWNER, name: 'a b"c' }, KEY)).toMatch(/^nsp-shop-a_b_c-web-https-/);
  });
});

function placeholder(): string {
  return 'nsp-placeholder,nsp-placeholder.crt,nsp-placeholder.key';
}
