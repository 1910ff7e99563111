import { describe, expect, it } from 'vitest';
import { foldLine, screenOf } from '../../../lib/cli/terminal.ts';

const stream = (isTTY: boolean, columns = 60) => ({ isTTY, columns, getColorDepth: () => 8 }) as never;

describe('a line on a screen', () => {
  it.each([
    ['stays whole where nobody looks', 'a b c', undefined, 'a b c'],
    ['stays whole where it fits', 'a b c', 5, 'a b c'],
    ['folds at words, keeps its indent, and indents what follows', '  aa bb cc dd', 8, '  aa bb\n    cc\n    dd'],
    ['does not cut a word', 'https://a.example.com/ b', 10, 'https://a.example.com/\n    b'],
  ])('%s', (_, line, width, expected) => {
    expect(foldLine(line, { width }, '    ')).toBe(expected);
  });

  it('a stream that is no terminal has no width', () => {
    expect([screenOf(stream(false)).width, screenOf(stream(true)).width, screenOf(stream(true, 20)).width]).toEqual([
      undefined,
      60,
      undefined,
    ]);
  });
});
