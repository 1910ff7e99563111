import { describe, expect, it } from 'vitest';
import { Poll } from '../../../lib/retry/poll.ts';

function polled(answers: (string | Error)[], options: { waitAfter?: (error: unknown) => number } = {}) {
  const clock = { now: 0 };
  let reads = 0;
  const poll = new Poll<string>({
    read: async () => {
      reads += 1;
      const answer = answers.shift() ?? 'last';
      if (answer instanceof Error) throw answer;
      return answer;
    },
    intervalMs: 5_000,
    now: () => clock.now,
    random: () => 0,
    ...options,
  });
  return { poll, clock, reads: () => reads };
}

describe('a poll', () => {
  it('reads again after the interval, not before', async () => {
    const { poll, clock, reads } = polled(['a', 'b']);
    expect(await poll.poll()).toBe(true);
    clock.now = 4_999;
    expect(await poll.poll()).toBe(false);
    expect([poll.value, poll.at, reads()]).toEqual(['a', 0, 1]);
    clock.now = 5_000;
    expect(await poll.poll()).toBe(true);
    expect([poll.value, poll.at, reads()]).toEqual(['b', 5_000, 2]);
  });

  it('reads that overlap are one', async () => {
    const { poll, reads } = polled(['a']);
    expect(await Promise.all([poll.poll(), poll.poll(), poll.poll()])).toEqual([true, true, true]);
    expect(reads()).toBe(1);
  });

  it('a failure keeps the value, and failures become rarer up to a minute', async () => {
    const { poll, clock } = polled(['a', ...Array.from({ length: 8 }, () => new Error('no answer'))]);
    await poll.poll();
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      clock.now = poll.due;
      await poll.poll();
      waits.push(poll.due - clock.now);
    }
    expect([poll.value, poll.failure]).toEqual(['a', 'no answer']);
    expect(waits).toEqual([2_500, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000]);
    clock.now = poll.due;
    await poll.poll();
    expect([poll.value, poll.failure, poll.due - clock.now]).toEqual(['last', undefined, 5_000]);
  });

  it('an error that forbids another read ends the reads', async () => {
    const { poll, clock, reads } = polled([new Error('wrong password')], { waitAfter: () => Number.POSITIVE_INFINITY });
    await poll.poll();
    clock.now = Number.MAX_SAFE_INTEGER;
    expect(await poll.poll()).toBe(false);
    expect([poll.failure, reads()]).toEqual(['wrong password', 1]);
  });
});
