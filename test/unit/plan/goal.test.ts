import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { backendName } from '../../../lib/netscaler/index.ts';
import { type Change, goalOf, readyMarker, usesOf } from '../../../lib/plan/index.ts';
import type { RouteSet } from '../../../lib/route/index.ts';
import { OWNERS, routesOf } from './routes.ts';
import { PureWorld } from './world.ts';

const HOST = 'x.example.com';
const TLS_MAP = 'nsp_f_192_0_2_10_443';
const HTTP_MAP = 'nsp_f_192_0_2_10_80';
const old = routesOf({ name: 'a', created: 100, hosts: { [HOST]: 'web' } });
const young = routesOf({ name: 'b', created: 200, hosts: { [HOST]: 'web' } });

const wants = (routes: RouteSet) => ({ owner: routes.owner, routes });
const nothing = (name: string) => ({ owner: OWNERS.find((owner) => owner.name === name)!, routes: undefined });
function worldOf(...sets: RouteSet[]): PureWorld {
  const world = new PureWorld();
  for (const set of sets) world.bring([wants(set)], 'trust');
  return world;
}

/** What a host leads to: the owner of its row, by the comment. */
const leadsTo = (world: PureWorld, host = HOST, map = TLS_MAP): unknown =>
  world.appliance.rows.get(`policystringmap_pattern_binding\n${map}\n${host}`)?.attributes.comment;
/** `op role` of each change. */
const short = (changes: readonly Change[]): string[] => changes.map(({ op, resource }) => `${op} ${resource.role}`);
const name = (world: PureWorld, set: RouteSet): string => backendName(world.context, usesOf(set)[0]!);

describe('CON-1, CON-2: who holds a host', () => {
  it.each<[string, RouteSet[], string]>([
    ['the older, who came first', [old, young], 'c1 n/a'],
    ['the older, who came later', [young, old], 'c1 n/a'],
    ['of one age the smaller name', [routesOf({ name: 'b', hosts: { [HOST]: 's' } }), old], 'c1 n/a'],
  ])('%s', (_what, sets, holder) => {
    expect(leadsTo(worldOf(...sets))).toBe(holder);
  });

  it('the loser’s back end is programmed all the same, and bound to no host', () => {
    const world = worldOf(old, young);
    expect(world.appliance.has('lbvserver', name(world, young))).toBe(true);
    const values = world.appliance
      .of('policystringmap_pattern_binding')
      .filter(({ role }) => role === 'host')
      .map(({ attributes }) => String(attributes.value));
    expect(values.map((value) => value.slice(0, 26))).toEqual([ownerKey(old.owner)]);
  });

  it('CON-2: who stands by takes over in one step when the holder goes', () => {
    const world = worldOf(old, young);
    const changes = world.bring([nothing('a')], 'trust');
    expect(leadsTo(world)).toBe('c1 n/b');
    expect(short(changes).filter((line) => line.endsWith(' host'))).toEqual(['add host']);
  });

  it('and when the holder gives up this host only', () => {
    const world = worldOf(routesOf({ hosts: { [HOST]: 'web', 'y.example.com': 'web' } }), young);
    world.bring([wants(routesOf({ hosts: { 'y.example.com': 'web' } }))], 'trust');
    expect([leadsTo(world), leadsTo(world, 'y.example.com')]).toEqual(['c1 n/b', 'c1 n/a']);
  });

  it('a host that nobody claims any more leads nowhere', () => {
    const world = worldOf(old, routesOf({ name: 'b' }));
    world.bring([nothing('a')], 'trust');
    expect(leadsTo(world)).toBeUndefined();
  });

  it('hostAssignments say who holds, who stands by, and who held before', () => {
    const world = worldOf(young);
    const { hostAssignments } = world.plan([wants(old)], 'trust').goal;
    expect(hostAssignments).toHaveLength(1);
    expect(hostAssignments[0]).toMatchObject({
      host: HOST,
      holder: { owner: old.owner },
      standby: [{ owner: young.owner }],
      formerKey: ownerKey(young.owner),
    });
    expect(new PureWorld().plan([wants(old)], 'trust').goal.hostAssignments[0]).toMatchObject({ formerKey: undefined });
  });

  it('the change of a host is also for the others who claim it', () => {
    const world = worldOf(young);
    const host = world.plan([wants(old)], 'trust').changes.find(({ resource }) => resource.role === 'host');
    expect(host?.resource.owners).toEqual([ownerKey(old.owner)]);
    expect(host?.resource.alsoFor).toBeUndefined();
    const promoted = worldOf(old, young).plan([nothing('a')], 'trust').changes;
    expect(promoted.find(({ resource }) => resource.role === 'host')?.resource).toMatchObject({
      owners: [ownerKey(young.owner)],
      alsoFor: [ownerKey(old.owner)],
    });
  });

  it('a host that leads to an owner whose claim is gone is unbound with it (rule 8)', () => {
    const world = worldOf(old, routesOf({ name: 'b' }));
    for (const row of world.appliance.of('policystringmap_pattern_binding')) {
      if (row.role === 'claim' && row.owners[0] === ownerKey(old.owner)) world.appliance.drop(row);
    }
    // Its front end is looked at, because its record says where it was.
    const changes = world.plan([nothing('a'), wants(routesOf({ name: 'b' }))], 'verify').changes;
    expect(short(changes)).toContain('remove host');
  });
});

