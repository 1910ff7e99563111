import { describe, expect, it } from 'vitest';
import { digest, stableJson } from '../../../lib/contract/index.ts';
import { type Hashes, hasEmptyBackend, hashesOf, sameHashes } from '../../../lib/ledger/index.ts';
import { frontendKey, type RouteSet } from '../../../lib/route/index.ts';
import { type RoutesOptions, routesOf } from '../plan/routes.ts';

const BASE: RoutesOptions = { hosts: { 'x.example.com': 'web' } };
const base = hashesOf(routesOf(BASE));
/** The parts that differ from those of `BASE`. */
const differing = (other: Hashes): string[] =>
  (['frontend', 'routes', 'members'] as const).filter((part) => other[part] !== base[part]);

describe('hashes of what is wanted, by the parts that are written apart', () => {
  it.each<[string, RoutesOptions, string[]]>([
    ['nothing', {}, []],
    ['another host', { hosts: { 'y.example.com': 'web' } }, ['routes']],
    ['another Service', { hosts: { 'x.example.com': 'api' } }, ['routes', 'members']],
    ['another age', { created: 200 }, ['routes']],
    ['another member', { members: 2 }, ['members']],
    ['another setting of a back end', { settings: { lbvserver: { lbmethod: 'TOKEN' } } }, ['routes']],
    ['the PROXY protocol', { settings: { proxyProtocol: 'v1' } }, ['routes']],
    ['another setting of the front end', { frontendSettings: { clttimeout: 60 } }, ['frontend']],
    ['another address', { vip: '192.0.2.11' }, ['frontend', 'routes']],
    ['a redirect', { redirect: true }, ['frontend', 'routes']],
  ])('%s', (_what, more, expected) => {
    expect(differing(hashesOf(routesOf({ ...BASE, ...more })))).toEqual(expected);
  });

  it('say where a back end has no member: its policies are unbound (VAL-8)', () => {
    const empty = hashesOf(routesOf({ ...BASE, members: 0 }));
    expect([empty, base].map(hasEmptyBackend)).toEqual([true, false]);
    expect([empty.members.endsWith('-'), base.members.endsWith('-')]).toEqual([true, false]);
    const both = routesOf({ hosts: { 'x.example.com': 'web', 'y.example.com': 'api' } });
    const one = {
      ...both,
      backends: both.backends.map((each, index) => (index === 0 ? { ...each, members: [] } : each)),
    };
    expect(hasEmptyBackend(hashesOf(one))).toBe(true);
  });

  it('are ten characters, so that a row holds three', () => {
    for (const hash of Object.values(base)) expect(hash).toMatch(/^[a-z2-7]{10}$/);
  });

  it('are the same for members in any order', () => {
    const two = routesOf({ ...BASE, members: 2 });
    const turned = { ...two, backends: two.backends.map((each) => ({ ...each, members: each.members.toReversed() })) };
    expect(hashesOf(turned)).toEqual(hashesOf(two));
  });

  it('the members’ holds weights, of which 1 is the same as none', () => {
    const weighing = (weight: number | undefined) => {
      const set = routesOf(BASE);
      const members = set.backends[0]!.members.map((member) => ({
        ...member,
        ...(weight === undefined ? {} : { weight }),
      }));
      return hashesOf({ ...set, backends: [{ ...set.backends[0]!, members }] });
    };
    expect(weighing(undefined)).toEqual(base);
    expect(weighing(1)).toEqual(base);
    expect(differing(weighing(2))).toEqual(['members']);
    expect(weighing(3)).not.toEqual(weighing(2));
  });

  it('the front end’s is the same for routes in any order', () => {
    const set = routesOf({ ...BASE, redirect: true });
    expect(hashesOf({ ...set, routes: set.routes.toReversed() }).frontend).toBe(hashesOf(set).frontend);
  });

  it.each(['frontend', 'routes', 'members'] as const)('are equal only where all are: %s', (part) => {
    expect(sameHashes(base, { ...base })).toBe(true);
    expect(sameHashes(base, { ...base, [part]: 'other' })).toBe(false);
  });
});

it('are the same bytes in every release: another hash would have every Ingress written again', () => {
  const tls = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
  const http = { vip: '192.0.2.10', port: 80, kind: 'http' } as const;
  const recorded = hashesOf({
    owner: { cluster: 'c1', namespace: 'shop', name: 'web' },
    created: 1_700_000_000,
    backends: [
      {
        service: 'web',
        port: '443',
        members: [{ address: '10.0.0.1', port: 8443 }],
        settings: { lbvserver: { lbmethod: 'LEASTCONNECTION' } },
      },
    ],
    routes: [
      { kind: 'passthrough', frontend: tls, host: 'shop.example.com', backend: 'web:443' },
      { kind: 'redirect', frontend: http, host: 'shop.example.com', securePort: 443 },
    ],
    frontendSettings: { clttimeout: 60 },
  });
  expect(recorded).toEqual({ frontend: 'ofak62olng', routes: 'joourjwddj', members: '6pcnfqhvuz' });
});

it('are those of JSON with sorted keys, whatever the order of keys in settings and members', () => {
  const { members, ...backend } = routesOf(BASE).backends[0]!;
  const set: RouteSet = {
    ...routesOf({ ...BASE, redirect: true, frontendSettings: { rhistate: 'ACTIVE', clttimeout: 60 } }),
    backends: [
      {
        ...backend,
        members: members.map(({ address, port }) => ({ weight: 7, port, address })),
        settings: {
          servicegroup: { netprofile: 'p', maxclient: 5 },
          proxyProtocol: 'v2',
          lbvserver: { timeout: 9, lbmethod: 'TOKEN' },
          monitor: { type: 'TCP', interval: 5 },
        },
      },
    ],
  };
  const hash = (value: unknown): string => digest(`1 ${stableJson(value)}`, 10);
  const { service, port, settings } = set.backends[0]!;
  expect(hashesOf(set)).toEqual({
    frontend: hash({
      settings: set.frontendSettings,
      places: set.routes.map(({ frontend }) => frontendKey(frontend)).sort(),
    }),
    routes: hash({
      created: set.created,
      routes: set.routes.map((route) => {
        const { frontend: frontEnd, backend: backEnd, ...rest } = { backend: undefined, ...route };
        return { ...rest, frontEnd, backEnd };
      }),
      backEnds: [[service, port, settings]],
    }),
    members: hash([[service, port, set.backends[0]!.members]]),
  });
});
