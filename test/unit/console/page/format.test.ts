import { describe, expect, it } from 'vitest';
import { ago, count, counted, ownerText, percent, shortened, visible } from '../../../../lib/console/page/format.ts';

describe('numbers', () => {
  it('have separators, and agree with their noun', () => {
    expect([count(0), count(9_999), count(10_000)]).toEqual(['0', '9,999', '10,000']);
    expect([counted(1, 'route'), counted(0, 'route'), counted(2, 'Ingress', 'Ingresses')]).toEqual([
      '1 route',
      '0 routes',
      '2 Ingresses',
    ]);
  });

  it.each([
    [0, 0, '–'],
    [0, 10, '0 %'],
    [10, 10, '100 %'],
    [1, 2, '50.0 %'],
    [9_999, 10_000, '99.99 %'],
    [99_999_999, 100_000_000, '99.99 %'],
    [1, 100_000_000, '0.01 %'],
  ])('a share of %i in %i is %s: some is never none, and never all', (part, whole, text) => {
    expect(percent(part, whole)).toBe(text);
  });
});

describe('times', () => {
  it.each([
    [-5_000, 'just now'],
    [999, 'just now'],
    [1_000, '1 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000 * 1_234, '1,234 d ago'],
  ])('%i ms are told as %s', (passed, text) => {
    expect(ago(1_000_000_000_000, 1_000_000_000_000 + passed)).toBe(text);
  });
});

describe('names', () => {
  it('an Ingress is named as the command names it', () => {
    expect(ownerText({ cluster: 'prod', namespace: 'shop', name: 'web' })).toBe('prod shop/web');
  });

  it.each([
    ['shop.example.com', 'shop.example.com'],
    ['bücher.example', 'bücher.example'],
    ['a\u202Eb', 'a\\u{202e}b'],
    ['a\u0000\n\u001bb', 'a\\u{0}\\u{a}\\u{1b}b'],
    ['a\u200B\u2066\uFEFFb', 'a\\u{200b}\\u{2066}\\u{feff}b'],
  ])('what cannot be seen is written out: %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('a long name loses its middle, and never a half of a character', () => {
    expect(shortened('short', 5)).toBe('short');
    expect(shortened('abcdefghij', 5)).toBe('ab…ij');
    expect(shortened('abcdefghij', 6)).toBe('abc…ij');
    expect(shortened('😀😀😀😀', 3)).toBe('😀…😀');
  });
});
