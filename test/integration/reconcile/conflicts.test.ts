import { describe, expect, it } from 'vitest';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { breaking } from '../../support/breaking.ts';
import type { World } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn } from '../../support/events.ts';
import { startTestWorld } from '../../support/test-world.ts';

const HOST = 'h.example.com';
const claim = (name: string, created: number, more: Parameters<typeof state>[1] = {}): IngressState =>
  state(name, { hosts: [HOST], created, service: name, ...more });

/** Host rows of the front end, by what their comment says of the holder. */
const holder = (at: World): string | undefined =>
  at
    .config()
    .flatMap((line) => (line.startsWith('bind policy stringmap nsp_f_') && line.includes(` ${HOST} `) ? [line] : []))
    .flatMap((line) => /-comment "?(\S+ [^"]+)"?/.exec(line)?.[1] ?? [])[0];

describe('CON-1, CON-2: one host belongs to the oldest', () => {
  it('the younger is told who holds it, and stands by with its back end programmed', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, claim('old', 100)));
    const { outcomes } = await at.deliver(changed(20, claim('young', 200)));
    expect(outcomes[0]).toMatchObject({
      detailType: 'Ingress Rejected',
      data: {
        name: 'young',
        hosts: [],
        programmed: [],
        findings: [{ code: 'HostConflict', message: expect.stringContaining('default/old') }],
      },
    });
    expect(at.config().some((line) => line.startsWith('add lb vserver nsp-default-young-'))).toBe(true);
    expect(holder(at)).toBe('test default/old');
  });

  it('an older one takes over in one step; the former holder is asked for again', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, claim('young', 200)));
    const { outcomes, resync, changes } = await at.deliver(changed(20, claim('old', 100)));
    expect(outcomes[0]).toMatchObject({ detailType: 'Ingress Programmed', data: { hosts: [HOST] } });
    expect(holder(at)).toBe('test default/old');
    // Bound over: never unbound in between (CON-3).
    expect(changes.filter(({ op, resource }) => op === 'remove' && resource.role === 'host')).toEqual([]);
    expect(resync).toEqual([
      {
        cluster: 'test',
        appliances: ['appliance'],
        ingresses: [{ namespace: 'default', name: 'young' }],
        reason: expect.stringContaining(HOST),
      },
    ]);
  });

  it('one that a snapshot verifies while it loses its host is finished, too (rule 7)', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, claim('young', 200)));
    await at.deliver(snapshot(20, [claim('young', 200), claim('old', 100)], { verify: ['appliance'] }));
    expect(holder(at)).toBe('test default/old');
    expect(at.config({ ledger: true }).filter((line) => / I\.\S+ 1;\d+;.P;/.test(line))).toEqual([]);
  });

  it('when the holder goes, the next takes it with nobody touching it, over clusters too', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, claim('old', 100)));
    await at.deliver(changed(20, claim('young', 200), { cluster: 'west', uid: 'uid-west' }));
    const { resync } = await at.deliver(withdrawn(30, 'old'));
    expect(holder(at)).toBe('west default/young');
    expect(resync).toMatchObject([{ cluster: 'west', ingresses: [{ namespace: 'default', name: 'young' }] }]);
    const verified = await at.deliver(
      changed(40, claim('young', 200), { cluster: 'west', uid: 'uid-west', verify: ['appliance'] }),
    );
    expect(verified.outcomes[0]).toMatchObject({ detailType: 'Ingress Programmed', data: { hosts: [HOST] } });
    expect(verified.resync).toEqual([]);
  });

  it.each([
    ['takes the host over', (at: World) => at.deliver(changed(30, claim('old', 100)))],
    ['goes', (at: World) => at.deliver(withdrawn(30, 'mid'))],
  ])(
    'whoever gets or loses a host is asked for before it is written, whatever breaks off then: one that %s',
    async (_what, act) => {
      for (let write = 1; write <= 7; write++) {
        const broken = breaking();
        const at = await startTestWorld({ between: broken.between });
        await at.deliver(changed(10, claim('mid', 150)), changed(11, claim('young', 200)));
        const before = holder(at);
        broken.arm(write, true);
        await act(at).catch(() => undefined);
        const names = at.asked.flatMap(({ ingresses }) => ingresses?.map(({ name }) => name) ?? []);
        if (holder(at) !== before) expect(names, `after write ${write}`).toHaveLength(1);
      }
    },
  );

  it('when the holder gives up only that host, the next takes it', async () => {
    const at = await startTestWorld();
    await at.deliver(
      changed(10, claim('old', 100, { hosts: [HOST, 'other.example.com'] })),
      changed(20, claim('young', 200)),
    );
    await at.deliver(changed(30, claim('old', 100, { hosts: ['other.example.com'] })));
    expect(holder(at)).toBe('test default/young');
  });
});

