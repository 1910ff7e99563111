import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningPatterns } from '../../../lib/ledger/index.ts';

const digest = fc.string({ unit: fc.constantFrom(...'abcdefgh234567'), minLength: 8, maxLength: 8 });

describe('patterns of beginnings', () => {
  it.each<[string, string[], number, string[]]>([
    ['nothing', [], 4, []],
    ['one text', ['abcdefgh'], 4, ['ab(cd)']],
    ['texts with one beginning', ['abcdxx', 'abcdyy'], 4, ['ab(cd)']],
    ['beginnings that differ at the end', ['abcd', 'abce', 'abfg'], 4, ['ab(c[de]|fg)']],
    ['beginnings that differ at once', ['abcd', 'xyzz'], 4, ['ab(cd)|xy(zz)']],
    ['beginnings of two characters', ['ab', 'a2', 'bc'], 2, ['(a[2b]|bc)']],
  ])('%s', (_what, texts, length, parts) => {
    expect(beginningPatterns(texts, length, 1_000)).toEqual(parts);
  });

  it('together match what begins so and nothing else, each within its length', () => {
    fc.assert(
      fc.property(
        fc.array(digest, { maxLength: 60 }),
        fc.array(digest),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 30, max: 300 }),
        (texts, others, length, longest) => {
          const parts = beginningPatterns(texts, length, longest);
          const whole = parts.map((part) => new RegExp(`^(${part})`));
          const begin = new Set(texts.map((text) => text.slice(0, length)));
          for (const text of [...texts, ...others]) {
            expect(whole.filter((pattern) => pattern.test(text))).toHaveLength(
              begin.has(text.slice(0, length)) ? 1 : 0,
            );
          }
          // One alternative may be longer than a part: it is never cut.
          for (const part of parts) expect(part.length <= longest || !/\)\|/.test(part)).toBe(true);
        },
      ),
    );
  });
});
