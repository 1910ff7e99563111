import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../lib/netscaler/index.ts';
import { type Change, compared, diff, type Priorities, uncompared } from '../../../lib/plan/index.ts';
import type { Attributes } from '../../../lib/route/index.ts';

const resource = (
  role: Resource['role'],
  type: Resource['type'],
  id: Attributes,
  attributes: Attributes = {},
  more: Partial<Resource> = {},
): Resource => ({ role, type, id, attributes, owners: ['o'], ...more });

const server = (attributes: Attributes, more?: Partial<Resource>): Resource =>
  resource('lbvserver', 'lbvserver', { name: 'x' }, { servicetype: 'TCP', ...attributes }, more);
const cs = (attributes: Attributes, more?: Partial<Resource>): Resource =>
  resource('csvserver', 'csvserver', { name: 'v' }, attributes, more);
const action = (forward: string): Resource => resource('action', 'sslaction', { name: 'x' }, { forward });
const policy = (attributes: Attributes): Resource => resource('policy', 'sslpolicy', { name: 'x' }, attributes);
const host = (value: string): Resource =>
  resource('host', 'policystringmap_pattern_binding', { name: 'm', key: 'h' }, { value });
const members = (list: string): Resource =>
  resource('members', 'servicegroup_servicegroupmemberlist_binding', { servicegroupname: 'x' }, { members: list });
const bound = (policyname: string, attributes: Attributes = {}): Resource =>
  resource(
    'policy-binding',
    'sslvserver_sslpolicy_binding',
    { vservername: 'v', policyname, type: 'CLIENTHELLO_REQ' },
    attributes,
  );

const changes = (desired: Resource[], actual: Resource[], priorities: Priorities = new Map()): Change[] =>
  diff(desired, actual.map(compared), priorities);
/** `op key=value…` of each change. */
const short = (list: readonly Change[]): string[] =>
  list.map(({ op, resource: { role, attributes } }) =>
    [op, role, ...Object.entries(attributes).map(([name, value]) => `${name}=${value}`)].join(' '),
  );