describe('CON-4: an address that is somebody else’s', () => {
  const foreign =
    'add cs vserver theirs SSL 192.0.2.10 443\nadd lb vserver bridge SSL_BRIDGE 192.0.2.11 443\nadd lb vserver web HTTP 192.0.2.12 80\nadd lb vserver all ANY 192.0.2.13 *\n';

  it.each([
    ['a content switching server', '192.0.2.10', 'theirs'],
    ['an SSL bridge', '192.0.2.11', 'bridge'],
    ['a server on all ports', '192.0.2.13', 'all'],
  ])('%s: FrontendInUse, nothing is changed', async (_what, vip, name) => {
    const at = await startTestWorld({ appliance: { config: foreign } });
    const before = at.appliance
      .runningConfig()
      .split('\n')
      .filter((line) => !/nsp/.test(line));
    const { outcomes } = await at.deliver(changed(10, claim('a', 100, { vip })));
    expect(outcomes[0]).toMatchObject({
      detailType: 'Ingress Rejected',
      data: { findings: [{ code: 'FrontendInUse', message: expect.stringContaining(name) }] },
    });
    expect(
      at.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => !/nsp/.test(line)),
    ).toEqual(before);
    expect(at.config()).toEqual([]);
    // It waits: the record says where, and nothing is written for it again (rule 12).
    const records = (): string[] =>
      at.config({ ledger: true }).flatMap((line) => / "?I\.\S+ "?(1;\d+;..)/.exec(line)?.[1] ?? []);
    expect(records()).toEqual(['1;10;LP']);
    at.requests();
    await at.deliver(changed(10, claim('a', 100, { vip })));
    expect(at.requests().writes).toBe(0);
    // The address comes free.
    const type = name === 'theirs' ? 'csvserver' : 'lbvserver';
    await at.engine.writer.remove([{ type, name: ['name', name], args: {} }]);
    const again = await at.deliver(changed(20, claim('a', 100, { vip })));
    expect(again.outcomes).toMatchObject([{ detailType: 'Ingress Programmed', data: { hosts: [HOST] } }]);
    expect(records()).toEqual(['1;20;LA']);
  });

  it('VAL-11: port 80 of others costs the redirect only', async () => {
    const at = await startTestWorld({ appliance: { config: foreign } });
    const annotations = { 'ingress.citrix.com/insecure-termination': 'redirect' };
    const { outcomes } = await at.deliver(changed(10, claim('a', 100, { vip: '192.0.2.12', annotations })));
    expect(outcomes[0]).toMatchObject({
      detailType: 'Ingress Programmed',
      data: { hosts: [HOST], findings: [{ code: 'RedirectUnavailable', severity: 'warning' }] },
    });
  });
});

