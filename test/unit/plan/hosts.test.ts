import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import type { Claim } from '../../../lib/ledger/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { claimsOf, decodeHost, heldHost, holderText, parseHolder } from '../../../lib/plan/index.ts';
import { routesOf } from './routes.ts';

const OWNER = { cluster: 'c1', namespace: 'n', name: 'a' };
const CLAIMS = claimsOf(routesOf({ hosts: { 'x.example.com': 'web' }, redirect: true })).map(({ claim }) => claim);
const claimOf = (kind: 'passthrough' | 'redirect'): Claim =>
  CLAIMS.find(({ target }) => 'securePort' in target === (kind === 'redirect')) as Claim;

describe('the row of a host', () => {
  it.each([
    ['passthrough', claimOf('passthrough'), ownerKey(OWNER)],
    ['a redirect: only its comment names the holder', claimOf('redirect'), undefined],
  ])('reads back as it was written: %s', (_what, claim, expected) => {
    const { id, attributes } = heldHost(namesOf('nsp'), 'm', 'x.example.com', claim);
    const row = { key: String(id.key), value: String(attributes.value), comment: String(attributes.comment) };
    const binding = decodeHost(row);
    expect(binding).toEqual({ host: 'x.example.com', row, ownerKey: expected, holder: 'c1 n/a' });
    expect(parseHolder(binding.holder)).toEqual(OWNER);
  });

  it.each(['', 'c1', 'c1 n', 'bound by hand'])('the comment %j names no owner', (comment) => {
    expect(parseHolder(comment)).toBeUndefined();
  });

  it('a long name is cut to what a comment holds', () => {
    const text = holderText({ ...OWNER, name: 'a'.repeat(253) });
    expect(text).toHaveLength(255);
    expect(parseHolder(text)).toMatchObject({ cluster: 'c1', namespace: 'n' });
  });
});
