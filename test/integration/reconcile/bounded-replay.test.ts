import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import { nextWindow, type Window } from '../../../lib/cli/replay-windows.ts';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn } from '../../support/events.ts';
import { runs } from '../../support/patience.ts';

/**
 * A replay of some windows, newest first, ends as one of the whole archive in its order does: what `nspass replay`
 * without `--from` rests upon.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-11-24T08:00:00Z');
const BATCH = 10;
const NAMES = ['a', 'b', 'c', 'd'];

/** Each step: an hour, a cluster, an Ingress, and how many members it has from then on; none: it is withdrawn. */
type Step = readonly [hoursAgo: number, cluster: 0 | 1, name: number, members: number];

interface History {
  readonly steps: readonly Step[];
  /** Hours ago that each cluster ended. */
  readonly ends: readonly [number, number];
}

/** Hours from one snapshot to the next; every third is flagged. */
const EVERY = 9;
const OLDEST = 240;

/** Everything that the forwarders of a history published, oldest first. */
function archive({ steps, ends }: History): ReceivedEvent[] {
  const events: ReceivedEvent[] = [];
  for (const cluster of [0, 1] as const) {
    const common = { cluster: `c${cluster}`, uid: `uid-${cluster}`, replay: 'r' };
    const live = new Map<string, IngressState>();
    const mine = steps.filter(([, of]) => of === cluster).sort(([one], [other]) => other - one);
    let last = 0;
    // A clock that never goes back, as the forwarder's. All ends before the replay begins: what comes later is live.
    const tick = (hoursAgo: number): number => (last = Math.max(NOW - MINUTE - hoursAgo * HOUR, last + 1));
    let next = 0;
    for (let hour = OLDEST; hour >= ends[cluster]; hour -= 1) {
      for (; next < mine.length && (mine[next]?.[0] ?? 0) >= hour; next += 1) {
        const [, , index = 0, members = 0] = mine[next] ?? [];
        const name = NAMES[index] ?? 'a';
        if (members === 0) {
          if (live.delete(name)) events.push(withdrawn(tick(hour), name, common));
          continue;
        }
        // Hosts are wanted by both clusters; the older Ingress holds.
        const own = state(name, {
          created: 1000 + cluster + index,
          hosts: [`${name}.example.com`],
          members: Array.from({ length: members }, (_, member) => `10.${cluster}.${index}.${member + 1}`),
        });
        live.set(name, own);
        events.push(changed(tick(hour), own, common));
      }
      const round = (OLDEST - hour) / EVERY;
      if (!Number.isInteger(round)) continue;
      events.push(snapshot(tick(hour), [...live.values()], { ...common, flagged: round % 3 === 0 }));
    }
  }
  return events.sort((one, other) => one.time - other.time);
}

async function deliver(world: World, events: readonly ReceivedEvent[]): Promise<void> {
  for (let index = 0; index < events.length; index += BATCH) await world.deliver(...events.slice(index, index + BATCH));
}

const config = (world: World): string[] =>
  world
    .config()
    // Policies of back ends exclude each other: which of them stands first says nothing.
    .map((line) => line.replace(/(policyName nsp-default-.* -priority) \d+/, '$1'))
    .sort();

/** Replays as the command does. @returns how many events that took. */
async function bounded(world: World, events: readonly ReceivedEvent[]): Promise<number> {
  const settings = { appliance: 'appliance', systemId: 'nsp', clusters: ['c0', 'c1'], drainSeconds: 0 };
  const done: Window[] = [];
  let count = 0;
  const beginning = (events[0]?.time ?? NOW) - 1;
  for (let next = nextWindow(done, NOW, beginning); next !== undefined; next = nextWindow(done, NOW, beginning)) {
    const { from, to } = next;
    const first = done.length === 0;
    const within = events.filter(({ time }) => time >= from && (first ? time <= to : time < to));
    // EventBridge keeps no order.
    await deliver(world, within.toReversed());
    count += within.length;
    done.push(next);
    const { gauges } = await audit(world.engine.reader, { ...settings, saveAfterSeconds: 'never' }, NOW);
    const seen = ['c0', 'c1'].map(
      (cluster) => NOW - (gauges.seenSeconds.get(cluster) ?? Number.POSITIVE_INFINITY) * 1000,
    );
    if (seen.every((at) => at >= from)) break;
  }
  return count;
}

const step = fc.tuple(
  fc.integer({ min: 0, max: OLDEST }),
  fc.constantFrom(0 as const, 1 as const),
  fc.integer({ min: 0, max: NAMES.length - 1 }),
  fc.integer({ min: 0, max: 2 }),
);

describe('LIF-4: a replay of as much as is needed', () => {
  it.each<[string, [number, number]]>([
    ['both clusters live', [0, 0]],
    ['one ended three days ago', [0, 75]],
    ['both are long gone', [150, 190]],
  ])('%s → an empty appliance ends as with the whole archive', async (_case, ends) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const events = archive({ steps, ends });
        const worlds = await Promise.all([startWorld({ now: () => NOW }), startWorld({ now: () => NOW })]);
        const [whole, part] = worlds;
        try {
          await deliver(whole, events);
          const count = await bounded(part, events);
          expect(config(part)).toEqual(config(whole));
          if (ends[1] < 100) expect(count).toBeLessThan(events.length);
        } finally {
          await Promise.all(worlds.map((world) => world.stop()));
        }
      }),
      { numRuns: runs(10) },
    );
  });
});