describe('LIF-1: what is there is not made again', () => {
  it('a second owner of a front end adds its own only', () => {
    const changes = worldOf(old).plan([wants(routesOf({ name: 'b' }))], 'trust').changes;
    expect(new Set(short(changes))).toEqual(
      new Set([
        'add claim',
        'add host',
        'add lbvserver',
        'add service-group',
        'add group-binding',
        'add action',
        'add policy',
        'members members',
        'add policy-binding',
      ]),
    );
  });

  it('another member is one list', () => {
    const changes = worldOf(old).plan([wants(routesOf({ hosts: { [HOST]: 'web' }, members: 2 }))], 'trust').changes;
    expect(short(changes)).toEqual(['members members']);
  });

  it('another host is its claim and its row', () => {
    const more = routesOf({ hosts: { [HOST]: 'web', 'y.example.com': 'web' } });
    expect(short(worldOf(old).plan([wants(more)], 'trust').changes)).toEqual(['add claim', 'add host']);
  });

  it('VAL-8: without members the policies are unbound, with the first they are bound', () => {
    const none = routesOf({ hosts: { [HOST]: 'web' }, members: 0 });
    expect(short(worldOf(old).plan([wants(none)], 'trust').changes)).toEqual([
      'members members',
      'remove policy-binding',
    ]);
    expect(short(worldOf(none).plan([wants(old)], 'trust').changes)).toEqual(['members members', 'add policy-binding']);
  });
});

