import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, ownerKey } from '../../../lib/contract/index.ts';
import { claimKey, decodeClaim } from '../../../lib/ledger/claims.ts';
import {
  backendOf,
  type Claim,
  decodeClaims,
  decodeLedger,
  decodeRetired,
  encodeClaim,
  encodeIngress,
  encodeRetired,
  encodeWatermark,
  hostDigest,
  type IngressRecord,
  isListenerClaim,
  type LedgerRow,
  LISTENER_CLAIMS,
  type RecordedFrontends,
  redirectClaims,
} from '../../../lib/ledger/index.ts';
import { decodeIngress } from '../../../lib/ledger/ingress-record.ts';
import { decodeWatermark } from '../../../lib/ledger/watermarks.ts';
import type { HostForm } from '../../../lib/route/index.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const longName = fc.stringMatching(/^[a-z0-9]{1,253}$/);
const cluster = fc.stringMatching(/^[a-z0-9]{1,40}$/);
const plain = { noNullPrototype: true };
const owner = fc.record({ cluster, namespace: label, name: longName }, plain);
const sequence = fc.integer({ min: 1, max: 9_007_199_254_740_991 });
const vip = fc.constantFrom('192.0.2.255', '2001:db8:1111:2222:3333:4444:5555:6666');
const port = fc.integer({ min: 1, max: 65_535 });
/** One address with a port, and perhaps a port of redirects; several addresses; or more than a row can name. */
const frontends: fc.Arbitrary<RecordedFrontends> = fc.oneof(
  fc
    .tuple(vip, fc.uniqueArray(port, { minLength: 1, maxLength: 2 }))
    .map(([at, [tls = 1, http]]) => [
      { vip: at, port: tls, kind: 'tls' as const },
      ...(http === undefined ? [] : [{ vip: at, port: http, kind: 'http' as const }]),
    ]),
  fc.constant([
    { vip: '192.0.2.1', port: 443, kind: 'tls' as const },
    { vip: '192.0.2.1', port: 8443, kind: 'tls' as const },
    { vip: '192.0.2.2', port: 443, kind: 'tls' as const },
  ]),
  fc.constant('anywhere' as const),
);
const hash = fc.stringMatching(/^[a-z2-7]{10}$/);

const ingressRow: fc.Arbitrary<IngressRecord> = fc
  .record(
    {
      owner,
      sequence,
      kind: fc.constantFrom('live', 'tombstone'),
      state: fc.constantFrom('pending', 'applied'),
      hashes: fc.record({ frontend: hash, routes: hash, members: hash }, plain),
      created: fc.integer({ min: 0, max: 9_999_999_999 }),
      routes: fc.integer({ min: 0, max: 1000 }),
      frontends,
      formerFrontends: frontends,
      findings: hash,
    },
    { ...plain, requiredKeys: ['owner', 'sequence', 'kind', 'state', 'hashes', 'created', 'routes'] },
  )
  .map(({ owner: { namespace, name, cluster: where }, ...rest }) => ({
    key: ownerKey({ cluster: where, namespace, name }),
    namespace,
    name,
    ...(rest as Omit<IngressRecord, 'key' | 'namespace' | 'name'>),
  }));

const bytes = (text: string): number => Buffer.byteLength(text);

