import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import {
  type Claim,
  claimKey,
  decodeClaim,
  decodeIngress,
  decodeLedger,
  decodeRetired,
  decodeWatermark,
  encodeClaim,
  encodeIngress,
  encodeRetired,
  encodeWatermark,
  hostDigest,
  type IngressRow,
} from '../../../lib/ledger/index.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const longName = fc.stringMatching(/^[a-z0-9]{1,253}$/);
const cluster = fc.stringMatching(/^[a-z0-9]{1,40}$/);
const owner = fc.record({ cluster, namespace: label, name: longName });
const sequence = fc.integer({ min: 1, max: 9_007_199_254_740_991 });
const vip = fc.constantFrom('192.0.2.255', '2001:db8:1111:2222:3333:4444:5555:6666');
const port = fc.integer({ min: 1, max: 65_535 });
const places = fc.record({ vip, port, insecurePort: fc.oneof(fc.constant(0), port) });
const hash = fc.stringMatching(/^[a-z2-7]{10}$/);

const ingressRow: fc.Arbitrary<IngressRow> = fc
  .record(
    {
      owner,
      sequence,
      life: fc.constantFrom('live', 'dead'),
      state: fc.constantFrom('pending', 'applied'),
      hashes: fc.record({ frontEnd: hash, routes: hash, members: hash }),
      created: fc.integer({ min: 0, max: 9_999_999_999 }),
      routes: fc.integer({ min: 0, max: 1000 }),
      places,
      formerly: fc.oneof(places, fc.constant('anywhere' as const)),
    },
    { requiredKeys: ['owner', 'sequence', 'life', 'state', 'hashes', 'created', 'routes'] },
  )
  .map(({ owner: { namespace, name, cluster: where }, ...rest }) => ({
    key: ownerKey({ cluster: where, namespace, name }),
    namespace,
    name,
    ...(rest as Omit<IngressRow, 'key' | 'namespace' | 'name'>),
  }));

const bytes = (text: string): number => Buffer.byteLength(text);

describe('rows of the ledger', () => {
  it('reads what it wrote, and stays within 255 bytes whatever the names’ lengths', () => {
    fc.assert(
      fc.property(ingressRow, (row) => {
        const encoded = encodeIngress(row);
        expect(decodeIngress(encoded)).toEqual(row);
        expect(Math.max(bytes(encoded.key), bytes(encoded.value), bytes(encoded.comment))).toBeLessThanOrEqual(255);
      }),
    );
  });

  it('reads claims of back ends and of redirects back, within 255 bytes', () => {
    const target = fc.oneof(fc.record({ service: label, port: label }), fc.record({ securePort: port }));
    fc.assert(
      fc.property(
        owner,
        target,
        fc.boolean(),
        fc.integer({ min: 0, max: 9_999_999_999 }),
        fc.constantFrom('a.example.com', `${'long.'.repeat(40)}example.com`),
        (who, to, wildcard, created, host) => {
          const claim: Claim = {
            frontEnd: '192.0.2.1_443',
            hostDigest: hostDigest(host),
            created,
            ownerKey: ownerKey(who),
            owner: who,
            target: to,
            settings: 'abcdefghij',
            wildcard,
          };
          const encoded = encodeClaim({ ...claim, host });
          // What does not fit is left out: the digest stands for it.
          const fits = bytes(encodeClaim(claim).value) + 1 + bytes(host) <= 255;
          expect(decodeClaim(encoded, claim.frontEnd)).toEqual(fits ? { ...claim, host } : claim);
          expect(Math.max(bytes(encoded.key), bytes(encoded.value), bytes(encoded.comment))).toBeLessThanOrEqual(255);
        },
      ),
    );
  });

  it('a claim takes up to 255 bytes with its host, and goes without it beyond', () => {
    const who = { cluster: 'c', namespace: 'n', name: 'i' };
    const claim = (host: string): Claim => ({
      frontEnd: 'f',
      hostDigest: hostDigest(host),
      created: 1,
      ownerKey: ownerKey(who),
      owner: who,
      target: { service: 's', port: '443' },
      settings: '',
      wildcard: false,
      host,
    });
    const room = 255 - bytes(encodeClaim(claim('')).value);
    expect(decodeClaim(encodeClaim(claim('h'.repeat(room))), 'f')?.host).toBe('h'.repeat(room));
    expect(decodeClaim(encodeClaim(claim('h'.repeat(room + 1))), 'f')).not.toHaveProperty('host');
  });

  it('reads retired back ends and watermarks back', () => {
    const who = { cluster: 'c', namespace: 'n', name: 'i' };
    const backEnd = 'nsp-n-i-s-https-abcdefghijklmnop';
    const retired = { ownerKey: ownerKey(who), owner: who, backEnd, due: 1234 };
    expect(decodeRetired(encodeRetired(retired))).toEqual(retired);
    expect(decodeWatermark(encodeWatermark({ from: '2a', to: 'zz', sequence: 7 }))).toEqual({
      from: '2a',
      to: 'zz',
      sequence: 7,
    });
  });

  it('sorts claims of one host by age in their keys', () => {
    const key = (created: number): string =>
      claimKey({ hostDigest: 'h'.repeat(26), created, ownerKey: 'o'.repeat(26) });
    expect([key(2_000_000_000), key(9), key(100)].sort()).toEqual([key(9), key(100), key(2_000_000_000)]);
  });

  it.each([
    ['another version', { key: 'I.abc', value: '2;1;LA;;;;0;0;ns;;', comment: 'n' }],
    ['too few fields', { key: 'I.abc', value: '1;5', comment: 'n' }],
    ['a row of somebody else', { key: 'hello', value: 'world', comment: '' }],
    ['a watermark without a range', { key: 'W.x', value: '1;5', comment: '' }],
  ])('counts %s as absent', (_what, row) => {
    const ledger = decodeLedger([row]);
    expect([ledger.ingresses.size, ledger.watermarks.length, ledger.retired.length]).toEqual([0, 0, 0]);
  });
});
