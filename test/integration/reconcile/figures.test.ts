import { afterEach, describe, expect, it } from 'vitest';
import { type IngressState, ownerKey } from '../../../lib/contract/index.ts';
import type { Transport } from '../../../lib/nitro/index.ts';
import type { EngineSettings } from '../../../lib/reconcile/index.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { batches, estate, resident, snapshotEvents } from '../../support/estate.ts';
import { CLUSTER, changed, withdrawn } from '../../support/events.ts';
import { CHANGES, costOfChanges } from '../../support/one-change.ts';

/**
 * The figures of docs/performance.md as counts: what the engine asks of an appliance does not depend on the machine.
 * Timed, and at 10,000, they are in `npm run bench -- estate-10000`.
 */

const running: World[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((world) => world.stop()));
});

/** Notes how many rows each answer to a read of a type has. */
const counting =
  (transport: Transport, reads: { type: string; rows: number }[]): Transport =>
  async (call) => {
    const answer = await transport(call);
    const type = /^config\/(\w+)/.exec(call.path)?.[1] ?? '';
    const rows = (answer.body as Record<string, unknown> | undefined)?.[type];
    if (call.method === 'GET') {
      const counted = call.path.includes('count=yes');
      reads.push({ type, rows: Array.isArray(rows) && !counted ? rows.length : 0 });
    }
    return answer;
  };

const BANK = 'sslvserver_sslpolicy_binding';

const keyOf = ({ namespace, name }: IngressState): string => ownerKey({ cluster: CLUSTER, namespace, name });

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

  it('LIF-1: an unchanged snapshot interprets nothing', async () => {
    let interpreted = 0;
    const rules: EngineSettings['rules'] = {
      ipsets: [],
      get hostOwnership() {
        interpreted += 1;
        return [];
      },
    };
    const { world } = await worldOf(50, { rules });
    expect(interpreted).toBe(50);
    await deliver(world, 50, 2_000, false);
    expect(interpreted).toBe(50);
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

  it('verified in several batches: what carries no mark is read once, and each batch reads its own of the rest', async () => {
    let now = 1_000_000;
    const reads: { type: string; rows: number }[] = [];
    const world = await startWorld({ now: () => now, between: (transport) => counting(transport, reads) });
    running.push(world);
    const COUNT = 400;
    const states = estate(COUNT);
    // By key, as snapshots cut them.
    const sorted = states.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const batch of batches(snapshotEvents(states, 1_000, { flagged: true }))) await world.deliver(...batch);
    const verify = async (parts: number, sequence: number) => {
      reads.length = 0;
      for (let part = 0; part < parts; part++) {
        const some = sorted.slice((part * COUNT) / parts, ((part + 1) * COUNT) / parts);
        const events = some.map((state, index) => changed(sequence + index, state, { verify: ['appliance'] }));
        await world.deliver(...events);
        now += 1_000;
      }
      now += 120_000;
      const of = (type: string) => reads.filter((read) => read.type === type);
      const total = (type: string) => of(type).reduce((sum, { rows }) => sum + rows, 0);
      return { times: of('sslaction').length, actions: total('sslaction'), servers: total('lbvserver') };
    };
    // Twice: one counts, one reads.
    const once = await verify(1, 20_000);
    expect(once).toEqual({ times: 2, actions: COUNT, servers: COUNT });
    for (const parts of [2, 4]) {
      const { times, actions, servers } = await verify(parts, 20_000 + parts * 1_000);
      expect({ times, actions }).toEqual({ times: 2, actions: COUNT });
      // Some owners of the neighbours' begin alike.
      expect(servers).toBeLessThan(2 * COUNT);
    }
  });

  it.each([
    ['verified', { verify: ['appliance'] }],
    ['with other members', {}],
  ])('a batch reads what it is about, however much else is on the appliance: %s', async (_what, common) => {
    const BATCH = 60;
    const rowsReadAmong = async (count: number) => {
      const reads: { type: string; rows: number }[] = [];
      const world = await startWorld({ between: (transport) => counting(transport, reads) });
      running.push(world);
      const states = estate(count).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      for (const batch of batches(snapshotEvents(states, 1_000, { flagged: true }))) await world.deliver(...batch);
      reads.length = 0;
      const some = states.slice(100, 100 + BATCH).map((ingress) => {
        const backends =
          'verify' in common ? ingress.backends : ingress.backends.map((each) => ({ ...each, members: [] }));
        return { ...ingress, backends };
      });
      await world.deliver(...some.map((ingress, index) => changed(20_000 + index, ingress, common)));
      // Where many policies move, the places of a bank are known only from all of its bindings.
      return reads.filter(({ type }) => type !== BANK).reduce((sum, { rows }) => sum + rows, 0);
    };
    const few = await rowsReadAmong(300);
    const many = await rowsReadAmong(600);
    expect(few).toBeGreaterThan(2 * BATCH);
    expect(many / few).toBeLessThan(1.2);
  });

  it.each([
    ['three places and its own policies are looked at, however many others there are', {}],
    ['all are read where patterns find no numbers', { 'filter-number-pattern': false }],
  ])('a policy that comes, moves and goes: %s', async (_what, facts) => {
    const bindingsReadAmong = async (count: number) => {
      const reads: { type: string; rows: number }[] = [];
      const world = await startWorld({ appliance: { facts }, between: (transport) => counting(transport, reads) });
      running.push(world);
      for (const batch of batches(snapshotEvents(estate(count), 1_000, { flagged: true })))
        await world.deliver(...batch);
      reads.length = 0;
      const [coming, moving] = ['shop', 'moved'].map((service) => resident(count + 7, { service })) as [
        IngressState,
        IngressState,
      ];
      await world.deliver(changed(20_000, coming));
      await world.deliver(changed(20_001, moving));
      const priorities = world.config().flatMap((line) => /^bind ssl vserver .* -priority (\d+)/.exec(line)?.[1] ?? []);
      expect(new Set(priorities).size).toBe(priorities.length);
      expect(priorities.length).toBeGreaterThan(count);
      await world.deliver(withdrawn(20_002, moving.name, { namespace: moving.namespace }));
      return reads.filter(({ type }) => type === BANK).reduce((sum, { rows }) => sum + rows, 0);
    };
    const [few, many] = [await bindingsReadAmong(50), await bindingsReadAmong(200)];
    if ('filter-number-pattern' in facts) expect(many).toBeGreaterThan(200);
    else expect([few, many]).toEqual([few, few]);
  });

  it('rule 10: what hands changed before a verification was published is seen, whatever an earlier batch read', async () => {
    const now = 1_000_000;
    const { world } = await worldOf(120, { drainSeconds: 0 });
    const verified = (from: number, sequence: number) =>
      estate(120)
        .slice(from, from + 60)
        .map((state, index) => changed(sequence + index, state, { verify: ['appliance'] }));
    await world.deliver(...verified(0, 20_000));
    const [, , bound] = (await world.engine.reader.rows('lbvserver_servicegroup_binding')).filter(({ name }) =>
      /shop-(9\d|1\d\d)-/.test(String(name)),
    );
    await world.engine.writer.remove([
      {
        type: 'lbvserver_servicegroup_binding',
        name: ['name', String(bound?.name)],
        args: { servicegroupname: String(bound?.servicegroupname ?? bound?.servicename) },
      },
    ]);
    const { changes } = await world.deliver(...verified(60, now + 1));
    expect(changes.map(({ op, resource }) => [op, resource.role])).toEqual([['add', 'group-binding']]);
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
