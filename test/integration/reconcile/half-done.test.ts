import { afterEach, describe, expect, it } from 'vitest';
import { ownerKey, type ReceivedEvent } from '../../../lib/contract/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import type { NitroWriter } from '../../../lib/nitro/index.ts';
import { type BatchReport, reconcile } from '../../../lib/reconcile/index.ts';
import { breaking } from '../../support/breaking.ts';
import { askNobody, hostsOf, startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { CLUSTER, changed, snapshot, state, withdrawn, work } from '../../support/events.ts';
import { type Asked, faulty } from '../../support/faulty.ts';

/** What is left when something of a batch could not be done: nobody is worse off than before (rule 9, LIF-2, TLS-6). */

let world: World | undefined;
let now = 0;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});
async function start(options: WorldOptions = {}): Promise<World> {
  now = 1_000_000_000;
  world = await startWorld({ now: () => now, ...options });
  return world;
}
const refusing = (at: World, refuses: (asked: Asked) => boolean, ...events: ReceivedEvent[]): Promise<BatchReport> =>
  reconcile({ ...at.engine, writer: faulty(at.engine.writer, refuses) }, events, askNobody);
const kinds = ({ outcomes }: BatchReport): string[] =>
  outcomes.map(({ detailType, data }) => `${detailType}${'name' in data ? ` ${data.name}` : ''}`);
const lines = (at: World, part: string): string[] => at.config().filter((line) => line.includes(part));

const HOST = 'h.example.com';

describe('rule 9: what an object’s refusal leaves', () => {
  it('a move that is refused at the new address leaves the old one whole', async () => {
    const at = await start();
    await at.deliver(changed(10, state('a')));
    const before = lines(at, '192.0.2.10').concat(lines(at, '192_0_2_10_443'));
    const moved = changed(20, state('a', { vip: '192.0.2.11' }));
    const report = await refusing(at, ({ op, type }) => op === 'add' && type === 'lbvserver', moved);
    expect(report.outcomes).toMatchObject([
      { detailType: 'Ingress Failed', data: { reason: expect.stringContaining('1072') } },
    ]);
    expect(lines(at, '192.0.2.10').concat(lines(at, '192_0_2_10_443'))).toEqual(before);

    expect(kinds(await at.deliver(moved))).toEqual(['Ingress Programmed a']);
    expect(lines(at, '192.0.2.10')).toEqual([]);
  });

  it('CON-2: a holder that goes stays while the next one’s change is refused, and goes when it is not', async () => {
    const at = await start();
    const b = (members: readonly string[]) => state('b', { hosts: [HOST], created: 20, service: 'bb', members });
    await at.deliver(changed(10, state('a', { hosts: [HOST], created: 10 })), changed(20, b(['10.1.0.1'])));
    const events = [withdrawn(30, 'a'), changed(40, b(['10.1.0.1', '10.1.0.2']))];
    await refusing(at, ({ op }) => op === 'members', ...events);
    const [id] = [...hostsOf(at).values()];
    expect(at.config().some((line) => line.startsWith('add ssl policy') && line.includes(`EQ(\\"${id}\\")`))).toBe(
      true,
    );

    await at.deliver(...events);
    expect(lines(at, 'default-a-')).toEqual([]);
    expect(hostsOf(at).get(HOST)).not.toBe(id);
  });
});

describe('rule 3: a tombstone that a watermark covers', () => {
  const records = (at: World): string[] =>
    at.config({ ledger: true }).flatMap((line) => / I\.\S+ (1;\d+;[LD][AP])/.exec(line)?.[1] ?? []);

  it('does not take the record away of one that comes back and fails: nothing of it is forgotten', async () => {
    const at = await start();
    await at.deliver(withdrawn(10, 'a'));
    const whole = snapshot(20, [state('a')], { flagged: true });
    const { outcomes } = await refusing(at, ({ op, type }) => op === 'add' && type === 'sslaction', whole);
    expect(outcomes[0]).toMatchObject({ detailType: 'Ingress Failed' });
    expect(records(at)).toEqual(['1;20;LP']);
    await at.deliver(withdrawn(30, 'a'));
    expect(at.config()).toEqual([]);
  });

  it('nor of one that waits for its address: the audit asks for it when it comes free', async () => {
    const at = await start({ appliance: { config: 'add lb vserver theirs TCP 192.0.2.10 443\n' } });
    await at.deliver(withdrawn(10, 'a'));
    await at.deliver(snapshot(20, [state('a')], { flagged: true }));
    expect(records(at)).toEqual(['1;20;LP']);
  });
});

