import { get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findingLines, Hand, startAudited } from '../../support/audit.ts';
import type { World } from '../../support/engine.ts';
import {
  changed,
  gateway,
  gatewayChanged,
  gatewayWithdrawn,
  snapshot,
  state,
  tlsRoute,
  tlsRouteChanged,
  tlsRouteSnapshot,
  tlsRouteWithdrawn,
  withdrawn,
} from '../../support/events.ts';
import { ask } from '../../support/hello.ts';
import { startTestWorld } from '../../support/test-world.ts';

/** Addresses that the appliance listens at. */
const open = (at: World): string[] => [...at.appliance.frontends.keys()].sort();

/** Status and target of the answer to a plain request, or `RESET`. */
function plain(at: World, address: string, host: string): Promise<string> {
  const place = at.appliance.frontends.get(address);
  if (place === undefined) throw new Error(`nothing listens at ${address}`);
  return new Promise((resolve) => {
    get({ host: place.host, port: place.port, headers: { host }, path: '/a', agent: false }, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers.location].filter((part) => part !== undefined).join(' '));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNRESET' ? 'RESET' : String(error)));
  });
}

const hello = (at: World, address: string, host: string): Promise<string> => {
  const place = at.appliance.frontends.get(address);
  if (place === undefined) throw new Error(`nothing listens at ${address}`);
  return ask(place, host);
};

/** Objects of ours, without the ones that stay once they were made. */
const objects = (at: World): string[] =>
  at.config().filter((line) => !/nsp-(placeholder|tcp|reset|reset-http)\b(?!-)/.test(line.split(' -')[0] ?? ''));

const EVERY_PROTOCOL = ['TLS:443', 'HTTP:80', 'HTTPS:8443'];

