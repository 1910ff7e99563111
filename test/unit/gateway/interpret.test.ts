import { describe, expect, it } from 'vitest';
import type { TlsRouteState } from '../../../lib/contract/index.ts';
import { interpretTlsRoute } from '../../../lib/gateway/interpret.ts';
import { selectedParents } from '../../../lib/gateway/parents.ts';
import type { InterpretRules } from '../../../lib/ingress/index.ts';
import { tlsRoute } from '../../support/events.ts';

const RULES: InterpretRules = { hostOwnership: [], ipsets: [] };

/** `host on vip:port → back end`, and the codes of the findings. */
function meaning(state: TlsRouteState, rules: Partial<InterpretRules> = {}) {
  const { routes, findings, elsewhere } = interpretTlsRoute('c', state, state.parents, { ...RULES, ...rules });
  return {
    routes: routes.routes.map(
      (route) =>
        `${route.host} on ${route.frontend.vip}:${route.frontend.port} → ${route.kind === 'passthrough' ? route.backend : ''}`,
    ),
    codes: findings.map(({ code, path }) => `${code} ${path}`),
    elsewhere: elsewhere === true,
  };
}

const routesOf = (state: TlsRouteState, rules?: Partial<InterpretRules>) => meaning(state, rules).routes;

describe('GW-10: hosts of a route', () => {
  it.each<[string | undefined, string[], string[]]>([
    [undefined, ['a.example.com', '*.example.com'], ['**.example.com', 'a.example.com']],
    ['a.example.com', ['a.example.com'], ['a.example.com']],
    ['a.example.com', ['*.example.com'], ['a.example.com']],
    ['*.example.com', ['a.b.example.com', 'example.com', 'a.example.net'], ['a.b.example.com']],
    ['*.example.com', ['*.b.example.com', '*.com'], ['**.b.example.com', '**.example.com']],
    ['*.example.com', ['*.com', '*.example.com'], ['**.example.com']],
    ['a.example.com', ['b.example.com'], []],
  ])('of the listener %s and the route %j: %j', (listener, hostnames, hosts) => {
    const state = tlsRoute('web', { hostnames, ...(listener === undefined ? {} : { listener }) });
    expect(routesOf(state).map((line) => line.split(' ')[0])).toEqual(hosts);
  });

  it('a listener without a common hostname is reported, and the others count', () => {
    const state = tlsRoute('web', { hostnames: ['a.example.com'], listener: '*.example.net' });
    const other = { ...state.parents[0], listener: 'any', hostname: undefined } as TlsRouteState['parents'][number];
    expect(meaning(state)).toMatchObject({ routes: [], codes: ['TLSRouteNotAttached spec.hostnames'] });
    expect(meaning({ ...state, parents: [...state.parents, other] }).routes).toEqual([
      'a.example.com on 192.0.2.10:443 → web:443',
    ]);
  });

  it.each([
    ['192.0.2.1', 'TLSRouteHostnameInvalid'],
    ['a_b.example.com', 'TLSRouteHostnameInvalid'],
    ['', 'TLSRouteHostnameInvalid'],
    ['*', 'TLSRouteHostnameInvalid'],
    ['a.*.example.com', 'TLSRouteHostnameInvalid'],
  ])('%j is reported, and the others count', (hostname, code) => {
    const found = meaning(tlsRoute('web', { hostnames: [hostname, 'a.example.com'] }));
    expect(found).toMatchObject({
      routes: ['a.example.com on 192.0.2.10:443 → web:443'],
      codes: [`${code} spec.hostnames[0]`],
    });
  });

  it.each([
    ['a.shop.example.com', false],
    ['*.shop.example.com', false],
    ['*.example.com', false],
    ['*.com', false],
    ['*.example.net', true],
    ['example.com', true],
  ])('VAL-16: another namespace may use %s: %s', (hostname, allowed) => {
    const hostOwnership = [{ suffix: 'shop.example.com', namespaces: ['shop'] }];
    const found = meaning(tlsRoute('web', { hostnames: [hostname] }), { hostOwnership });
    expect(found.routes).toHaveLength(allowed ? 1 : 0);
    expect(found.codes).toEqual(allowed ? [] : ['HostForbidden spec.hostnames[0]']);
  });
});

describe('GW-6: addresses of a listener', () => {
  const at = (addresses: string[], rules: Partial<InterpretRules>) => {
    const { routes, codes, elsewhere } = meaning(tlsRoute('web', { addresses }), rules);
    return { at: routes.map((line) => line.split(' ')[2]), codes: codes.map((code) => code.split(' ')[0]), elsewhere };
  };
  const LIMITS = { frontendIPs: ['192.0.2.0/24'], otherFrontendIPs: ['198.51.100.0/24'] };

  it.each<[string, string[], Partial<InterpretRules>, string[], string[], boolean]>([
    ['requested', ['192.0.2.9', '2001:db8::9'], {}, ['192.0.2.9:443', '2001:db8::9:443'], [], false],
    ['the default', [], { defaultVip: '192.0.2.1' }, ['192.0.2.1:443'], [], false],
    ['requested, beside a default', ['192.0.2.9'], { defaultVip: '192.0.2.1' }, ['192.0.2.9:443'], [], false],
    ['none', [], {}, [], ['FrontendIPRequired'], false],
    ['no address', ['edge.example.com'], {}, [], ['GatewayAddressInvalid'], false],
    ['loopback', ['127.0.0.1'], {}, [], ['GatewayAddressInvalid'], false],
    ['outside', ['203.0.113.1', '192.0.2.9'], LIMITS, ['192.0.2.9:443'], ['FrontendIPForbidden'], false],
    ['of another appliance', ['198.51.100.1'], LIMITS, [], [], true],
    ['half of another appliance', ['198.51.100.1', '192.0.2.9'], LIMITS, ['192.0.2.9:443'], [], false],
    ['twice', ['192.0.2.9', '192.0.2.9'], {}, ['192.0.2.9:443'], [], false],
  ])('%s', (_what, addresses, rules, vips, codes, elsewhere) => {
    expect(at(addresses, rules)).toEqual({ at: vips, codes, elsewhere });
  });

  it('two listeners of one address give a host once', () => {
    const state = tlsRoute('web');
    const twice = { ...state, parents: [...state.parents, { ...state.parents[0], listener: 'b' }] } as TlsRouteState;
    expect(routesOf(twice)).toHaveLength(1);
  });
});

