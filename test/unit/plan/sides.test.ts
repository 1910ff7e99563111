import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { encodeClaim } from '../../../lib/ledger/index.ts';
import { backendName, LIMITS, namesOf, type Resource, type ResourceRole } from '../../../lib/netscaler/index.ts';
import {
  type Actual,
  type Change,
  claimsOf,
  diff,
  type FrontendInScope,
  type Goal,
  goalOf,
  type OwnerInScope,
  type PlanScope,
  provisionedPorts,
  staysWhileDraining,
  usesOf,
} from '../../../lib/plan/index.ts';
import { canonical, hostOf, type RouteSet } from '../../../lib/route/index.ts';
import { OWNERS, routesOf } from './routes.ts';
import { PureWorld } from './world.ts';

const HOST = 'x.example.com';
const a = routesOf({ name: 'a', hosts: { [HOST]: 'web' } });
const b = routesOf({ name: 'b', created: 200, hosts: { 'y.example.com': 'web' } });
const KEY = ownerKey(a.owner);

const CONTEXT = { system: 'nsp', names: namesOf('nsp'), drainSeconds: 60, now: 1000 };
const wants = (routes: RouteSet) => ({ owner: routes.owner, routes });
const nothing = (name: string) => ({ owner: OWNERS.find((owner) => owner.name === name)!, routes: undefined });
function worldOf(drain: number, ...sets: RouteSet[]): PureWorld {
  const world = new PureWorld(drain);
  for (const set of sets) world.bring([wants(set)], 'trust');
  return world;
}

/** Everything of `a`, as an Ingress that nobody knows yet; and its front end, of which nothing was read. */
const newcomer = (more: Partial<OwnerInScope> = {}): OwnerInScope => ({
  key: KEY,
  owner: a.owner,
  wanted: a,
  row: undefined,
  found: undefined,
  retiring: [],
  members: 'unknown',
  ...more,
});
const place = (more: Partial<FrontendInScope> = {}): FrontendInScope => ({
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  rows: [],
  otherClaims: 0,
  unusedPorts: [],
  manyLabelsUnused: false,
  listenerUnused: false,
  challengesUnused: false,
  found: undefined,
  bindings: undefined,
  ...more,
});
const goal = (scope: Partial<PlanScope> = {}): Goal =>
  goalOf(CONTEXT, { system: undefined, owners: [newcomer()], frontends: [place()], ...scope });

const roles = (rows: readonly Resource[]): ResourceRole[] => [...new Set(rows.map(({ role }) => role))];
const there = ({ actual }: Goal): Resource[] => actual.map(({ resource }) => resource);
const of = (role: ResourceRole, rows: readonly Resource[]): Resource[] => rows.filter((row) => row.role === role);
const name = (set: RouteSet, index = 0): string => backendName(CONTEXT, usesOf(set)[index]!);
const short = (changes: readonly Change[]): string[] => changes.map(({ op, resource }) => `${op} ${resource.role}`);
const claimRows = (set: RouteSet) => claimsOf(set).map(({ claim }) => encodeClaim(claim));

describe('what is there already', () => {
  it('is nothing where nothing was read and the ledger knows nothing', () => {
    expect(there(goal())).toEqual([]);
    expect(there(goal({ system: [] }))).toEqual([]);
  });

  it('is the front end, where its row says so', () => {
    const rows = [{ key: '!', value: 'tls', comment: '' }];
    expect(roles(there(goal({ frontends: [place({ rows })] })))).toEqual([
      'front-end-map',
      'csvserver',
      'front-end-policy',
      'front-end-binding',
      'certificate',
      'ready',
    ]);
  });

  it('is no host that is new', () => {
    const world = worldOf(0, b);
    expect(of('host', there(world.plan([wants(a)], 'trust').goal))).toEqual([]);
    expect(of('host', there(world.plan([wants(b)], 'trust').goal))).toHaveLength(1);
  });
});

describe('what exists once for the system', () => {
  const system = worldOf(0, a).appliance.of('nstcpprofile', 'sslcertkey');
  const ofSystem = (rows: readonly Resource[]) => rows.filter(({ role }) => role.startsWith('system'));

  it('is not looked at where nothing of it can be missing', () => {
    expect(ofSystem(goal().desired)).toEqual([]);
    expect(goal().desired.every(({ role }) => role !== undefined)).toBe(true);
    expect(ofSystem(goal({ system: [] }).desired)).toHaveLength(3);
  });

  it('is not made for a front end that goes, or never was', () => {
    expect(goal({ system: [], owners: [newcomer({ wanted: undefined })] }).desired).toEqual([]);
  });

  it('is compared, but for the certificate: it shows paths of its own, and cannot be made again', () => {
    const all = goal({ system }).actual.map(({ resource, compared }: Actual) => [resource.type, compared]);
    expect(all).toEqual([
      ['nstcpprofile', true],
      ['sslcertkey', false],
    ]);
  });
});

