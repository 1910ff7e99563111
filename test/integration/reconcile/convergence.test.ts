import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import { breaking } from '../../support/breaking.ts';
import { startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { work } from '../../support/events.ts';
import { deliveries, type History, history } from '../../support/history.ts';
import { runs } from '../../support/patience.ts';

/** LIF-1, LIF-3, LIF-4, CON-1, CON-2 on the real engine and the simulator, over random clusters and deliveries. */

/** Priorities depend on the order of arrival; rows are compared as a set. */
const comparable = (world: World): string[] =>
  world
    .config()
    .map((line) => line.replace(/ -priority \d+/, ''))
    .sort();

async function inWorld<T>(act: (world: World) => Promise<T>, options: WorldOptions = {}): Promise<T> {
  const world = await startWorld(options);
  try {
    return await act(world);
  } finally {
    await world.stop();
  }
}

async function deliver(world: World, batches: readonly (readonly ReceivedEvent[])[]): Promise<void> {
  for (const batch of batches) {
    const { outcomes } = await world.deliver(...batch);
    const failed = outcomes.find(({ detailType }) => detailType === 'Ingress Failed');
    expect(failed, JSON.stringify(failed)).toBeUndefined();
  }
}

/** The last state, applied once to an empty appliance. */
const once = ({ last }: History, options: WorldOptions = {}): Promise<string[]> =>
  inWorld(async (world) => {
    await deliver(world, [last]);
    return comparable(world);
  }, options);

const RUNS = runs(25);

describe.each([
  ['one cluster', ['east']],
  ['two clusters', ['east', 'west']],
])('%s', (_what, clusters) => {
  const told = history(clusters, 'wide').chain((what) => deliveries(what.events).map((batches) => ({ what, batches })));

  it('LIF-3: any order, any duplication, any batches end as the last state applied once', async () => {
    await fc.assert(
      fc.asyncProperty(told, async ({ what, batches }) => {
        const expected = await once(what);
        await inWorld(async (world) => {
          await deliver(world, [...batches, ...what.last.map((event) => [event])]);
          expect(comparable(world)).toEqual(expected);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('rule 7: a crash before or after any write, and the batch brought again, ends the same', async () => {
    const crashes = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(told, crashes, async ({ what, batches }, points) => {
        const expected = await once(what);
        const broken = breaking();
        const world = await startWorld({ between: broken.between });
        try {
          for (const [index, batch] of [...batches, what.last].entries()) {
            const point = points[index % points.length];
            if (point !== undefined) broken.arm(...point);
            // It may end before that write: then nothing broke, and nothing is repeated.
            await world.deliver(...batch).catch(() => world.deliver(...batch));
            broken.disarm();
          }
          expect(comparable(world)).toEqual(expected);
        } finally {
          await world.stop();
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('TLS-6: what drains on the way and comes back ends the same, once the rest of it is cleaned up', async () => {
    const settings = { drainSeconds: 300 };
    await fc.assert(
      fc.asyncProperty(told, fc.nat(10), async ({ what, batches }, at) => {
        const expected = await once(what, { settings });
        let now = 1_000_000;
        await inWorld(
          async (world) => {
            await deliver(world, batches.slice(0, at));
            // Some of it is over on the way, the rest at the end.
            now += 200_000;
            await deliver(world, batches.slice(at));
            now += 200_000;
            await world.deliver(work('clean-up'));
            await deliver(world, [what.last]);
            now += 400_000;
            await world.deliver(work('clean-up'));
            expect(comparable(world)).toEqual(expected);
            expect(world.config({ ledger: true }).filter((line) => / "?R\./.test(line))).toEqual([]);
          },
          { settings, now: () => now },
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('LIF-1: the same again makes no write', async () => {
    await fc.assert(
      fc.asyncProperty(told, async ({ what, batches }) => {
        await inWorld(async (world) => {
          await deliver(world, [...batches, what.last]);
          const before = world.config({ ledger: true });
          world.requests();
          for (const event of [...what.last, ...what.events]) await deliver(world, [[event]]);
          expect(world.requests().writes).toBe(0);
          expect(world.config({ ledger: true })).toEqual(before);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('LIF-4: replaying everything onto an empty appliance, in any order, ends the same', async () => {
    await fc.assert(
      fc.asyncProperty(told, async ({ what, batches }) => {
        const live = await inWorld(async (world) => {
          await deliver(world, [...what.events.map((event) => [event]), ...what.last.map((event) => [event])]);
          return comparable(world);
        });
        await inWorld(async (world) => {
          const replayed = [...what.last.map((event) => [event]), ...batches];
          await deliver(
            world,
            replayed.map((batch) => batch.map((event) => ({ ...event, replay: 'r' }))),
          );
          expect(comparable(world)).toEqual(live);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('LIF-7: restored from an older save, then told again in any order, it ends as if nothing had been', async () => {
    await fc.assert(
      fc.asyncProperty(told, fc.nat(10), async ({ what, batches }, at) => {
        const expected = await once(what);
        await inWorld(async (world) => {
          const saved = batches.slice(0, at);
          await deliver(world, saved);
          const save = world.appliance.runningConfig();
          await deliver(world, [...batches.slice(at), what.last]);
          await world.appliance.restore(save);
          // What the save had forgotten comes back by replay or by the forwarder's flagged snapshot (rule 4).
          await deliver(world, [...batches.slice(at), what.last]);
          expect(comparable(world)).toEqual(expected);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('the ledger stays bounded: it holds live records, and the watermark of the last flagged snapshot', async () => {
    await fc.assert(
      fc.asyncProperty(told, fc.boolean(), async ({ what, batches }, twice) => {
        await inWorld(async (world) => {
          await deliver(world, [...batches, twice ? [...what.last, ...what.last] : what.last]);
          const rows = world
            .config({ ledger: true })
            .flatMap(
              (line) => /^bind policy stringmap nsp_l_\S+ "?([A-Z]\S*?)"? "?([^"\s]*)/.exec(line)?.slice(1) ?? [],
            );
          const pairs = rows.flatMap((key, index) =>
            index % 2 === 0 ? [[key, rows[index + 1] as string] as const] : [],
          );
          expect(pairs.filter(([, value]) => /^1;\d+;D/.test(value))).toEqual([]);
          const marks = pairs.filter(([key]) => key.startsWith('W.'));
          expect(marks.map(([key, value]) => `${key} ${value}`).sort()).toEqual(
            what.last.map((event) => `W.22-zz 1;${'sequence' in event.data ? event.data.sequence : 0}`).sort(),
          );
        });
      }),
      { numRuns: RUNS },
    );
  });
});
