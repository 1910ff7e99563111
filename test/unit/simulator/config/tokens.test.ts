import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLine } from '../../../../lib/simulator/config/tokens.ts';
import { quote } from '../../../../lib/simulator/config/write.ts';

describe('words of a command line', () => {
  it.each<[string, string[]]>([
    ['add lb vserver v HTTP', ['add', 'lb', 'vserver', 'v', 'HTTP']],
    ['  a   b\t c ', ['a', 'b', 'c']],
    ['a "b c" "d \\"e\\" \\\\ f"', ['a', 'b c', 'd "e" \\ f']],
    ['a ""', ['a', '']],
    ['q{x "y" \\z} q/a b/ q<c>', ['x "y" \\z', 'a b', 'c']],
    ['queue q', ['queue', 'q']],
    ['"not closed', ['not closed']],
  ])('%s', (line, words) => {
    expect(splitLine(line).map((word) => word.text)).toEqual(words);
  });

  it('property: any quoted value reads back as one word', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (values) => {
        const line = values.map(quote).join(' ');
        expect(line).not.toMatch(/[\r\n]/);
        expect(splitLine(line).map((word) => word.text)).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  it('a value that looks like an option is quoted, and read as a value', () => {
    expect(quote('-comment')).toBe('"-comment"');
    expect(splitLine(quote('-comment'))).toEqual([{ text: '-comment', quoted: true }]);
  });

  it.each(['q/status/', 'q{x}', 'q.', 'q-a'])('%s, which looks like a quotation, is quoted', (text) => {
    expect(quote(text)).toBe(`"${text}"`);
    expect(splitLine(quote(text))).toEqual([{ text, quoted: true }]);
  });
});