describe('a Gateway without routes', () => {
  it('GW-13: is programmed, moved and removed by its own events', async () => {
    const at = await startTestWorld();
    const { outcomes } = await at.deliver(gatewayChanged(10, gateway('edge', { listeners: EVERY_PROTOCOL })));
    expect(outcomes).toMatchObject([
      {
        detailType: 'Gateway Programmed',
        data: {
          namespace: 'infra',
          name: 'edge',
          programmed: [
            { ip: '192.0.2.10', port: 443 },
            { ip: '192.0.2.10', port: 80 },
            { ip: '192.0.2.10', port: 8443 },
          ],
          listeners: ['tls-443', 'http-80', 'https-8443'],
          hosts: [],
          findings: [],
        },
      },
    ]);
    expect(open(at)).toEqual(['192.0.2.10:443', '192.0.2.10:80', '192.0.2.10:8443']);
    expect(await hello(at, '192.0.2.10:443', 'any.example.com')).toBe('RESET');
    expect(await hello(at, '192.0.2.10:8443', 'any.example.com')).toBe('RESET');
    expect(await plain(at, '192.0.2.10:80', 'any.example.com')).toBe('404');

    const moved = await at.deliver(gatewayChanged(20, gateway('edge', { addresses: ['192.0.2.11'] })));
    expect(moved.outcomes[0]?.data).toMatchObject({
      programmed: [{ ip: '192.0.2.11', port: 443 }],
      removed: [
        { ip: '192.0.2.10', port: 443 },
        { ip: '192.0.2.10', port: 80 },
        { ip: '192.0.2.10', port: 8443 },
      ],
    });
    expect(open(at)).toEqual(['192.0.2.11:443']);

    const gone = await at.deliver(gatewayWithdrawn(30, 'edge'));
    expect(gone.outcomes).toMatchObject([
      { detailType: 'Gateway Removed', data: { name: 'edge', removed: [{ ip: '192.0.2.11', port: 443 }] } },
    ]);
    expect(open(at)).toEqual([]);
    expect(objects(at)).toEqual([]);
  });

  it('LIF-1: the same event again writes nothing, and neither does a verification', async () => {
    const at = await startTestWorld();
    const edge = gateway('edge', { listeners: EVERY_PROTOCOL });
    await at.deliver(gatewayChanged(10, edge));
    at.requests();
    await at.deliver(gatewayChanged(10, edge));
    expect(at.requests().writes).toBe(0);
    await at.deliver(gatewayChanged(20, edge, { verify: ['appliance'] }));
    // The record of the newer sequence, and nothing else.
    expect(at.requests().writes).toBe(1);
  });

  it('costs at most 12 requests for each change', async () => {
    const at = await startTestWorld();
    // What exists once for the system is made by then.
    await at.deliver(
      changed(1, state('a', { annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' } })),
    );
    const costs: number[] = [];
    const one = ['TLS:443', 'HTTP:80'];
    for (const event of [
      gatewayChanged(10, gateway('edge', { listeners: one })),
      gatewayChanged(20, gateway('edge', { listeners: one, addresses: ['192.0.2.11'] })),
      gatewayChanged(30, gateway('edge', { listeners: ['HTTP:80'], addresses: ['192.0.2.11'] })),
      gatewayWithdrawn(40, 'edge'),
    ]) {
      at.requests();
      await at.deliver(event);
      costs.push(at.requests().total);
    }
    expect(costs.filter((cost) => cost > 12)).toEqual([]);
  });

  it('a front end stays as long as the Gateway or a route needs it', async () => {
    const at = await startTestWorld();
    await at.deliver(gatewayChanged(10, gateway('edge')), tlsRouteChanged(11, tlsRoute('web')));
    expect(await hello(at, '192.0.2.10:443', 'other.example.com')).toBe('RESET');
    await at.deliver(tlsRouteWithdrawn(20, 'web'));
    expect(open(at)).toEqual(['192.0.2.10:443']);
    await at.deliver(tlsRouteChanged(30, tlsRoute('web')));
    await at.deliver(gatewayWithdrawn(40, 'edge'));
    expect(open(at)).toEqual(['192.0.2.10:443']);
    await at.deliver(tlsRouteWithdrawn(50, 'web'));
    expect(open(at)).toEqual([]);
  });
});

describe('GW-2: an HTTP listener beside redirects of Ingresses', () => {
  const redirecting = (name: string, vip?: string) =>
    state(name, {
      annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' },
      ...(vip === undefined ? {} : { vip }),
    });
  const edge = gateway('edge', { listeners: ['HTTP:80'] });

  it.each([
    ['the redirect first', [changed(10, redirecting('a')), gatewayChanged(20, edge)]],
    ['the listener first', [gatewayChanged(10, edge), changed(20, redirecting('a'))]],
  ])('%s: redirects win, and what none takes is not found', async (_which, events) => {
    const at = await startTestWorld();
    for (const event of events) await at.deliver(event);
    expect(await plain(at, '192.0.2.10:80', 'a.example.com')).toBe('301 https://a.example.com/a');
    expect(await plain(at, '192.0.2.10:80', 'b.example.com')).toBe('404');
    await at.deliver(withdrawn(30, 'a'));
    expect(await plain(at, '192.0.2.10:80', 'a.example.com')).toBe('404');
    expect(open(at)).toEqual(['192.0.2.10:80']);
    expect(objects(at).filter((line) => line.includes('redirect'))).toEqual([]);
  });

  it('the listener goes: the redirects stay, and the rest is reset as before', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, redirecting('a')));
    const before = at.config();
    await at.deliver(gatewayChanged(20, edge));
    await at.deliver(gatewayWithdrawn(30, 'edge'));
    expect(at.config()).toEqual(before);
    expect(await plain(at, '192.0.2.10:80', 'a.example.com')).toBe('301 https://a.example.com/a');
    expect(await plain(at, '192.0.2.10:80', 'b.example.com')).toBe('RESET');
  });

  it('another listener stays: what none takes is still not found', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, redirecting('a')), gatewayChanged(11, edge));
    await at.deliver(gatewayChanged(20, gateway('second', { listeners: ['HTTP:80'] })));
    await at.deliver(gatewayWithdrawn(30, 'edge'));
    expect(await plain(at, '192.0.2.10:80', 'b.example.com')).toBe('404');
    await at.deliver(gatewayWithdrawn(40, 'second'));
    expect(await plain(at, '192.0.2.10:80', 'b.example.com')).toBe('RESET');
  });

  it('the TLS front end of a redirect is not kept by a listener on its HTTP port', async () => {
    const at = await startTestWorld();
    await at.deliver(gatewayChanged(10, edge), changed(11, redirecting('a')));
    await at.deliver(withdrawn(20, 'a'));
    expect(open(at)).toEqual(['192.0.2.10:80']);
  });
});

