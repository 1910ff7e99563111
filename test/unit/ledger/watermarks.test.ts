import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, inRange, type KeyRange, PREFIXES } from '../../../lib/contract/index.ts';
import {
  covers,
  LONGEST_PATTERN,
  ledgerPattern,
  obsolete,
  rangePattern,
  type Watermark,
  watermarkOver,
} from '../../../lib/ledger/index.ts';

const range: fc.Arbitrary<KeyRange> = fc
  .tuple(fc.nat(PREFIXES.length - 1), fc.nat(PREFIXES.length - 1))
  .map(([a, b]) => ({ from: PREFIXES[Math.min(a, b)] as string, to: PREFIXES[Math.max(a, b)] as string }));
const watermark: fc.Arbitrary<Watermark> = fc
  .tuple(range, fc.integer({ min: 1, max: 100 }))
  .map(([where, sequence]) => ({ ...where, sequence }));

describe('watermarks (rule 3)', () => {
  it.each<[string, KeyRange[], boolean]>([
    ['one over all', [{ from: '22', to: 'zz' }], true],
    [
      'two that meet',
      [
        { from: '22', to: 'ab' },
        { from: 'ac', to: 'zz' },
      ],
      true,
    ],
    [
      'two that meet over a first character',
      [
        { from: '22', to: '7z' },
        { from: 'a2', to: 'zz' },
      ],
      true,
    ],
    [
      'a gap of one prefix',
      [
        { from: '22', to: 'ab' },
        { from: 'ad', to: 'zz' },
      ],
      false,
    ],
    [
      'one of a single prefix between two',
      [
        { from: '22', to: 'ab' },
        { from: 'ac', to: 'ac' },
        { from: 'ad', to: 'zz' },
      ],
      true,
    ],
    [
      'a part, of which another is a part',
      [
        { from: '22', to: 'cd' },
        { from: 'ab', to: 'bc' },
        { from: 'dd', to: 'zz' },
      ],
      false,
    ],
    ['none', [], false],
  ])('%s: covers everything = %s', (_what, ranges, expected) => {
    expect(covers(ranges, EVERYTHING)).toBe(expected);
  });

  it('covers exactly when every prefix is in some range', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), range, (ranges, target) => {
        const every = PREFIXES.filter((prefix) => inRange(prefix, target)).every((prefix) =>
          ranges.some((one) => inRange(prefix, one)),
        );
        expect(covers(ranges, target)).toBe(every);
      }),
    );
  });

  it('dropping what is obsolete changes no key’s recorded sequence, and leaves nothing that newer ones cover', () => {
    fc.assert(
      fc.property(fc.array(watermark, { maxLength: 8 }), (marks) => {
        const gone = new Set(obsolete(marks));
        const kept = marks.filter((mark) => !gone.has(mark));
        for (const prefix of PREFIXES) {
          expect(watermarkOver(prefix, kept)).toBe(watermarkOver(prefix, marks));
        }
        for (const mark of kept) {
          const newer = kept.filter((other) => other.sequence > mark.sequence);
          const alone = PREFIXES.some((prefix) => inRange(prefix, mark) && watermarkOver(prefix, newer) === 0);
          expect(alone).toBe(true);
        }
      }),
    );
  });

  const at = (from: string, to: string, sequence: number): Watermark => ({ from, to, sequence });
  it.each<[string, Watermark[], number[]]>([
    ['none', [], []],
    ['a single one', [at('22', 'zz', 5)], []],
    ['an older one of the same range', [at('22', 'zz', 5), at('22', 'zz', 9)], [5]],
    ['one of two that are equal', [at('22', 'zz', 5), at('22', 'zz', 5)], [5]],
    ['an older one of a part', [at('ab', 'cd', 5), at('22', 'zz', 9)], [5]],
    ['not a newer one of a part', [at('ab', 'cd', 9), at('22', 'zz', 5)], []],
    ['not one that is only overlapped', [at('22', 'cd', 5), at('ab', 'zz', 9)], []],
    ['one that two newer ones cover together', [at('22', 'zz', 5), at('22', 'az', 8), at('b2', 'zz', 9)], [5]],
    ['not one of whose cover a part is older', [at('22', 'zz', 5), at('22', 'az', 4), at('b2', 'zz', 9)], [4]],
  ])('obsolete: %s', (_what, marks, expected) => {
    expect(obsolete(marks).map(({ sequence }) => sequence)).toEqual(expected);
  });

  it('the highest over a key counts, wherever it begins', () => {
    const marks = [at('22', 'cd', 5), at('ab', 'zz', 9), at('b2', 'b2', 7)];
    expect(['aa', 'ab', 'b2', 'zz'].map((prefix) => watermarkOver(prefix, marks))).toEqual([5, 9, 9, 9]);
    expect(watermarkOver('aa', [at('ab', 'zz', 9)])).toBe(0);
  });
});

describe('patterns of the ledger’s questions', () => {
  it('matches exactly the prefixes of the range', () => {
    fc.assert(
      fc.property(range, (where) => {
        const pattern = new RegExp(`^${rangePattern(where)}`);
        for (const prefix of PREFIXES) expect(pattern.test(prefix)).toBe(inRange(prefix, where));
      }),
    );
  });

  it('asks for all where the range is everything, or the pattern would not fit a URL', () => {
    expect(ledgerPattern([], [EVERYTHING])).toBeUndefined();
    expect(ledgerPattern(['k'.repeat(26)], [{ from: 'ab', to: 'cd' }, EVERYTHING])).toBeUndefined();
    const rest = (ledgerPattern([''], []) as string).length;
    expect(ledgerPattern(['k'.repeat(LONGEST_PATTERN - rest)], [])).toHaveLength(LONGEST_PATTERN);
    expect(ledgerPattern(['k'.repeat(LONGEST_PATTERN - rest + 1)], [])).toBeUndefined();
  });

  const [A, B, C] = ['a'.repeat(26), 'b'.repeat(26), 'c'.repeat(26)];
  it.each<[string, string[], KeyRange[], string[]]>([
    ['keys', [A, C], [], [`I.${A}`, `R.${A}-x`, `I.${C}`]],
    ['a range', [], [{ from: 'ba', to: 'cb' }], [`I.${B}`]],
    ['a range from the first key on', [], [{ from: '22', to: 'ab' }], [`I.${A}`, `R.${A}-x`]],
    ['a range to the last key', [], [{ from: 'c2', to: 'zz' }], [`I.${C}`]],
    ['both', [C], [{ from: 'a2', to: 'ab' }], [`I.${A}`, `R.${A}-x`, `I.${C}`]],
  ])('of %s finds their records and retired back ends, every watermark and the UID', (_what, keys, ranges, found) => {
    const pattern = new RegExp((ledgerPattern(keys, ranges) as string).slice(1, -1));
    const rows = [`I.${A}`, `R.${A}-x`, `I.${B}`, `I.${C}`, 'W.22-zz', 'U', 'UX', `X.${A}`, `x I.${A}`];
    expect(rows.filter((key) => pattern.test(key))).toEqual([...found, 'W.22-zz', 'U']);
  });
});
