import { describe, expect, it } from 'vitest';
import { repeat } from '../../../../lib/cli/local/repeating.ts';

/** A task whose runs end by hand, on an interval that ticks by hand. */
function setUp() {
  const ends: (() => void)[] = [];
  let tick: (() => void) | undefined;
  const stop = repeat(
    () => new Promise((resolve) => ends.push(resolve)),
    (action) => {
      tick = action;
      return () => {
        tick = undefined;
      };
    },
  );
  return { ends, stop, tick: () => tick?.() };
}

describe('repeat', () => {
  it('starts no run while one is running', async () => {
    const { ends, tick } = setUp();
    tick();
    tick();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    tick();
    expect(ends).toHaveLength(2);
  });

  it('stops after the current run', async () => {
    const { ends, stop, tick } = setUp();
    tick();
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    ends[0]?.();
    await stopping;
    tick();
    expect(ends).toHaveLength(1);
  });

  it('stops at once when nothing is running', async () => {
    await setUp().stop();
  });
});