describe('front ends come and go', () => {
  const systemRows = (world: PureWorld): unknown[] =>
    [...world.appliance.rows.values()].filter(({ role }) => !role.startsWith('system'));

  it.each<[string, Partial<Parameters<typeof routesOf>[0]>, string[]]>([
    ['for TLS', {}, ['nsp-reset', 'nsp-tcp', 'nsp-placeholder']],
    ['for redirects, too', { redirect: true }, ['nsp-reset', 'nsp-tcp', 'nsp-placeholder', 'nsp-reset-http']],
  ])('the first makes what exists once for the system, %s', (_what, more, expected) => {
    const world = worldOf(routesOf(more));
    const names = [...world.appliance.rows.values()]
      .filter(({ role }) => role.startsWith('system'))
      .map(({ id }) => Object.values(id)[0]);
    expect(new Set(names)).toEqual(new Set(expected));
  });

  it('the last takes its front end with it, and leaves what is the system’s', () => {
    const world = worldOf(old, routesOf({ name: 'b', redirect: true }));
    world.bring([nothing('a')], 'trust');
    expect(world.appliance.of('csvserver')).toHaveLength(2);
    world.bring([nothing('b')], 'trust');
    expect(systemRows(world)).toEqual([]);
    expect(world.appliance.rows.size).toBe(4);
  });

  it('a front end stays while owners out of sight have claims', () => {
    const world = worldOf(old);
    const { goal } = world.plan([nothing('a')], 'trust');
    expect(goal.desired.filter(({ role }) => role === 'csvserver')).toEqual([]);
    const kept = goalOf(world.context, {
      system: undefined,
      owners: [
        {
          key: ownerKey(old.owner),
          owner: old.owner,
          wanted: undefined,
          row: undefined,
          found: [],
          retiring: [],
          members: 'unknown',
        },
      ],
      frontends: [
        {
          frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
          rows: [{ key: '!', value: 'tls', comment: '' }],
          unusedPorts: [],
          manyLabelsUnused: false,
          listenerUnused: false,
          challengesUnused: false,
          otherClaims: 1,
          found: undefined,
          bindings: undefined,
        },
      ],
    });
    expect(kept.desired.filter(({ role }) => role === 'csvserver')).toHaveLength(1);
  });

  it('moving to another address makes the new place whole and then clears the old one', () => {
    const world = worldOf(old);
    world.bring([wants({ ...routesOf({ hosts: { [HOST]: 'web' }, vip: '192.0.2.11' }) })], 'trust');
    expect(world.appliance.of('csvserver').map(({ id }) => id.name)).toEqual(['nsp-192.0.2.11-443']);
    expect(leadsTo(world)).toBeUndefined();
    expect(leadsTo(world, HOST, 'nsp_f_192_0_2_11_443')).toBe('c1 n/a');
  });

  it('VAL-11: redirects to several secure ports share port 80, and go when nobody needs them', () => {
    const other = routesOf({ name: 'b', port: 8443, redirect: true });
    const world = worldOf(routesOf({ redirect: true }), other);
    const ready = (): unknown =>
      world.appliance.rows.get(`policystringmap_pattern_binding\n${HTTP_MAP}\n!`)?.attributes.value;
    expect(ready()).toBe('http 443 8443');
    expect(leadsTo(world, 'a.example.com', HTTP_MAP)).toBe('c1 n/a');
    world.bring([nothing('b')], 'trust');
    expect(ready()).toBe('http 443');
    expect(leadsTo(world, 'b.example.com', HTTP_MAP)).toBeUndefined();
    expect(world.appliance.of('responderaction').map(({ id }) => id.name)).toEqual(['nsp-redirect-443-192.0.2.10-80']);
    expect(world.appliance.of('responderpolicy').filter(({ id }) => String(id.name).includes('8443'))).toEqual([]);
  });

  it.each([
    ['the kind, and the secure ports', 'http 443 8443', { kind: 'http', securePorts: [443, 8443] }],
    ['no ports for TLS', 'tls', { kind: 'tls', securePorts: [] }],
    ['many-label wildcards', 'tls **', { kind: 'tls', securePorts: [], manyLabels: true }],
    ['no wildcards for redirects', 'http 443 **', { kind: 'http', securePorts: [443] }],
    ['nothing that is no port', 'http x 0 443', { kind: 'http', securePorts: [443] }],
    ['a listener', 'http listener', { kind: 'http', securePorts: [], listener: true }],
    ['a listener beside redirects', 'http 443 listener', { kind: 'http', securePorts: [443], listener: true }],
    ['challenges', 'http 443 challenges', { kind: 'http', securePorts: [443], challenges: true }],
    ['no challenges for TLS', 'tls challenges', { kind: 'tls', securePorts: [] }],
    ['no listener for TLS, which closes without one', 'tls listener', { kind: 'tls', securePorts: [] }],
  ])('the ready row says %s', (_what, value, expected) => {
    const marker = { manyLabels: false, listener: false, challenges: false, ...expected };
    expect(readyMarker([{ key: '!', value, comment: '' }])).toEqual(marker);
    expect(readyMarker([{ key: 'x', value, comment: '' }])).toBeUndefined();
  });
});

