import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatewayState } from '../../../lib/contract/index.ts';
import { interpretTlsRoute } from '../../../lib/gateway/interpret.ts';
import { interpretGateway } from '../../../lib/gateway/interpret-gateway.ts';
import type { InterpretRules } from '../../../lib/ingress/index.ts';
import { canonical, frontendKey } from '../../../lib/route/index.ts';
import { gateway, tlsRoute } from '../../support/events.ts';

const RULES: InterpretRules = { hostOwnership: [], ipsets: [] };

/** `kind vip:port`, and the codes of the findings. */
function meaning(state: GatewayState, rules: Partial<InterpretRules> = {}) {
  const { routes, findings, elsewhere } = interpretGateway('c', state, { ...RULES, ...rules });
  return {
    open: routes.routes.map(({ frontend: { kind, vip, port } }) => `${kind} ${vip}:${port}`),
    codes: findings.map(({ code, path }) => `${code} ${path}`),
    elsewhere: elsewhere === true,
  };
}

describe('GW-13: listeners of a Gateway', () => {
  it.each<[string, string[], string[]]>([
    [
      'TLS and HTTPS close without a host, HTTP answers',
      ['TLS:443', 'HTTPS:8443', 'HTTP:80'],
      ['tls 443', 'tls 8443', 'http 80'],
    ],
    ['several of one port are one front end', ['TLS:443', 'TLS:443'], ['tls 443']],
    ['a port of two protocols is that of the first', ['HTTP:443', 'TLS:443'], ['http 443']],
    ['none', [], []],
  ])('%s', (_what, listeners, expected) => {
    const addresses = ['192.0.2.10', '2001:db8::1'];
    const open = addresses.flatMap((vip) => expected.map((each) => each.replace(' ', ` ${vip}:`)));
    expect(meaning(gateway('edge', { addresses, listeners })).open.sort()).toEqual(open.sort());
  });

  it('is the same in whichever order its listeners and addresses are', () => {
    const listeners = ['TLS:443', 'HTTP:80', 'TLS:8443'];
    const addresses = ['192.0.2.10', '192.0.2.11'];
    const mirrored = gateway('edge', { addresses: addresses.toReversed(), listeners: listeners.toReversed() });
    expect(interpretGateway('c', mirrored, RULES)).toEqual(
      interpretGateway('c', gateway('edge', { addresses, listeners }), RULES),
    );
  });
});

