import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock } from '../../../lib/contract/index.ts';

/** A clock whose physical part reads these numbers, one after the other. */
function clockOf(readings: readonly number[], reserved?: number): HybridClock {
  const left = [...readings];
  return new HybridClock(() => left.shift() ?? 0, reserved);
}

describe('the hybrid logical clock: max(now in ms, last + 1)', () => {
  it.each([
    ['follows the physical clock', [1000, 2000], 0, [1000, 2000]],
    ['counts on within one millisecond', [1000, 1000, 1000], 0, [1000, 1001, 1002]],
    ['counts on when the clock steps back', [1000, 10, 1001], 0, [1000, 1001, 1002]],
    ['starts above what was reserved', [1000, 1000], 5000, [5001, 5002]],
    ['starts at the clock where that is above what was reserved', [9000], 5000, [9000]],
    ['gives whole milliseconds', [1000.9, 1000.95], 0, [1000, 1001]],
  ])('%s', (_what, readings, reserved, expected) => {
    const clock = clockOf(readings, reserved);
    expect(readings.map(() => clock.next())).toEqual(expected);
    expect(clock.last).toBe(expected.at(-1));
  });

  it('rule 14: moves above a recorded sequence, and never below its own', () => {
    const clock = clockOf([100, 100, 100]);
    clock.observe(500);
    expect(clock.next()).toBe(501);
    clock.observe(500);
    expect(clock.next()).toBe(502);
  });

  it('never goes back, over any steps, restarts and observations', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('tick' as const), now: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ kind: fc.constant('observe' as const), now: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ kind: fc.constant('restart' as const), now: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        let clock = new HybridClock(() => now);
        let last = 0;
        for (const { kind, now: reading } of steps) {
          if (kind === 'restart') clock = new HybridClock(() => now, clock.last);
          if (kind === 'observe') {
            clock.observe(reading);
            expect(clock.last).toBeGreaterThanOrEqual(Math.max(last, reading));
          }
          if (kind === 'tick') {
            now = reading;
            const given = clock.next();
            expect(given).toBeGreaterThan(last);
            expect(given).toBeGreaterThanOrEqual(now);
            last = given;
          }
        }
      }),
    );
  });
});
