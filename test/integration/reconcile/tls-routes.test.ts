import { describe, expect, it, onTestFinished } from 'vitest';
import { findingLines, Hand, startAudited } from '../../support/audit.ts';
import type { World } from '../../support/engine.ts';
import {
  changed,
  snapshot,
  state,
  tlsRoute,
  tlsRouteChanged,
  tlsRouteSnapshot,
  tlsRouteWithdrawn,
  withdrawn,
} from '../../support/events.ts';
import { startTestWorld } from '../../support/test-world.ts';

/** Names of the back ends' servers. */
const servers = (at: World): string[] => at.config().flatMap((line) => /^add lb vserver (\S+)/.exec(line)?.[1] ?? []);

/** `host → holder` of the rows of front ends. */
const hosts = (at: World): string[] =>
  at.config().flatMap((line) => {
    const [, front, host, holder] =
      /^bind policy stringmap nsp_f_(\S+) "?([^\s#!="][^\s"]*)"? \S+ -comment "?([^"]+?)"?$/.exec(line) ?? [];
    return host === undefined ? [] : [`${host} on ${front} → ${holder}`];
  });

describe('a TLSRoute', () => {
  it('is programmed, moved and removed by its own events', async () => {
    const at = await startTestWorld();
    const { outcomes } = await at.deliver(tlsRouteChanged(10, tlsRoute('web')));
    expect(outcomes).toMatchObject([
      {
        detailType: 'TLSRoute Programmed',
        data: {
          namespace: 'default',
          name: 'web',
          hosts: ['web.example.com'],
          programmed: [{ ip: '192.0.2.10', port: 443 }],
          findings: [],
        },
      },
    ]);
    expect(hosts(at)).toEqual(['web.example.com on 192_0_2_10_443 → test default/tlsroute/web']);

    const moved = await at.deliver(tlsRouteChanged(20, tlsRoute('web', { addresses: ['192.0.2.11'] })));
    expect(moved.outcomes[0]?.data).toMatchObject({
      programmed: [{ ip: '192.0.2.11', port: 443 }],
      removed: [{ ip: '192.0.2.10', port: 443 }],
    });
    expect(hosts(at)).toEqual(['web.example.com on 192_0_2_11_443 → test default/tlsroute/web']);

    const gone = await at.deliver(tlsRouteWithdrawn(30, 'web'));
    expect(gone.outcomes).toMatchObject([{ detailType: 'TLSRoute Removed', data: { name: 'web' } }]);
    expect(hosts(at)).toEqual([]);
  });

  it('may have several addresses and ports, and leaves each of them', async () => {
    const at = await startTestWorld();
    const route = tlsRoute('web', { addresses: ['192.0.2.10', '192.0.2.11'] });
    const other = { ...route.parents[0], listener: 'other', port: 8443, addresses: ['192.0.2.12'] };
    const both = { ...route, parents: [...route.parents, other] } as typeof route;
    await at.deliver(tlsRouteChanged(10, both));
    expect(hosts(at).map((line) => line.split(' ')[2])).toEqual([
      '192_0_2_10_443',
      '192_0_2_11_443',
      '192_0_2_12_8443',
    ]);
    // Each front end has a back end of its own, so that a policy names one map only.
    expect(servers(at)).toHaveLength(3);
    // The record names all three, so a change that is not verified finds them.
    const { outcomes } = await at.deliver(tlsRouteChanged(20, tlsRoute('web', { addresses: ['192.0.2.11'] })));
    expect(hosts(at)).toEqual(['web.example.com on 192_0_2_11_443 → test default/tlsroute/web']);
    expect(servers(at)).toHaveLength(1);
    expect(outcomes[0]?.data).toMatchObject({
      removed: [
        { ip: '192.0.2.10', port: 443 },
        { ip: '192.0.2.12', port: 8443 },
      ],
    });
  });

  it('LIF-1: the same event again writes nothing', async () => {
    const at = await startTestWorld();
    await at.deliver(tlsRouteChanged(10, tlsRoute('web')));
    at.requests();
    await at.deliver(tlsRouteChanged(10, tlsRoute('web')));
    expect(at.requests().writes).toBe(0);
  });

  it('CON-1: shares hosts with Ingresses by age, and a holder that goes is followed', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('web', { created: 200, hosts: ['h.example.com'] })));
    const { resync } = await at.deliver(
      tlsRouteChanged(20, tlsRoute('web', { created: 100, hostnames: ['h.example.com'] })),
    );
    expect(hosts(at)).toEqual(['h.example.com on 192_0_2_10_443 → test default/tlsroute/web']);
    expect(resync).toMatchObject([{ cluster: 'test', ingresses: [{ namespace: 'default', name: 'web' }] }]);
    await at.deliver(tlsRouteWithdrawn(30, 'web'));
    expect(hosts(at)).toEqual(['h.example.com on 192_0_2_10_443 → test default/web']);
  });

  it('CON-2: is published again when an Ingress leaves it the host', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('web', { created: 100, hosts: ['h.example.com'] })));
    const young = await at.deliver(
      tlsRouteChanged(20, tlsRoute('web', { created: 200, hostnames: ['h.example.com'] })),
    );
    expect(young.outcomes[0]).toMatchObject({
      detailType: 'TLSRoute Rejected',
      data: { findings: [{ code: 'HostConflict' }] },
    });
    const { resync } = await at.deliver(withdrawn(30, 'web'));
    expect(resync).toMatchObject([
      { cluster: 'test', ingresses: [], tlsRoutes: [{ namespace: 'default', name: 'web' }] },
    ]);
  });
});