describe('LIF-1: only what differs is written', () => {
  it.each<[string, Resource, Resource]>([
    ['the same', server({ clttimeout: 9000 }), server({ clttimeout: 9000 })],
    ['a number that comes back as text', server({ clttimeout: 9000 }), server({ clttimeout: '9000' })],
    ['a choice that comes back in capitals', server({ state: 'Enabled' }), server({ state: 'ENABLED' })],
    ['what we did not set', server({}), server({ lbmethod: 'LEASTCONNECTION' })],
    ['what is not to be set, and is not', server({}, { unset: ['netprofile'] }), server({})],
    ['a row of a map', host('b'), host('b')],
    ['members', members('10.0.0.1 1'), members('10.0.0.1 1')],
    ['members with a weight of 1', members('10.0.0.1 1 1'), members('10.0.0.1 1')],
    ['a binding at the priority that it has', bound('p'), bound('p', { priority: '5' })],
  ])('%s is no change', (_what, desired, actual) => {
    expect(changes([desired], [actual])).toEqual([]);
  });

  it.each<[string, Resource, Resource, string[]]>([
    ['one attribute', server({ clttimeout: 60 }), server({ clttimeout: 9000 }), ['set lbvserver clttimeout=60']],
    ['one that is not there', server({ netprofile: 'p' }), server({}), ['set lbvserver netprofile=p']],
    [
      'a text in other capitals',
      server({ netprofile: 'net-a' }),
      server({ netprofile: 'net-A' }),
      ['set lbvserver netprofile=net-a'],
    ],
    ['a number in a text', policy({ rule: '1' }), policy({ rule: '10' }), ['set policy rule=1']],
    ['what the type cannot change', action('b'), action('a'), ['remove action forward=a', 'add action forward=b']],
    [
      'what only creation takes',
      server({ servicetype: 'SSL_TCP' }),
      server({}),
      ['remove lbvserver servicetype=TCP', 'add lbvserver servicetype=SSL_TCP'],
    ],
    ['CON-3: a host moves in one step', host('b'), host('a'), ['add host value=b']],
    ['a weight', members('10.0.0.1 1 2'), members('10.0.0.1 1'), ['members members members=10.0.0.1 1 2']],
    [
      'a weight that is no more: every weight is named',
      members('10.0.0.1 1\n10.0.0.2 1'),
      members('10.0.0.1 1 2'),
      ['members members members=10.0.0.1 1 1\n10.0.0.2 1 1'],
    ],
    ['a desired set', members('10.0.0.2 1'), members('10.0.0.1 1'), ['members members members=10.0.0.2 1']],
    [
      'one of several that only creation takes',
      server({ servicetype: 'SSL_TCP', clttimeout: 60 }),
      server({ clttimeout: 9000 }),
      ['remove lbvserver servicetype=TCP clttimeout=9000', 'add lbvserver servicetype=SSL_TCP clttimeout=60'],
    ],
    [
      'a text that reads like nothing',
      server({ netprofile: 'undefined' }),
      server({}),
      ['set lbvserver netprofile=undefined'],
    ],
    [
      'nobody asks any more for what has a value of ours',
      cs({ clttimeout: 9000 }, { unset: ['clttimeout'] }),
      cs({ clttimeout: 60 }),
      ['set csvserver clttimeout=9000'],
    ],
    [
      'nobody asks any more',
      server({}, { unset: ['netprofile'] }),
      server({ netprofile: 'p' }),
      ['unset lbvserver netprofile='],
    ],
    [
      'nobody asks for one any more, and another differs',
      cs({ clttimeout: 60 }, { unset: ['ipset'] }),
      cs({ clttimeout: 9000, ipset: 's' }),
      ['unset csvserver ipset=', 'set csvserver clttimeout=60'],
    ],
    [
      'the address of a server may change, its port not',
      cs({ ipv46: '192.0.2.2', port: 443 }),
      cs({ ipv46: '192.0.2.1', port: 443 }),
      ['set csvserver ipv46=192.0.2.2'],
    ],
  ])('%s', (_what, desired, actual, expected) => {
    expect(short(changes([desired], [actual]))).toEqual(expected);
  });

  it('a set says what was there before, where anything was', () => {
    const [change] = changes([server({ clttimeout: 60, netprofile: 'p' })], [server({ clttimeout: '9000' })]);
    expect(change).toMatchObject({ op: 'set', before: { clttimeout: '9000' } });
    expect(Object.keys(change?.before ?? {})).toEqual(['clttimeout']);
  });

  it('what is missing is added, a list of members as one', () => {
    expect(short(changes([server({}), members('')], []))).toEqual([
      'add lbvserver servicetype=TCP',
      'members members members=',
    ]);
  });

  it('what the ledger vouches for is not compared', () => {
    expect(diff([server({ clttimeout: 60 })], [uncompared(server({ clttimeout: 1 }))], new Map())).toEqual([]);
  });
});

