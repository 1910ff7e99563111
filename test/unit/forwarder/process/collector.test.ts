import { expect, it } from 'vitest';
import { Collector, type Gc, loopShare } from '../../../../lib/forwarder/process/collector.ts';
import { ManualClock } from '../support.ts';

function setUp() {
  const clock = new ManualClock();
  const calls: string[] = [];
  const gc: Gc = (options) => void calls.push(options?.flavor ?? 'usual');
  const load = { share: 0.1 };
  return { clock, calls, load, collector: new Collector(clock, gc, () => load.share) };
}

it('collects each time, and makes the heap small once no more garbage comes', async () => {
  const { clock, calls, collector } = setUp();
  collector.collect();
  await clock.advance(1_500);
  collector.collect();
  await clock.advance(1_500);
  expect(calls).toEqual(['usual', 'usual']);
  await clock.advance(10_000);
  expect(calls).toEqual(['usual', 'usual', 'last-resort']);
  collector.collect();
  collector.stop();
  await clock.advance(10_000);
  expect(calls).toEqual(['usual', 'usual', 'last-resort', 'usual']);
});

it('makes the heap small only when the process rests: a starved one takes long from one event to the next', async () => {
  const { clock, calls, load, collector } = setUp();
  load.share = 0.9;
  collector.collect();
  await clock.advance(60_000);
  expect(calls).toEqual(['usual']);
  load.share = 0.1;
  await clock.advance(10_000);
  expect(calls).toEqual(['usual', 'last-resort']);
  expect(clock.pending).toBe(0);
});

it('measures the share of the event loop since the last look', () => {
  const share = loopShare();
  const shares = [share(), share()];
  for (const each of shares) expect(each >= 0 && each <= 1).toBe(true);
});