describe('rule 8: hosts whose claims went before them', () => {
  it.each([
    ['on the TLS port', 'nsp_f_192_0_2_10_443'],
    ['on the port that redirects', 'nsp_f_192_0_2_10_80'],
  ])('%s: what refused to go goes when the event comes again', async (_what, map) => {
    const at = await start();
    const annotations = { 'ingress.citrix.com/insecure-termination': 'redirect' };
    await at.deliver(changed(10, state('a', { annotations })), changed(11, state('b', { annotations })));
    const refused = ({ op, body }: Asked): boolean =>
      op === 'remove' && body.name === map && body.key === 'a.example.com';
    await refusing(at, refused, withdrawn(20, 'a'));
    expect(lines(at, 'a.example.com')).not.toEqual([]);
    await at.deliver(withdrawn(20, 'a'));
    expect(lines(at, 'a.example.com')).toEqual([]);
    expect(lines(at, 'b.example.com')).not.toEqual([]);
  });
});

describe('rule 11: a guard that a batch does not get around', () => {
  it('an older snapshot that the refused one outvoted is held against it, too', async () => {
    const at = await start({ settings: { prune: { percent: 50, minimum: 1 } } });
    for (let index = 0; index < 10; index++) await at.deliver(changed(10 + index, state(`i${index}`)));
    expect(kinds(await at.deliver(snapshot(100, []), snapshot(200, [])))).toEqual(['Prune Refused', 'Prune Refused']);
    expect(hostsOf(at).size).toBe(10);
  });

  it('what others of the batch withdraw is not counted as kept', async () => {
    const at = await start({ settings: { prune: { percent: 50, minimum: 1 } } });
    for (let index = 0; index < 10; index++) await at.deliver(changed(10 + index, state(`i${index}`)));
    const gone = Array.from({ length: 5 }, (_, index) => withdrawn(300 + index, `i${index}`));
    await at.deliver(snapshot(100, []), ...gone);
    expect(hostsOf(at).size).toBe(5);
  });
});

describe('rule 2: objects that no record names', () => {
  /** What the ledger and the map say of this Ingress is taken away by hand; its back end stays. */
  async function forgotten(at: World, name: string): Promise<void> {
    const rows = (map: string) => at.engine.reader.rows('policystringmap_pattern_binding', { name: map });
    const key = ownerKey({ cluster: CLUSTER, namespace: 'default', name });
    const maps = await at.engine.reader.rows('policystringmap');
    for (const map of maps.map((row) => String(row.name))) {
      const own = (await rows(map)).filter((row) => `${row.key} ${row.value}`.includes(key));
      await at.engine.writer.remove(
        own.map((row) => ({
          type: 'policystringmap_pattern_binding',
          name: ['name', map],
          args: { key: String(row.key) },
        })),
      );
    }
  }

  it('go with a snapshot of their range that compares real objects, and with no other', async () => {
    const at = await start();
    await at.deliver(changed(10, state('a')), changed(11, state('b')));
    await forgotten(at, 'a');
    const verify = ['appliance'];
    const elsewhere = ownerKey({ cluster: CLUSTER, namespace: 'default', name: 'a' }).startsWith('22') ? 'zz' : '22';
    await at.deliver(snapshot(20, [state('b')], { flagged: true }));
    await at.deliver(snapshot(30, [], { flagged: true, verify, from: elsewhere, to: elsewhere }));
    await at.deliver(snapshot(40, [], { flagged: true, verify, cluster: 'other' }));
    expect(lines(at, 'default-a-')).not.toEqual([]);
    await at.deliver(snapshot(50, [state('b')], { flagged: true, verify }));
    expect(lines(at, 'default-a-')).toEqual([]);
    expect(lines(at, 'default-b-')).not.toEqual([]);
  });

  it('rule 11: the guard counts their owners: a lost ledger does not let an incomplete view through', async () => {
    const at = await start({ settings: { prune: { percent: 50, minimum: 1 } } });
    const all = Array.from({ length: 6 }, (_, index) => state(`i${index}`));
    await at.deliver(snapshot(10, all, { flagged: true }));
    const map = namesOf('nsp').ledgerMap(CLUSTER);
    await at.engine.writer.remove([{ type: 'policystringmap', name: ['name', map], args: {} }]);
    const again = { flagged: true, verify: ['appliance'] };
    expect(kinds(await at.deliver(snapshot(20, all.slice(0, 2), again)))).toEqual(['Prune Refused']);
    expect(hostsOf(at).size).toBe(6);
    await at.deliver(snapshot(30, all.slice(0, 4), again));
    expect(hostsOf(at).size).toBe(4);
  });

  it('what drains is no such object', async () => {
    const at = await start({ settings: { drainSeconds: 60 } });
    await at.deliver(changed(10, state('a')), changed(11, state('b')));
    await at.deliver(snapshot(20, [state('b')], { flagged: true }));
    const { outcomes } = await at.deliver(snapshot(30, [state('b')], { flagged: true, verify: ['appliance'] }));
    expect(outcomes.map(({ detailType }) => detailType)).toEqual(['Ingress Programmed', 'Snapshot Applied']);
    expect(lines(at, 'add lb vserver nsp-default-a-')).toHaveLength(1);
  });
});

