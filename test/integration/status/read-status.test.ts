import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { type RouteStatus, readStatus } from '../../../lib/status/index.ts';
import { open, withChallenges } from '../../support/challenges.ts';
import { startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { changed, state, withdrawn } from '../../support/events.ts';
import { settles } from '../../support/eventually.ts';
import { clientOf } from '../../support/nitro-client.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function started(settings: WorldOptions['settings'] = {}): Promise<World> {
  const server: Server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const up = { host: '127.0.0.1', port: address.port };
  const world = await startWorld({
    settings,
    appliance: {
      map: new Map([
        ['10.1.0.1:8443', up],
        ['10.1.0.9:8443', { host: '127.0.0.1', port: 1 }],
      ]),
    },
  });
  closing.push(
    () => world.stop(),
    () => server.close(),
  );
  return world;
}

const byHost = (routes: readonly RouteStatus[], host: string, port = 443): RouteStatus | undefined =>
  routes.find((route) => route.host === host && route.frontend.port === port);

describe('the status of an appliance', () => {
  it('CON-1: names the holder, and who stands by', async () => {
    const world = await started();
    await world.deliver(
      changed(10, state('old', { hosts: ['x.example.com'], created: 1000 })),
      changed(11, state('new', { hosts: ['x.example.com'], created: 2000, service: 'other' })),
    );
    const route = byHost(await readStatus(world.client, 'nsp'), 'x.example.com');
    expect(route?.holder).toMatchObject({
      owner: { cluster: 'test', namespace: 'default', name: 'old' },
      created: 1000,
      backend: 'web:443',
      applied: 10,
      pending: false,
    });
    expect(route?.standby).toMatchObject([{ owner: { name: 'new' }, created: 2000, backend: 'other:443' }]);
  });

  it('VAL-19: a challenge of an Ingress that does not hold the host waits behind the holder, until that goes', async () => {
    const world = await started();
    const challenged = (name: string, created: number) =>
      withChallenges(open(name, { hosts: ['x.example.com'], created, namespace: 'default' }), {
        host: 'x.example.com',
        token: name,
        service: name,
      });
    const shown = async (token: string) => {
      const url = `x.example.com/.well-known/acme-challenge/${token}`;
      const route = byHost(await readStatus(world.client, 'nsp'), url, 80);
      const { holder, standby = [], state: found, securePort, members, object } = route ?? {};
      return {
        state: found,
        holder: holder?.owner.name,
        standby: standby.map(({ owner, backend }) => `${owner.name} ${backend}`),
        securePort,
        leads: object !== undefined,
        members: members?.length,
      };
    };
    await world.deliver(changed(10, challenged('older', 1000)), changed(11, challenged('younger', 2000)));
    expect(await shown('older')).toMatchObject({
      state: 'down',
      holder: 'older',
      standby: [],
      leads: true,
      members: 1,
    });
    expect(await shown('younger')).toEqual({
      state: 'redirect',
      holder: 'older',
      standby: ['younger younger:8089'],
      securePort: 443,
      leads: false,
      members: 0,
    });
    await world.deliver(withdrawn(12, 'older'));
    expect(await shown('younger')).toMatchObject({ holder: 'younger', standby: [], leads: true, members: 1 });
    expect(await shown('older')).toMatchObject({ holder: undefined });
  });

  it('VAL-19: the row of a host that was changed by hand lets no challenge through', async () => {
    const world = await started();
    await world.deliver(
      changed(10, withChallenges(open('shop'), { host: 'shop.example.com', token: 'a', service: 'solver' })),
    );
    const map = namesOf('nsp').frontendMap({ vip: '192.0.2.10', port: 80 });
    const row = { name: map, key: 'shop.example.com', value: '443' };
    await world.client.add([{ type: 'policystringmap_pattern_binding', body: row }]);
    const url = 'shop.example.com/.well-known/acme-challenge/a';
    expect(byHost(await readStatus(world.client, 'nsp'), url, 80)?.state).toBe('unbound');
  });

  it('VAL-8: a host without members is empty, one whose members do not answer is down', async () => {
    const world = await started();
    await world.deliver(
      changed(10, state('none', { members: [] })),
      changed(11, state('away', { members: ['10.1.0.9'] })),
      changed(12, state('fine', { members: ['10.1.0.1', '10.1.0.9'] })),
    );
    await settles(async () => {
      const routes = await readStatus(world.client, 'nsp');
      expect(byHost(routes, 'none.example.com')).toMatchObject({ state: 'empty', members: [] });
      expect(byHost(routes, 'away.example.com')).toMatchObject({ state: 'down' });
      expect(byHost(routes, 'fine.example.com')).toMatchObject({ state: 'serving' });
    });
  });

  it('VAL-11: a redirect stands beside its host, with the port that it leads to', async () => {
    const world = await started();
    await world.deliver(
      changed(10, state('a', { annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' } })),
    );
    const routes = await readStatus(world.client, 'nsp');
    expect(byHost(routes, 'a.example.com', 80)).toMatchObject({ state: 'redirect', securePort: 443, members: [] });
    expect(byHost(routes, 'a.example.com', 443)?.object).toMatch(/^nsp-default-a-web-443-/);
  });

  it('a row that was taken away by hand leaves its host unbound; one that was added is a stray', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    const map = 'nsp_f_192_0_2_10_443';
    const binding = 'policystringmap_pattern_binding';
    await world.client.remove([{ type: binding, name: ['name', map], args: { key: 'a.example.com' } }]);
    await world.client.add([{ type: binding, body: { name: map, key: 'b.example.com', value: 'nowhere' } }]);
    const routes = await readStatus(world.client, 'nsp');
    expect(routes.map(({ host, state: is }) => [host, is])).toEqual([
      ['a.example.com', 'unbound'],
      ['b.example.com', 'stray'],
    ]);
  });

  it('a former back end that drains is named, until it is removed', async () => {
    const world = await started({ drainSeconds: 300 });
    await world.deliver(changed(10, state('a')), changed(11, state('b')));
    await world.deliver(changed(20, state('a', { service: 'other' })));
    const [a, b] = await readStatus(world.client, 'nsp');
    expect(a?.holder).toMatchObject({ backend: 'other:443', draining: [{ due: 1_300 }] });
    expect(a?.holder?.draining?.[0]?.object).toMatch(/^nsp-default-a-web-443-/);
    expect(b?.holder).not.toHaveProperty('draining');
  });

  it('an Ingress that was begun, and has no claim yet, is shown as pending without a host', async () => {
    const owner = { cluster: 'test', namespace: 'default', name: 'a' };
    const backend = { service: 'web', port: '443', frontendKey: '192.0.2.10_443', settings: '' };
    // Not ours, whatever its name, so the engine cannot finish the back end.
    const config = `add lb vserver ${namesOf('nsp').backend(owner, backend)} HTTP\n`;
    const world = await startWorld({ appliance: { config } });
    closing.push(() => world.stop());
    await world.deliver(changed(10, state('a')));
    expect(await readStatus(world.client, 'nsp')).toMatchObject([
      {
        host: undefined,
        frontend: { kind: 'tls', vip: '192.0.2.10', port: 443 },
        state: 'unbound',
        holder: { owner, applied: 10, pending: true },
        standby: [],
      },
    ]);
  });

  it('an empty appliance has none', async () => {
    expect(await readStatus((await started()).client, 'nsp')).toEqual([]);
  });

  it('the requests do not depend on the number of routes of an appliance, until lists come in pages', async () => {
    const world = await started();
    const reads = async (): Promise<number> => {
      world.requests();
      await readStatus(world.client, 'nsp');
      return world.requests().total;
    };
    await world.deliver(changed(10, state('a')));
    const one = await reads();
    await world.deliver(...Array.from({ length: 9 }, (_, index) => changed(20 + index, state(`b${index}`))));
    expect(await reads()).toBe(one);
  });

  it('long lists need one request for each page, however many routes there are', async () => {
    const world = await started();
    await world.deliver(...Array.from({ length: 40 }, (_, index) => changed(20 + index, state(`b${index}`))));
    // 40 hosts with a claim each, 40 records and the cluster's UID; 40 members.
    const rows = 40 + 40 + 40 + 1;
    for (const pageRows of [10, 25, 50]) {
      const client = clientOf(world.appliance, { pageRows });
      await readStatus(client, 'nsp');
      world.requests();
      expect(await readStatus(client, 'nsp')).toHaveLength(40);
      const pages = (count: number): number => Math.floor(count / pageRows) + 1;
      const [maps, counts] = [1, 2];
      expect(world.requests().total).toBe(maps + counts + pages(rows) + pages(40));
    }
  });

  it('counters are those of the back end and its front end, in three requests more', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')), changed(11, state('b')));
    const requests = async (statistics?: typeof world.client): Promise<number> => {
      world.requests();
      await readStatus(world.client, 'nsp', statistics);
      return world.requests().total;
    };
    expect((await requests(world.client)) - (await requests())).toBe(3);
    const [route] = await readStatus(world.client, 'nsp', world.client);
    expect(route?.traffic).toEqual({ open: 0, connections: 0, received: 0, sent: 0 });
    expect(route?.refused).toEqual({ 'unknown-name': 0, 'no-member': 0 });
  });

  it('a user who may not read counters gets the routes without them', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    expect((await readStatus(world.client, 'nsp'))[0]).toMatchObject({ traffic: undefined, refused: undefined });
    world.appliance.setFaults([{ kind: 'lbvserver', fault: { type: 'error', code: 2138 } }]);
    expect((await readStatus(world.client, 'nsp', world.client))[0]).toMatchObject({
      host: 'a.example.com',
      traffic: undefined,
      refused: undefined,
    });
  });
});
