import { describe, expect, it } from 'vitest';
import { sleep } from '../../../lib/aws/backoff.ts';

describe('sleep', () => {
  it('ends when the signal is aborted, before or meanwhile', async () => {
    await sleep(3_600_000, AbortSignal.abort());
    const abort = new AbortController();
    const sleeping = sleep(3_600_000, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });
});
