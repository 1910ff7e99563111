import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteText } from '../../../lib/traffic/byte-text.ts';

describe('bytes for people', () => {
  it.each([
    [0, '0 B'],
    [812, '812 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [1_549, '1.5 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [23_400_000, '23 MB'],
    [7.2e15, '7.2 PB'],
    [4.2e18, '4200 PB'],
  ])('%i → %s', (bytes, text) => {
    expect(byteText(bytes)).toBe(text);
  });

  it('never more than four digits below a thousand petabytes, and never 5 % beside the number', () => {
    const factors = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        const [number, unit] = byteText(bytes).split(' ') as [string, keyof typeof factors];
        expect(number.length).toBeLessThanOrEqual(4);
        expect(Math.abs(Number(number) * factors[unit] - bytes)).toBeLessThanOrEqual(bytes * 0.051);
      }),
    );
  });
});
