import { describe, expect, it } from 'vitest';
import { KeptParts } from '../../../lib/nitro/index.ts';
import type { Part } from '../../../lib/nitro/inventory/parts.ts';

/** Parts that an earlier batch of a verification read (protocol rule 10). */

const START = 1_000_000;
const part = (members: string): Part => ({ lists: [[], [], [], []], members });

/** A store that was read at the start, and how its clock and session go on. */
function kept(parts: ReadonlyMap<string, Part> = new Map(['a', 'b'].map((name) => [name, part(name)]))) {
  const at = { now: START, session: 1 };
  const store = new KeptParts(
    () => at.now,
    () => at.session,
  );
  store.reading()(new Map(parts));
  return { at, store, early: store.publishedBy(START - 60_000) };
}

describe('kept parts', () => {
  it('count for a batch that was published before the reading, once', () => {
    const { early } = kept();
    expect([...early.take(['a', 'x']).keys()]).toEqual(['a']);
    expect([...early.take(['a', 'b']).keys()]).toEqual(['b']);
  });

  it.each<[string, (given: ReturnType<typeof kept>) => KeptParts]>([
    ['an event published after the reading', ({ store }) => store.publishedBy(START + 1)],
    ['one published so shortly before that clocks may differ', ({ store }) => store.publishedBy(START - 9_999)],
    ['one of which nobody knows when it was sent', ({ store }) => store.publishedBy(Number.POSITIVE_INFINITY)],
    ['a batch that nobody told of', ({ store }) => store],
    [
      'a reading of more than a minute ago',
      ({ at, early }) => {
        at.now += 60_001;
        return early;
      },
    ],
    [
      'another session',
      ({ at, early }) => {
        at.session += 1;
        return early;
      },
    ],
    [
      'what was given up',
      ({ store, early }) => {
        store.clear();
        return early;
      },
    ],
    [
      'what was written since',
      ({ store, early }) => {
        store.forget(['a', 'c']);
        return early;
      },
    ],
    [
      'a reading that has not ended',
      ({ store, early }) => {
        store.reading();
        return early;
      },
    ],
  ])('do not count: %s', (_what, change) => {
    expect(change(kept()).take(['a']).size).toBe(0);
  });

  it('are not kept where the session changed while they were read', () => {
    const { at, store, early } = kept();
    const keep = store.reading();
    at.session += 1;
    keep(new Map([['a', part('a')]]));
    expect(early.take(['a']).size).toBe(0);
  });

  it('are not kept where they are very many, or very large', () => {
    const many = new Map(Array.from({ length: 100_001 }, (_, index) => [`${index}`, part('')]));
    expect(kept(many).early.take(['1']).size).toBe(0);
    const large = new Map([['a', part('x'.repeat(40_000_001))]]);
    expect(kept(large).early.take(['a']).size).toBe(0);
  });
});
