import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stableJson } from '../../../lib/contract/index.ts';
import {
  type Backend,
  backendKey,
  backendText,
  canonical,
  canonicalMembers,
  type Frontend,
  frontendKey,
  frontendsOf,
  hostOf,
  type RouteSet,
} from '../../../lib/route/index.ts';

const TLS: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
const HTTP: Frontend = { vip: '192.0.2.10', port: 80, kind: 'http' };
const backend = (service: string, more: Partial<Backend> = {}): Backend => ({
  service,
  port: '443',
  members: [],
  settings: {},
  ...more,
});
const set = (more: Partial<RouteSet>): RouteSet => ({
  owner: { cluster: 'c', namespace: 'n', name: 'x' },
  created: 1,
  backends: [],
  routes: [],
  frontendSettings: {},
  ...more,
});

const member = fc.record({
  address: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1'),
  port: fc.integer({ min: 1, max: 3 }),
});
const routeSet = fc
  .record({
    services: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    hosts: fc.uniqueArray(fc.constantFrom('a.example.com', 'b.example.com', '*.example.com'), { minLength: 1 }),
    members: fc.array(member, { maxLength: 5 }),
    pick: fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
  })
  .map(({ services, hosts, members, pick }) =>
    set({
      backends: services.map((service) => backend(service, { members })),
      routes: hosts.map((host, index) => ({
        kind: 'passthrough',
        frontend: TLS,
        host,
        backend: `${services[(pick[index] as number) % services.length]}:443`,
      })),
    }),
  );

describe('the canonical form', () => {
  it('is idempotent', () => {
    fc.assert(
      fc.property(routeSet, (routes) => {
        expect(canonical(canonical(routes))).toEqual(canonical(routes));
      }),
    );
  });

  it('does not depend on the order of routes, back ends and members', () => {
    fc.assert(
      fc.property(routeSet, (routes) => {
        const turned = {
          ...routes,
          routes: routes.routes.toReversed(),
          backends: routes.backends.map((each) => ({ ...each, members: each.members.toReversed() })).toReversed(),
        };
        expect(canonical(turned)).toEqual(canonical(routes));
      }),
    );
  });

  it('leaves out back ends that no route uses', () => {
    const routes = set({
      backends: [backend('used'), backend('unused')],
      routes: [
        { kind: 'passthrough', frontend: TLS, host: 'a.example.com', backend: 'used:443' },
        { kind: 'redirect', frontend: HTTP, host: 'a.example.com', securePort: 443 },
      ],
    });
    expect(canonical(routes).backends.map(({ service }) => service)).toEqual(['used']);
  });

  it('sorts routes by front end, then host', () => {
    const at = (frontend: Frontend, host: string) => ({ kind: 'redirect' as const, frontend, host, securePort: 443 });
    const routes = set({ routes: [at(HTTP, 'b'), at(TLS, 'b'), at(TLS, 'a'), at(HTTP, 'a')] });
    expect(canonical(routes).routes.map((route) => `${route.frontend.port} ${hostOf(route)}`)).toEqual([
      '443 a',
      '443 b',
      '80 a',
      '80 b',
    ]);
  });

  it('sorts members by address, then port as a number, without duplicates', () => {
    const at = (address: string, port: number) => ({ address, port });
    expect(canonicalMembers([at('10.0.0.2', 1), at('10.0.0.1', 80), at('10.0.0.1', 9), at('10.0.0.1', 80)])).toEqual([
      at('10.0.0.1', 9),
      at('10.0.0.1', 80),
      at('10.0.0.2', 1),
    ]);
  });
});

describe('stableJson', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [2, { d: 3, c: 'x' }] }, '{"a":[2,{"c":"x","d":3}],"b":1}'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [[undefined], '[null]'],
    ['"', '"\\""'],
    [null, 'null'],
  ])('of %j is %s', (value, expected) => {
    expect(stableJson(value)).toBe(expected);
  });

  it('is JSON of the same content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('which back end it is', () => {
  it('its Service, its port, its front end and its settings, whatever their order', () => {
    const text = (more: Partial<Backend>, frontend: Frontend = TLS): string =>
      backendText(backendKey(backend('web', more), frontend));
    const lbvserver = { lbmethod: 'LEASTCONNECTION', clttimeout: 60 };
    expect(text({})).toBe('web:443 192.0.2.10_443 ');
    expect(text({ settings: { lbvserver } })).toBe(
      text({ settings: { lbvserver: { clttimeout: 60, lbmethod: 'LEASTCONNECTION' } } }),
    );
    const all = [
      text({}),
      text({ port: 'https' }),
      text({ service: 'api' }),
      text({}, { ...TLS, port: 8443 }),
      text({}, { ...TLS, vip: '192.0.2.11' }),
      text({ settings: { lbvserver } }),
      text({ settings: { servicegroup: lbvserver } }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('members are no part of it', () => {
    expect(backendKey(backend('web', { members: [{ address: '10.0.0.1', port: 1 }] }), TLS)).toEqual(
      backendKey(backend('web'), TLS),
    );
  });
});

describe('front ends', () => {
  it('are named by address and port, and each counts once', () => {
    expect(frontendKey(TLS)).toBe('192.0.2.10_443');
    const at = (frontend: Frontend, host: string) => ({ kind: 'redirect' as const, frontend, host, securePort: 443 });
    expect(frontendsOf([at(TLS, 'a'), at({ ...TLS }, 'b'), at(HTTP, 'a')])).toEqual([TLS, HTTP]);
  });
});