describe('what is not wanted any more', () => {
  it('is removed, read or only known from the ledger', () => {
    expect(short(changes([], [policy({})]))).toEqual(['remove policy']);
    expect(short(diff([], [uncompared(policy({}))], new Map()))).toEqual(['remove policy']);
  });

  it.each<[string, Resource]>([
    ['members: they go with their group', members('10.0.0.1 1')],
    ['what exists once for the system', resource('system', 'nstcpprofile', { name: 'nsp-tcp' })],
    ['policies of the system', resource('system-policy', 'sslpolicy', { name: 'nsp-reset' })],
  ])('but not %s', (_what, there) => {
    expect(changes([], [there])).toEqual([]);
  });

  const group = resource('service-group', 'servicegroup', { servicegroupname: 'x' });
  const http = resource('csvserver', 'csvserver', { name: 'v' });
  it.each<[string, Resource, Resource]>([
    ['a policy and its server', bound('p'), http],
    [
      'the certificate and its server',
      resource('certificate', 'sslvserver_sslcertkey_binding', { vservername: 'v', certkeyname: 'c' }),
      http,
    ],
    [
      'a responder policy and its server',
      resource('front-end-binding', 'csvserver_responderpolicy_binding', {
        name: 'v',
        policyname: 'p',
        bindpoint: 'REQUEST',
      }),
      http,
    ],
    [
      'a group and its server',
      resource('group-binding', 'lbvserver_servicegroup_binding', { name: 'x', servicegroupname: 'g' }),
      server({}),
    ],
    [
      'a monitor and its group',
      resource('monitor-binding', 'servicegroup_lbmonitor_binding', { servicegroupname: 'x', monitor_name: 'm' }),
      group,
    ],
  ])('the binding of %s goes with it, and needs no call', (_what, binding, parent) => {
    expect(changes([], [binding, parent]).map(({ resource: { role } }) => role)).toEqual([parent.role]);
    expect(changes([], [binding]).map(({ resource: { role } }) => role)).toEqual([binding.role]);
    const other = { ...parent, id: Object.fromEntries(Object.keys(parent.id).map((name) => [name, 'other'])) };
    expect(changes([], [binding, other])).toHaveLength(2);
  });

  const ofGroup = resource('group-binding', 'lbvserver_servicegroup_binding', { name: 'y', servicegroupname: 'x' });
  it.each<[string, Resource, Resource, string]>([
    ['a policy to a server', bound('p'), http, 'add policy-binding priority=2'],
    [
      'a certificate to a server',
      resource('certificate', 'sslvserver_sslcertkey_binding', { vservername: 'v', certkeyname: 'c' }),
      http,
      'add certificate',
    ],
    ['a group to a server', { ...ofGroup, id: { name: 'x', servicegroupname: 'g' } }, server({}), 'add group-binding'],
    ['a group that is another to its server', ofGroup, group, 'add group-binding'],
    ['the members of a group', members('10.0.0.1 1'), group, 'members members members=10.0.0.1 1'],
  ])('is made again: %s is bound again with it, in one plan', (_what, binding, parent, expected) => {
    const as = (servicetype: string): Resource => ({ ...parent, attributes: { servicetype } });
    const { role } = parent;
    const there = binding.role === 'policy-binding' ? { ...binding, attributes: { priority: 5 } } : binding;
    const own = changes([as('TCP'), binding], [as('HTTP'), there]);
    expect(short(own)).toEqual([`remove ${role} servicetype=HTTP`, `add ${role} servicetype=TCP`, expected]);
    // What is missing, and what stands elsewhere, is written once, as ever.
    expect(short(changes([as('TCP'), binding], [as('HTTP')]))).toHaveLength(3);
    const other = { ...as('HTTP'), id: Object.fromEntries(Object.keys(parent.id).map((name) => [name, 'other'])) };
    const elsewhere = { ...other, attributes: { servicetype: 'TCP' } };
    expect(short(changes([elsewhere, binding], [other, there]))).toHaveLength(2);
  });

  it('a server that goes for good takes what hangs on it with it, wanted or not', () => {
    expect(short(changes([bound('p')], [cs({}), bound('p', { priority: 2 })]))).toEqual(['remove csvserver']);
  });

  it('a server of another type and of the same name takes no binding with it', () => {
    expect(changes([], [bound('p'), resource('lbvserver', 'lbvserver', { name: 'v' })])).toHaveLength(2);
  });
});

describe('priorities of new bindings', () => {
  it('are taken as they are placed', () => {
    const priorities: Priorities = new Map([['v', new Set([2])]]);
    expect(short(changes([bound('p'), bound('q')], [], priorities))).toEqual([
      'add policy-binding priority=3',
      'add policy-binding priority=4',
    ]);
  });

  it('a binding that finds none is refused, and says why', () => {
    const full: Priorities = new Map([['v', new Set(Array.from({ length: 31_999 }, (_, index) => index))]]);
    expect(changes([bound('p')], [], full)).toEqual([
      {
        op: 'add',
        resource: bound('p'),
        refused: 'all 31997 priorities of the exact tier of v are in use',
      },
    ]);
  });
});

describe('TLS-2: a binding outside its tier is placed again', () => {
  it.each([
    ['p', 1, true],
    ['p', 2, false],
    ['p', 31_998, false],
    ['p', 31_999, true],
    ['p-w', 31_999, true],
    ['p-w', 32_000, false],
    ['p-w', 51_998, false],
    ['p-w', 51_999, true],
    ['p-w3', 55_999, true],
    ['p-w3', 56_000, false],
  ])('%s at %i: %s', (policy, priority, expected) => {
    const ops = changes([bound(policy)], [bound(policy, { priority })]).map(({ op }) => op);
    expect(ops).toEqual(expected ? ['remove', 'add'] : []);
  });
});