describe('TLS-2: bindings that are there', () => {
  it('have priorities that nobody else is given', () => {
    const world = worldOf(0, a);
    const { goal: planned, changes } = world.plan([wants(b)], 'trust');
    const server = 'nsp-192.0.2.10-443';
    expect(planned.priorities.get(server)).toEqual(new Set([1, 2, 3, 31_999, 64_000]));
    const [binding] = of(
      'policy-binding',
      changes.map(({ resource }) => resource),
    );
    expect(binding?.attributes.priority).toBe(3);
  });

  it('belong to their owner', () => {
    const world = worldOf(0, a, b);
    expect(of('policy-binding', there(world.plan([nothing('a')], 'verify').goal))).toMatchObject([{ owners: [KEY] }]);
  });

  const bindingOf = (world: PureWorld): Resource =>
    world.appliance.of('sslvserver_sslpolicy_binding').find(({ id }) => id.policyname === name(a)) as Resource;

  it('are not made again, although nothing else of their back end was found', () => {
    const { desired, actual } = goal({
      owners: [newcomer({ found: [] })],
      frontends: [place({ bindings: [bindingOf(worldOf(0, a))] })],
    });
    const changes = short(diff(desired, actual, new Map()));
    expect([changes.includes('add policy'), changes.includes('add policy-binding')]).toEqual([true, false]);
  });

  it('are unbound with a policy that is left over, although no claim speaks of it', () => {
    const world = worldOf(0, a);
    const found = world.appliance
      .of('lbvserver', 'servicegroup', 'sslaction', 'sslpolicy')
      .filter(({ role }) => role !== 'front-end-policy');
    const { actual, desired } = goal({
      owners: [newcomer({ wanted: undefined, found })],
      frontends: [place({ bindings: [bindingOf(world)] })],
    });
    expect(short(diff(desired, actual, new Map()))).toContain('remove policy-binding');
  });
});

describe('whose a front end is', () => {
  const servers = (rows: readonly Resource[]) => of('csvserver', rows).map(({ owners }) => owners);

  it('theirs who want something on it', () => {
    const { desired } = worldOf(0, b).plan([wants(a)], 'trust').goal;
    expect(servers(desired)).toEqual([[KEY]]);
  });

  it('theirs who have something on it, and may leave', () => {
    const world = worldOf(0, a, b);
    expect(servers(there(world.plan([wants(a)], 'trust').goal))).toEqual([[KEY]]);
    const [gone] = world
      .plan([nothing('a'), nothing('b')], 'trust')
      .changes.filter(({ resource }) => resource.role === 'csvserver');
    expect(new Set(gone?.resource.owners)).toEqual(new Set([KEY, ownerKey(b.owner)]));
  });
});

describe('hosts', () => {
  it('of others are not looked at', () => {
    const { hostAssignments } = worldOf(0, b).plan([wants(a)], 'trust').goal;
    expect(hostAssignments.map(({ host }) => host)).toEqual([HOST]);
  });

  it('that redirect led to nobody before', () => {
    const redirects = routesOf({ redirect: true });
    const { hostAssignments } = worldOf(0, redirects).plan([wants(redirects)], 'trust').goal;
    expect(hostAssignments.map(({ frontend, formerKey }) => [frontend.kind, formerKey])).toEqual([
      ['tls', KEY],
      ['http', undefined],
    ]);
  });

  it('that lead to an owner of whom no claim is left are nobody’s in particular', () => {
    const rows = [{ key: HOST, value: `${KEY}-x`, comment: 'c1 n/a' }];
    const gone = goal({ owners: [newcomer({ wanted: undefined })], frontends: [place({ rows })] });
    expect(of('host', there(gone))).toMatchObject([{ id: { key: HOST }, owners: [] }]);
  });

  it('say whose they are within the limit of a comment, whatever the names’ lengths', () => {
    const owner = { cluster: 'c'.repeat(40), namespace: 'n'.repeat(63), name: 'i'.repeat(253) };
    const long = { ...a, owner };
    const { desired } = goal({ owners: [newcomer({ key: ownerKey(owner), owner, wanted: long })] });
    expect(of('host', desired)[0]?.attributes.comment).toHaveLength(LIMITS.comment);
  });
});

describe('VAL-11: redirects', () => {
  it('say their secure ports in the order of numbers, whoever came first', () => {
    const frontend = { vip: '192.0.2.10', port: 80, kind: 'http' } as const;
    const rows = [{ key: '!', value: 'http 10443 8443', comment: '' }];
    const { desired } = goal({
      owners: [newcomer({ wanted: routesOf({ redirect: true }) })],
      frontends: [place({ frontend, rows })],
    });
    expect(of('ready', desired)[0]?.attributes.value).toBe('http 443 8443 10443');
  });
});

