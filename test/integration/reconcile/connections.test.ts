import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, echo, hold, tlsEcho } from '../../conformance/simulator/traffic.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state, withdrawn, work } from '../../support/events.ts';

/** TLS-6: what a client that is connected sees of the engine's changes. */
describe('established connections', () => {
  let one: Backend;
  let two: Backend;
  let world: World;
  let now = 1_000_000_000;
  const open: TLSSocket[] = [];

  beforeEach(async () => {
    [one, two] = await Promise.all([tlsEcho(), tlsEcho()]);
    now = 1_000_000_000;
    world = await startWorld({
      now: () => now,
      settings: { drainSeconds: 300 },
      appliance: { resolveMember: async ({ address }) => (address === '10.1.0.2' ? two : one).endpoint },
    });
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await world.stop();
    await Promise.all([one.stop(), two.stop()]);
  });

  const connect = async (host: string): Promise<TLSSocket> => {
    const place = world.appliance.frontends.get('192.0.2.10:443');
    if (place === undefined) throw new Error('no front end');
    const socket = await hold(place, host);
    open.push(socket);
    return socket;
  };
  const alive = async (socket: TLSSocket): Promise<void> =>
    expect(await echo(socket, 'still there?')).toBe('still there?');

  it('survive changes around them: members, hosts, other Ingresses, settings, a takeover', async () => {
    await world.deliver(changed(10, state('a')));
    const client = await connect('a.example.com');
    const changes = [
      changed(20, state('a', { members: ['10.1.0.1', '10.1.0.2'] })),
      changed(30, state('a', { members: ['10.1.0.1', '10.1.0.2'], hosts: ['a.example.com', '*.example.com'] })),
      changed(40, state('b', { created: 2000, hosts: ['b.example.com'], members: ['10.1.0.2'] })),
      changed(50, state('a', { annotations: { 'ingress.citrix.com/csvserver': '{"clttimeout":"500"}' } })),
      // An older Ingress takes the host over: only new connections go there.
      changed(60, state('older', { created: 1, hosts: ['a.example.com'], members: ['10.1.0.2'] })),
      withdrawn(70, 'b'),
    ];
    for (const event of changes) {
      await world.deliver(event);
      await alive(client);
    }
  });

  it('of a member that goes drain for the configured time', async () => {
    await world.deliver(changed(10, state('a')));
    const client = await connect('a.example.com');
    await world.deliver(changed(20, state('a', { members: ['10.1.0.2'] })));
    await alive(client);
    await alive(await connect('a.example.com'));
    expect(two.sockets.size).toBeGreaterThan(0);
  });

  it('of an Ingress that goes drain, too; its objects are removed when the time is over', async () => {
    await world.deliver(changed(10, state('a')), changed(11, state('b', { hosts: ['b.example.com'] })));
    const client = await connect('a.example.com');
    await world.deliver(withdrawn(20, 'a'));
    await alive(client);
    const left = (): string[] => world.config().filter((line) => line.includes('default-a-'));
    expect(left().some((line) => line.startsWith('add lb vserver'))).toBe(true);

    now += 299_000;
    await world.deliver(work('clean-up'));
    expect(left()).not.toEqual([]);
    now += 2_000;
    const { work: done } = await world.deliver(work('clean-up'));
    expect(done).toEqual([{ work: 'clean-up', removed: 1 }]);
    expect(left()).toEqual([]);
    expect(world.config({ ledger: true }).filter((line) => /nsp_l_\S+ R\./.test(line))).toEqual([]);
  });

  it('a back end that comes back while it drains is used again, and is not cleaned up', async () => {
    await world.deliver(changed(10, state('a')), changed(11, state('b', { hosts: ['b.example.com'] })));
    const client = await connect('a.example.com');
    await world.deliver(withdrawn(20, 'a'));
    await world.deliver(changed(30, state('a')));
    await alive(client);
    now += 301_000;
    await world.deliver(work('clean-up'));
    await alive(await connect('a.example.com'));
  });
});
