import { expect, it } from 'vitest';
import { Collector, type Gc } from '../../../../lib/forwarder/process/collector.ts';
import { ManualClock } from '../support.ts';

it('collects each time, and makes the heap small once no more garbage comes', async () => {
  const clock = new ManualClock();
  const calls: string[] = [];
  const gc: Gc = (options) => void calls.push(options?.flavor ?? 'usual');
  const collector = new Collector(clock, gc);
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
