import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySequences, Sequencer } from '../../../../lib/forwarder/publish/sequence.ts';

describe('Sequencer', () => {
  it('follows the clock, and counts on within a millisecond', async () => {
    let now = 5_000;
    const sequencer = await Sequencer.open(new MemorySequences(), () => now);
    await sequencer.ensure(3);
    expect([sequencer.next(), sequencer.next()]).toEqual([5_000, 5_001]);
    now = 6_000;
    expect(sequencer.next()).toBe(6_000);
    expect(sequencer.last).toBe(6_000);
  });

  it('reserves before it gives, a minute ahead, and rarely', async () => {
    const store = new MemorySequences();
    const reserved: number[] = [];
    const reserve = store.reserve.bind(store);
    store.reserve = (upTo) => {
      reserved.push(upTo);
      return reserve(upTo);
    };
    let now = 5_000;
    const sequencer = await Sequencer.open(store, () => now);
    expect(() => sequencer.next()).toThrow('no reserved sequence');
    for (; now < 65_000; now += 1_000) {
      await sequencer.ensure(10);
      sequencer.next();
    }
    expect(reserved).toEqual([65_000]);
    now = 66_000;
    // The clock ran past the reservation between `ensure` and `next`: what is given is still reserved.
    expect(sequencer.next()).toBeLessThanOrEqual(65_000);
    await sequencer.ensure(10);
    expect(reserved).toEqual([65_000, 126_000]);
  });

  it.each([
    ['is near the end of what is reserved', 64_995, 64_995],
    ['is at the end of it', 65_000, 65_000],
    ['runs past it after `ensure`', 64_990, 65_100],
  ])('gives as many as `ensure` was asked for while the clock %s', async (_, before, after) => {
    let now = 5_000;
    const store = new MemorySequences();
    const sequencer = await Sequencer.open(store, () => now);
    await sequencer.ensure(10);
    now = before;
    await sequencer.ensure(10);
    now = after;
    const given = Array.from({ length: 10 }, () => sequencer.next());
    expect(new Set(given).size).toBe(10);
    expect(Math.max(...given)).toBeLessThanOrEqual(await store.read());
  });

  it('starts above what was reserved after a crash, and above what was used after a clean stop', async () => {
    const store = new MemorySequences();
    const first = await Sequencer.open(store, () => 5_000);
    await first.ensure(1);
    first.next();
    const second = await Sequencer.open(store, () => 1_000);
    await second.ensure(1);
    expect(second.next()).toBe(65_001);
    await second.release();
    const third = await Sequencer.open(store, () => 1_000);
    await third.ensure(1);
    expect(third.next()).toBe(65_002);
  });

  it('gives nothing that could not be reserved', async () => {
    const store = new MemorySequences();
    store.reserve = () => Promise.reject(new Error('the disk is full'));
    const sequencer = await Sequencer.open(store, () => 5_000);
    await expect(sequencer.ensure(1)).rejects.toThrow('the disk is full');
    expect(() => sequencer.next()).toThrow('no reserved sequence');
  });

  it('moves above what somebody else has recorded (protocol rule 14), and reserves there', async () => {
    const store = new MemorySequences();
    const sequencer = await Sequencer.open(store, () => 5_000);
    await sequencer.ensure(1);
    sequencer.observe(1_000_000);
    await sequencer.ensure(1);
    expect(sequencer.next()).toBe(1_000_001);
    expect(await store.read()).toBeGreaterThan(1_000_001);
  });

  it('reserves again where it was moved while it waited for the store', async () => {
    const store = new MemorySequences();
    const sequencer = await Sequencer.open(store, () => 5_000);
    const ensured = sequencer.ensure(1);
    sequencer.observe(1_000_000);
    await ensured;
    expect(sequencer.next()).toBe(1_000_001);
    expect(await store.read()).toBeGreaterThanOrEqual(1_000_001);
  });

  it('never goes back, whatever the clock does and however often it crashes', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('clock' as const), now: fc.integer({ min: 0, max: 1_000_000 }) }),
      fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 10 }) }),
      fc.record({ kind: fc.constantFrom('crash' as const, 'stop' as const) }),
      fc.record({ kind: fc.constant('observe' as const), sequence: fc.integer({ min: 0, max: 2_000_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = new MemorySequences();
        let now = 500_000;
        let sequencer = await Sequencer.open(store, () => now);
        let highest = 0;
        for (const each of steps) {
          if (each.kind === 'clock') now = each.now;
          else if (each.kind === 'observe') sequencer.observe(each.sequence);
          else if (each.kind === 'take') {
            await sequencer.ensure(each.count);
            for (let taken = 0; taken < each.count; taken += 1) {
              const sequence = sequencer.next();
              expect(sequence).toBeGreaterThan(highest);
              highest = sequence;
            }
          } else {
            if (each.kind === 'stop') await sequencer.release();
            sequencer = await Sequencer.open(store, () => now);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