describe('rows of the ledger', () => {
  it('reads what it wrote, and stays within 255 bytes whatever the names’ lengths', () => {
    fc.assert(
      fc.property(ingressRow, (row) => {
        const encoded = encodeIngress(row);
        // What is absent is not there, not even as undefined.
        expect(decodeIngress(encoded)).toStrictEqual(row);
        expect(Math.max(bytes(encoded.key), bytes(encoded.value), bytes(encoded.comment))).toBeLessThanOrEqual(255);
      }),
    );
  });

  it('reads claims of back ends and of redirects back, within 255 bytes', () => {
    const target = fc.oneof(fc.record({ service: label, port: label }, plain), fc.record({ securePort: port }, plain));
    fc.assert(
      fc.property(
        owner,
        target,
        fc.constantFrom<HostForm>('exact', 'one-label', 'many-label'),
        fc.integer({ min: 0, max: 9_999_999_999 }),
        fc.constantFrom('a.example.com', `${'long.'.repeat(40)}example.com`),
        (who, to, form, created, host) => {
          const claim: Claim = {
            frontend: '192.0.2.1_443',
            hostDigest: hostDigest(host),
            created,
            ownerKey: ownerKey(who),
            owner: who,
            target: to,
            settings: 'abcdefghij',
            form,
          };
          const encoded = encodeClaim({ ...claim, host });
          // What does not fit is left out: the digest stands for it.
          const fits = bytes(encodeClaim(claim).value) + 1 + bytes(host) <= 255;
          expect(decodeClaim(encoded, claim.frontend)).toStrictEqual(fits ? { ...claim, host } : claim);
          expect(Math.max(bytes(encoded.key), bytes(encoded.value), bytes(encoded.comment))).toBeLessThanOrEqual(255);
        },
      ),
    );
  });

  it('a claim takes up to 255 bytes with its host, and goes without it beyond', () => {
    const who = { cluster: 'c', namespace: 'n', name: 'i' };
    const claim = (host: string): Claim => ({
      frontend: 'f',
      hostDigest: hostDigest(host),
      created: 1,
      ownerKey: ownerKey(who),
      owner: who,
      target: { service: 's', port: '443' },
      settings: '',
      form: 'exact',
      host,
    });
    const room = 255 - bytes(encodeClaim(claim('')).value);
    expect(decodeClaim(encodeClaim(claim('h'.repeat(room))), 'f')?.host).toBe('h'.repeat(room));
    expect(decodeClaim(encodeClaim(claim('h'.repeat(room + 1))), 'f')).not.toHaveProperty('host');
  });

  it('reads retired back ends and watermarks back', () => {
    const who = { cluster: 'c', namespace: 'n', name: 'i' };
    const backend = 'nsp-n-i-s-https-abcdefghijklmnop';
    const retired = { ownerKey: ownerKey(who), owner: who, backend, due: 1234 };
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

  const who = { cluster: 'c', namespace: 'n', name: 'i' };
  const KEY = ownerKey(who);
  const WHERE: RecordedFrontends = [
    { vip: '192.0.2.10', port: 443, kind: 'tls' },
    { vip: '192.0.2.10', port: 80, kind: 'http' },
  ];
  const record: IngressRecord = {
    key: KEY,
    namespace: 'n',
    name: 'i',
    sequence: 7,
    kind: 'live',
    state: 'applied',
    hashes: { frontend: 'f', routes: 'r', members: 'm-' },
    created: 100,
    routes: 2,
  };
  const claim: Claim = {
    frontend: '192.0.2.10_443',
    hostDigest: hostDigest('x.example.com'),
    created: 100,
    ownerKey: KEY,
    owner: who,
    target: { service: 'web', port: 'https' },
    settings: '',
    form: 'exact',
  };
  const claimed = `#${hostDigest('x.example.com')}.0000000100.${KEY}`;
  it.each<[string, () => LedgerRow, LedgerRow]>([
    ['a record', () => encodeIngress(record), { key: `I.${KEY}`, value: '1;7;LA;f;r;m-;100;2;n;;;', comment: 'i' }],
    [
      'a tombstone that is pending',
      () =>
        encodeIngress({
          ...record,
          kind: 'tombstone',
          state: 'pending',
          frontends: WHERE,
          formerFrontends: 'anywhere',
          findings: 'x',
        }),
      { key: `I.${KEY}`, value: '1;7;DP;f;r;m-;100;2;n;192.0.2.10/443/80;*;x', comment: 'i' },
    ],
    [
      'a record of what moves',
      () => encodeIngress({ ...record, formerFrontends: WHERE.slice(0, 1) }),
      { key: `I.${KEY}`, value: '1;7;LA;f;r;m-;100;2;n;;192.0.2.10/443/0;', comment: 'i' },
    ],
    [
      'a watermark',
      () => encodeWatermark({ from: '22', to: 'zz', sequence: 7 }),
      { key: 'W.22-zz', value: '1;7', comment: '' },
    ],
    [
      'a retired back end',
      () => encodeRetired({ ownerKey: KEY, owner: who, backend: 'nsp-x', due: 9 }),
      { key: `R.${KEY}-${digest('nsp-x', 8)}`, value: '1;9;nsp-x;c;n', comment: 'i' },
    ],
    ['a claim', () => encodeClaim(claim), { key: claimed, value: '1;P;web;https;;x;c;n', comment: 'i' }],
    [
      'a claim of a wildcard, with settings',
      () => encodeClaim({ ...claim, form: 'one-label', settings: 's' }),
      { key: claimed, value: '1;P;web;https;s;w;c;n', comment: 'i' },
    ],
    [
      'a claim of a redirect',
      () => encodeClaim({ ...claim, target: { securePort: 443 } }),
      { key: claimed, value: '1;R;443;;;x;c;n', comment: 'i' },
    ],
    [
      'a claim of a listener',
      () => encodeClaim({ ...claim, target: { listener: true } }),
      { key: claimed, value: '1;L;;;;x;c;n', comment: 'i' },
    ],
  ])('%s stands as the protocol has it: another version reads it', (_what, encode, expected) => {
    expect(encode()).toEqual(expected);
  });

  it.each<[string, Claim['target'], boolean]>([
    ['to that port', { securePort: 443 }, true],
    ['to one that begins alike', { securePort: 4430 }, false],
    ['of a back end', { service: 'web', port: '443' }, false],
    ['of a listener', { listener: true }, false],
  ])('claims of redirects to a secure port are found: one %s', (_what, target, expected) => {
    const pattern = new RegExp(redirectClaims(443).slice(1, -1));
    const { value } = encodeClaim({ ...claim, target });
    expect([pattern.test(value), pattern.test(`x${value}`)]).toEqual([expected, false]);
  });

  it('claims of listeners are found, and no others; each is read back as it is', () => {
    const pattern = new RegExp(LISTENER_CLAIMS.slice(1, -1));
    const targets: Claim['target'][] = [{ listener: true }, { securePort: 443 }, { service: 'L', port: 'L' }];
    const rows = targets.map((target) => encodeClaim({ ...claim, target }));
    expect(rows.map(({ value }) => pattern.test(value))).toEqual([true, false, false]);
    const read = decodeClaims(rows, claim.frontend);
    expect(read.map(({ target }) => target)).toEqual(targets);
    expect(read.map(isListenerClaim)).toEqual([true, false, false]);
    expect(read.map(backendOf).map((backend) => backend?.service)).toEqual([undefined, undefined, 'L']);
  });

  const readers: Record<string, [read: (row: LedgerRow) => unknown, row: LedgerRow]> = {
    record: [decodeIngress, encodeIngress(record)],
    watermark: [decodeWatermark, encodeWatermark({ from: '22', to: 'zz', sequence: 7 })],
    retired: [decodeRetired, encodeRetired({ ownerKey: KEY, owner: who, backend: 'nsp-x', due: 9 })],
    claim: [(row) => decodeClaim(row, claim.frontend), encodeClaim(claim)],
  };
  /** Rows that are not, by what is wrong with them. */
  const wrong: Record<string, (row: LedgerRow) => LedgerRow> = {
    'another version': (row) => ({ ...row, value: row.value.replace(/^1/, '2') }),
    'nothing but a version': (row) => ({ ...row, value: '1' }),
    'a field less': (row) => ({ ...row, value: row.value.replace(/(;[^;]*){1}$/, '') }),
    'a text before its key': (row) => ({ ...row, key: `x${row.key}` }),
    'a text behind its key': (row) => ({ ...row, key: `${row.key}x` }),
    'another kind of key': (row) => ({ ...row, key: `X${row.key.slice(1)}` }),
  };
  it.each(
    Object.entries(readers).flatMap(([kind, [read, row]]) =>
      Object.entries(wrong)
        // Any key is an Ingress’s, its last fields may be missing, and a watermark is its version and one number.
        .filter(
          ([what]) =>
            !(kind === 'record' && /behind|less/.test(what)) && !(kind === 'watermark' && /less|nothing/.test(what)),
        )
        .map(([what, make]) => [kind, what, read, row, make] as const),
    ),
  )('a %s with %s counts as absent', (_kind, _what, read, row, make) => {
    expect(read(row)).toBeDefined();
    expect(read(make(row))).toBeUndefined();
  });

  it('reads a record whose last fields are not there yet', () => {
    const value = '1;7;LA;f;r;m-;100;2;n';
    expect(decodeIngress({ key: `I.${KEY}`, value, comment: 'i' })).toStrictEqual(record);
  });

  it.each([
    ['another version', { key: 'I.abc', value: '2;1;LA;;;;0;0;ns;;', comment: 'n' }],
    ['too few fields', { key: 'I.abc', value: '1;5', comment: 'n' }],
    ['a record without a namespace', { key: 'I.abc', value: '1;5;LA;a;b;c;1;1', comment: 'n' }],
    ['a back end that retired at no time', { key: `R.${'a'.repeat(26)}-${'b'.repeat(8)}`, value: '1', comment: 'n' }],
    ['a row of somebody else', { key: 'hello', value: 'world', comment: '' }],
    ['a watermark without a range', { key: 'W.x', value: '1;5', comment: '' }],
  ])('counts %s as absent', (_what, row) => {
    const ledger = decodeLedger([row]);
    expect([ledger.ingresses.size, ledger.watermarks.length, ledger.retired.length]).toEqual([0, 0, 0]);
  });
});
