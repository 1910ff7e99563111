import { describe, expect, it } from 'vitest';
import { equalJitter } from '../../../lib/retry/equal-jitter.ts';

describe('equalJitter', () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [9, 512_000],
    [10, 900_000],
    [250, 900_000],
  ])('after %i failed attempts: from half of %i ms up to it', (attempt, ceiling) => {
    const wait = (share: number): number => equalJitter(attempt, { baseMs: 2_000, maxMs: 900_000 }, () => share);
    expect([wait(0), wait(0.5)]).toEqual([ceiling / 2, ceiling * 0.75]);
    expect(wait(0.9999)).toBeLessThan(ceiling);
  });
});
