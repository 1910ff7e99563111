import { describe, expect, it } from 'vitest';
import { inParallel, Limiter } from '../../../lib/nitro/limiter.ts';
import { failure, gate } from './fake.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Limiter', () => {
  it('runs so many at a time, the others in their order', async () => {
    const limiter = new Limiter(2);
    const started: number[] = [];
    const gates = Array.from({ length: 5 }, gate);
    const all = gates.map(({ opened }, index) =>
      limiter.run(async () => {
        started.push(index);
        await opened;
      }),
    );
    await settle();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it('an error frees its place', async () => {
    const limiter = new Limiter(1);
    await failure(limiter.run(() => Promise.reject(new Error('no'))));
    expect(await limiter.run(async () => 'yes')).toBe('yes');
  });
});

describe('inParallel', () => {
  it('keeps the order of the items', async () => {
    expect(await inParallel([3, 1, 2], 2, async (item) => item * 10)).toEqual([30, 10, 20]);
  });

  it('begins nothing after an error, and waits for what was begun', async () => {
    const slow = gate();
    const begun: number[] = [];
    let finished = false;
    const all = failure(
      inParallel([0, 1, 2, 3], 2, async (item) => {
        begun.push(item);
        if (item === 0) throw new Error('first');
        await slow.opened;
        finished = true;
      }),
    );
    await settle();
    slow.open();
    expect((await all).message).toBe('first');
    expect(begun).toEqual([0, 1]);
    expect(finished).toBe(true);
  });
});