describe('clean-ups', () => {
  it('leave a back end that is still in use: its retirement was broken off before its host had moved', async () => {
    const broken = breaking();
    const at = await start({ settings: { drainSeconds: 60 }, between: broken.between });
    await at.deliver(changed(10, state('a', { service: 'v1' })));
    broken.arm(1, true);
    await expect(at.deliver(changed(20, state('a', { service: 'v2' })))).rejects.toThrow('broken on purpose');
    now += 100_000;
    expect((await at.deliver(work('clean-up'))).work).toEqual([{ work: 'clean-up', removed: 0 }]);
    expect(lines(at, 'add serviceGroup')).toHaveLength(1);
  });

  it('find nothing of a back end that came back, though its row was left: the next snapshot takes that away', async () => {
    let breaks = true;
    const at = await start({
      settings: { drainSeconds: 60 },
      between: (transport) => (call) => {
        if (breaks && call.method === 'DELETE' && call.path.includes('key:R.')) {
          breaks = false;
          throw new Error('broken on purpose');
        }
        return transport(call);
      },
    });
    const rows = (): string[] => at.config({ ledger: true }).filter((line) => /nsp_l_\S+ R\./.test(line));
    await at.deliver(changed(10, state('a', { service: 'v1' })));
    await at.deliver(changed(20, state('a', { service: 'v2' })));
    await expect(at.deliver(changed(30, state('a', { service: 'v1' })))).rejects.toThrow('broken on purpose');
    // Of v2, and of v1 still.
    expect(rows()).toHaveLength(2);
    now += 30_000;
    await at.deliver(snapshot(40, [state('a', { service: 'v1' })]));
    expect(rows()).toHaveLength(1);
    now += 60_000;
    expect((await at.deliver(work('clean-up'))).work).toEqual([{ work: 'clean-up', removed: 1 }]);
    expect(lines(at, 'add serviceGroup')).toHaveLength(1);
  });

  it('count the drain time from the move, not from the first try', async () => {
    const broken = breaking();
    const at = await start({ settings: { drainSeconds: 60 }, between: broken.between });
    await at.deliver(changed(10, state('a', { service: 'v1' })));
    broken.arm(1, true);
    await expect(at.deliver(changed(20, state('a', { service: 'v2' })))).rejects.toThrow('broken on purpose');
    now += 59_000;
    await at.deliver(changed(20, state('a', { service: 'v2' })));
    now += 2_000;
    expect((await at.deliver(work('clean-up'))).work).toEqual([{ work: 'clean-up', removed: 0 }]);
    now += 60_000;
    expect((await at.deliver(work('clean-up'))).work).toEqual([{ work: 'clean-up', removed: 1 }]);
  });

  it('do not stop the queue over one that somebody else’s object names; its monitor goes with a back end', async () => {
    const at = await start({ settings: { drainSeconds: 60 } });
    const annotations = { 'ingress.citrix.com/monitor': '{"web":{"type":"tcp"}}' };
    await at.deliver(changed(10, state('a')), changed(11, state('c', { annotations })));
    const [used] = lines(at, 'add lb vserver nsp-default-a-').map((line) => line.split(' ')[3] as string);
    await at.deliver(withdrawn(20, 'a'), withdrawn(21, 'c'));
    await at.engine.writer.add([{ type: 'sslaction', body: { name: 'theirs', forward: used } }]);
    now += 100_000;
    const report = await at.deliver(work('clean-up'), changed(30, state('b')));
    expect(kinds(report)).toEqual(['Ingress Programmed b']);
    expect(report.work).toEqual([{ work: 'clean-up', removed: 1 }]);
    expect(lines(at, 'default-c-')).toEqual([]);
    expect(lines(at, 'add serviceGroup nsp-default-a-')).toHaveLength(1);
  });
});

