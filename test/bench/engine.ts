import { audit } from '../../lib/audit/index.ts';
import type { Transport } from '../../lib/nitro/index.ts';
import { startWorld, type World } from '../support/engine.ts';
import { batches, estate, snapshotEvents } from '../support/estate.ts';
import { CLUSTER } from '../support/events.ts';
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
      const looked = [...(await verified(world)), ...(await audited(world))];
      const many = await costOfChanges(world, 4_000_000);
      return [...filled, ...again, ...changesOf(many, await changesAmongFew()), ...looked, ...(await oneListACall())];
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

/**
 * Delivers a snapshot as the queue does, and counts.
 *
 * @param verify compare with the real objects.
 */
async function deliver(world: World, count: number, sequence: number, flagged: boolean, verify = false) {
  const events = snapshotEvents(estate(count), sequence, {
    flagged,
    ...(verify ? { verify: [world.engine.settings.appliance] } : {}),
  });
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

/** After a failover or a restored backup: everything is read, nothing differs. */
async function verified(world: World): Promise<Figure[]> {
  const { seconds, total } = await deliver(world, INGRESSES, 3_000_000, true, true);
  return [{ what: 'all verified', measured: `${total} requests, ${seconds.toFixed(1)} s` }];
}

async function audited({ engine: { reader, settings }, requests }: World): Promise<Figure[]> {
  requests();
  const started = performance.now();
  const look = { ...settings, clusters: [CLUSTER], saveAfterSeconds: 60 };
  const { findings } = await audit(reader, look, 5_000_000);
  const drift = findings.filter(({ code }) => code !== 'PrimarySince' && code !== 'PlaceholderExpires');
  if (drift.length > 0) throw new Error(`the audit finds ${JSON.stringify(drift[0])}`);
  const seconds = (performance.now() - started) / 1_000;
  return [{ what: 'one audit', measured: `${requests().total} requests, ${seconds.toFixed(1)} s` }];
}

async function changesAmongFew(): Promise<Cost[]> {
  const world = await slowWorld();
  try {
    await deliver(world, FEW, 1_000_000, true);
    return await costOfChanges(world, 4_000_000);
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
