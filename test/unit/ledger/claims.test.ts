import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backendOf,
  type Claim,
  decodeClaims,
  encodeClaim,
  holderOf,
  hostDigest,
  isChallengeClaim,
  letsChallengesThrough,
  securePortOf,
} from '../../../lib/ledger/index.ts';

const claim = (created: number, name: string, cluster = 'c'): Claim => ({
  frontend: '192.0.2.1_443',
  hostDigest: 'h',
  created,
  ownerKey: `${cluster}/${name}`,
  owner: { cluster, namespace: 'n', name },
  target: { service: 's', port: '443' },
  settings: '',
  form: 'exact',
});

describe('CON-1: who holds a host', () => {
  it.each([
    ['the oldest', [claim(20, 'a'), claim(10, 'b')], claim(10, 'b')],
    ['of one age the smaller namespace/name', [claim(10, 'b'), claim(10, 'a')], claim(10, 'a')],
    ['of one name the smaller cluster', [claim(10, 'a', 'y'), claim(10, 'a', 'x')], claim(10, 'a', 'x')],
    ['the smaller name, however great its cluster', [claim(10, 'b', 'x'), claim(10, 'a', 'y')], claim(10, 'a', 'y')],
    ['nobody, where nobody claims it', [], undefined],
  ])('%s', (_what, claims, expected) => {
    expect(holderOf(claims)).toEqual(expected);
    expect(holderOf(claims.toReversed())).toEqual(expected);
  });

  it('is the same for any order of arrival', () => {
    const some = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y')),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.double({ noNaN: true })), (specs, keys) => {
        const claims = specs.map((spec) => claim(...spec));
        const shuffled = claims.map((each) => ({ each, sort: keys.next().value })).sort((a, b) => a.sort - b.sort);
        const winner = holderOf(shuffled.map(({ each }) => each));
        expect(winner?.ownerKey).toBe(holderOf(claims)?.ownerKey);
      }),
    );
  });
});

describe('VAL-19: claims of challenges', () => {
  const KEY = 'a'.repeat(26);
  const written = (target: Claim['target']): Claim => {
    const row = encodeClaim({ ...claim(10, 'a'), ownerKey: KEY, hostDigest: hostDigest('h'), target });
    return decodeClaims([row], '192.0.2.1_80')[0] as Claim;
  };

  it.each<[string, Claim['target'], boolean, boolean]>([
    ['a redirect', { securePort: 443 }, false, false],
    ['a redirect that lets challenges through', { securePort: 443, challenges: true }, true, false],
    ['a challenge', { service: 's', port: '8089', challenge: true }, false, true],
    ['a back end', { service: 's', port: '443' }, false, false],
  ])('%s reads back as it was written', (_what, target, lets, challenge) => {
    const read = written(target);
    expect(read.target).toEqual(target);
    expect(letsChallengesThrough(read)).toBe(lets);
    expect(isChallengeClaim(read)).toBe(challenge);
    expect(securePortOf(read)).toBe('securePort' in target ? 443 : undefined);
    expect(backendOf(read) !== undefined).toBe('service' in target);
  });

  it('an ordinary redirect has the same row as before', () => {
    expect(encodeClaim({ ...claim(10, 'a'), ownerKey: KEY, target: { securePort: 443 } }).value).toBe(
      '1;R;443;;;x;c;n',
    );
  });
});
