import { describe, expect, it } from 'vitest';
import { RowFieldError } from '../../../lib/ledger/fields.ts';
import {
  type Claim,
  encodeClaim,
  encodeIdentity,
  encodeIngress,
  encodeRetired,
  encodeSetting,
} from '../../../lib/ledger/index.ts';

const key = 'k'.repeat(26);
const OWNER = { cluster: 'c', namespace: 'n', name: 'a' };
const CLAIM: Claim = {
  frontend: '192.0.2.10_443',
  hostDigest: 'h'.repeat(26),
  created: 1,
  ownerKey: key,
  owner: OWNER,
  target: { service: 's', port: '443' },
  settings: '',
  form: 'exact',
  host: 'a.example.com',
};
const row = (namespace: string, name = 'a') =>
  encodeIngress({
    key,
    namespace,
    name,
    sequence: 1,
    kind: 'live',
    state: 'applied',
    hashes: { frontend: '', routes: '', members: '' },
    created: 1,
    routes: 1,
  });

/** Each field that comes from an event, written with this text. */
const FIELDS: readonly [string, (text: string) => unknown][] = [
  ['namespace', (text) => row(text)],
  ['service', (text) => encodeClaim({ ...CLAIM, target: { service: text, port: '443' } })],
  ['port', (text) => encodeClaim({ ...CLAIM, target: { service: 's', port: text } })],
  ['cluster', (text) => encodeClaim({ ...CLAIM, owner: { ...OWNER, cluster: text } })],
  ['namespace', (text) => encodeClaim({ ...CLAIM, owner: { ...OWNER, namespace: text } })],
  ['host', (text) => encodeClaim({ ...CLAIM, host: text })],
  ['backend', (text) => encodeRetired({ ownerKey: key, owner: OWNER, backend: text, due: 1 })],
  ['namespace', (text) => encodeRetired({ ownerKey: key, owner: { ...OWNER, namespace: text }, backend: 'b', due: 1 })],
  [
    'namespace',
    (text) =>
      encodeSetting({ attribute: 'x', value: '1', created: 1, ownerKey: key, owner: { ...OWNER, namespace: text } }),
  ],
  ['uid', (text) => encodeIdentity({ uid: text }, 'c')],
];

describe('rows are safe by construction', () => {
  describe.each(FIELDS)('%s', (field, encode) => {
    it.each(['a;b', 'a\nb', 'a\u0000', 'ä', '\u007f'])('%j is refused, and the field is named', (text) => {
      expect(() => encode(text)).toThrow(RowFieldError);
      expect(() => encode(text)).toThrow(`${field} of a row is ${JSON.stringify(text)}`);
    });

    it('what Kubernetes admits is written', () => {
      expect(() => encode('a-1')).not.toThrow();
    });
  });

  it.each(['a\nb', 'ä'])('a comment with %j is refused', (name) => {
    expect(() => row('n', name)).toThrow('name of a row is');
    expect(() => encodeClaim({ ...CLAIM, owner: { ...OWNER, name } })).toThrow('name of a row is');
  });

  it('a setting may have the separator: it comes last', () => {
    const { value } = encodeSetting({ attribute: 'x', value: 'a;b', created: 1, ownerKey: key, owner: OWNER });
    expect(value).toBe('1;c;n;a;b');
  });
});