describe('CON-5: settings', () => {
  const asks = (set: RouteSet, frontendSettings: RouteSet['frontendSettings']): RouteSet => ({
    ...set,
    frontendSettings,
  });

  it('stand in rows of their owner, of the secure front end only', () => {
    const world = worldOf(0, asks(routesOf({ redirect: true }), { clttimeout: 60 }));
    const rows = world.appliance.of('policystringmap_pattern_binding').filter(({ role }) => role === 'setting');
    expect(rows).toMatchObject([{ id: { name: 'nsp_f_192_0_2_10_443' }, owners: [KEY] }]);
    const server = world.appliance.of('csvserver').find(({ attributes }) => attributes.servicetype === 'SSL');
    expect(server?.attributes.clttimeout).toBe('60');
  });

  it('are unset only where nobody asks any more', () => {
    const world = worldOf(0, asks(a, { clttimeout: 60, ipset: 's' }));
    const unset = (set: RouteSet) => of('csvserver', world.plan([wants(set)], 'trust').goal.desired)[0]?.unset;
    expect(unset(asks(a, { clttimeout: 70 }))).toEqual(['ipset']);
    expect(unset(asks(a, { clttimeout: 60, ipset: 't' }))).toBeUndefined();
    expect(unset(a)).toEqual(['clttimeout', 'ipset']);
  });
});

describe('members of an owner whose record is trusted', () => {
  const two = canonical({
    ...routesOf({ hosts: { [HOST]: 'web', 'y.example.com': 'api' } }),
    backends: [
      { service: 'api', port: '443', settings: {}, members: [{ address: '10.0.0.1', port: 1 }] },
      { service: 'web', port: '443', settings: {}, members: [{ address: '10.0.0.2', port: 2 }] },
    ],
  });
  /** What is written for `two` where its record and its rows are there. */
  const written = (members: OwnerInScope['members'], wanted: RouteSet = two): string[] => {
    const scope = goal({
      owners: [newcomer({ wanted, members })],
      frontends: [place({ rows: [...claimRows(two), { key: '!', value: 'tls', comment: '' }] })],
    });
    return diff(scope.desired, scope.actual, new Map()).flatMap(({ op, resource }) =>
      op === 'members' ? [`${resource.id.servicegroupname} ${resource.attributes.members}`] : [],
    );
  };
  const [api, web] = [`${name(two, 0)} 10.0.0.1 1`, `${name(two, 1)} 10.0.0.2 2`];
  const read = (...texts: string[]) => new Map(usesOf(two).map((_, index) => [name(two, index), texts[index] ?? '']));

  it.each<[string, OwnerInScope['members'], string[]]>([
    ['equal to those wanted: nothing', 'equal', []],
    ['unknown: all of them', 'unknown', [api, web]],
    ['read, and as wanted: nothing', read('10.0.0.1 1', '10.0.0.2 2'), []],
    ['read, and another: that list', read('10.0.0.1 1', '10.0.0.3 3'), [web]],
    ['read, and none', read('10.0.0.1 1'), [web]],
    ['read, and without the group', new Map([[name(two, 1), '10.0.0.2 2']]), [api]],
  ])('%s is written', (_what, members, expected) => {
    expect(written(members)).toEqual(expected);
  });

  it('none is wanted, and no group was read: nothing is written', () => {
    const none = { ...two, backends: two.backends.map((backend) => ({ ...backend, members: [] })) };
    expect(written(new Map(), none)).toEqual([]);
  });

  it('of a back end that goes stay with it: its connections end by themselves', () => {
    const one = canonical({ ...two, routes: two.routes.filter((route) => hostOf(route) !== HOST) });
    for (const members of ['equal', 'unknown'] as const) {
      expect(written(members, one).filter((line) => line.startsWith(name(two, 1)))).toEqual([]);
    }
  });
});

