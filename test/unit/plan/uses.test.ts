import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { backendNames, claimsOf, usesOf, usesOfClaims } from '../../../lib/plan/index.ts';
import type { HostForm, RouteSet } from '../../../lib/route/index.ts';
import { type RoutesOptions, routesOf } from './routes.ts';

const FRONT_END = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
const SETTINGS = { lbvserver: { lbmethod: 'TOKEN' } };
const claimed = (set: RouteSet, wanted?: RouteSet) =>
  usesOfClaims(
    FRONT_END,
    claimsOf(set).map(({ claim }) => claim),
    wanted,
  );

const tables: [string, RoutesOptions['hosts'], HostForm[][]][] = [
  ['an exact host', { 'x.example.com': 'web' }, [['exact']]],
  ['a wildcard', { '*.example.com': 'web' }, [['one-label']]],
  ['both', { '*.example.com': 'web', 'x.example.com': 'web' }, [['exact', 'one-label']]],
  ['a many-label wildcard', { '**.example.com': 'web' }, [['many-label']]],
  [
    'all',
    { '**.example.com': 'web', '*.example.com': 'web', 'x.example.com': 'web' },
    [['exact', 'many-label', 'one-label']],
  ],
  ['one back end each', { 'x.example.com': 'api', '*.example.com': 'web' }, [['exact'], ['one-label']]],
];

describe('which policies a back end needs', () => {
  it.each(tables)('%s: by what is wanted', (_what, hosts, expected) => {
    expect(usesOf(routesOf({ hosts: hosts! })).map(({ forms }) => [...forms].sort())).toEqual(expected);
  });

  it.each(tables)('%s: by the claims, too', (_what, hosts, expected) => {
    const set = routesOf({ hosts: hosts! });
    for (const routes of [set.routes, set.routes.toReversed()]) {
      const found = claimed({ ...set, routes }).map(({ forms }) => [...forms].sort());
      expect(found).toHaveLength(expected.length);
      expect(found).toEqual(expect.arrayContaining(expected));
    }
  });
});

describe('back ends', () => {
  it('of redirects are none', () => {
    const set = routesOf({ redirect: true });
    expect(claimed({ ...set, routes: set.routes.filter(({ kind }) => kind === 'redirect') })).toEqual([]);
  });

  it('that no route uses are none', () => {
    expect(usesOf({ ...routesOf(), routes: [] })).toEqual([]);
  });

  it('of what is wanted have members and settings, of claims only what is wanted still', () => {
    const set = routesOf({ settings: SETTINGS, members: 2 });
    expect(usesOf(set)[0]).toMatchObject({ settings: SETTINGS, members: set.backends[0]?.members });
    expect(claimed(set)[0]).toMatchObject({ settings: {}, members: [] });
    expect(claimed(set, set)[0]).toMatchObject({ settings: SETTINGS, members: [] });
    expect(claimed(set, routesOf())[0]).toMatchObject({ settings: {} });
  });

  it('have the same names, whether wanted or claimed', () => {
    const context = { names: namesOf('nsp') };
    const set = routesOf({ hosts: { 'x.example.com': 'api', '*.example.com': 'web' }, settings: SETTINGS });
    const names = claimed(set).map(({ owner, key }) => context.names.backend(owner, key));
    expect(new Set(names)).toEqual(backendNames(context, set));
    expect(backendNames(context, undefined)).toEqual(new Set());
  });
});
