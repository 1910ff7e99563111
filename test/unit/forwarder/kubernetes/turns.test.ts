import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { KindState } from '../../../../lib/forwarder/kubernetes/kind-state.ts';
import { REPLAY_PART, replay } from '../../../../lib/forwarder/kubernetes/replay.ts';
import { Turns } from '../../../../lib/forwarder/kubernetes/turns.ts';
import type { ReadKind } from '../../../../lib/forwarder/source/known-kinds.ts';
import type { SourceObject } from '../../../../lib/forwarder/source/source.ts';

const kinds = (count: number): ReadonlyMap<ReadKind, Pick<KindState, 'objects'>> => {
  const object = (name: string) => ({ kind: 'Service', metadata: { namespace: 'a', name } }) as SourceObject;
  const objects = new Map(Array.from({ length: count }, (_, index) => [`a/${index}`, object(String(index))] as const));
  return new Map([['Service', { objects }]]);
};

describe('Turns', () => {
  it('a new listener is told of thousands of objects in turns of at most a hundred, and all of them', async () => {
    const told: string[] = [];
    /** Objects that were told before each turn of another. */
    const seen: number[] = [];
    const turns = new Turns();
    let done = false;
    const others = (async () => {
      while (!done) {
        seen.push(told.length);
        await turn();
      }
    })();
    await turns.exclusive(replay(kinds(1_050), { upsert: ({ metadata }) => told.push(metadata.name) }, () => true));
    done = true;
    await others;
    expect(told).toHaveLength(1_050);
    expect(new Set(told).size).toBe(1_050);
    const steps = seen.slice(1).map((count, index) => count - (seen[index] as number));
    expect(Math.max(...steps)).toBeLessThanOrEqual(REPLAY_PART);
  });

  it('nothing else is done while exclusive work is under way, not even a second one', async () => {
    const turns = new Turns();
    const done: string[] = [];
    function* work(name: string): Generator<void> {
      for (let part = 0; part < 3; part += 1) {
        done.push(name);
        yield;
      }
    }
    const parts = [turns.exclusive(work('a')), turns.run(() => done.push('piece')), turns.exclusive(work('b'))];
    expect(turns.held).toBe(true);
    await Promise.all(parts);
    expect(turns.held).toBe(false);
    expect(done.join(' ')).toMatch(/^a a a (piece b b b|b b b piece)$/);
  });

  it('a listener that left is told no more', async () => {
    let told = 0;
    await new Turns().exclusive(replay(kinds(1_000), { upsert: () => (told += 1) }, () => told < 250));
    expect(told).toBe(250);
  });

  it('work that throws does not hold up the rest', async () => {
    const turns = new Turns();
    function* broken(): Generator<void> {
      yield;
      throw new Error('broken');
    }
    await expect(turns.exclusive(broken())).rejects.toThrow('broken');
    expect(await turns.run(() => 'piece')).toBe('piece');
  });
});