describe('clean-ups of what has no mark', () => {
  it('keep the row of a back end whose monitor could not be removed, and remove it the next time', async () => {
    const at = await start({ settings: { drainSeconds: 60 } });
    const annotations = { 'ingress.citrix.com/monitor': '{"web":{"type":"tcp"}}' };
    await at.deliver(changed(10, state('a', { annotations })), changed(11, state('b')));
    await at.deliver(withdrawn(20, 'a'));
    now += 100_000;
    const refused = await refusing(at, ({ type }) => type === 'lbmonitor', work('clean-up'));
    expect(refused.work).toEqual([{ work: 'clean-up', removed: 0 }]);
    expect(lines(at, 'add lb monitor nsp-default-a-')).toHaveLength(1);
    expect((await at.deliver(work('clean-up'))).work).toEqual([{ work: 'clean-up', removed: 1 }]);
    expect(lines(at, 'default-a-')).toEqual([]);
  });
});

describe('REP-3: a remark that is new is heard', () => {
  it('of an Ingress whose routes stay as they are', async () => {
    const at = await start();
    await at.deliver(changed(10, state('a')));
    const report = await at.deliver(changed(20, state('a', { hosts: ['a.example.com', 'b_bad.example.com'] })));
    expect(report.outcomes).toMatchObject([
      { detailType: 'Ingress Programmed', data: { hosts: ['a.example.com'], findings: [{ code: 'HostInvalid' }] } },
    ]);
  });

  it('of one that is refused and that only a flagged snapshot speaks of', async () => {
    const at = await start();
    const report = await at.deliver(snapshot(40, [state('z', { hosts: ['z_bad.example.com'] })], { flagged: true }));
    expect(kinds(report)).toEqual(['Ingress Rejected z', 'Snapshot Applied']);
  });
});

describe('a record that somebody took away', () => {
  it('VAL-8: members come to a back end that had none: its policy is bound', async () => {
    const at = await start();
    await at.deliver(changed(10, state('a', { members: [] })));
    const map = at.appliance.runningConfig().match(/nsp_l_[a-z0-9]+/)?.[0] ?? '';
    await at.engine.writer.remove([{ type: 'policystringmap', name: ['name', map], args: {} }]);
    await at.deliver(changed(20, state('a')));
    expect(lines(at, 'bind ssl vserver').some((line) => line.includes('default-a-'))).toBe(true);
  });
});

describe('END-1: an appliance that takes a part of the members', () => {
  it('has the host served by those, and the others are named', async () => {
    const at = await start();
    const bad = { ip: '10.1.0.2', port: 8443 };
    const { writer } = at.engine;
    const partly: NitroWriter = {
      ...faulty(writer, () => false),
      members: async (lists) => {
        const taken = lists.map(({ group, members }) => ({
          group,
          members: members.filter(({ ip }) => ip !== bad.ip),
        }));
        return (await writer.members(taken)).map((result) => ({ ...result, failed: [bad] }));
      },
    };
    const event = changed(10, state('a', { members: ['10.1.0.1', bad.ip] }));
    const { outcomes } = await reconcile({ ...at.engine, writer: partly }, [event], askNobody);
    expect(outcomes).toMatchObject([
      {
        detailType: 'Ingress Programmed',
        data: { findings: [{ code: 'MemberRefused', message: expect.stringContaining('10.1.0.2:8443') }] },
      },
    ]);
    expect(lines(at, '10.1.0.1 8443')).toHaveLength(1);
  });
});

describe('REP-1: an outcome is published before the record forgets what it says', () => {
  const A = state('a');
  const OLD = [{ ip: '192.0.2.10', port: 443 }];
  const histories: [what: string, event: ReceivedEvent][] = [
    ['moved', changed(20, state('a', { vip: '192.0.2.11' }))],
    ['withdrawn', withdrawn(20, 'a')],
    ['missing in a snapshot', snapshot(20, [])],
  ];

  it.each(histories)(
    'an Ingress is %s, and the bus is down → the next delivery says where it was',
    async (_, event) => {
      const at = await start();
      await at.deliver(changed(10, A));
      const down = async (): Promise<void> => {
        throw new Error('the bus is down');
      };
      await expect(reconcile(at.engine, [event], askNobody, down)).rejects.toThrow('the bus is down');
      const { outcomes } = await at.deliver(event);
      expect(outcomes[0]?.data).toMatchObject({ name: 'a', removed: OLD });
    },
  );

  it('a record that is refused afterwards makes the outcome a failure, published once more', async () => {
    const at = await start();
    const published: string[][] = [];
    const { writer } = at.engine;
    const refuses = ({ type }: Asked): boolean => type === 'policystringmap_pattern_binding' && published.length > 0;
    const report = await reconcile(
      { ...at.engine, writer: faulty(writer, refuses) },
      [changed(10, A)],
      askNobody,
      async (outcomes) => {
        published.push(outcomes.map(({ detailType }) => detailType));
      },
    );
    expect(published).toEqual([['Ingress Programmed'], ['Ingress Failed']]);
    expect(kinds(report)).toEqual(['Ingress Failed a']);
  });
});
