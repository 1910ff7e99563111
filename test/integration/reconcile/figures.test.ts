import { afterEach, describe, expect, it } from 'vitest';
import type { EngineSettings } from '../../../lib/reconcile/index.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { batches, estate, resident, snapshotEvents } from '../../support/estate.ts';
import { CHANGES, costOfChanges } from '../../support/one-change.ts';

/**
 * The figures of docs/benchmarks.md as counts: what the engine asks of an appliance does not depend on the machine.
 * Timed, and at 10,000, they are in `npm run bench -- engine`.
 */

const running: World[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((world) => world.stop()));
});

interface Sent {
  readonly total: number;
  readonly writes: number;
  /** One each, unless the appliance takes several: counted apart. */
  readonly memberLists: number;
}

async function worldOf(count: number, settings: Partial<EngineSettings> = {}): Promise<{ world: World; sent: Sent }> {
  const world = await startWorld({ settings });
  running.push(world);
  return { world, sent: await deliver(world, count, 1_000, true) };
}

async function deliver(world: World, count: number, sequence: number, flagged: boolean): Promise<Sent> {
  world.requests();
  for (const batch of batches(snapshotEvents(estate(count), sequence, { flagged }))) await world.deliver(...batch);
  const memberLists = world.appliance.requests.byKind.servicegroup_servicegroupmemberlist_binding ?? 0;
  return { ...world.requests(), memberLists };
}

describe('figures, counted in requests', () => {
  it('LIF-1: an unchanged snapshot writes nothing, and reads once a batch', async () => {
    const { world } = await worldOf(500);
    const again = await deliver(world, 500, 2_000, false);
    expect(again).toEqual({ total: batches(snapshotEvents(estate(500), 1)).length, writes: 0, memberLists: 0 });
  });

  it.each([
    ['back ends that go are removed at once', 0],
    ['back ends that go drain first', 300],
  ])('one change costs at most 12 requests, and as many among 500 Ingresses as among 10: %s', async (_how, drain) => {
    const costs = async (count: number) => {
      const { world } = await worldOf(count, { drainSeconds: drain });
      return (await costOfChanges(world, 10_000)).map(({ what, requests }) => ({ what, requests }));
    };
    const few = await costs(10);
    expect(await costs(500)).toEqual(few);
    expect(few).toHaveLength(CHANGES.length);
    expect(few.filter(({ requests }) => requests > 12)).toEqual([]);
  });

  it('many onto an empty appliance: few requests for each, and no more for each when they are more', async () => {
    const { sent: some } = await worldOf(250);
    const { sent: more } = await worldOf(1_000);
    const [little, much] = [some, more].map(({ total, memberLists }) => total - memberLists) as [number, number];
    // 2,000 at 10,000, less what the first front end costs however many come.
    expect(much).toBeLessThanOrEqual(200);
    expect(much).toBeLessThanOrEqual(little * 4);
    expect(more.memberLists).toBeLessThanOrEqual(1_000);
  });

  it('hundreds of front ends: a few requests for each', async () => {
    const world = await startWorld();
    running.push(world);
    const ingresses = Array.from({ length: 400 }, (_, index) =>
      resident(index, { vip: `198.18.0.${1 + (index % 100)}` }),
    );
    for (const batch of batches(snapshotEvents(ingresses, 1_000))) await world.deliver(...batch);
    expect(world.requests().total).toBeLessThanOrEqual(6 * 100);
    // Ten of them changed at once, each on a front end of its own.
    const moved = ingresses.map((ingress, index) =>
      index < 10 ? { ...ingress, backends: ingress.backends.map((each) => ({ ...each, members: [] })) } : ingress,
    );
    for (const batch of batches(snapshotEvents(moved, 2_000))) await world.deliver(...batch);
    expect(world.requests().total).toBeLessThanOrEqual(6 * 10);
  });

  it('members of many Ingresses with several back ends change: they are read together', async () => {
    const world = await startWorld();
    running.push(world);
    const two = (members: readonly string[]) =>
      Array.from({ length: 100 }, (_, index) => {
        const [one, other] = ['a', 'b'].map((name) =>
          resident(index, { hosts: [`${name}${index}.example.com`], service: name, members }),
        );
        return { ...one!, rules: [...one!.rules, ...other!.rules], backends: [...one!.backends, ...other!.backends] };
      });
    for (const batch of batches(snapshotEvents(two(['10.0.0.1']), 1_000))) await world.deliver(...batch);
    world.requests();
    for (const batch of batches(snapshotEvents(two(['10.0.0.2']), 2_000))) await world.deliver(...batch);
    expect(world.appliance.requests.reads).toBeLessThanOrEqual(12);
  });
});
