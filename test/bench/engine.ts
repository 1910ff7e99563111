import type { Transport } from '../../lib/nitro/index.ts';
import { startWorld, type World } from '../support/engine.ts';
import { batches, estate, snapshotEvents } from '../support/estate.ts';
import { type Cost, costOfChanges } from '../support/one-change.ts';
import { atMost, type Benchmark, type Figure } from './figure.ts';

const INGRESSES = 10_000;
const FEW = 10;
const REQUEST_MS = 5;

/** The engine against the simulator in the same process, every request 5 ms longer than the simulator takes. */
export const engine: Benchmark = {
  summary: `${INGRESSES.toLocaleString('en')} Ingresses, hosts and 3 members each, one front end, ${REQUEST_MS} ms a request`,
  async run() {
    const world = await slowWorld();
    try {
      const filled = await fill(world);
      const again = await unchanged(world);
      const many = await costOfChanges(world, 3_000_000);
      return [...filled, ...again, ...changesOf(many, await changesAmongFew()), ...(await oneListACall())];
    } finally {
      await world.stop();
    }
  },
};

async function slowWorld(between?: (transport: Transport) => Transport): Promise<World> {
  const world = await startWorld(between === undefined ? {} : { between });
  world.appliance.setFaults([{ fault: { type: 'delay', ms: REQUEST_MS } }]);
  return world;
}

/** Delivers a snapshot as the queue does, and counts. */
async function deliver(world: World, count: number, sequence: number, flagged: boolean) {
  const events = snapshotEvents(estate(count), sequence, { flagged });
  world.requests();
  const started = performance.now();
  for (const batch of batches(events)) {
    const { outcomes } = await world.deliver(...batch);
    const failed = outcomes.find(({ detailType }) => detailType === 'Ingress Failed');
    if (failed !== undefined) throw new Error(`not programmed: ${JSON.stringify(failed)}`);
  }
  const seconds = (performance.now() - started) / 1_000;
  const lists = world.appliance.requests.byKind.servicegroup_servicegroupmemberlist_binding ?? 0;
  const { total, writes } = world.requests();
  return { events: events.length, seconds, total, writes, lists };
}

async function fill(world: World): Promise<Figure[]> {
  const { events, seconds, total, lists } = await deliver(world, INGRESSES, 1_000_000, true);
  const what = `empty appliance, ${events} snapshot events`;
  return [
    atMost(what, seconds, 60, 's', 1),
    atMost(`${what}: without member lists`, total - lists, 2_000, 'requests'),
    { what: `${what}: member lists`, measured: `${lists} requests` },
  ];
}

async function unchanged(world: World): Promise<Figure[]> {
  const { seconds, total, writes } = await deliver(world, INGRESSES, 2_000_000, false);
  const what = 'the same snapshot again';
  return [
    atMost(what, seconds, 5, 's', 1),
    atMost(`${what}: all`, total, 60, 'requests'),
    atMost(`${what}: writes`, writes, 0, 'requests'),
  ];
}

async function changesAmongFew(): Promise<Cost[]> {
  const world = await slowWorld();
  try {
    await deliver(world, FEW, 1_000_000, true);
    return await costOfChanges(world, 3_000_000);
  } finally {
    await world.stop();
  }
}

function changesOf(many: readonly Cost[], few: readonly Cost[]): Figure[] {
  return many.map(({ what, requests, milliseconds }, index): Figure => {
    const among = few[index]?.requests ?? 0;
    return {
      what: `one change: ${what}`,
      measured: `${requests} requests (${among} among ${FEW}), ${milliseconds.toFixed(0)} ms`,
      target: '≤ 12, as among few',
      met: requests <= 12 && requests === among,
    };
  });
}

/** Nobody documents whether an appliance takes several member lists in one call: where it does not, this. */
async function oneListACall(): Promise<Figure[]> {
  const world = await slowWorld((transport) => async (call) => {
    const body = call.body as { servicegroup_servicegroupmemberlist_binding?: unknown } | undefined;
    if (!Array.isArray(body?.servicegroup_servicegroupmemberlist_binding)) return transport(call);
    return { status: 400, headers: {}, body: { errorcode: 278, message: 'Invalid argument', severity: 'ERROR' } };
  });
  try {
    const { seconds, lists } = await deliver(world, INGRESSES, 1_000_000, true);
    const what = 'empty appliance that takes one member list a call';
    return [atMost(what, seconds, 60, 's', 1), { what: `${what}: member lists`, measured: `${lists} requests` }];
  } finally {
    await world.stop();
  }
}