describe('CON-4: who waits for an address changes nothing of what others have', () => {
  const ports = (secure: number, insecure?: number): Record<string, string> => ({
    'ingress.citrix.com/secure-port': String(secure),
    ...(insecure === undefined
      ? {}
      : {
          'ingress.citrix.com/insecure-termination': 'redirect',
          'ingress.citrix.com/insecure-port': String(insecure),
        }),
  });
  const theirs = 'add lb vserver theirs TCP 192.0.2.10 8443\n';
  const verify = ['appliance'];

  it.each([
    ['one that waits for its TLS port, beside redirects of others', theirs, ports(443, 80), ports(8443, 80)],
    ['one that waits for its TLS port, beside hosts of others', theirs, ports(443, 80), ports(8443, 443)],
    ['one that wants to serve TLS where others redirect', '', ports(443, 8080), ports(8080)],
    ['one that wants to redirect where others serve TLS', '', ports(8080), ports(443, 8080)],
  ])('%s', async (_what, config, old, young) => {
    const at = await startTestWorld({ appliance: { config } });
    await at.deliver(changed(10, state('old', { annotations: old })));
    const before = at.config();
    await at.deliver(changed(20, state('young', { annotations: young })));
    const lost = (): string[] => before.filter((line) => !at.config().includes(line));
    expect(lost()).toEqual([]);
    await at.deliver(changed(30, state('young', { annotations: young }), { verify }));
    expect(lost()).toEqual([]);
    await at.deliver(withdrawn(40, 'young', { verify }));
    expect(at.config()).toEqual(before);
  });

  it.each([
    ['redirects', ports(443, 8080), ports(8080)],
    ['serves TLS', ports(8080), ports(443, 8080)],
  ])('nor in one batch with whoever %s there, first', async (_what, old, young) => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('old', { annotations: old })));
    await at.deliver(changed(20, state('young', { annotations: young, created: 2000 })));
    const { outcomes } = await at.deliver(
      changed(30, state('young', { annotations: young, created: 2000, members: ['10.1.0.2'] })),
      changed(40, state('old', { annotations: old, members: ['10.1.0.2'] })),
    );
    expect(outcomes[1]).toMatchObject({ data: { name: 'old', findings: [] } });
    await at.deliver(withdrawn(50, 'old'));
    await at.deliver(withdrawn(60, 'young'));
    expect(at.config()).toEqual([]);
  });

  it('nor where the sign of what was made is lost: the server says of which kind it is', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('old', { annotations: ports(443, 8080) })));
    const before = at.config();
    const sign = { key: '!' };
    await at.engine.writer.remove([
      { type: 'policystringmap_pattern_binding', name: ['name', 'nsp_f_192_0_2_10_8080'], args: sign },
    ]);
    await at.deliver(changed(20, state('young', { annotations: ports(8080) })));
    await at.deliver(withdrawn(30, 'young'), changed(40, state('old', { annotations: ports(443, 8080) }), { verify }));
    expect(at.config()).toEqual(before);
  });

  it('whoever comes to all ports of an address beside ours does not take ours away', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('old')));
    const before = at.config();
    const body = { name: 'theirs', servicetype: 'ANY', ipv46: '192.0.2.10', port: 65535 };
    expect(await at.engine.writer.add([{ type: 'lbvserver', body }])).toEqual([undefined]);
    const { outcomes } = await at.deliver(changed(20, state('old'), { verify }));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Programmed' }]);
    expect(at.config()).toEqual(before);
  });
});

describe('VAL-11: redirects to several secure ports share a port 80', () => {
  const redirecting = (at: number, name: string, securePort: number): ReceivedEvent =>
    changed(
      at,
      state(name, {
        annotations: {
          'ingress.citrix.com/insecure-termination': 'redirect',
          'ingress.citrix.com/secure-port': String(securePort),
        },
      }),
    );
  /** Secure ports that port 80 leads to, by what is made, bound, and said to be made. */
  const ports = (at: World): string[][] => {
    const found = (pattern: RegExp): string[] =>
      at
        .config()
        .flatMap((line) => pattern.exec(line)?.slice(1) ?? [])
        .sort();
    return [
      found(/^add responder action nsp-redirect-(\d+)-/),
      found(/^bind cs vserver .* -policyName nsp-redirect-(\d+)-x-/),
      (found(/^bind policy stringmap nsp_f_\S+_80 "?!"? "http ([\d ]+)"/)[0] ?? '').split(' '),
    ];
  };
  const all = (...some: string[]): string[][] => [some, some, some];

  it('what nobody redirects to any more goes with its last, and nothing before', async () => {
    const at = await startTestWorld();
    await at.deliver(redirecting(10, 'a', 443));
    await at.deliver(redirecting(11, 'b', 8443));
    await at.deliver(redirecting(12, 'c', 8443));
    expect(ports(at)).toEqual(all('443', '8443'));
    await at.deliver(withdrawn(13, 'b'));
    expect(ports(at)).toEqual(all('443', '8443'));
    await at.deliver(redirecting(14, 'c', 9443));
    expect(ports(at)).toEqual(all('443', '9443'));
    await at.deliver(withdrawn(15, 'c'));
    expect(ports(at)).toEqual(all('443'));
    await at.deliver(withdrawn(16, 'a'));
    expect(at.config()).toEqual([]);
  });

  it('a removal that was cut off is finished when the batch comes again', async () => {
    for (let at = 1; at <= 5; at++) {
      const broken = breaking();
      const world = await startTestWorld({ between: broken.between });
      await world.deliver(redirecting(10, 'a', 443));
      await world.deliver(redirecting(11, 'b', 8443));
      const event = withdrawn(13, 'b');
      broken.arm(at, true);
      await world.deliver(event).catch(() => world.deliver(event));
      broken.disarm();
      expect(ports(world), `cut off after write ${at}`).toEqual(all('443'));
    }
  });
});

