import { afterEach, describe, expect, it } from 'vitest';
import type { NitroClient } from '../../../lib/nitro/index.ts';
import type { SimulatorOptions } from '../../../lib/simulator/index.ts';
import { type Bench, bench } from './support.ts';

/** One session with a simulated appliance: expiry, a pair, partitions, the Console. */

let world: Bench;
const start = async (options: SimulatorOptions = {}): Promise<void> => {
  world = await bench(options);
};
afterEach(() => world.stop());

const logins = (): string[] => world.sent.filter((request) => request.endsWith('config/login'));
const vserver = (name: string) => [{ type: 'lbvserver', body: { name, servicetype: 'TCP' } }];
const names = async (client: NitroClient): Promise<string[]> =>
  (await client.rows('lbvserver')).map(({ name }) => String(name));
const sessionsOf = async (url: string): Promise<number> => {
  const { client } = world.connect({ urls: [url] });
  return (await client.rows('systemsession')).length - 1;
};

describe('one session', () => {
  it('is all that many calls side by side take', async () => {
    await start();
    const { client } = world.connect();
    await Promise.all(Array.from({ length: 30 }, (_, n) => client.add(vserver(`v${n}`))));
    expect(logins()).toHaveLength(1);
    expect(await sessionsOf(world.appliance.url)).toBe(1);
    expect(await names(client)).toHaveLength(30);
  });

  it('expires after its idle time, and is begun again in the middle of a write', async () => {
    await start();
    const { client } = world.connect();
    await client.add(vserver('a'));
    world.advance(301_000);
    expect(await client.add(vserver('b'))).toEqual([undefined]);
    expect(logins()).toHaveLength(2);
    expect(await names(client)).toEqual(['a', 'b']);
  });

  it('killed, or gone with a reboot: the same', async () => {
    await start();
    const { client } = world.connect();
    await client.add(vserver('a'));
    const killer = world.connect();
    await killer.session.request({
      what: 'kill',
      method: 'POST',
      path: 'config/systemsession?action=kill',
      body: { systemsession: { all: true } },
      repeatable: false,
    });
    await client.save();
    await world.appliance.reboot();
    expect(await names(client)).toEqual(['a']);
  });

  it('is given back by a log out', async () => {
    await start();
    const { client, session } = world.connect();
    await client.rows('lbvserver');
    await session.logout();
    expect(await sessionsOf(world.appliance.url)).toBe(0);
  });

  it('waits for a place among the sessions', async () => {
    await start();
    const others = Array.from({ length: 20 }, () => world.connect());
    for (const { client } of others) await client.rows('nsversion');
    const { client } = world.connect({
      backoff: {
        attempts: 3,
        baseMs: 1,
        maxMs: 1,
        random: () => 0,
        sleep: async () => others.pop()?.session.logout(),
        remainingMs: () => Number.POSITIVE_INFINITY,
      },
    });
    expect(await client.add(vserver('a'))).toEqual([undefined]);
  });

  it('a user’s rotated password is read again', async () => {
    await start({ username: 'ops', password: 'new' });
    const asked: boolean[] = [];
    const { client } = world.connect({
      credentials: async (refresh) => {
        asked.push(refresh);
        return { username: 'ops', password: refresh ? 'new' : 'old' };
      },
    });
    expect(await client.add(vserver('a'))).toEqual([undefined]);
    expect(asked).toEqual([false, true]);
  });
});

describe('faults on the way', () => {
  it.each(['before', 'after'] as const)('a read whose connection is reset %s is repeated', async (when) => {
    await start();
    const { client } = world.connect();
    await client.add(vserver('a'));
    world.appliance.setFaults([{ method: 'GET', times: 2, fault: { type: 'reset', when } }]);
    expect(await names(client)).toEqual(['a']);
    expect(logins()).toHaveLength(1);
  });

  it.each([
    ['before', []],
    ['after', ['a']],
  ] as const)('a write whose connection is reset %s it was done: unknown, until it is read', async (when, there) => {
    await start();
    const { client } = world.connect();
    await client.rows('lbvserver');
    world.appliance.setFaults([{ kind: 'lbvserver', method: 'POST', times: 1, fault: { type: 'reset', when } }]);
    await expect(client.add(vserver('a'))).rejects.toMatchObject({ transient: true, sent: true });
    expect(await names(client)).toEqual(there);
  });

  it.each([
    ['503 without a body', { type: 'status', status: 503 }],
    ['busy', { type: 'error', code: 272 }],
    ['another save', { type: 'error', code: 293 }],
  ] as const)('%s: waited for', async (_name, fault) => {
    await start();
    const { client } = world.connect();
    await client.add(vserver('a'));
    world.appliance.setFaults([{ method: 'POST', times: 2, fault }]);
    await client.save();
    expect(world.appliance.savedConfig()).toContain('add lb vserver a');
  });
});

