import { afterEach, describe, expect, it } from 'vitest';
import { readMembers } from '../../../lib/nitro/index.ts';
import type { SimulatorOptions } from '../../../lib/simulator/index.ts';
import { type Backend, named } from '../../conformance/simulator/traffic.ts';
import { type Bench, bench } from './support.ts';

/** Members of service groups, with and without desired sets, and large lists. */

let world: Bench;
const start = async (options: SimulatorOptions = {}): Promise<void> => {
  world = await bench(options);
};
afterEach(() => world.stop());

const LIST = 'servicegroup_servicegroupmemberlist_binding';
const MEMBER = 'servicegroup_servicegroupmember_binding';
const a = { ip: '10.0.0.1', port: 8443 };
const b = { ip: '10.0.0.2', port: 8443 };
const v6 = { ip: '2001:db8::1', port: 8443 };
const DONE = { error: undefined, failed: [] };

const group = (servicegroupname: string, drain = 60) => ({
  type: 'servicegroup',
  body: {
    servicegroupname,
    servicetype: 'TCP',
    autoscale: 'API',
    autodisablegraceful: 'YES',
    autodisabledelay: drain,
  },
});
const classic = (servicegroupname: string) => ({
  type: 'servicegroup',
  body: { servicegroupname, servicetype: 'TCP' },
});
const sentTo = (type: string): string[] => world.sent.filter((request) => request.includes(type));

describe('desired sets', () => {
  it('are brought to what is wanted, several groups in a call', async () => {
    await start();
    const { client } = world.connect();
    const groups = ['g1', 'g2', 'g3', 'g4'];
    await client.add(groups.map((name) => group(name)));
    expect(await client.members(groups.map((name) => ({ group: name, members: [a, v6] })))).toEqual(
      groups.map(() => DONE),
    );
    expect(await client.members([{ group: 'g1', members: [b] }])).toEqual([DONE]);
    expect(await readMembers(client, groups)).toEqual(
      new Map([
        ['g1', '10.0.0.2 8443'],
        ...['g2', 'g3', 'g4'].map((name) => [name, '10.0.0.1 8443\n2001:db8::1 8443'] as const),
      ]),
    );
    expect(sentTo(LIST)).toHaveLength(3);
  });

  it('members that cannot be bound are named, the others are bound', async () => {
    await start();
    const { client } = world.connect();
    await client.add([group('g1'), group('g2')]);
    const bad = { ip: '10.0.0.3', port: 0 };
    expect(await client.members([{ group: 'g1', members: [a, bad] }])).toEqual([{ error: undefined, failed: [bad] }]);
    expect(
      await client.members([
        { group: 'g2', members: [a, bad] },
        { group: 'g1', members: [a] },
      ]),
    ).toEqual([{ error: undefined, failed: [bad] }, DONE]);
    expect((await readMembers(client, ['g2'])).get('g2')).toBe('10.0.0.1 8443');
  });

  it('a group that is not there is that list’s error', async () => {
    await start();
    const { client } = world.connect();
    await client.add([group('g1')]);
    const lists = ['none', 'g1'].map((name) => ({ group: name, members: [a] }));
    expect(await client.members(lists)).toMatchObject([{ error: { kind: 'gone' } }, DONE]);
  });

  it('servers stay, whoever needed them', async () => {
    await start();
    const { client } = world.connect();
    await client.add([group('g1')]);
    await client.members([{ group: 'g1', members: [a] }]);
    await client.members([{ group: 'g1', members: [] }]);
    expect(world.appliance.runningConfig()).toContain('add server 10.0.0.1 10.0.0.1');
  });
});