describe('GW-6: addresses of a Gateway', () => {
  const POOL = { gatewayAddresses: ['192.0.2.64/29'] };
  const LIMITED = { frontendIPs: ['192.0.2.0/24'], otherFrontendIPs: ['198.51.100.0/24'] };

  it.each<[string, string[], string[] | undefined, Partial<InterpretRules>, string[]]>([
    [
      'requested: whatever else there is',
      ['192.0.2.10'],
      ['192.0.2.65'],
      { ...POOL, defaultVip: '192.0.2.1' },
      ['192.0.2.10'],
    ],
    [
      'assigned of the pool, though there is a default VIP',
      [],
      ['192.0.2.65'],
      { ...POOL, defaultVip: '192.0.2.1' },
      ['192.0.2.65'],
    ],
    ['assigned, and the default VIP', [], ['192.0.2.1'], { ...POOL, defaultVip: '192.0.2.1' }, ['192.0.2.1']],
    ['assigned by another appliance: not here', [], ['203.0.113.1'], { defaultVip: '192.0.2.1' }, ['192.0.2.1']],
    ['assigned, and no address', [], ['x', ''], { defaultVip: '192.0.2.1' }, ['192.0.2.1']],
    [
      'assigned twice: both stay, sorted',
      [],
      ['192.0.2.66', '192.0.2.65', '192.0.2.66'],
      POOL,
      ['192.0.2.65', '192.0.2.66'],
    ],
    ['the default VIP before the pool', [], undefined, { ...POOL, defaultVip: '192.0.2.1' }, ['192.0.2.1']],
    ['of the pool', [], undefined, { gatewayAddresses: ['192.0.2.77'] }, ['192.0.2.77']],
    [
      'of the pool, where the assigned one has left it',
      [],
      ['192.0.2.65'],
      { gatewayAddresses: ['192.0.2.77'] },
      ['192.0.2.77'],
    ],
    ['of an empty pool: none', [], undefined, { gatewayAddresses: [] }, []],
  ])('%s', (_what, addresses, assigned, rules, expected) => {
    const state = gateway('edge', { addresses, ...(assigned === undefined ? {} : { assigned }) });
    const vips = [...new Set(meaning(state, rules).open.map((each) => each.slice(4, -4)))];
    expect(vips).toEqual(expected);
  });

  it('a route of the Gateway gets the same answer', () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      const route = tlsRoute('web', { addresses: [] });
      const parents = route.parents.map((parent) => ({ ...parent, gateway: { namespace: 'infra', name } }));
      const { routes } = interpretTlsRoute('c', { ...route, parents }, parents, { ...RULES, ...POOL });
      expect(routes.routes.map(({ frontend }) => `tls ${frontend.vip}:443`)).toEqual(
        meaning(gateway(name, { addresses: [] }), POOL).open,
      );
    }
  });

  it.each<[string, string[], { open?: string[]; codes?: string[]; elsewhere?: boolean }]>([
    ['an allowed one', ['192.0.2.10'], { open: ['tls 192.0.2.10:443'] }],
    ['one of another appliance', ['198.51.100.1'], { elsewhere: true }],
    ['one here, and one of another appliance', ['192.0.2.10', '198.51.100.1'], { open: ['tls 192.0.2.10:443'] }],
    ['one of nobody', ['203.0.113.1'], { codes: ['FrontendIPForbidden spec.addresses'] }],
    ['one that no front end can have', ['127.0.0.1'], { codes: ['GatewayAddressInvalid spec.addresses'] }],
    ['no address', ['x'], { codes: ['GatewayAddressInvalid spec.addresses'] }],
    ['none', [], { codes: ['FrontendIPRequired spec.addresses'] }],
  ])('%s → %j', (_what, addresses, expected) => {
    expect(meaning(gateway('edge', { addresses }), LIMITED)).toEqual({
      open: [],
      codes: [],
      elsewhere: false,
      ...expected,
    });
  });
});

describe('whatever a forwarder sends', () => {
  const LIMITS = {
    gatewayAddresses: ['192.0.2.64/29'],
    frontendIPs: ['192.0.2.0/24'],
    otherFrontendIPs: ['198.51.100.0/24'],
  };
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
    fc.constantFrom('192.0.2.10', '192.0.2.65', '198.51.100.1', '127.0.0.1'),
  );
  const listeners = fc.array(
    fc.record({
      name: fc.string(),
      port: fc.integer({ min: 1, max: 5 }),
      protocol: fc.constantFrom('TLS' as const, 'HTTP' as const, 'HTTPS' as const),
    }),
  );

  it('opens each address and port once, within the ranges of the appliance, and at least one or says why', () => {
    fc.assert(
      fc.property(fc.array(address), fc.array(address), listeners, (addresses, assigned, some) => {
        const state: GatewayState = { ...gateway('edge'), addresses, assigned, listeners: some };
        const { routes, findings, elsewhere } = interpretGateway('c', state, { ...RULES, ...LIMITS });
        const open = routes.routes.map(({ frontend }) => frontend);
        expect(new Set(open.map(frontendKey)).size).toBe(open.length);
        for (const { vip } of open) expect(vip).toMatch(/^192\.0\.2\.\d+$/);
        // One that requests none never gets more than the appliance may choose, whatever its status says.
        if (addresses.length === 0) for (const { vip } of open) expect(vip).toMatch(/^192\.0\.2\.(6[5-9]|70)$/);
        expect(open.length > 0 || findings.length > 0 || elsewhere === true || some.length === 0).toBe(true);
        expect(canonical(routes)).toEqual(routes);
      }),
    );
  });
});
