import { afterEach, describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { encodeIngress } from '../../../lib/ledger/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { createTransport, NitroUnreachable, type Transport } from '../../../lib/nitro/index.ts';
import { reconcile } from '../../../lib/reconcile/index.ts';
import { type AuditedWorld, findingLines, Hand, NOW, startAudited } from '../../support/audit.ts';
import { askNobody, type WorldOptions } from '../../support/engine.ts';
import { changed, state, withdrawn, work } from '../../support/events.ts';
import { patient } from '../../support/patience.ts';

/** What happens to whole appliances, and to the audit while others work. */

const REDIRECT = { 'ingress.citrix.com/insecure-termination': 'redirect' };
const MAP = 'nsp_f_192_0_2_10_443';
const LEDGER = namesOf('nsp').ledgerMap('east');

let world: AuditedWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function start(clusters: readonly string[] = ['east'], options?: WorldOptions): Promise<AuditedWorld> {
  world = await startAudited(clusters, options);
  return world;
}

/** Standby claims over two clusters, wildcards, redirects to two ports, no member, settings, IPv6, names cut to fit. */
async function fill(at: AuditedWorld): Promise<void> {
  const settings = {
    'ingress.citrix.com/servicegroup': '{"web":{"clttimeout":"100"}}',
    'ingress.citrix.com/monitor': '{"web":{"type":"tcp","interval":7}}',
    'ingress.citrix.com/csvserver': '{"clttimeout":"5000"}',
  };
  await at.say(
    'east',
    state('one', { hosts: ['a.example.com', '*.example.com'], created: 10, annotations: REDIRECT }),
    state('two', { hosts: ['a.example.com', 'b.example.com'], members: [], created: 20 }),
    state('three', {
      vip: '192.0.2.10',
      hosts: ['*.deep.example.com'],
      annotations: { ...REDIRECT, 'ingress.citrix.com/secure-port': '8443' },
    }),
    state('four', { vip: '192.0.2.11', annotations: settings }),
    state('n'.repeat(200), { namespace: 's'.repeat(63), vip: '2001:db8::10', hosts: ['six.example.com'] }),
  );
  await at.say(
    'west',
    state('one', { hosts: ['b.example.com', 'c.example.com'], created: 15 }),
    state('two', { vip: '192.0.2.11', created: 5, hosts: ['four.example.com'] }),
  );
}

/** What operators and another system have on the same appliance. */
async function addForeign(at: AuditedWorld): Promise<void> {
  const hand = new Hand(at);
  await hand.add('lbvserver', 'nsp-not-ours', { servicetype: 'TCP', comment: 'nsp1 as an operator writes it' });
  await hand.add('csvserver', 'shop', { servicetype: 'SSL', ipv46: '198.51.100.1', port: 443 });
  await hand.add('policystringmap', 'nsp_f_mine', {});
  await hand.setRow('nsp_f_mine', 'a.example.com', 'x');
  await hand.add('sslpolicy', 'nsp-own', { rule: 'false', action: 'RESET' });
  await hand.add('sslvserver_sslpolicy_binding', 'nsp-192.0.2.10-443', {
    policyname: 'nsp-own',
    type: 'CLIENTHELLO_REQ',
    priority: 700,
  });
  const other = { ...at.engine, settings: { ...at.engine.settings, systemId: 'nspb' } };
  await reconcile(other, [changed(1_000_900, state('one', { vip: '192.0.2.99' }), { cluster: 'east' })], askNobody);
}

describe('an appliance that nobody touched', () => {
  it('is as it should be: no request, no write, and of an operator’s policy before ours one word', async () => {
    const at = await start(['east', 'west'], { settings: { drainSeconds: 36_000 } });
    await fill(at);
    await addForeign(at);
    // A member that drains, a back end that retires, and a tombstone.
    const members = (...addresses: string[]) => state('seven', { vip: '192.0.2.12', members: addresses });
    await at.sayAlone('east', members('10.1.0.1', '10.1.0.2'));
    await at.sayAlone('east', members('10.1.0.1'));
    await at.sayAlone('east', state('one', { hosts: ['a.example.com', '*.example.com'], created: 10, service: 'new' }));
    await at.withdraw('east', 'three');
    at.requests();
    const report = await at.look();
    expect(report.findings).toEqual([
      {
        code: 'PolicyForeign',
        object: 'sslvserver_sslpolicy_binding nsp-192.0.2.10-443 nsp-own',
        is: 'bound with priority 700',
        should:
          'unbound, unless it is intended: unbind ssl vserver nsp-192.0.2.10-443 -policyName nsp-own -type CLIENTHELLO_REQ -priority 700',
        owners: [],
      },
    ]);
    expect([report.resyncs, report.work]).toEqual([[], []]);
    expect(report.gauges).toMatchObject({ ingresses: { live: 7, pending: 0, withdrawn: 1 }, retired: 2, drift: 0 });
    const { total, writes } = at.requests();
    expect(writes).toBe(0);
    // One for each type, and few more: entries of data sets are read only where there is a data set.
    expect(total).toBeLessThanOrEqual(26);
  });

  it('LIF-5: a server that somebody disabled is said, and neither enabled nor taken for a change of members', async () => {
    const at = await start();
    await at.say('east', state('one', { members: ['10.1.0.1', '10.1.0.2'] }), state('two'));
    const hand = new Hand(at);
    await hand.disable('server', '10.1.0.1');
    const report = await at.look();
    expect(report.findings).toEqual([
      {
        code: 'ServerDisabled',
        object: 'server 10.1.0.1',
        is: 'disabled, and a member of 2 groups of ours',
        should: 'enabled, unless it is intended: enable server 10.1.0.1',
        owners: [],
      },
    ]);
    expect([report.resyncs, report.gauges.drift]).toEqual([[], 0]);
  });

  it('counts the routes that carry traffic, standby claims apart', async () => {
    const at = await start(['east', 'west']);
    await fill(at);
    // a, *., b, c, four, six and the deep wildcard; redirects of a, *. and the deep one.
    expect((await at.look()).gauges.routes).toBe(10);
  });
});

describe('LIF-7: an appliance that came back otherwise', () => {
  it('rebooted without any save: the ledgers are gone, and all is asked for', async () => {
    const at = await start(['east', 'west']);
    await fill(at);
    const before = at.objects();
    await at.appliance.reboot();
    const report = await at.look();
    expect(findingLines(report)).toEqual(['LedgerMissing cluster → nobody', 'LedgerMissing cluster → nobody']);
    expect(report.resyncs).toEqual(
      ['east', 'west'].map((cluster) => ({
        cluster,
        appliances: ['appliance'],
        reason: 'found by the audit: 1 × LedgerMissing',
      })),
    );
    await at.answer(report);
    expect(at.objects()).toEqual(before);
    expect(findingLines(await at.look())).toEqual([]);
  });

  it('with an older save: whole in itself, but older than its start, so all is asked for', async () => {
    let booted: number | undefined;
    let clock = { now: 0 };
    // A node that starts is the primary from then on.
    const between = (next: Transport): Transport => {
      return async (call) => {
        const answer = await next(call);
        if (!call.path.startsWith('config/hanode') || booted === undefined) return answer;
        return { ...answer, body: { hanode: [{ id: '0', masterstatetime: String((clock.now - booted) / 1000) }] } };
      };
    };
    const at = await start(['east'], { between });
    clock = at.clock;
    await at.say('east', state('one'));
    await at.deliver(work('save'));
    await at.sayAlone('east', state('two'), state('one', { hosts: ['new.example.com'] }));
    const before = at.objects();
    at.clock.now = NOW - 60_000;
    await at.appliance.reboot();
    booted = at.clock.now;
    const report = await at.look();
    expect(findingLines(report)).toEqual(['PrimarySince cluster → nobody']);
    expect(report.resyncs).toMatchObject([{ cluster: 'east', appliances: ['appliance'] }]);
    expect(report.resyncs[0]).not.toHaveProperty('ingresses');
    // The answer is of after the start, as the forwarder's clock goes on.
    at.later(NOW);
    await at.answer(report);
    expect(at.objects()).toEqual(before);
    expect(findingLines(await at.look())).toEqual([]);
  });

  it('failed over: this node is the primary since then, so all is verified once', async () => {
    let peer: Transport | undefined;
    const between = (next: Transport): Transport => {
      return (call) => (peer ?? next)(call);
    };
    const at = await start(['east'], { appliance: { ha: {} }, between });
    await at.say('east', state('one'));
    const before = at.objects();
    at.clock.now = NOW - 60_000;
    await at.appliance.failover();
    peer = createTransport(at.appliance.urls[1] as string, { verify: true }, patient(30_000));
    const report = await at.look();
    expect(findingLines(report)).toEqual(['PrimarySince cluster → nobody']);
    at.later(NOW);
    await at.answer(report);
    expect(at.objects()).toEqual(before);
    expect(findingLines(await at.look())).toEqual([]);
  });

  it.each<[string, Awaited<ReturnType<Transport>>]>([
    ['does not say since when', { status: 200, headers: {}, body: {} }],
    [
      'may not be asked, in a partition',
      { status: 403, headers: {}, body: { errorcode: 2138, message: 'Not authorized' } },
    ],
  ])('%s: no guess, and the rest is compared all the same', async (_what, answer) => {
    const between = (next: Transport): Transport => {
      return async (call) => (/^config\/(hanode|nsfeature)/.test(call.path) ? answer : next(call));
    };
    const at = await start(['east'], { between });
    await at.say('east', state('one'));
    const hand = new Hand(at);
    await hand.removeRow(LEDGER, /^W/);
    await hand.unbind('nsp-192.0.2.10-443', 'nsp-reset');
    expect(findingLines(await at.look())).toEqual(['ObjectMissing sslvserver_sslpolicy_binding → east one']);
  });

  it('is away: an error, and no finding', async () => {
    let away = false;
    const between = (next: Transport): Transport => {
      return async (call) => {
        if (away && call.path.startsWith('config/hanode')) throw new NitroUnreachable('test', 'gone', true);
        return next(call);
      };
    };
    const at = await start(['east'], { between });
    await at.say('east', state('one'));
    away = true;
    await expect(at.look()).rejects.toThrow('gone');
  });
});

describe('what was begun and not finished (rule 7)', () => {
  /** Loses the connection at the n-th write from now on. */
  function crashing(): { between: (next: Transport) => Transport; after(writes: number): void } {
    let left = Number.POSITIVE_INFINITY;
    return {
      after: (writes) => {
        left = writes;
      },
      between: (next) => (call) => {
        if (call.method !== 'GET' && --left < 0) throw new NitroUnreachable('test', 'the connection was lost', true);
        return next(call);
      },
    };
  }

  it('is left alone while it is young, and asked for when it is not', async () => {
    const crash = crashing();
    const at = await start(['east'], { between: crash.between });
    await at.say('east', state('one'));
    crash.after(3);
    await expect(at.sayAlone('east', state('two'))).rejects.toThrow('the connection was lost');
    crash.after(Number.POSITIVE_INFINITY);

    const young = await at.look({}, at.lastSequence() + 4 * 60_000);
    expect(findingLines(young)).toEqual([]);
    expect(young.gauges.ingresses.pending).toBe(1);
    const old = await at.look();
    expect(findingLines(old)).toEqual(['Unfinished Ingress → east two']);
    await at.answer(old);
    expect(findingLines(await at.look())).toEqual([]);
    expect(at.objects().filter((line) => /nsp_f_\S+ two\.example\.com /.test(line))).toHaveLength(1);
  });
});

describe('CON-4: an address that somebody else holds (rule 12)', () => {
  it('is left while it is held, and asked for when it is free', async () => {
    const at = await start();
    await at.say('east', state('two', { vip: '192.0.2.11' }));
    const hand = new Hand(at);
    await hand.add('lbvserver', 'shop', { servicetype: 'SSL_BRIDGE', ipv46: '192.0.2.10', port: 443 });
    // As rule 12 leaves it: pending, with the place that it waits for, and no claim there.
    const owner = { cluster: 'east', namespace: 'default', name: 'one' };
    const { key, value, comment } = encodeIngress({
      key: ownerKey(owner),
      namespace: owner.namespace,
      name: owner.name,
      sequence: at.lastSequence(),
      kind: 'live',
      state: 'pending',
      hashes: { frontend: '', routes: '', members: '' },
      created: 1000,
      routes: 1,
      frontends: [{ vip: '192.0.2.10', port: 443, kind: 'tls' }],
    });
    await hand.setRow(LEDGER, key, value, comment);
    at.expectLater('east', state('one'));

    const held = await at.look();
    expect(findingLines(held)).toEqual(['AddressTaken Ingress → nobody']);
    expect(held.findings[0]?.is).toBe('192.0.2.10_443 held by shop');
    expect([held.resyncs, held.gauges.drift]).toEqual([[], 0]);

    await hand.remove('lbvserver', 'shop');
    const free = await at.look();
    expect(findingLines(free)).toEqual(['Unfinished Ingress → east one']);
    await at.answer(free);
    expect(findingLines(await at.look())).toEqual([]);
    expect((await at.look()).gauges.routes).toBe(2);
  });
});

describe('rows that nobody claims, or nobody who is there', () => {
  it('of a withdrawn Ingress that come back are found and removed, whichever front end they are on', async () => {
    const at = await start();
    await at.say('east', state('one'), state('gone', { vip: '192.0.2.10', hosts: ['gone.example.com'] }));
    const hand = new Hand(at);
    const rows = (await hand.rows('policystringmap_pattern_binding', MAP)).filter(
      ({ key, comment }) => String(comment).includes('gone') || String(key).startsWith('gone'),
    );
    expect(rows).toHaveLength(2);
    await at.withdraw('east', 'gone');
    const before = at.objects();
    for (const { key, value, comment } of rows) await hand.setRow(MAP, String(key), String(value), String(comment));
    for (let look = 0; look < 2; look++) await at.answer(await at.look());
    expect(findingLines(await at.look())).toEqual([]);
    expect(at.objects()).toEqual(before);
  });

  it('are unbound only if nobody claims them by then, and in maps of ours alone', async () => {
    const at = await start();
    await at.say('east', state('one'));
    const hand = new Hand(at);
    await hand.setRow(MAP, 'x.example.com', 'junk');
    await hand.setRow(MAP, 'y.example.com', 'junk');
    await hand.setRow(MAP, '#mine', 'note of an operator');
    await hand.add('policystringmap', 'nsp_f_mine', {});
    await hand.setRow('nsp_f_mine', 'x.example.com', 'theirs');
    const { work: asked } = await at.look();
    await at.sayAlone('east', state('two', { hosts: ['x.example.com'] }));
    const unclaimed = [...(asked[0]?.unclaimed ?? []), { map: 'nsp_f_mine', host: 'x.example.com' }];
    await at.answer({ ...(await at.look()), resyncs: [], work: [{ ...asked[0]!, unclaimed }] });
    const hosts = async (map: string) =>
      (await hand.rows('policystringmap_pattern_binding', map))
        .map(({ key }) => String(key))
        .filter((key) => /^([a-z]|#mine)/.test(key))
        .sort();
    expect(await hosts(MAP)).toEqual(['#mine', 'one.example.com', 'x.example.com']);
    expect(await hosts('nsp_f_mine')).toEqual(['x.example.com']);
    expect(findingLines(await at.look())).toEqual([]);
  });
});

describe('while others work', () => {
  it.each(['policystringmap', 'sslvserver_sslpolicy_binding', 'lbvserver', 'servicegroup_servicegroupmember_binding'])(
    'what changes while the audit looks, before it reads %s, is no drift',
    async (type) => {
      let change: (() => Promise<unknown>) | undefined;
      const between = (next: Transport): Transport => {
        return async (call) => {
          if (call.method === 'GET' && call.path.startsWith(`config/${type}?`)) {
            const now = change;
            change = undefined;
            await now?.();
          }
          return next(call);
        };
      };
      const at = await start(['east'], { between });
      await at.say('east', state('one'), state('two', { members: [] }));
      change = async () => {
        await at.sayAlone('east', state('one', { service: 'new', hosts: ['new.example.com'] }));
        await at.sayAlone('east', state('two', { members: ['10.1.0.7'] }));
        await at.withdraw('east', 'two');
        await at.sayAlone('east', state('three', { vip: '192.0.2.77' }));
      };
      expect(findingLines(await at.look())).toEqual([]);
      expect(change).toBeUndefined();
      expect(findingLines(await at.look())).toEqual([]);
    },
  );
});

describe('LIF-9: work', () => {
  it('a save when the last change is older than the debounce, and none once it is saved', async () => {
    const at = await start();
    await at.say('east', state('one'));
    const saveAfterSeconds = 60;
    const soon = await at.look({ saveAfterSeconds: 7200 });
    expect([soon.work, soon.gauges.unsavedSeconds]).toEqual([[], 3600]);
    const due = await at.look({ saveAfterSeconds });
    expect(due.work).toEqual([
      { appliance: 'appliance', work: 'save', reason: 'the last change is 3600 s old and not saved' },
    ]);
    await at.deliver(work('save'));
    const after = await at.look({ saveAfterSeconds });
    expect([after.work, after.gauges.unsavedSeconds]).toEqual([[], 0]);
  });

  it('a clean-up when a drain time is over, and none before or after', async () => {
    const at = await start(['east'], { settings: { drainSeconds: 300 } });
    await at.say('east', state('one'));
    await at.sayAlone('east', state('one', { service: 'new' }));
    const early = await at.look({}, at.clock.now + 299_000);
    expect([early.work, early.gauges.retired, early.findings]).toEqual([[], 1, []]);
    const due = await at.look();
    expect(due.work).toEqual([
      { appliance: 'appliance', work: 'clean-up', reason: 'the drain time of 1 back ends is over' },
    ]);
    await at.deliver(work('clean-up'));
    const after = await at.look();
    expect([after.work, after.gauges.retired, after.findings]).toEqual([[], 0, []]);
  });
});

describe('LIF-5: what is not ours any more is reported, and nothing is asked', () => {
  it.each(['lbvserver', 'servicegroup', 'sslpolicy'])('%s of a back end that lost its mark', async (type) => {
    const at = await start();
    await at.say('east', state('one'));
    const hand = new Hand(at);
    const name = await hand.backend('one');
    const [before] = await hand.rows(type, name);
    await hand.set(type, name, { comment: 'mine' });
    const report = await at.look();
    expect(findingLines(report)).toEqual([`MarkLost ${type} → nobody`]);
    expect(report.findings[0]).toMatchObject({
      is: 'there with comment "mine"',
      should: `there with comment "${before?.comment}"`,
    });
    expect(report.resyncs).toEqual([]);
    // Given back, it is ours again.
    await hand.set(type, name, { comment: String(before?.comment) });
    expect(findingLines(await at.look())).toEqual([]);
  });

  it('a front end that lost its mark: nothing of it can be seen, so nothing of it is asked for', async () => {
    const at = await start();
    await at.say('east', state('one'));
    await new Hand(at).set('csvserver', 'nsp-192.0.2.10-443', { comment: 'mine' });
    const report = await at.look();
    expect(findingLines(report)).toEqual(['MarkLost csvserver → nobody']);
    expect(report.resyncs).toEqual([]);
  });

  it('a ledger that lost its mark: it is read all the same', async () => {
    const at = await start();
    await at.say('east', state('one'));
    await new Hand(at).set('policystringmap', LEDGER, { comment: 'mine' });
    const report = await at.look();
    expect(findingLines(report)).toEqual(['MarkLost policystringmap → nobody']);
    expect(report.findings[0]?.should).toBe('there with comment "nsp1;s=nsp;c=east"');
    expect(report.gauges.ingresses.live).toBe(1);
  });

  it('a host that nobody has heard of', async () => {
    const at = await start();
    await at.say('east', state('one'));
    await new Hand(at).setRow(MAP, 'z.example.com', 'nothing', 'mine');
    const report = await at.look();
    expect(findingLines(report)).toEqual(['HostUnexplained policystringmap_pattern_binding → nobody']);
    expect(report.resyncs).toEqual([]);
  });
});

describe('what exists once for the system', () => {
  it.each([
    ['the closing policy', 'sslpolicy', 'nsp-reset', { rule: 'false' }],
    ['the TCP profile', 'nstcpprofile', 'nsp-tcp', { establishclientconn: 'AUTOMATIC' }],
    ['the closing policy of port 80', 'responderpolicy', 'nsp-reset-http', { rule: 'false' }],
  ])('%s changed', async (_what, type, name, body) => {
    const at = await start(['east', 'west']);
    await at.say('east', state('one', { annotations: REDIRECT }), state('two', { created: 5 }));
    await at.say('west', state('one', { vip: '192.0.2.11', annotations: REDIRECT }));
    await new Hand(at).set(type, name, body);
    const speaker = type === 'responderpolicy' ? 'one' : 'two';
    expect(findingLines(await at.look())).toEqual([`ObjectChanged ${type} → east ${speaker}, west one`]);
  });

  it('the placeholder certificate: a word a year before it ends', async () => {
    const at = await start();
    await at.say('east', state('one'));
    const DAY = 86_400_000;
    expect((await at.look({}, at.clock.now + 3280 * DAY)).findings).toEqual([]);
    const report = await at.look({}, at.clock.now + 20 * DAY);
    expect(findingLines(report)).toEqual(['PlaceholderExpires sslcertkey → nobody']);
    expect([report.resyncs, report.gauges.drift]).toEqual([[], 0]);
  });
});

describe('claims and records are the measure of the rest', () => {
  it('CON-5: a setting whose wish is lost is its owner’s to restore, not the oldest’s to take back', async () => {
    const at = await start();
    await at.say(
      'east',
      state('one', { created: 10 }),
      state('two', { created: 20, annotations: { 'ingress.citrix.com/csvserver': '{"clttimeout":"5000"}' } }),
    );
    const before = at.objects();
    await new Hand(at).removeRow(MAP, /^=/);
    const report = await at.look();
    expect(findingLines(report)).toEqual(['ClaimsChanged Ingress → east two']);
    await at.answer(report);
    expect(at.objects()).toEqual(before);
  });

  it('a claim on a front end that its record does not name', async () => {
    const at = await start();
    await at.say('east', state('one'), state('two', { vip: '192.0.2.11' }));
    const hand = new Hand(at);
    const { key, value, comment } = await hand.row(MAP, /^#/);
    await hand.removeRow(MAP, /^#/);
    await hand.setRow('nsp_f_192_0_2_11_443', key, value, comment);
    const report = await at.look();
    expect(findingLines(report)).toEqual(['ClaimsChanged Ingress → east one']);
    expect(report.findings[0]).toMatchObject({
      is: 'a claim on 192.0.2.11_443',
      should: 'claims on 192.0.2.10_443 only',
    });
  });

  it('objects of an owner whose name was cut and that nothing else names: seen, and nobody can be asked', async () => {
    const at = await start();
    const long = state('n'.repeat(200), { namespace: 's'.repeat(63), hosts: ['a.example.com'] });
    await at.say('east', long);
    const hand = new Hand(at);
    await hand.removeRow(LEDGER, /^I/);
    await hand.removeRow(MAP, /^#/);
    const report = await at.look();
    const types = new Set(report.findings.map(({ code, object }) => `${code} ${object.split(' ')[0]}`));
    for (const type of ['lbvserver', 'servicegroup', 'sslaction', 'sslpolicy', 'csvserver', 'policystringmap']) {
      expect(types).toContain(`ObjectUnexplained ${type}`);
    }
    expect(types).toContain('HostUnexplained policystringmap_pattern_binding');
    expect(report.resyncs).toEqual([]);
  });
});

describe('VAL-13: settings, of which the appliance knows a digest only', () => {
  const annotations = {
    'ingress.citrix.com/lbvserver': '{"web":{"lbmethod":"ROUNDROBIN"}}',
    'ingress.citrix.com/monitor': '{"web":{"type":"tcp","interval":7}}',
  };

  it('are verified once a day, by those who have any', async () => {
    const at = await start();
    await at.say('east', state('one', { annotations }), state('two'));
    const before = at.objects();
    const hand = new Hand(at);
    const name = await hand.backend('one');
    await hand.set('lbvserver', name, { lbmethod: 'LEASTCONNECTION' });
    await hand.remove('servicegroup_lbmonitor_binding', name, { monitor_name: name });
    await hand.remove('lbmonitor', name, { type: 'TCP' });
    const DAY = 86_400_000;
    const said = at.lastSequence();
    expect(findingLines(await at.look({}, said + DAY))).toEqual([]);
    const report = await at.look({}, said + DAY + 1);
    expect(findingLines(report)).toEqual(['SettingsUnseen Ingress → east one']);
    expect(report.gauges.drift).toBe(0);
    at.later(said + DAY);
    await at.answer(report);
    expect(at.objects()).toEqual(before);
    expect(findingLines(await at.look())).toEqual([]);
  });

  it('a few at a time, the oldest first', async () => {
    const at = await start();
    for (let number = 10; number < 40; number++) await at.sayAlone('east', state(`web-${number}`, { annotations }));
    await at.say('east', ...Array.from({ length: 30 }, (_, index) => state(`web-${index + 10}`, { annotations })));
    const report = await at.look({}, at.lastSequence() + 100_000_000);
    expect(findingLines(report)).toEqual(
      Array.from({ length: 20 }, (_, index) => `SettingsUnseen Ingress → east web-${index + 10}`),
    );
  });

  it('what settings cannot decide is compared at once', async () => {
    const at = await start();
    await at.say('east', state('one', { annotations }));
    const hand = new Hand(at);
    await hand.set('servicegroup', await hand.backend('one'), { autodisabledelay: 77 });
    expect(findingLines(await at.look())).toEqual(['ObjectChanged servicegroup → east one']);
  });
});

describe('redirects to several secure ports', () => {
  const RULES = 'nsp_f_192_0_2_10_80';
  const to = (port: number): Record<string, string> => ({
    ...REDIRECT,
    'ingress.citrix.com/secure-port': String(port),
  });

  it.each<[string, (hand: Hand) => Promise<void>]>([
    ['is lost', (hand) => hand.removeRow(RULES, /^!/)],
    ['names one of them only', (hand) => hand.setRow(RULES, '!', 'http 443', 'nsp1;s=nsp;f=192.0.2.10_80_http')],
    [
      'is lost with the server',
      async (hand) => {
        await hand.removeRow(RULES, /^!/);
        await hand.remove('csvserver', 'nsp-192.0.2.10-80');
      },
    ],
  ])('come back where the sign of what was made %s', async (_what, spoil) => {
    const at = await start();
    await at.say('east', state('a', { created: 10, annotations: to(443) }), state('b', { annotations: to(8443) }));
    const before = at.objects();
    await spoil(new Hand(at));
    await at.answer(await at.look());
    expect(findingLines(await at.look())).toEqual([]);
    expect(at.objects()).toEqual(before);
  });

  it('an owner who is asked alone takes nothing from the others, nor does one who has nothing there', async () => {
    const at = await start();
    await at.say('east', state('a', { created: 10, annotations: to(443) }), state('b', { annotations: to(8443) }));
    const before = at.objects();
    const hand = new Hand(at);
    for (const map of [RULES, MAP]) await hand.removeRow(map, /^!/);
    const common = { uid: 'uid-east', cluster: 'east', verify: ['appliance'] };
    await at.deliver(withdrawn(at.lastSequence() + 1, 'nobody', common));
    await at.deliver(changed(at.lastSequence() + 2, state('a', { created: 10, annotations: to(443) }), common));
    expect(at.objects()).toEqual(before);
  });
});

describe('places of policies', () => {
  it('a policy bound behind the ones that close its tier', async () => {
    const at = await start();
    await at.say('east', state('one'));
    const hand = new Hand(at);
    const policyname = await hand.backend('one');
    await hand.unbind('nsp-192.0.2.10-443', policyname);
    await hand.add('sslvserver_sslpolicy_binding', 'nsp-192.0.2.10-443', {
      policyname,
      type: 'CLIENTHELLO_REQ',
      priority: 40_000,
    });
    const report = await at.look();
    expect(findingLines(report)).toEqual(['PlaceWrong sslvserver_sslpolicy_binding → east one']);
    expect(report.findings[0]).toMatchObject({ is: '40000', should: '2 to 31998' });
  });
});

describe('rule 10: who is asked', () => {
  it('only clusters that the appliance serves', async () => {
    const at = await start(['east', 'west']);
    await at.say('east', state('one'));
    await at.say('west', state('two'));
    const hand = new Hand(at);
    await hand.unbind('nsp-192.0.2.10-443', 'nsp-reset');
    await hand.set('lbvserver', await hand.backend('two', 'west'), { clttimeout: 5 });
    const report = await at.look({ clusters: ['east'] });
    expect(report.findings).toHaveLength(2);
    expect(report.resyncs).toEqual([
      {
        cluster: 'east',
        appliances: ['appliance'],
        reason: 'found by the audit: 1 × ObjectMissing',
        ingresses: [{ namespace: 'default', name: 'one' }],
      },
    ]);
  });
});
