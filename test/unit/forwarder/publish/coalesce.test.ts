import { describe, expect, it } from 'vitest';
import { Coalescer } from '../../../../lib/forwarder/publish/coalesce.ts';
import { ManualClock } from '../support.ts';

function setUp(limit = 100) {
  const clock = new ManualClock(0);
  const told: string[] = [];
  const coalescer = new Coalescer({
    clock,
    windowMs: 100,
    maxDelayMs: 250,
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
    const { told, clock, touchAt, coalescer } = setUp(3);
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
    const { told, touchAt } = setUp(1);
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
      const { told, clock, touchAt, coalescer } = setUp(4);
      await touchAt(0, ...keys);
      await clock.advance(1_000);
      expect(told).toEqual(expected);
      expect(coalescer.overflowing).toBe(false);
      expect(clock.pending).toBe(0);
    });
  });

  it('tells at once what waits when asked, and nothing after a stop', async () => {
    const { told, clock, touchAt, coalescer } = setUp(2);
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
});
