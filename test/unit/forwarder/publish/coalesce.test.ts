import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coalescer } from '../../../../lib/forwarder/publish/coalesce.ts';
import { ManualClock } from '../support.ts';

interface SetUp {
  readonly limit?: number;
  readonly leading?: number;
  readonly mayLead?: (key: string) => boolean;
}

function setUp({ limit = 100, leading = 0, mayLead = () => true }: SetUp = {}) {
  const clock = new ManualClock(0);
  const told: string[] = [];
  const coalescer = new Coalescer({
    clock,
    windowMs: 100,
    maxDelayMs: 250,
    leading,
    mayLead,
    groupOf: (key) => key.slice(0, Math.max(0, key.indexOf('/'))),
    limit: () => limit,
    flush: (keys) => told.push(`${clock.now()} ${[...keys].sort().join(' ')}`),
    overflow: () => told.push(`${clock.now()} storm`),
  });
  const touchAt = async (at: number, ...keys: string[]) => {
    await clock.advance(at - clock.now());
    for (const key of keys) coalescer.markChanged(key);
  };
  return { clock, told, coalescer, touchAt };
}

describe('Coalescer', () => {
  const cases: [name: string, touches: [at: number, ...keys: string[]][], told: string[]][] = [
    ['one change goes after the window', [[0, 'a']], ['100 a']],
    [
      'a burst is one',
      [
        [0, 'a'],
        [10, 'a'],
        [90, 'a'],
      ],
      ['190 a'],
    ],
    [
      'a key that is never quiet goes after the maximum delay',
      [
        [0, 'a'],
        [90, 'a'],
        [180, 'a'],
        [240, 'a'],
        [300, 'a'],
      ],
      ['250 a', '400 a'],
    ],
    [
      'keys do not wait for each other',
      [
        [0, 'a'],
        [50, 'b'],
        [60, 'a'],
      ],
      ['150 b', '160 a'],
    ],
    ['keys of the same time go together', [[0, 'a', 'b']], ['100 a b']],
    [
      'changed again later goes again',
      [
        [0, 'a'],
        [150, 'a'],
      ],
      ['100 a', '250 a'],
    ],
    [
      'changed again right after it went waits for a window of its own',
      [
        [0, 'a'],
        [101, 'a'],
      ],
      ['100 a', '201 a'],
    ],
  ];
  it.each(cases)('%s', async (_, touches, expected) => {
    const { told, clock, touchAt, coalescer } = setUp();
    for (const [at, ...keys] of touches) await touchAt(at, ...keys);
    await clock.advance(1_000);
    expect(told).toEqual(expected);
    expect(coalescer.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('tells a storm once instead of many keys, after a window of its own', async () => {
    const { told, clock, touchAt, coalescer } = setUp({ limit: 3 });
    await touchAt(0, 'a', 'b', 'c', 'd', 'e');
    expect(coalescer.size).toBe(0);
    expect(coalescer.overflowing).toBe(true);
    await touchAt(50, 'f', 'g');
    await clock.advance(1_000);
    expect(told).toEqual(['150 storm']);
    await touchAt(2_000, 'a');
    await clock.advance(1_000);
    expect(told).toEqual(['150 storm', '2100 a']);
  });

  it('tells a storm that does not end after the maximum delay', async () => {
    const { told, touchAt } = setUp({ limit: 1 });
    for (let at = 0; at <= 300; at += 50) await touchAt(at, 'a', 'b');
    expect(told).toEqual(['250 storm']);
  });

  describe('more keys than the limit', () => {
    it.each<[string, string[], string[]]>([
      [
        'of one group mostly → its keys are dropped, the others go',
        ['x/1', 'y/1', 'x/2', 'x/3', 'x/4'],
        ['100 y/1', '100 storm'],
      ],
      [
        'of a group that goes on → none of its keys goes',
        ['x/1', 'x/2', 'x/3', 'x/4', 'x/5', 'y/1', 'x/6'],
        ['100 y/1', '100 storm'],
      ],
      ['of many groups → all are dropped', ['x/1', 'x/2', 'y/1', 'y/2', 'z/1'], ['100 storm']],
      [
        'of one group, then of many → all are dropped',
        ['x/1', 'x/2', 'x/3', 'x/4', 'y/1', 'y/2', 'z/1', 'z/2', 'w/1'],
        ['100 storm'],
      ],
    ])('%s', async (_, keys, expected) => {
      const { told, clock, touchAt, coalescer } = setUp({ limit: 4 });
      await touchAt(0, ...keys);
      await clock.advance(1_000);
      expect(told).toEqual(expected);
      expect(coalescer.overflowing).toBe(false);
      expect(clock.pending).toBe(0);
    });
  });

  it('tells at once what waits when asked, and nothing after a stop', async () => {
    const { told, clock, touchAt, coalescer } = setUp({ limit: 2 });
    await touchAt(0, 'a');
    coalescer.flushAll();
    expect(told).toEqual(['0 a']);
    await touchAt(10, 'a', 'b', 'c');
    coalescer.flushAll();
    expect(told).toEqual(['0 a', '10 storm']);
    await touchAt(20, 'a');
    coalescer.stop();
    await clock.advance(1_000);
    expect(told).toEqual(['0 a', '10 storm']);
    expect(clock.pending).toBe(0);
  });

  describe('leading edge', () => {
    const leads: [name: string, given: SetUp, touches: [at: number, ...keys: string[]][], told: string[]][] = [
      ['the first change of a quiet key → at once', {}, [[0, 'a']], ['0 a']],
      [
        'what follows within the window → once, at its end',
        {},
        [
          [0, 'a'],
          [10, 'a'],
          [90, 'a'],
        ],
        ['0 a', '100 a'],
      ],
      [
        'a key that is quiet for a window → at once again',
        {},
        [
          [0, 'a'],
          [100, 'a'],
          [250, 'a'],
        ],
        ['0 a', '100 a', '250 a'],
      ],
      [
        'a key that keeps changing → windows grow up to the maximum delay',
        {},
        Array.from({ length: 26 }, (_, step) => [step * 40, 'a']),
        // Windows of 100, 200, 250, 250 and 250 ms; the last change comes at 1,000.
        ['0 a', '100 a', '300 a', '550 a', '800 a', '1050 a'],
      ],
      [
        'keys do not wait for each other',
        {},
        [
          [0, 'a'],
          [50, 'b'],
          [60, 'a'],
        ],
        ['0 a', '50 b', '100 a'],
      ],
      [
        'more keys than may lead → those above wait for the window',
        { leading: 2 },
        [[0, 'a', 'b', 'c', 'd']],
        ['0 a', '0 b', '100 c d'],
      ],
      [
        'when the window of a leading key is over → another may lead',
        { leading: 1 },
        [
          [0, 'a'],
          [50, 'b'],
          [120, 'c'],
        ],
        ['0 a', '120 c', '150 b'],
      ],
      [
        'a key that keeps changing → takes nobody’s place after its first window',
        { leading: 1 },
        [
          [0, 'a'],
          [90, 'a'],
          [110, 'b'],
        ],
        ['0 a', '100 a', '110 b'],
      ],
      ['a key that may not lead → waits', { mayLead: (key) => key !== 'a' }, [[0, 'a', 'b']], ['0 b', '100 a']],
      [
        'few keys may change before a storm → at most half of them lead',
        { limit: 4 },
        [[0, 'a', 'b', 'c', 'd', 'e']],
        ['0 a', '0 b', '100 storm'],
      ],
    ];
    it.each(leads)('%s', async (_, given, touches, expected) => {
      const { told, clock, touchAt, coalescer } = setUp({ leading: 5, ...given });
      for (const [at, ...keys] of touches) await touchAt(at, ...keys);
      await clock.advance(2_000);
      expect(told).toEqual(expected);
      expect(coalescer.size).toBe(0);
      expect(clock.pending).toBe(0);
    });

    it('counts only changes that did not go out → none waits after a change that led', async () => {
      const { coalescer, touchAt } = setUp({ leading: 1 });
      await touchAt(0, 'a');
      expect(coalescer.size).toBe(0);
      await touchAt(10, 'a');
      expect(coalescer.size).toBe(1);
    });

    const touches = fc.array(fc.tuple(fc.nat(120), fc.constantFrom('a', 'b', 'c', 'd')), {
      minLength: 1,
      maxLength: 60,
    });
    it('any changes of any keys → each key’s last one goes out, in time, and events are bounded', async () => {
      await fc.assert(
        fc.asyncProperty(touches, fc.nat(5), async (changes, leading) => {
          const { told, clock, touchAt } = setUp({ leading });
          const changedAt = new Map<string, number[]>();
          for (const [after, key] of changes) {
            const at = clock.now() + after;
            await touchAt(at, key);
            changedAt.set(key, [...(changedAt.get(key) ?? []), at]);
          }
          await clock.advance(2_000);
          expect(clock.pending).toBe(0);
          for (const [key, changed] of changedAt) {
            const out = told.filter((line) => line.split(' ').includes(key)).map((line) => Number.parseInt(line, 10));
            // Never lost, and never later than the longest delay.
            for (const at of changed) expect(out.some((time) => time >= at && time <= at + 250)).toBe(true);
            // Nothing goes out without a change since the last time, and two are a window apart.
            for (const [index, time] of out.entries()) {
              const last = out[index - 1] ?? Number.NEGATIVE_INFINITY;
              expect(changed.some((at) => at >= last && at <= time)).toBe(true);
              expect(time - last).toBeGreaterThanOrEqual(100);
            }
          }
        }),
        { numRuns: 200 },
      );
    });
  });
});