describe('a pair', () => {
  it('is found with the endpoints in any order', async () => {
    await start({ ha: {} });
    for (const urls of [world.appliance.urls, world.appliance.urls.toReversed()]) {
      const { client } = world.connect({ urls });
      expect(await client.add(vserver(`v${urls[0] === world.appliance.url}`))).toEqual([undefined]);
    }
    expect(await names(world.connect().client)).toHaveLength(2);
    expect(world.appliance.runningConfig()).toContain('add lb vserver vtrue');
  });

  it('is followed through a failover in the middle, and back', async () => {
    await start({ ha: {} });
    const { client } = world.connect();
    await client.add(vserver('a'));
    await world.appliance.failover();
    expect(await client.add(vserver('b'))).toEqual([undefined]);
    expect(world.appliance.runningConfig()).toContain('add lb vserver b');
    await world.appliance.failover();
    expect(await client.set('lbvserver', [{ name: 'a', clttimeout: 60 }])).toEqual([undefined]);
    expect(world.appliance.runningConfig()).toContain('add lb vserver a TCP -cltTimeout 60');
  });

  it('a write that a node takes just after it ceased to be the primary (1028) is written again where it stays', async () => {
    await start({ ha: {} });
    let before = true;
    const { client } = world.connect({
      urls: world.appliance.urls.toReversed(),
      between: (transport) => async (call) => {
        const answer = await transport(call);
        if (call.path !== 'config/hanode' || !before) return answer;
        before = false;
        return { ...answer, body: { hanode: [{ id: '0', state: 'Primary' }] } };
      },
    });
    expect(await client.add(vserver('a'))).toEqual([undefined]);
    expect(world.sent.filter((request) => request.includes('POST config/lbvserver'))).toEqual([
      '0 POST config/lbvserver?warning=yes',
      '1 POST config/lbvserver?warning=yes',
    ]);
    expect(world.appliance.runningConfig()).toContain('add lb vserver a');
  });

  it('bulk calls, too', async () => {
    await start({ ha: {} });
    const { client } = world.connect();
    await client.rows('lbvserver');
    await world.appliance.failover();
    const mixed = [...vserver('a'), { type: 'sslaction', body: { name: 'x', forward: 'a' } }];
    expect(await client.add(mixed)).toEqual([undefined, undefined]);
    expect(world.appliance.runningConfig()).toContain('add ssl action x -forward a');
  });

  it('a new primary that still synchronises is waited for (412)', async () => {
    await start({ ha: {} });
    world.appliance.set({ syncMs: 3_000 });
    const { client, session } = world.connect();
    await client.add(vserver('a'));
    await session.request({
      what: 'synchronise',
      method: 'POST',
      path: 'config/hasync?action=force',
      body: { hasync: {} },
      repeatable: false,
    });
    await world.appliance.failover();
    expect(await client.add(vserver('b'))).toEqual([undefined]);
    expect(world.appliance.runningConfig()).toContain('add lb vserver b');
  });

  it('a command that the secondary did not take is done', async () => {
    await start({ ha: {} });
    const { client } = world.connect();
    await client.rows('lbvserver');
    world.appliance.setFaults([{ kind: 'lbvserver', method: 'POST', fault: { type: 'error', code: 349 } }]);
    expect(await client.add(vserver('a'))).toEqual([undefined]);
  });
});

describe('partition and Console', () => {
  const partition = { partitionname: 'p1' };

  it('everything is in the partition, after an expiry too', async () => {
    await start();
    const root = world.connect().client;
    expect(await root.add([{ type: 'nspartition', body: partition }])).toEqual([undefined]);
    const { client } = world.connect({ partition: 'p1' });
    await client.add(vserver('a'));
    world.advance(301_000);
    await client.add(vserver('b'));
    expect(await names(client)).toEqual(['a', 'b']);
    expect(await names(root)).toEqual([]);
  });

  const instance = { ip: '192.0.2.1', username: 'nsroot', password: 'nsroot' };
  const proxyHeaders = { _MPS_API_PROXY_MANAGED_INSTANCE_IP: '192.0.2.1' };

  it('through a Console: its own log in, then the appliance', async () => {
    await start({ console: { username: 'mas', password: 'mas-secret', instance } });
    const { client, session } = world.connect({
      urls: [world.appliance.consoleUrl ?? ''],
      proxyHeaders,
      credentials: async () => ({ username: 'mas', password: 'mas-secret' }),
    });
    expect(await client.add(vserver('a'))).toEqual([undefined]);
    expect(await names(client)).toEqual(['a']);
    await session.logout();
    expect(logins()).toHaveLength(1);
    expect(
      world.calls.map(({ path, headers }) => [path, headers !== undefined && Object.keys(headers).length > 1]),
    ).toEqual(expect.arrayContaining([['config/logout', false]]));
  });

  it('and to its partition', async () => {
    await start({ console: { instance } });
    await world.connect().client.add([{ type: 'nspartition', body: partition }]);
    const { client } = world.connect({ urls: [world.appliance.consoleUrl ?? ''], proxyHeaders, partition: 'p1' });
    await client.add(vserver('a'));
    expect(await names(world.connect({ partition: 'p1' }).client)).toEqual(['a']);
  });
});