describe('CON-5: front-end settings', () => {
  const wants = (name: string, created: number, timeout: number | undefined): ReceivedEvent =>
    changed(
      created,
      state(name, {
        created,
        hosts: [`${name}.example.com`],
        annotations: timeout === undefined ? {} : { 'ingress.citrix.com/csvserver': `{"clttimeout":"${timeout}"}` },
      }),
    );
  const timeout = (at: World): string | undefined =>
    /-cltTimeout (\d+)/.exec(at.config().find((line) => line.startsWith('add cs vserver')) ?? '')?.[1];

  it('the oldest wins, the other is told; the next takes over; the default comes back', async () => {
    const at = await startTestWorld();
    await at.deliver(wants('young', 200, 222));
    expect(timeout(at)).toBe('222');
    await at.deliver(wants('old', 100, 111));
    expect(timeout(at)).toBe('111');
    const { outcomes } = await at.deliver(
      changed(
        210,
        state('young', {
          created: 200,
          hosts: ['young.example.com'],
          annotations: { 'ingress.citrix.com/csvserver': '{"clttimeout":"333"}' },
        }),
      ),
    );
    expect(outcomes[0]).toMatchObject({
      detailType: 'Ingress Programmed',
      data: { findings: [{ code: 'FrontendSettingConflict', message: expect.stringContaining('default/old') }] },
    });
    await at.deliver(withdrawn(300, 'old'));
    expect(timeout(at)).toBe('333');
    await at.deliver(changed(400, state('young', { created: 200, hosts: ['young.example.com'] })));
    expect(timeout(at)).toBe('9000');
  });

  it('a setting that nobody asks for any more is unset', async () => {
    const at = await startTestWorld();
    const annotations = { 'ingress.citrix.com/csvserver': '{"icmpvsrresponse":"ACTIVE"}' };
    await at.deliver(changed(10, state('a', { annotations })));
    expect(at.config().find((line) => line.startsWith('add cs vserver'))).toContain('-icmpVsrResponse ACTIVE');
    await at.deliver(changed(20, state('a')));
    expect(at.config().find((line) => line.startsWith('add cs vserver'))).not.toContain('-icmpVsrResponse');
  });
});

describe('policy observe', () => {
  it('reads and plans, and writes nothing', async () => {
    const at = await startTestWorld({ settings: { policy: 'observe' } });
    const { changes, outcomes } = await at.deliver(changed(10, claim('a', 100)));
    expect(changes.length).toBeGreaterThan(10);
    expect(outcomes).toEqual([]);
    expect(at.requests().writes).toBe(0);
    expect(at.config({ ledger: true })).toEqual([]);
  });
});

describe('LIF-8: one Ingress that the appliance rejects does not hold up others', () => {
  it('it fails alone, is not routed, and is finished when the cause is gone', async () => {
    const bad = claim('bad', 100, { hosts: ['bad.example.com'] });
    const owner = { cluster: 'test', namespace: 'default', name: 'bad' };
    const taken = namesOf('nsp').backend(owner, {
      service: 'bad',
      port: '443',
      frontendKey: '192.0.2.10_443',
      settings: '',
    });
    // Not ours, whatever its name (LIF-5): it is neither used nor changed.
    const at = await startTestWorld({ appliance: { config: `add lb vserver ${taken} HTTP\n` } });
    const { outcomes } = await at.deliver(changed(10, bad), changed(20, claim('good', 100)));
    expect(outcomes).toMatchObject([
      { detailType: 'Ingress Failed', data: { name: 'bad', retry: false } },
      { detailType: 'Ingress Programmed', data: { name: 'good', hosts: [HOST] } },
    ]);
    expect(at.appliance.runningConfig()).toContain(`add lb vserver ${taken} HTTP`);
    expect(at.config().some((line) => line.includes('bad.example.com'))).toBe(false);

    await at.engine.writer.remove([{ type: 'lbvserver', name: ['name', taken], args: {} }]);
    const again = await at.deliver(changed(30, bad));
    expect(again.outcomes).toMatchObject([{ detailType: 'Ingress Programmed', data: { hosts: ['bad.example.com'] } }]);
  });
});