describe('TLS-6: what drains', () => {
  const both = routesOf({ hosts: { [HOST]: 'web', 'y.example.com': 'api' } });
  const one = routesOf({ hosts: { [HOST]: 'web' } });

  it('is only what is wanted no more', () => {
    const world = worldOf(60, both);
    for (const how of ['trust', 'verify'] as const) {
      expect(world.plan([wants(both)], how).goal.retired).toEqual([]);
      const { goal: planned, changes } = world.plan([wants(one)], how);
      expect(planned.retired.map(({ backend }) => backend)).toEqual([name(both, 0)]);
      const kept = changes.filter(({ resource }) => Object.values(resource.id).includes(name(both, 1)));
      // Whoever only trusts the records does not know which members it has, and says them again.
      expect(short(kept)).toEqual(how === 'trust' ? ['members members'] : []);
    }
  });

  it('is wanted again, and has its members: nothing is emptied', () => {
    const world = worldOf(60, one);
    world.retired.set(KEY, [name(one)]);
    expect(short(world.plan([wants(one)], 'verify').changes)).toEqual([]);
  });

  it('begins anew where its hosts still lead to it: an invocation was cut off', () => {
    const world = worldOf(60, one);
    world.retired.set(KEY, [name(one)]);
    const { retired } = world.plan([nothing('a')], 'verify').goal;
    expect(retired.map(({ backend }) => backend)).toEqual([name(one)]);
  });

  it('is not made again where nothing of it is left', () => {
    const world = worldOf(60, one, b);
    world.bring([nothing('a')], 'trust');
    for (const type of ['lbvserver', 'servicegroup'] as const) {
      for (const row of world.appliance.of(type)) if (row.owners[0] === KEY) world.appliance.drop(row);
    }
    expect(world.plan([nothing('a')], 'verify').changes).toEqual([]);
  });
});

describe('rule 8: a host whose claim is gone', () => {
  const other = routesOf({ name: 'b', hosts: { 'y.example.com': 'web' } });
  const holder = (set: RouteSet): string => `${set.owner.cluster} ${set.owner.namespace}/${set.owner.name}`;
  const row = (value: string, comment: string) => ({ key: 'y.example.com', value, comment });
  /** Hosts that go, when `a` is to have nothing. */
  const gone = (...rows: { key: string; value: string; comment: string }[]): string[] => {
    const scope = goal({ owners: [newcomer({ wanted: undefined })], frontends: [place({ rows, otherClaims: 1 })] });
    return of('host', there(scope)).map(({ id }) => String(id.key));
  };

  it.each([
    ['leads to one of its back ends', row(`${KEY}-abc`, 'by hand'), ['y.example.com']],
    ['is held by its name: a row that redirects says no more', row('443', holder(a)), ['y.example.com']],
    ['both', row(`${KEY}-abc`, holder(a)), ['y.example.com']],
    ['is of another', row(`${ownerKey(other.owner)}-abc`, holder(other)), []],
    ['redirects, and is of another', row('443', holder(other)), []],
    ['says of nobody whose it is', row('443', ''), []],
  ])('goes with its owner where it %s', (_what, there, expected) => {
    expect(gone(there)).toEqual(expected);
  });
});

describe('VAL-11: secure ports that redirects lead to', () => {
  const ready = { key: '!', value: 'http 443 8443', comment: '' };
  const object = (type: Resource['type'], id: Resource['id']): Resource => ({
    role: 'front-end-policy',
    type,
    id,
    attributes: {},
    owners: [],
  });
  const action = (port: number) => object('responderaction', { name: `nsp-redirect-${port}-192.0.2.10-80` });

  it.each([
    ['as the row says', [ready], undefined, [443, 8443]],
    ['as objects show, where the row is lost', [], [action(443), action(10443)], [443, 10443]],
    ['each once', [ready], [action(443), action(9443)], [443, 8443, 9443]],
    ['and nothing of other objects', [], [object('csvserver', { name: 'nsp-192.0.2.10-80' })], []],
    ['nor of those without a name', [], [object('servicegroup', { servicegroupname: 'x' })], []],
    ['none where nothing is known', [], undefined, []],
  ])('%s', (_what, rows, found, expected) => {
    expect(provisionedPorts(rows, found)).toEqual(expected);
  });
});

describe('TLS-6: what stays of a back end that drains', () => {
  const row = (role: ResourceRole, type: Resource['type'], id: Resource['id']): Resource => ({
    role,
    type,
    id,
    attributes: {},
    owners: [],
  });
  it.each<[string, Resource, boolean]>([
    ['its server', row('lbvserver', 'lbvserver', { name: 'x' }), true],
    ['the server of another', row('lbvserver', 'lbvserver', { name: 'y' }), false],
    ['its monitor', row('monitor', 'lbmonitor', { monitorname: 'x', type: 'TCP' }), true],
    ['a monitor whose type is so called', row('monitor', 'lbmonitor', { monitorname: 'y', type: 'x' }), false],
    [
      'another group that somebody bound to its server',
      row('group-binding', 'lbvserver_servicegroup_binding', { name: 'x', servicegroupname: 'y' }),
      true,
    ],
    [
      'its group, bound to another server',
      row('group-binding', 'lbvserver_servicegroup_binding', { name: 'y', servicegroupname: 'x' }),
      true,
    ],
    ['its action: nothing new is led to it', row('action', 'sslaction', { name: 'x' }), false],
  ])('%s', (_what, resource, expected) => {
    expect(staysWhileDraining(resource, new Set(['x']))).toBe(expected);
  });
});