describe('GW-6: the address of a Gateway that requests none', () => {
  const anywhere = { addresses: [], listeners: ['TLS:443'] };
  const rules = { hostOwnership: [], ipsets: [], gatewayAddresses: ['192.0.2.64/29'] };

  it('comes from the pool, and a route of the Gateway gets the same', async () => {
    const at = await startTestWorld({ settings: { rules } });
    const [route, own] = [
      await at.deliver(tlsRouteChanged(10, tlsRoute('web', { addresses: [] }))),
      await at.deliver(gatewayChanged(20, gateway('edge', anywhere))),
    ];
    expect(own.outcomes[0]?.detailType).toBe('Gateway Programmed');
    const programmed = own.outcomes.map(({ data }) => ('programmed' in data ? data.programmed : []));
    expect(route.outcomes.map(({ data }) => ('programmed' in data ? data.programmed : []))).toEqual(programmed);
    expect(open(at)).toHaveLength(1);
    expect(open(at)[0]).toMatch(/^192\.0\.2\.(6[5-9]|70):443$/);
  });

  it('stays while it is assigned and the pool has it', async () => {
    const at = await startTestWorld({ settings: { rules } });
    await at.deliver(gatewayChanged(10, gateway('edge', { ...anywhere, assigned: ['192.0.2.66', '203.0.113.9'] })));
    expect(open(at)).toEqual(['192.0.2.66:443']);
  });

  it('is missing without a default VIP and a pool: rejected', async () => {
    const at = await startTestWorld();
    const { outcomes } = await at.deliver(gatewayChanged(10, gateway('edge', anywhere)));
    expect(outcomes).toMatchObject([
      { detailType: 'Gateway Rejected', data: { programmed: [], findings: [{ code: 'FrontendIPRequired' }] } },
    ]);
  });
});

