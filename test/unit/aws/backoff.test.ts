import { describe, expect, it } from 'vitest';
import { fullJitter, sleep } from '../../../lib/aws/backoff.ts';

describe('fullJitter', () => {
  const retry = { baseMs: 100, maxMs: 1000 };
  it.each([
    [1, 0, 0],
    [1, 0.5, 50],
    [2, 0.5, 100],
    [3, 0.5, 200],
    [4, 0.999, 799],
    [5, 0.999, 999],
    [2000, 0.999, 999],
  ])('after attempt %i with %f: %i ms', (attempt, random, ms) => {
    expect(fullJitter(attempt, retry, () => random)).toBe(ms);
  });
});

describe('sleep', () => {
  it('ends when the signal is aborted, before or meanwhile', async () => {
    await sleep(3_600_000, AbortSignal.abort());
    const abort = new AbortController();
    const sleeping = sleep(3_600_000, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });
});
