import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { render } from '../../../lib/plan/index.ts';
import { commandsFor, type Preview, preview } from '../../../lib/preview/index.ts';
import { reconcile } from '../../../lib/reconcile/index.ts';
import { readStatus } from '../../../lib/status/index.ts';
import { askNobody, startWorld, type World } from '../../support/engine.ts';
import { CLUSTER, changed, snapshot, state, UID } from '../../support/events.ts';
import { runs } from '../../support/patience.ts';

const closing: World[] = [];
afterEach(async () => {
  for (const world of closing.splice(0)) await world.stop();
});

async function started(): Promise<World> {
  const world = await startWorld();
  closing.push(world);
  return world;
}

const ALL_MEMBERS = { has: () => true } as unknown as ReadonlySet<string>;

/** Plans these states for the cluster of the tests. */
function planned(world: World, states: readonly IngressState[], more: object = {}): Promise<Preview> {
  const input = { cluster: CLUSTER, clusterUid: UID, states, partial: false, withMembers: ALL_MEMBERS, ...more };
  return preview(world.engine, input);
}

/** Writes a plan. */
async function applied(world: World, { events }: Preview): Promise<void> {
  await reconcile(world.engine, events, askNobody);
}

describe('what a plan shows', () => {
  it('reads only', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    world.requests();
    await planned(world, [state('b')]);
    expect(world.requests().writes).toBe(0);
  });

  it('CON-1: who loses a host to whom, and why', async () => {
    const world = await started();
    await world.deliver(changed(10, state('young', { hosts: ['x.example.com'], created: 2000 })));
    const states = [
      state('young', { hosts: ['x.example.com'], created: 2000 }),
      state('old', { hosts: ['x.example.com'], created: 1000 }),
    ];
    const { routes, waiting } = await planned(world, states);
    expect(routes).toEqual([
      {
        change: 'change',
        host: 'x.example.com',
        frontend: '192.0.2.10:443',
        ingress: 'test/default/old',
        from: 'web:443',
        to: 'web:443',
        reason:
          'moves from test/default/young: test/default/old is older (1970-01-01T00:16:40Z, against 1970-01-01T00:33:20Z)',
      },
    ]);
    expect(waiting).toMatchObject([{ ingress: 'test/default/young', holder: 'test/default/old' }]);
  });

  it('members that change, and the last one that goes', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a', { members: ['10.1.0.1'] })), changed(11, state('b')));
    const states = [state('a', { members: ['10.1.0.2'] }), state('b', { members: [] })];
    const { routes } = await planned(world, states);
    expect(routes.map(({ host, reason }) => [host, reason])).toEqual([
      ['a.example.com', 'members +10.1.0.2:8443 -10.1.0.1:8443'],
      ['b.example.com', 'members -10.1.0.1:8443: none is left, connections are reset'],
    ]);
  });

  it('manifests without EndpointSlices and creation times keep the members and times of the appliance', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a', { created: 1000 })));
    const bare = state('a', { members: [], created: 0 });
    const { routes, commands, unknownMembers } = await planned(world, [bare], { withMembers: new Set() });
    expect({ routes, commands, unknownMembers }).toEqual({ routes: [], commands: [], unknownMembers: [] });
  });

  it('of a new Ingress without EndpointSlices the members are unknown, and that is said', async () => {
    const world = await started();
    const { routes, unknownMembers } = await planned(world, [state('a', { members: [] })], { withMembers: new Set() });
    expect(routes).toMatchObject([{ change: 'add', reason: 'members unknown' }]);
    expect(unknownMembers).toEqual(['test/default/a web:443']);
  });

  it('partial: Ingresses that are not among the manifests stay', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')), changed(11, state('b')));
    const { routes, commands } = await planned(world, [state('a')], { partial: true });
    expect({ routes, commands }).toEqual({ routes: [], commands: [] });
    expect((await planned(world, [state('a')])).routes).toMatchObject([{ change: 'remove', host: 'b.example.com' }]);
  });

  it('other clusters are left alone, and count as holders', async () => {
    const world = await started();
    await world.deliver(
      changed(10, state('theirs', { hosts: ['x.example.com'], created: 1000 }), { cluster: 'other', uid: 'uid-2' }),
    );
    const { routes, waiting } = await planned(world, [state('ours', { hosts: ['x.example.com'], created: 2000 })]);
    expect(routes).toEqual([]);
    expect(waiting).toMatchObject([{ ingress: 'test/default/ours', holder: 'other/default/theirs' }]);
  });

  it('rule 11: says that the prune guard would refuse it', async () => {
    const world = await started();
    const strict = { ...world.engine, settings: { ...world.engine.settings, prune: { percent: 30, minimum: 1 } } };
    await world.deliver(...['a', 'b', 'c'].map((name, index) => changed(10 + index, state(name))));
    const input = { cluster: CLUSTER, clusterUid: UID, states: [], partial: false, withMembers: ALL_MEMBERS };
    const { refusal, commands } = await preview(strict, input);
    expect(refusal).toContain('the snapshot would remove 3 of 3 routes of its range, more than 30 %');
    expect(commands).not.toEqual([]);
  });

  it('rule 11: counts the routes of its cluster alone, as the prune guard does', async () => {
    const world = await started();
    const strict = { ...world.engine, settings: { ...world.engine.settings, prune: { percent: 30, minimum: 1 } } };
    await world.deliver(...['a', 'b', 'c', 'd'].map((name, index) => changed(10 + index, state(name))));
    const others = ['e', 'f', 'g', 'h'].map((name, index) =>
      changed(20 + index, state(name), { cluster: 'other', uid: 'uid-2' }),
    );
    await world.deliver(...others);
    const states = [state('a'), state('b')];
    const input = { cluster: CLUSTER, clusterUid: UID, states, partial: false, withMembers: ALL_MEMBERS };
    // 2 of 8 routes of the appliance are fewer than 30 %, 2 of the 4 of this cluster are not.
    expect((await preview(strict, input)).refusal).toContain('would remove 2 of 4 routes of its range');
  });

  it('names the commands in the order in which they are written', async () => {
    const world = await started();
    await world.deliver(snapshot(10, [state('a'), state('b', { vip: '192.0.2.20' })], { flagged: true }));
    const plan = await planned(world, [state('a', { service: 'other' }), state('c')]);
    const { changes } = await reconcile(world.engine, plan.events, askNobody);
    expect(plan.commands).toEqual(changes.map(render));
    expect(plan.commands.length).toBeGreaterThan(10);
  });

  it('a host that moves to another address: both routes say where it goes, and where it comes from', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    const { routes } = await planned(world, [state('a', { vip: '192.0.2.20' })]);
    expect(routes.map(({ change, frontend, reason }) => [change, frontend, reason])).toEqual([
      ['remove', '192.0.2.10:443', 'moves to 192.0.2.20:443'],
      ['add', '192.0.2.20:443', 'moves from 192.0.2.10:443, 1 member'],
    ]);
  });

  it('a manual change shows as commands, although no route differs', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    await world.client.set('csvserver', [{ name: 'nsp-192.0.2.10-443', clttimeout: 60 }]);
    const { routes, commands } = await planned(world, [state('a')]);
    expect(routes).toEqual([]);
    expect(commands.join('\n')).toContain('nsp-192.0.2.10-443');
  });
});