describe('LIF-3: snapshots with and without Gateways', () => {
  it('of an older forwarder, which names none, say nothing about Gateways', async () => {
    const at = await startTestWorld();
    await at.deliver(gatewayChanged(10, gateway('edge')), tlsRouteChanged(11, tlsRoute('web', { port: 8443 })));
    const { refused } = await at.deliver(tlsRouteSnapshot(20, [], { flagged: true, verify: ['appliance'] }));
    expect(refused).toEqual([]);
    expect(open(at)).toEqual(['192.0.2.10:443']);
  });

  it('with the list are complete: a Gateway that they lack is gone, one that they only name stays', async () => {
    const at = await startTestWorld();
    const [kept, named, gone] = ['kept', 'named', 'gone'].map((name, index) =>
      gateway(name, { addresses: [`192.0.2.1${index}`] }),
    ) as [ReturnType<typeof gateway>, ReturnType<typeof gateway>, ReturnType<typeof gateway>];
    await at.deliver(tlsRouteSnapshot(10, [tlsRoute('web')], { flagged: true, gateways: [kept, named, gone] }));
    expect(open(at)).toEqual(['192.0.2.10:443', '192.0.2.11:443', '192.0.2.12:443']);
    const listedGateways = [{ namespace: 'infra', name: 'named' }];
    const { outcomes } = await at.deliver(
      tlsRouteSnapshot(20, [], { flagged: true, gateways: [kept], listedGateways }),
    );
    expect(open(at)).toEqual(['192.0.2.10:443', '192.0.2.11:443']);
    expect(outcomes.map(({ detailType }) => detailType).sort()).toEqual([
      'Gateway Removed',
      'Snapshot Applied',
      'TLSRoute Removed',
    ]);
  });

  it('LIF-6: the prune guard counts Gateways as it counts routes', async () => {
    const at = await startTestWorld({ settings: { prune: { percent: 30, minimum: 2 } } });
    const gateways = Array.from({ length: 6 }, (_, index) =>
      gateway(`g${index}`, { addresses: [`192.0.2.${index + 1}`] }),
    );
    await at.deliver(tlsRouteSnapshot(10, [], { gateways }));
    const { outcomes } = await at.deliver(tlsRouteSnapshot(20, [], { gateways: gateways.slice(3) }));
    expect(outcomes).toMatchObject([
      { detailType: 'Prune Refused', data: { routes: 6, removes: 3, causes: { missing: 3 } } },
    ]);
    expect(open(at)).toHaveLength(6);
  });

  it('a late event is stale', async () => {
    const at = await startTestWorld();
    await at.deliver(tlsRouteSnapshot(40, [], { flagged: true, gateways: [] }));
    const { outcomes } = await at.deliver(gatewayChanged(30, gateway('edge')));
    expect(outcomes).toMatchObject([{ detailType: 'Gateway Stale', data: { name: 'edge', recorded: 40 } }]);
    expect(open(at)).toEqual([]);
  });

  it('LIF-4: a replay of all kinds in any order rebuilds an empty appliance', async () => {
    const replay = { replay: 'r' };
    const events = [
      snapshot(10, [state('a')], { flagged: true, ...replay }),
      tlsRouteSnapshot(11, [tlsRoute('b')], {
        flagged: true,
        gateways: [gateway('old', { addresses: ['192.0.2.99'] })],
        ...replay,
      }),
      gatewayChanged(20, gateway('edge', { listeners: ['TLS:443', 'HTTP:80'] }), replay),
      tlsRouteChanged(25, tlsRoute('c'), replay),
      gatewayWithdrawn(30, 'old', replay),
      gatewayChanged(35, gateway('edge', { listeners: ['TLS:443', 'HTTP:8080'] }), replay),
      tlsRouteWithdrawn(40, 'b', replay),
      changed(50, state('d', { annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' } }), replay),
    ];
    const results: string[][] = [];
    for (const order of [events, events.toReversed(), [...events.slice(3), ...events.slice(0, 3)]]) {
      const at = await startTestWorld();
      for (const event of order) await at.deliver(event);
      expect(open(at)).toEqual(['192.0.2.10:443', '192.0.2.10:80', '192.0.2.10:8080']);
      results.push(at.config().filter((line) => line.includes('_f_') && !line.includes('-policyName')));
    }
    const rows = (lines: string[] | undefined) => [...new Set(lines)].sort();
    expect(rows(results[1])).toEqual(rows(results[0]));
    expect(rows(results[2])).toEqual(rows(results[0]));
  });
});

describe('what is in the way', () => {
  it('CON-4: a foreign server on the port of a listener keeps the Gateway waiting', async () => {
    const at = await startTestWorld({
      appliance: { config: 'add lb vserver theirs HTTP 192.0.2.10 80' },
    });
    const { outcomes } = await at.deliver(gatewayChanged(10, gateway('edge', { listeners: ['TLS:443', 'HTTP:80'] })));
    expect(outcomes).toMatchObject([
      {
        detailType: 'Gateway Rejected',
        data: { programmed: [], findings: [{ code: 'FrontendInUse', value: '192.0.2.10:80' }] },
      },
    ]);
    expect(objects(at)).toEqual([]);
  });

  it('rule 12: an address of the other kind is taken', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('a')));
    const { outcomes } = await at.deliver(gatewayChanged(20, gateway('edge', { listeners: ['HTTP:443'] })));
    expect(outcomes).toMatchObject([
      { detailType: 'Gateway Rejected', data: { findings: [{ code: 'FrontendInUse' }] } },
    ]);
    await at.deliver(withdrawn(30, 'a'));
    await at.deliver(gatewayChanged(40, gateway('edge', { listeners: ['HTTP:443'] })));
    expect(await plain(at, '192.0.2.10:443', 'a.example.com')).toBe('404');
  });

  it('another class, and an address of another appliance: not here', async () => {
    const rules = {
      hostOwnership: [],
      ipsets: [],
      frontendIPs: ['192.0.2.0/24'],
      otherFrontendIPs: ['198.51.100.0/24'],
    };
    const at = await startTestWorld({ settings: { filter: { gatewayClasses: ['netscaler'] }, rules } });
    const { outcomes } = await at.deliver(
      gatewayChanged(10, gateway('theirs', { class: 'f5' })),
      gatewayChanged(11, gateway('west', { addresses: ['198.51.100.7'] })),
      gatewayChanged(12, gateway('nobody', { addresses: ['203.0.113.7'] })),
    );
    expect(open(at)).toEqual([]);
    expect(outcomes.map(({ detailType, data }) => `${detailType} ${'name' in data ? data.name : ''}`).sort()).toEqual([
      'Gateway Rejected nobody',
      'Gateway Removed theirs',
      'Gateway Removed west',
    ]);
  });
});

describe('LIF-7: the audit', () => {
  it('finds nothing to say about Gateways as they were programmed, and asks for those that were changed by hand', async () => {
    const at = await startAudited(['test']);
    onTestFinished(() => at.stop());
    const uid = { uid: 'uid-test' };
    await at.say('test', state('a', { annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' } }));
    const edge = gateway('edge', { listeners: EVERY_PROTOCOL });
    const events = { ...uid, flagged: true, gateways: [edge] };
    await at.deliver(tlsRouteSnapshot(at.lastSequence() + 1, [tlsRoute('b')], events));
    expect(findingLines(await at.look())).toEqual([]);
    const hand = new Hand(at);
    await hand.remove('csvserver_responderpolicy_binding', 'nsp-192.0.2.10-80', {
      policyname: 'nsp-notfound-192.0.2.10-80',
    });
    const { resyncs } = await at.look();
    expect(resyncs).toMatchObject([{ cluster: 'test', gateways: [{ namespace: 'infra', name: 'edge' }] }]);
    await at.deliver(gatewayChanged(at.lastSequence() + 2, edge, { ...uid, verify: ['appliance'] }));
    expect(findingLines(await at.look())).toEqual([]);
  });
});
