import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullJitter } from '../../../lib/retry/full-jitter.ts';

const patience = { baseMs: 100, maxMs: 3_000 };

describe('fullJitter', () => {
  it.each([
    [1, 100],
    [2, 200],
    [5, 1_600],
    [6, 3_000],
    [99, 3_000],
  ])('after %i failed attempts: up to %i ms', (attempt, ceiling) => {
    expect(fullJitter(attempt, patience, () => 0)).toBe(0);
    expect(fullJitter(attempt, patience, () => 0.5)).toBe(ceiling / 2);
    expect(fullJitter(attempt, patience, () => 0.9999)).toBe(Math.floor(ceiling * 0.9999));
  });

  it('is a whole number of milliseconds below the ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, share) => {
          const wait = fullJitter(attempt, patience, () => share);
          expect(Number.isInteger(wait) && wait >= 0 && wait < patience.maxMs).toBe(true);
        },
      ),
    );
  });
});
