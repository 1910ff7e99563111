import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  base32,
  digest,
  EVERYTHING,
  inRange,
  nextPrefix,
  ownerKey,
  PREFIXES,
  qualifiedName,
} from '../../../lib/contract/index.ts';

describe('keys of Ingresses', () => {
  // RFC 4648, section 10, in lower case and without padding.
  it.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('base32 of %j is %j', (text, expected) => {
    expect(base32(text)).toBe(expected);
  });

  it('a digest is the beginning of the base32 of SHA-256', () => {
    const whole = base32(createHash('sha256').update('a').digest('binary'));
    expect([digest('a'), digest('a', 8)]).toEqual([whole.slice(0, 26), whole.slice(0, 8)]);
    expect(whole).toHaveLength(52);
  });

  it('a key names cluster, namespace and name', () => {
    const owner = { cluster: 'c', namespace: 'n', name: 'x' };
    expect(ownerKey(owner)).toBe(digest('c/n/x'));
    expect(qualifiedName(owner)).toBe('n/x');
    const others = [{ cluster: 'd' }, { namespace: 'm' }, { name: 'y' }].map((other) =>
      ownerKey({ ...owner, ...other }),
    );
    expect(new Set([ownerKey(owner), ...others]).size).toBe(4);
  });
});

describe('ranges of keys', () => {
  it('there are 1,024 prefixes in order, of which each follows the one before', () => {
    expect(PREFIXES).toHaveLength(1024);
    expect([...PREFIXES].sort()).toEqual(PREFIXES);
    expect(PREFIXES.slice(0, -1).map(nextPrefix)).toEqual(PREFIXES.slice(1));
    expect(nextPrefix('zz')).toBeUndefined();
    expect(EVERYTHING).toEqual({ from: '22', to: 'zz' });
  });

  it('every key lies in exactly one range of any tiling', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 1023 }), { maxLength: 8 });
    const owner = fc.record({ cluster: fc.string(), namespace: fc.string(), name: fc.string() });
    fc.assert(
      fc.property(cuts, owner, (at, who) => {
        const starts = [0, ...at.sort((a, b) => a - b)];
        const ranges = starts.map((start, index) => ({
          from: PREFIXES[start] as string,
          to: PREFIXES[(starts[index + 1] ?? 1024) - 1] as string,
        }));
        expect(ranges.filter((range) => inRange(ownerKey(who), range))).toHaveLength(1);
      }),
    );
  });

  it.each([
    ['at its beginning', 'ab', true],
    ['at its end', 'cd', true],
    ['before it', 'aa', false],
    ['behind it', 'ce', false],
    ['a digit, which sorts before letters', '77', false],
  ])('a key %s', (_where, prefix, expected) => {
    expect(inRange(prefix.padEnd(26, 'z'), { from: 'ab', to: 'cd' })).toBe(expected);
  });
});