describe('LIF-3: snapshots of TLSRoutes and of Ingresses', () => {
  it('say nothing about each other', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('a')), tlsRouteChanged(11, tlsRoute('b')));
    await at.deliver(snapshot(20, [state('a')], { flagged: true }));
    await at.deliver(tlsRouteSnapshot(30, [tlsRoute('b')], { flagged: true }));
    expect(hosts(at)).toHaveLength(2);
    await at.deliver(snapshot(40, [], { flagged: true }));
    expect(hosts(at)).toEqual(['b.example.com on 192_0_2_10_443 → test default/tlsroute/b']);
    await at.deliver(changed(50, state('a')), tlsRouteSnapshot(51, [], { flagged: true }));
    expect(hosts(at)).toEqual(['a.example.com on 192_0_2_10_443 → test default/a']);
  });

  it('a late event is dropped by the watermark of its own kind only', async () => {
    const at = await startTestWorld();
    await at.deliver(tlsRouteSnapshot(40, [], { flagged: true }));
    const late = await at.deliver(tlsRouteChanged(30, tlsRoute('web')), changed(30, state('web')));
    expect(hosts(at)).toEqual(['web.example.com on 192_0_2_10_443 → test default/web']);
    expect(late.outcomes).toContainEqual(
      expect.objectContaining({
        detailType: 'TLSRoute Stale',
        data: expect.objectContaining({ name: 'web', sequence: 30, recorded: 40 }),
      }),
    );
  });

  it('LIF-4: a replay of both kinds in any order rebuilds an empty appliance', async () => {
    const events = [
      snapshot(10, [state('a')], { flagged: true, replay: 'r' }),
      tlsRouteSnapshot(11, [tlsRoute('b')], { flagged: true, replay: 'r' }),
      tlsRouteChanged(20, tlsRoute('c'), { replay: 'r' }),
      tlsRouteWithdrawn(30, 'b', { replay: 'r' }),
      changed(40, state('d'), { replay: 'r' }),
    ];
    const results: string[][] = [];
    for (const order of [events, events.toReversed(), [...events.slice(2), ...events.slice(0, 2)]]) {
      const at = await startTestWorld();
      for (const event of order) await at.deliver(event);
      results.push(hosts(at).sort());
    }
    expect(results[0]).toEqual([
      'a.example.com on 192_0_2_10_443 → test default/a',
      'c.example.com on 192_0_2_10_443 → test default/tlsroute/c',
      'd.example.com on 192_0_2_10_443 → test default/d',
    ]);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('LIF-6: the prune guard counts each kind for itself', async () => {
    const at = await startTestWorld({ settings: { prune: { percent: 30, minimum: 2 } } });
    const routes = Array.from({ length: 10 }, (_, index) => tlsRoute(`r${index}`));
    const ingresses = Array.from({ length: 100 }, (_, index) => state(`i${index}`));
    await at.deliver(tlsRouteSnapshot(10, routes), snapshot(11, ingresses));
    const { outcomes, refused } = await at.deliver(tlsRouteSnapshot(20, routes.slice(5)));
    expect(refused).toHaveLength(1);
    expect(outcomes).toMatchObject([
      { detailType: 'Prune Refused', data: { from: '02', to: '1z', routes: 10, removes: 5, causes: { missing: 5 } } },
    ]);
    expect(hosts(at)).toHaveLength(110);
  });
});

describe('LIF-7: the audit', () => {
  it('finds nothing to say about TLSRoutes as they were programmed, and asks for those that were changed by hand', async () => {
    const at = await startAudited(['test']);
    onTestFinished(() => at.stop());
    const uid = { uid: 'uid-test' };
    await at.say('test', state('a'));
    const two = tlsRoute('b', { addresses: ['192.0.2.10', '192.0.2.11'] });
    await at.deliver(tlsRouteSnapshot(at.lastSequence() + 1, [two], { ...uid, flagged: true }));
    expect(findingLines(await at.look())).toEqual([]);
    await new Hand(at).remove('policystringmap_pattern_binding', 'nsp_f_192_0_2_11_443', { key: 'b.example.com' });
    const { resyncs } = await at.look();
    expect(resyncs).toMatchObject([{ cluster: 'test', tlsRoutes: [{ namespace: 'default', name: 'b' }] }]);
  });
});

describe('which appliance', () => {
  it('takes the Gateways of its classes only', async () => {
    const at = await startTestWorld({ settings: { filter: { gatewayClasses: ['netscaler'] } } });
    await at.deliver(tlsRouteChanged(10, tlsRoute('ours')), tlsRouteChanged(11, tlsRoute('others', { class: 'f5' })));
    expect(hosts(at)).toEqual(['ours.example.com on 192_0_2_10_443 → test default/tlsroute/ours']);
    await at.deliver(tlsRouteChanged(20, tlsRoute('ours', { class: 'f5' })));
    expect(hosts(at)).toEqual([]);
  });
});

describe('GW-10: a wildcard of a Gateway', () => {
  it('covers one or more labels, and that of an Ingress is more specific', async () => {
    const at = await startTestWorld();
    await at.deliver(
      tlsRouteChanged(10, tlsRoute('wide', { hostnames: ['*.example.com'] })),
      changed(11, state('one', { hosts: ['*.example.com'], created: 2000 })),
    );
    expect(hosts(at).sort()).toEqual([
      '**.example.com on 192_0_2_10_443 → test default/tlsroute/wide',
      '*.example.com on 192_0_2_10_443 → test default/one',
    ]);
  });
});
