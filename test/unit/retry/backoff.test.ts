import { describe, expect, it } from 'vitest';
import { type Backoff, withBackoff } from '../../../lib/retry/backoff.ts';
import { failure } from '../nitro/fake.ts';

function backoff(options: Partial<Backoff> = {}): { backoff: Backoff; waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    backoff: {
      attempts: 4,
      baseMs: 100,
      maxMs: 300,
      random: () => 0.5,
      sleep: async (ms) => {
        waits.push(ms);
      },
      remainingMs: () => Number.POSITIVE_INFINITY,
      ...options,
    },
  };
}

const failing = (times: number) => {
  let left = times;
  return async (): Promise<string> => {
    if (left-- > 0) throw new Error('not yet');
    return 'done';
  };
};

describe('withBackoff', () => {
  it('waits longer each time, up to the limit', async () => {
    const { backoff: patient, waits } = backoff();
    expect(await withBackoff(patient, failing(3), () => true)).toBe('done');
    expect(waits).toEqual([50, 100, 150]);
  });

  it('gives up after the last attempt, and at once where a repeat is worth nothing', async () => {
    const { backoff: patient, waits } = backoff();
    await failure(withBackoff(patient, failing(4), () => true));
    expect(waits).toHaveLength(3);
    await failure(withBackoff(patient, failing(1), () => false));
    expect(waits).toHaveLength(3);
  });

  it('does not begin a wait that would outlast the time that remains', async () => {
    const { backoff: patient, waits } = backoff({ remainingMs: () => 100 });
    expect((await failure(withBackoff(patient, failing(9), () => true))).message).toBe('not yet');
    expect(waits).toEqual([50]);
  });

  it('ends when it is aborted in a wait', async () => {
    const abort = new AbortController();
    let tries = 0;
    const { backoff: patient } = backoff({
      sleep: async (_ms, signal) => (signal === abort.signal ? abort.abort() : undefined),
    });
    const action = async (): Promise<void> => {
      tries += 1;
      throw new Error('not yet');
    };
    await failure(withBackoff(patient, action, () => true, abort.signal));
    expect(tries).toBe(1);
  });
});