describe('GW-16: back ends of a route', () => {
  const backend = tlsRoute('web').rules[0]?.backends[0] as TlsRouteState['rules'][number]['backends'][number];
  const of = (...backends: Partial<typeof backend>[]) => {
    const state = { ...tlsRoute('web'), rules: [{ backends: backends.map((each) => ({ ...backend, ...each })) }] };
    const { routes, findings } = interpretTlsRoute('c', state, state.parents, RULES);
    return {
      backend: routes.routes.flatMap((route) => (route.kind === 'passthrough' ? [route.backend] : [])),
      members: routes.backends.flatMap(({ members }) => members.map(({ address }) => address)),
      codes: findings.map(({ code, path }) => `${code} ${path}`),
    };
  };
  const at = (index: number): string => `spec.rules[0].backendRefs[${index}]`;
  const other = { service: 'canary', members: [{ address: '10.2.0.2', port: 8443 }] };

  it('one Service', () => {
    expect(of({})).toEqual({ backend: ['web:443'], members: ['10.2.0.1'], codes: [] });
  });

  it('several Services are one back end', () => {
    expect(of({}, other)).toEqual({ backend: ['weighted:0'], members: ['10.2.0.1', '10.2.0.2'], codes: [] });
  });

  it('the members of several Services share the connections by weight', () => {
    const state = {
      ...tlsRoute('web'),
      rules: [
        {
          backends: [
            { ...backend, weight: 3 },
            { ...backend, ...other, weight: 1 },
          ],
        },
      ],
    };
    const [found] = interpretTlsRoute('c', state, state.parents, RULES).routes.backends;
    expect(found).toMatchObject({
      members: [
        { address: '10.2.0.1', weight: 3 },
        { address: '10.2.0.2', weight: 1 },
      ],
      settings: { lbvserver: { lbmethod: 'ROUNDROBIN' } },
    });
  });

  it('a weight of zero takes no connection, and needs nothing', () => {
    expect(of({}, { ...other, weight: 0 })).toEqual({ backend: ['web:443'], members: ['10.2.0.1'], codes: [] });
    expect(of({}, { ...other, weight: 0, members: [] }).codes).toEqual([]);
    expect(of({ weight: 0 })).toEqual({
      backend: ['closed:0'],
      members: [],
      codes: ['NoEndpoints spec.rules[0].backendRefs'],
    });
  });

  it.each([
    ['BackendNotFound', 'TLSRouteBackendNotFound'],
    ['InvalidKind', 'TLSRouteBackendUnsupported'],
    ['RefNotPermitted', 'TLSRouteBackendForbidden'],
    ['UnsupportedValue', 'TLSRouteBackendUnsupported'],
  ] as const)('%s: the route is reset, and nothing is led elsewhere', (problem, code) => {
    expect(of({ problem, members: [] })).toEqual({ backend: ['web:443'], members: [], codes: [`${code} ${at(0)}`] });
    expect(of({}, { ...other, problem, members: [] })).toEqual({
      backend: ['weighted:0'],
      members: [],
      codes: [`${code} ${at(1)}`],
    });
    // Without a share it changes nothing, and is reported all the same.
    expect(of({}, { ...other, problem, weight: 0, members: [] })).toMatchObject({
      members: ['10.2.0.1'],
      codes: [`${code} ${at(1)}`],
    });
  });

  it('VAL-8: a Service without members is reset, and VAL-15: one with forbidden members, too', () => {
    expect(of({ members: [] })).toEqual({ backend: ['web:443'], members: [], codes: [`NoEndpoints ${at(0)}`] });
    expect(of({ members: [{ address: '169.254.169.254', port: 80 }] })).toMatchObject({
      members: [],
      codes: [`MemberForbidden ${at(0)}`, `NoEndpoints ${at(0)}`],
    });
  });

  it('VAL-15: a member never has an address of a front end', () => {
    expect(of({ members: [{ address: '192.0.2.10', port: 443 }] })).toMatchObject({
      members: [],
      codes: [`MemberForbidden ${at(0)}`, `NoEndpoints ${at(0)}`],
    });
  });

  it('a route without a rule is reset', () => {
    const state = { ...tlsRoute('web'), rules: [] };
    expect(interpretTlsRoute('c', state, state.parents, RULES).routes.backends).toMatchObject([{ members: [] }]);
  });
});

describe('which listeners an appliance serves', () => {
  const parents = [...tlsRoute('a', { class: 'netscaler' }).parents, ...tlsRoute('b', { class: 'f5' }).parents];
  it.each([
    [undefined, 2],
    [['netscaler'], 1],
    [['other'], 0],
  ])('with the classes %j: %i', (gatewayClasses, count) => {
    expect(selectedParents(parents, gatewayClasses === undefined ? {} : { gatewayClasses })).toHaveLength(count);
  });
});
