import { describe, expect, it } from 'vitest';
import { WritePace } from '../../../../lib/forwarder/status/write-pace.ts';

/** Writes one content as soon as it may be, and returns the waits between. */
function waits(count: number, wanted: (index: number) => string): number[] {
  const pace = new WritePace();
  let now = 1_000;
  return Array.from({ length: count }, (_, index) => {
    const wait = pace.waitMs('a', wanted(index), now);
    now += wait;
    pace.attempted('a', wanted(index), now);
    return wait;
  });
}

describe('GW-14: nothing is written in a loop', () => {
  it('one content again and again: twice at once, then ever more slowly', () => {
    expect(waits(13, () => 'x')).toEqual([
      0, 1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000,
    ]);
  });

  it('another content each time: a second apart', () => {
    expect(waits(4, String)).toEqual([0, 1_000, 1_000, 1_000]);
  });

  it('an object does not wait for another', () => {
    const pace = new WritePace();
    pace.attempted('a', 'x', 0);
    expect(pace.waitMs('b', 'x', 0)).toBe(0);
  });

  it('what nobody changes back is forgotten after a minute, what somebody does is not', () => {
    const pace = new WritePace();
    for (const times of [0, 1, 2, 3, 4, 5, 6, 7]) pace.attempted('fought', 'x', times);
    pace.attempted('quiet', 'x', 0);
    pace.attempted('other', 'x', 61_000);
    expect(pace.waitMs('quiet', 'x', 0)).toBe(0);
    expect(pace.waitMs('fought', 'x', 61_000)).toBe(64_007 - 61_000);
  });
});