const HOSTS = ['a.example.com', 'b.example.com', '*.example.com', 'c.test'];
const NAMES = ['one', 'two', 'three'];

const anyState = (name: string): fc.Arbitrary<IngressState> =>
  fc
    .record({
      hosts: fc.subarray(HOSTS, { minLength: 1 }),
      members: fc.subarray(['10.1.0.1', '10.1.0.2', '10.1.0.3']),
      created: fc.integer({ min: 1, max: 3 }),
      service: fc.constantFrom('web', 'api'),
      redirect: fc.boolean(),
    })
    .map(({ redirect, ...options }) =>
      state(name, {
        ...options,
        annotations: redirect ? { 'ingress.citrix.com/insecure-termination': 'redirect' } : {},
      }),
    );

const anyCluster = fc
  .tuple(...NAMES.map((name) => fc.option(anyState(name), { nil: undefined })))
  .map((states) => states.filter((each) => each !== undefined));

/** `host frontend → holder target members`, as an appliance has it. */
async function routesOf(world: World): Promise<Map<string, string>> {
  const routes = await readStatus(world.client, 'nsp');
  return new Map(
    routes.map(({ host, frontend, holder, members, securePort }) => [
      `${host} ${frontend.vip}:${frontend.port}`,
      JSON.stringify([holder?.owner, holder?.backend ?? securePort, members.map(({ address }) => address).sort()]),
    ]),
  );
}

describe('apply(plan(x))', () => {
  it('leaves an empty plan, and changes exactly the routes that the plan shows', async () => {
    await fc.assert(
      fc.asyncProperty(anyCluster, anyCluster, async (before, after) => {
        const world = await startWorld();
        try {
          await world.deliver(snapshot(10, before, { flagged: true }));
          const had = await routesOf(world);
          const plan = await planned(world, after);
          expect(await commandsFor(world.engine, plan.events)).toEqual(plan.commands);
          await applied(world, plan);
          const has = await routesOf(world);
          const differing = [...new Set([...had.keys(), ...has.keys()])].filter((key) => had.get(key) !== has.get(key));
          expect(plan.routes.map(({ host, frontend }) => `${host} ${frontend}`).sort()).toEqual(differing.sort());
          const again = await planned(world, after);
          expect({ routes: again.routes, commands: again.commands }).toEqual({ routes: [], commands: [] });
        } finally {
          await world.stop();
        }
      }),
      { numRuns: runs(40) },
    );
  });
});
