import { expect, it } from 'vitest';
import { afterOwnTime } from '../../../../lib/forwarder/kubernetes/own-time.ts';
import type { Clock } from '../../../../lib/forwarder/ports.ts';
import { ManualClock } from '../support.ts';

it('calls back after the time, and not when it is cancelled', async () => {
  const clock = new ManualClock();
  const called: number[] = [];
  afterOwnTime(clock, 2_000, () => called.push(clock.now()));
  const cancelled = afterOwnTime(clock, 2_000, () => called.push(0));
  await clock.advance(600);
  cancelled.cancel();
  const begun = clock.now() - 600;
  await clock.advance(10_000);
  expect(called).toEqual([begun + 2_000]);
  expect(clock.pending).toBe(0);
});

it('counts a quarter of the time however long the process was held up', async () => {
  const clock = new ManualClock();
  /** Timers come late once, by ten seconds. */
  let late: number | undefined = 10_000;
  const held: Clock = {
    now: clock.now,
    after: (ms, callback) => {
      const more = late ?? 0;
      late = undefined;
      return clock.after(ms + more, callback);
    },
  };
  let called = false;
  afterOwnTime(held, 2_000, () => {
    called = true;
  });
  await clock.advance(11_999);
  expect(called).toBe(false);
  await clock.advance(1);
  expect(called).toBe(true);
});