describe('CON-5: the oldest wish for a setting is the front end’s', () => {
  const wish = (name: string, created: number, settings: RouteSet['frontendSettings']): RouteSet =>
    routesOf({ name, created, frontendSettings: settings });
  const timeout = (world: PureWorld): unknown => world.appliance.of('csvserver')[0]?.attributes.clttimeout;

  it('whoever came first', () => {
    const older = wish('a', 100, { clttimeout: 60 });
    const younger = wish('b', 200, { clttimeout: 70 });
    expect([timeout(worldOf(older, younger)), timeout(worldOf(younger, older))]).toEqual(['60', '60']);
  });

  it('the others are told what was decided, and by whom', () => {
    const world = worldOf(wish('a', 100, { clttimeout: 60 }));
    const { settingConflicts } = world.plan([wants(wish('b', 200, { clttimeout: 70 }))], 'trust').goal;
    expect(settingConflicts).toMatchObject([
      { wanted: { value: '70', owner: { name: 'b' } }, decided: { value: '60', owner: { name: 'a' } } },
    ]);
    expect(world.plan([wants(wish('b', 200, { clttimeout: 60 }))], 'trust').goal.settingConflicts).toEqual([]);
    expect(world.plan([wants(wish('b', 200, { ipset: 's' }))], 'trust').goal.settingConflicts).toEqual([]);
  });

  it('the next takes over when the oldest goes, and the default when nobody asks', () => {
    const world = worldOf(wish('a', 100, { clttimeout: 60 }), wish('b', 200, { clttimeout: 70, ipset: 's' }));
    world.bring([nothing('a')], 'trust');
    expect(timeout(world)).toBe('70');
    const changes = world.bring([wants(wish('b', 200, {}))], 'trust');
    expect(timeout(world)).toBe(9000);
    expect(world.appliance.of('csvserver')[0]?.attributes).not.toHaveProperty('ipset');
    expect(short(changes)).toContain('unset csvserver');
  });

  it('is no matter of port 80', () => {
    const world = worldOf(routesOf({ redirect: true, frontendSettings: { clttimeout: 60 } }));
    const redirects = world.appliance.of('csvserver').find(({ attributes }) => attributes.servicetype === 'HTTP');
    expect(redirects?.attributes).not.toHaveProperty('clttimeout');
  });
});

describe('TLS-6: what goes drains', () => {
  function draining(): PureWorld {
    const world = new PureWorld(60);
    world.bring([wants(old)], 'trust');
    return world;
  }
  const kept = (world: PureWorld): string[] =>
    [...world.appliance.rows.values()]
      .filter(({ owners }) => owners[0] === ownerKey(old.owner))
      .map(({ role }) => role);

  it('server, group and members stay, and are named as retired', () => {
    const world = draining();
    const { goal } = world.plan([nothing('a')], 'trust');
    expect(goal.retired).toEqual([{ owner: old.owner, ownerKey: ownerKey(old.owner), backend: name(world, old) }]);
    world.bring([nothing('a')], 'trust');
    expect(kept(world).sort()).toEqual(['group-binding', 'lbvserver', 'members', 'service-group']);
    const list = world.appliance.of('servicegroup_servicegroupmemberlist_binding')[0];
    expect(list?.attributes.members).toBe('10.0.0.1 8443');
  });

  it('so does its monitor', () => {
    const world = new PureWorld(60);
    world.bring([wants(routesOf({ settings: { monitor: { type: 'HTTP' } } }))], 'trust');
    world.bring([nothing('a')], 'trust');
    expect(kept(world)).toEqual(expect.arrayContaining(['monitor', 'monitor-binding']));
  });

  it('what drains already is not retired again, and stays', () => {
    const world = draining();
    world.bring([nothing('a')], 'trust');
    const { goal, changes } = world.plan([nothing('a')], 'verify');
    expect(goal.retired).toEqual([]);
    expect(changes).toEqual([]);
  });

  it.each(['trust', 'verify'] as const)('what is wanted again drains no more: %s', (how) => {
    const world = draining();
    world.bring([nothing('a')], 'trust');
    const { changes } = world.plan([wants(old)], how);
    expect(changes.filter(({ resource: { role } }) => role === 'lbvserver' || role === 'service-group')).toEqual([]);
    world.bring([wants(old)], how);
    expect(kept(world)).toContain('policy-binding');
    // Who its members are now is not known: unless they were read, they are written.
    expect(changes.some(({ op }) => op === 'members')).toBe(how === 'trust');
    expect(world.plan([wants(old)], 'verify').changes).toEqual([]);
  });

  it('without a drain time nothing stays', () => {
    const world = worldOf(old);
    expect(world.plan([nothing('a')], 'trust').goal.retired).toEqual([]);
    world.bring([nothing('a')], 'trust');
    expect(kept(world)).toEqual([]);
  });

  it('another set of settings is another back end, and the old one drains', () => {
    const world = draining();
    const other = routesOf({ hosts: { [HOST]: 'web' }, settings: { lbvserver: { lbmethod: 'TOKEN' } } });
    const { goal } = world.plan([wants(other)], 'trust');
    expect(goal.retired.map(({ backend }) => backend)).toEqual([name(world, old)]);
    expect(name(world, other)).not.toBe(name(world, old));
  });
});