describe('groups without them', () => {
  it('decided by each group, not by the build: one that an operator made is served by difference', async () => {
    await start();
    const { client } = world.connect({ client: { drainSeconds: 0 } });
    await client.add([classic('theirs'), group('ours')]);
    for (const members of [[a, b], [b, v6], []]) {
      const lists = ['theirs', 'ours'].map((name) => ({ group: name, members }));
      expect(await client.members(lists)).toEqual([DONE, DONE]);
      const found = await readMembers(client, ['theirs', 'ours']);
      expect(found.get('theirs')).toEqual(found.get('ours'));
    }
    expect(world.appliance.runningConfig()).not.toContain('bind serviceGroup theirs');
  });

  it('older builds get groups as they know them', async () => {
    await start({ version: '13.0-41.28' });
    const { client } = world.connect({ client: { drainSeconds: 0 } });
    expect(await client.add([group('g1')])).toEqual([undefined]);
    expect(await client.members([{ group: 'g1', members: [a, v6] }])).toEqual([DONE]);
    expect(await client.members([{ group: 'g1', members: [v6] }])).toEqual([DONE]);
    const config = world.appliance.runningConfig();
    expect(config).toContain('add serviceGroup g1 TCP\n');
    expect(config).toMatch(/bind serviceGroup g1 "?2001:db8::1"? 8443/);
    expect(config).not.toContain('bind serviceGroup g1 10.0.0.1');
    expect(sentTo('nsversion')).toHaveLength(1);
  });

  it('the name that a server has is the operator’s', async () => {
    await start();
    const { client } = world.connect({ client: { drainSeconds: 0 } });
    await client.add([{ type: 'server', body: { name: 'web-1', ipaddress: a.ip } }, classic('g')]);
    await client.members([{ group: 'g', members: [a] }]);
    expect((await readMembers(client, ['g'])).get('g')).toBe('10.0.0.1 8443');
    expect(await client.members([{ group: 'g', members: [] }])).toEqual([DONE]);
    expect(await client.rows(MEMBER, { name: 'g' })).toEqual([]);
  });

  it('TLS-6: a member that goes is disabled first, counts as gone, and comes back as it was', async () => {
    const back: Backend = await named('a');
    await start({ map: new Map([['10.0.0.1:8443', back.endpoint]]) });
    const { client } = world.connect({ client: { drainSeconds: 60 } });
    await client.add([classic('g')]);
    await client.members([{ group: 'g', members: [a, b] }]);
    await client.members([{ group: 'g', members: [b] }]);
    const [row] = (await client.rows(MEMBER, { name: 'g' })).filter(({ servername }) => servername === a.ip);
    expect(row).toMatchObject({ state: 'DISABLED' });
    expect((await readMembers(client, ['g'])).get('g')).toBe('10.0.0.2 8443');
    await client.members([{ group: 'g', members: [a, b] }]);
    expect((await readMembers(client, ['g'])).get('g')).toBe('10.0.0.1 8443\n10.0.0.2 8443');
    await client.members([{ group: 'g', members: [b] }]);
    world.advance(61_000);
    await client.members([{ group: 'g', members: [b, v6] }]);
    expect((await client.rows(MEMBER, { name: 'g' })).map(({ servername }) => servername)).not.toContain(a.ip);
    await back.stop();
  });
});

describe('large lists', () => {
  const MAP = 'policystringmap_pattern_binding';

  it('are read page by page, once each row', async () => {
    await start();
    const { client } = world.connect({ client: { pageRows: 250 } });
    const rows = Array.from({ length: 1_100 }, (_, n) => ({
      type: MAP,
      body: { name: 'm', key: `k${n}`, value: 'v' },
    }));
    await client.add([{ type: 'policystringmap', body: { name: 'm' } }]);
    for (let at = 0; at < rows.length; at += 500) await client.add(rows.slice(at, at + 500));
    world.sent.length = 0;
    const read = await client.rows(MAP, { name: 'm' });
    expect(new Set(read.map(({ key }) => key)).size).toBe(1_100);
    expect(read).toHaveLength(1_100);
    expect(world.sent).toHaveLength(5);
    expect(await client.rows(MAP)).toHaveLength(1_100);
    expect(await client.count(MAP, { name: 'm', filter: { key: '/^k1/' } })).toBe(211);
  });

  it.each(['*.foo.com', '#a.1.b', 'x,y:z', 'a b', 'a&b=c', '100%', '!'])(
    'the key %j is bound, found and removed',
    async (key) => {
      await start();
      const { client } = world.connect();
      await client.add([{ type: 'policystringmap', body: { name: 'm' } }]);
      expect(await client.add([{ type: MAP, body: { name: 'm', key, value: 'v' } }])).toEqual([undefined]);
      expect(await client.rows(MAP, { name: 'm', filter: { key } })).toMatchObject([{ key, value: 'v' }]);
      expect(await client.remove([{ type: MAP, name: ['name', 'm'], args: { key } }])).toEqual([undefined]);
      expect(await client.rows(MAP, { name: 'm' })).toEqual([]);
    },
  );

  it('names with characters that a path gives a meaning', async () => {
    await start();
    const { client } = world.connect();
    for (const name of ['a/b', 'a b', 'a#b', 'a=b@c:d']) {
      const made = await client.add([{ type: 'lbvserver', body: { name, servicetype: 'TCP' } }]);
      if (made[0] !== undefined) continue;
      expect(await client.rows('lbvserver', { name })).toMatchObject([{ name }]);
      expect(await client.remove([{ type: 'lbvserver', name: ['name', name], args: {} }])).toEqual([undefined]);
    }
    expect(await client.rows('lbvserver')).toEqual([]);
  });
});
