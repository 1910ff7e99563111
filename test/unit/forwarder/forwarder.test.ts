import { describe, expect, it } from 'vitest';
import { type BusEvent, EVENTS, EVERYTHING, type EventData, PREFIXES } from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import type { ForwarderOptions } from '../../../lib/forwarder/interface.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import type { K8sObject } from '../../../lib/ingress/kubernetes.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';
import { memoryLog } from '../../support/memory-log.ts';
import {
  ingress,
  ManualClock,
  RecordingPublisher,
  RecordingReporter,
  ScriptedOutcomes,
  ScriptedSource,
  service,
  settle,
  slice,
  startForwarder,
} from './support.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function setUp(
  initial: readonly K8sObject[] = [],
  options: Partial<ForwarderOptions> & { complete?: boolean; down?: boolean } = {},
) {
  const { complete = true, down = false, ...rest } = options;
  const source = new ScriptedSource(initial, complete);
  const publisher = new RecordingPublisher();
  publisher.down = down;
  const { deliver, ...started } = await startForwarder(source, publisher, rest);
  const { clock } = started;
  return {
    ...started,
    source,
    publisher,
    sink: source.sink,
    /** What is said after a change. */
    saidAfter: async (change: () => void): Promise<string[]> => {
      publisher.clear();
      change();
      await clock.advance(2_000);
      return publisher.said;
    },
    bring: (detailType: string, data: object) => deliver(detailType, { cluster: 'c', appliance: 'p', ...data }),
  };
}

const dataOf = <T extends 'Ingress Changed' | 'Ingress Withdrawn' | 'Cluster Snapshot'>(
  event: BusEvent | undefined,
  _: T,
) => event?.detail.data as EventData<T>;
const outcome = (name: string, sequence: number, more: object = {}) => ({
  namespace: 'default',
  name,
  sequence,
  programmed: [],
  removed: [],
  hosts: [],
  findings: [],
  changes: [],
  durationMs: 1,
  ...more,
});

describe('what is published', () => {
  it('is at first one flagged snapshot of everything, and then the forwarder is ready', async () => {
    const { publisher, isReady, forwarder } = await setUp([ingress('a'), ...service('a', ['10.1.0.1'])]);
    expect(publisher.said).toEqual(['Snapshot* [a]']);
    const snapshot = dataOf(publisher.events[0], 'Cluster Snapshot');
    expect(snapshot).toMatchObject({ ...EVERYTHING, cluster: 'c', clusterUid: 'uid', listed: [] });
    expect(snapshot.ingresses[0]?.backends).toEqual([
      { service: 'a', port: 443, members: [{ address: '10.1.0.1', port: 8443 }] },
    ]);
    expect(isReady()).toBe(true);
    expect(forwarder.metrics()).toMatchObject({
      ingresses: 1,
      announced: 1,
      waiting: 0,
      published: 1,
      snapshots: 1,
      synced: true,
      complete: true,
    });
  });

  it('is a flagged snapshot also of an empty cluster: it may have been emptied while nobody watched', async () => {
    expect((await setUp()).publisher.said).toEqual(['Snapshot* []']);
  });

  it('is nothing before the first sync', async () => {
    const clock = new ManualClock();
    const source = new ScriptedSource([ingress('a')], 'never');
    const publisher = new RecordingPublisher();
    const forwarder = createForwarder({
      cluster: 'c',
      clusterUid: 'u',
      source,
      publisher,
      reporter: new RecordingReporter(),
      sequences: new MemorySequences(),
      clock,
    });
    await forwarder.start();
    await clock.advance(MINUTE);
    expect(publisher.events).toEqual([]);
    expect(forwarder.metrics()).toMatchObject({ synced: false, complete: false });
    source.sink.synced(true);
    await settle();
    expect(publisher.said).toEqual(['Snapshot* [a]']);
  });

  it('fits the schema of its event', async () => {
    const { publisher, saidAfter, sink } = await setUp([ingress('a')]);
    const events = [...publisher.events];
    await saidAfter(() => sink.upsert(ingress('a', { host: 'new.example.com' })));
    events.push(...publisher.events);
    await saidAfter(() => sink.remove('Ingress', 'default', 'a'));
    events.push(...publisher.events);
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Cluster Snapshot',
      'Ingress Changed',
      'Ingress Withdrawn',
    ]);
    for (const event of events) {
      expect(EVENTS[event.detailType].schema.safeParse(event.detail.data).success).toBe(true);
      expect(event).toMatchObject({
        source: 'nspass.forwarder',
        detail: { type: EVENTS[event.detailType].type, source: '/nspass/forwarder/c' },
      });
    }
    const sequences = events.map((event) => (event.detail.data as { sequence: number }).sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });
});

describe('a change', () => {
  const cases: [name: string, change: (sink: ScriptedSource['sink']) => void, said: string[]][] = [
    ['END-3: of endpoints', (sink) => sink.upsert(slice('a', ['10.1.0.2'])), ['Changed a']],
    ['of the Ingress', (sink) => sink.upsert(ingress('a', { host: 'new.example.com' })), ['Changed a']],
    [
      'of several is one batch',
      (sink) => ['a', 'b'].map((each) => sink.upsert(ingress(each, { host: 'new.example.com' }))),
      ['Changed a', 'Changed b'],
    ],
    ['LIF-1: that changes nothing', (sink) => sink.upsert(ingress('a')), []],
    [
      'LIF-1: that means nothing',
      (sink) => sink.upsert(ingress('a', { annotations: { 'example.com/owner': 'me' } })),
      [],
    ],
    ['there and back within the window', (sink) => [[], ['10.1.0.1']].map((each) => sink.upsert(slice('a', each))), []],
    [
      'SEL-3: the annotation off',
      (sink) => sink.upsert(ingress('a', { annotations: { 'ingress.citrix.com/ssl-passthrough': 'false' } })),
      ['Withdrawn a'],
    ],
    ['SEL-3: the class of another', (sink) => sink.upsert(ingress('a', { class: 'nginx' })), ['Withdrawn a']],
    ['SEL-3: deleted', (sink) => sink.remove('Ingress', 'default', 'a'), ['Withdrawn a']],
    [
      'deleted and made again within the window',
      (sink) => [sink.remove('Ingress', 'default', 'a'), sink.upsert(ingress('a', { host: 'new.example.com' }))],
      ['Changed a'],
    ],
    [
      'made and deleted within the window',
      (sink) => [sink.upsert(ingress('x')), sink.remove('Ingress', 'default', 'x')],
      [],
    ],
    [
      'SEL-4: of one without the annotation',
      (sink) => sink.upsert(ingress('x', { annotations: { 'ingress.citrix.com/ssl-passthrough': '' } })),
      [],
    ],
    [
      'a default class of another controller',
      (sink) =>
        sink.upsert({
          kind: 'IngressClass',
          metadata: {
            name: 'nginx',
            namespace: '',
            annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
          },
          spec: { controller: 'nginx' },
        }),
      // One object decides about both: that goes by a snapshot, which the prune guard may refuse.
      ['Snapshot* []'],
    ],
  ];
  it.each(cases)('%s', async (_, change, said) => {
    const { saidAfter, sink } = await setUp([ingress('a'), ingress('b'), ...service('a', ['10.1.0.1'])]);
    expect((await saidAfter(() => change(sink))).sort()).toEqual(said);
  });

  it('of many is a snapshot, flagged where it absorbs something', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `i${index}`);
    const { saidAfter, sink } = await setUp(
      names.map((each) => ingress(each)),
      { settings: { stormIngresses: 10, stormIntervalMs: 0 } },
    );
    const said = await saidAfter(() => {
      for (const each of names) sink.upsert(ingress(each, { host: 'new.example.com' }));
    });
    // Half as many as make a storm go out at once; the snapshot carries the rest.
    const first = names.slice(0, 5).map((name) => `Changed ${name}`);
    expect(said).toEqual([...first, `Snapshot* [${[...names].sort().join(' ')}]`]);
    const unchanged = await saidAfter(() => {
      for (const each of names)
        sink.upsert(ingress(each, { host: 'new.example.com', annotations: { 'example.com/x': '1' } }));
    });
    expect(unchanged).toEqual([`Snapshot [${[...names].sort().join(' ')}]`]);
  });
});

describe('failures of the bus', () => {
  it('are tried again with what is true then, the failed entries alone', async () => {
    const { saidAfter, sink, publisher, clock } = await setUp([ingress('a'), ingress('b')]);
    publisher.refuse = (event) => event.detail.subject === 'default/b';
    expect(
      await saidAfter(() => ['a', 'b'].map((each) => sink.upsert(ingress(each, { host: 'v1.example.com' })))),
    ).toEqual(['Changed a']);
    publisher.clear();
    sink.upsert(ingress('b', { host: 'v2.example.com' }));
    publisher.refuse = () => false;
    await clock.advance(MINUTE);
    expect(publisher.said).toEqual(['Changed b']);
    expect(dataOf(publisher.events[0], 'Ingress Changed').ingress.rules[0]?.host).toBe('v2.example.com');
  });

  it('may have arrived all the same: what is said next is said even if it is what was said before', async () => {
    const { saidAfter, sink, publisher } = await setUp([ingress('a')]);
    publisher.down = true;
    await saidAfter(() => sink.upsert(ingress('a', { host: 'v1.example.com' })));
    publisher.down = false;
    expect(await saidAfter(() => sink.upsert(ingress('a')))).toEqual(['Changed a']);
  });

  it('of hours cost one state for each Ingress, and back off up to the maximum', async () => {
    const { sink, publisher, clock, forwarder } = await setUp([ingress('a')]);
    publisher.down = true;
    publisher.clear();
    for (let minute = 0; minute < 60; minute += 1) {
      sink.upsert(ingress('a', { host: `v${minute}.example.com` }));
      await clock.advance(MINUTE);
    }
    // Full jitter of 0.5 over 30 s at most: about four attempts a minute.
    expect(publisher.batches.length).toBeLessThan(300);
    expect(forwarder.metrics()).toMatchObject({ waiting: 1, announced: 1 });
    expect(forwarder.metrics().failures).toBeGreaterThan(100);
    publisher.down = false;
    await clock.advance(MINUTE);
    expect(publisher.said.filter((each) => each.startsWith('Changed'))).toEqual(['Changed a']);
    expect(forwarder.metrics().failures).toBe(0);
  });

  it('at the start keep it from being ready, and the first snapshot stays flagged', async () => {
    const { isReady, clock, publisher } = await setUp([ingress('a')], { down: true });
    await clock.advance(MINUTE);
    expect(isReady()).toBe(false);
    publisher.down = false;
    await clock.advance(MINUTE);
    expect(publisher.said).toEqual(['Snapshot* [a]']);
    expect(isReady()).toBe(true);
  });

  it('of the sequence store publish nothing', async () => {
    const sequences = new MemorySequences();
    let broken = true;
    const { clock, publisher, isReady } = await setUp([ingress('a')], {
      sequences: {
        read: () => sequences.read(),
        reserve: async (upTo) => (broken ? Promise.reject(new Error('lease lost')) : sequences.reserve(upTo)),
      },
    });
    await clock.advance(MINUTE);
    expect(publisher.events).toEqual([]);
    expect(isReady()).toBe(false);
    broken = false;
    await clock.advance(MINUTE);
    expect(publisher.said).toEqual(['Snapshot* [a]']);
  });
});

describe('snapshots', () => {
  const INTERVAL = 16 * MINUTE;

  it('are repeated at an interval, unflagged while nothing happens, flagged once a day (rule 4)', async () => {
    const { publisher, clock } = await setUp([ingress('a')], {
      settings: { snapshotIntervalMs: 4 * 60 * MINUTE, snapshotJitter: 0 },
    });
    publisher.clear();
    await clock.advance(DAY + MINUTE);
    expect(publisher.said).toEqual([...Array(5).fill('Snapshot [a]'), 'Snapshot* [a]']);
  });

  it('ask an appliance that answers to verify, once after the start and once a day: a lost outcome comes again (REP-1)', async () => {
    const { publisher, clock, bring } = await setUp([ingress('a')], {
      settings: { snapshotIntervalMs: 4 * 60 * MINUTE, snapshotJitter: 0 },
    });
    const { sequence } = dataOf(publisher.events[0], 'Cluster Snapshot');
    const applied = { ...EVERYTHING, ingresses: 1, changed: 0, removed: 0, durationMs: 1 };
    await bring('Snapshot Applied', { sequence, ...applied });
    publisher.clear();
    await clock.advance(DAY + 5 * 60 * MINUTE);
    const verify = publisher.events.map((event) => dataOf(event, 'Cluster Snapshot').verify);
    expect(verify).toEqual([['p'], ...Array(5).fill(undefined), ['p']]);
  });

  it('are flagged after a refusal until one is accepted, and approved by an operator (rule 11)', async () => {
    const { publisher, clock, bring, forwarder } = await setUp([ingress('a')]);
    const { sequence } = dataOf(publisher.events[0], 'Cluster Snapshot');
    await bring('Prune Refused', {
      sequence,
      ...EVERYTHING,
      routes: 10,
      removes: 9,
      limitPercent: 30,
      reason: 'too many',
    });
    publisher.clear();
    await clock.advance(INTERVAL);
    await clock.advance(INTERVAL);
    expect(publisher.said).toEqual(['Snapshot* [a]', 'Snapshot* [a]']);
    publisher.clear();
    forwarder.snapshot('approved', { confirmed: true });
    await settle();
    const approved = dataOf(publisher.events[0], 'Cluster Snapshot');
    expect(approved).toMatchObject({ flagged: true, confirmed: true });
    await bring('Snapshot Applied', {
      sequence: approved.sequence,
      ...EVERYTHING,
      ingresses: 1,
      changed: 0,
      removed: 9,
      durationMs: 1,
    });
    publisher.clear();
    await clock.advance(INTERVAL);
    expect(publisher.said).toEqual(['Snapshot [a]']);
  });

  it('that take over say so in every range; refusals and their end are logged (rule 15)', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `i${index}`);
    const log = memoryLog();
    const { publisher, forwarder, bring, clock } = await setUp(
      names.map((each) => ingress(each)),
      { settings: { snapshotBytes: 4_000 }, log },
    );
    const { sequence } = dataOf(publisher.events[0], 'Cluster Snapshot');
    const refused = { routes: 0, removes: 0, limitPercent: 30, reason: 'comes from another cluster of this name' };
    await bring('Prune Refused', { sequence, ...EVERYTHING, ...refused });
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: expect.stringContaining('nothing of it was applied'), fields: { appliance: 'p', ...refused } },
    ]);
    publisher.clear();
    forwarder.snapshot('operator', { takesOver: true });
    await clock.advance(1_000);
    const ranges = publisher.events.map((event) => dataOf(event, 'Cluster Snapshot'));
    expect(ranges.length).toBeGreaterThan(5);
    expect(ranges.every(({ takesOver, flagged }) => takesOver === true && flagged)).toBe(true);
    for (const { detail } of publisher.events) expect(JSON.stringify(detail).length).toBeLessThanOrEqual(4_000);

    const applied = { ...EVERYTHING, ingresses: 60, changed: 60, removed: 0, durationMs: 1 };
    await bring('Snapshot Applied', { sequence: ranges.at(-1)?.sequence, ...applied });
    expect(log.lines.at(-1)).toMatchObject({ level: 'info', fields: { appliance: 'p' } });
    publisher.clear();
    await clock.advance(INTERVAL);
    expect(publisher.events.every((event) => !('takesOver' in event.detail.data))).toBe(true);
    expect(publisher.said.every((each) => each.startsWith('Snapshot ['))).toBe(true);
  });

  it('are flagged after a failed outcome, once (rule 4)', async () => {
    const { publisher, clock, bring } = await setUp([ingress('a')]);
    await bring('Ingress Failed', outcome('a', 5, { reason: 'licence', retry: false }));
    publisher.clear();
    await clock.advance(INTERVAL);
    await clock.advance(INTERVAL);
    expect(publisher.said).toEqual(['Snapshot* [a]', 'Snapshot [a]']);
  });

  it('tile the key space, in ranges below the limit', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `i${index}`);
    const { publisher } = await setUp(
      names.map((each) => ingress(each)),
      { settings: { snapshotBytes: 4_000 } },
    );
    const ranges = publisher.events.map((event) => dataOf(event, 'Cluster Snapshot'));
    expect(ranges.length).toBeGreaterThan(5);
    expect(ranges[0]?.from).toBe(EVERYTHING.from);
    expect(ranges.at(-1)?.to).toBe(EVERYTHING.to);
    for (const [index, { from }] of ranges.slice(1).entries())
      expect(from).toBe(PREFIXES[PREFIXES.indexOf(ranges[index]?.to as string) + 1]);
    expect(ranges.flatMap(({ ingresses }) => ingresses.map(({ name }) => name)).sort()).toEqual([...names].sort());
    for (const { detail } of publisher.events) expect(JSON.stringify(detail).length).toBeLessThanOrEqual(4_000);
  });

  it('list an Ingress that does not fit, and its single event follows with a later sequence (rule 13)', async () => {
    const large = ingress('large', { annotations: { 'ingress.citrix.com/frontend-ip': ' '.repeat(5_000) } });
    const { publisher } = await setUp([ingress('a'), large], { settings: { snapshotBytes: 4_000 } });
    expect(publisher.said).toEqual(['Snapshot* [(large) a]', 'Changed large']);
    const [snapshot, single] = publisher.events.map((event) => (event.detail.data as { sequence: number }).sequence);
    expect(single).toBeGreaterThan(snapshot as number);
  });

  it('list an Ingress that fits no event at all; it is rejected by name, once, and never sent or withdrawn (rule 13)', async () => {
    const huge = (size: number) =>
      ingress('huge', { annotations: { 'ingress.citrix.com/frontend-ip': ' '.repeat(size) } });
    const { publisher, reporter, saidAfter, sink, clock } = await setUp([huge(1_000)], {
      settings: { snapshotBytes: 4_000, maxEntryBytes: 6_000 },
    });
    expect(publisher.said).toEqual(['Snapshot* [huge]']);
    expect(await saidAfter(() => sink.upsert(huge(7_000)))).toEqual([]);
    expect(reporter.events).toEqual(['default/huge IngressTooLarge']);
    publisher.clear();
    await clock.advance(INTERVAL);
    expect(publisher.said).toEqual(['Snapshot [(huge)]']);
    expect(reporter.events).toEqual(['default/huge IngressTooLarge']);
    expect(await saidAfter(() => sink.upsert(huge(2_000)))).toEqual(['Changed huge']);
    await saidAfter(() => sink.upsert(huge(8_000)));
    expect(reporter.events.map((each) => each.split(' ')[1])).toEqual([
      'IngressTooLarge',
      'Resolved',
      'IngressTooLarge',
    ]);
    expect(await saidAfter(() => sink.remove('Ingress', 'default', 'huge'))).toEqual(['Withdrawn huge']);
  });
});

describe('an incomplete view (LIF-6)', () => {
  const whole = (name: string): K8sObject[] => [ingress(name), ...service(name, ['10.1.0.1'])];

  it('is published singly, and no snapshot goes out until it is complete', async () => {
    const { publisher, clock, sink, isReady, saidAfter } = await setUp([...whole('a'), ...whole('b')], {
      complete: false,
    });
    expect([...publisher.said].sort()).toEqual(['Changed a', 'Changed b']);
    expect(isReady()).toBe(true);
    publisher.clear();
    await clock.advance(60 * MINUTE);
    expect(publisher.said).toEqual([]);
    expect(await saidAfter(() => sink.remove('Ingress', 'default', 'b'))).toEqual(['Withdrawn b']);
    expect(await saidAfter(() => sink.synced(true))).toEqual(['Snapshot* [a]']);
  });

  it('goes on with the rest where nothing was ever published: there is nothing to lose', async () => {
    expect((await setUp([ingress('a')], { complete: false })).publisher.said).toEqual(['Changed a']);
  });

  it('holds back after a restart what has no members: its Service may be hidden', async () => {
    const sequences = new MemorySequences();
    await sequences.reserve(1_700_000_000_000);
    const { publisher, saidAfter, sink } = await setUp([ingress('a'), ingress('b'), ...service('b', ['10.1.0.1'])], {
      complete: false,
      sequences,
    });
    expect(publisher.said).toEqual(['Changed b']);
    // Said once, it may lose its members: they were seen to go.
    expect(await saidAfter(() => sink.upsert(slice('b', [])))).toEqual(['Changed b']);
    expect(await saidAfter(() => service('a', ['10.1.0.1']).map((each) => sink.upsert(each)))).toEqual(['Changed a']);
    expect(await saidAfter(() => [sink.upsert(ingress('c')), sink.synced(true)])).toEqual(['Snapshot* [a b c]']);
  });

  it('has no storm become a snapshot', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `i${index}`);
    const { saidAfter, sink } = await setUp(
      names.flatMap((each) => whole(each)),
      { complete: false, settings: { stormIngresses: 10 } },
    );
    const said = await saidAfter(() => {
      for (const each of names) sink.upsert(ingress(each, { host: 'new.example.com' }));
    });
    expect(said.sort()).toEqual(names.map((each) => `Changed ${each}`).sort());
  });

  it('withdraws nothing on request that is only not seen', async () => {
    const { bring, publisher } = await setUp([...whole('a'), ingress('other', { class: 'hidden' })], {
      complete: false,
    });
    publisher.clear();
    const ingresses = ['a', 'hidden', 'other'].map((name) => ({ namespace: 'default', name }));
    await bring('Resync Requested', { appliances: ['p'], ingresses, reason: 'drift' });
    expect(publisher.said).toEqual(['Changed a']);
  });
});

describe('sequences (rule 14)', () => {
  it('move above what an appliance has recorded, and all is said again', async () => {
    const { publisher, bring, clock } = await setUp([ingress('a'), ingress('b')]);
    const recorded = clock.now() + DAY;
    publisher.clear();
    await bring('Ingress Stale', { namespace: 'default', name: 'gone', sequence: 1, recorded });
    expect(publisher.said).toEqual(['Snapshot* [a b]']);
    expect(dataOf(publisher.events[0], 'Cluster Snapshot').sequence).toBeGreaterThan(recorded);
  });

  it('say an Ingress again whose last event was outvoted, not one that was overtaken by our own', async () => {
    const { publisher, bring, saidAfter, sink } = await setUp([ingress('a')]);
    const first = dataOf(publisher.events[0], 'Cluster Snapshot').sequence;
    await saidAfter(() => sink.upsert(ingress('a', { host: 'new.example.com' })));
    const second = dataOf(publisher.events[0], 'Ingress Changed').sequence;
    publisher.clear();
    await bring('Ingress Stale', { namespace: 'default', name: 'a', sequence: first, recorded: second });
    expect(publisher.said).toEqual([]);
    await bring('Ingress Stale', { namespace: 'default', name: 'a', sequence: second, recorded: second + 1 });
    expect(publisher.said).toContain('Changed a');
  });

  it('do not follow what can be no time', async () => {
    const { publisher, bring } = await setUp([ingress('a')]);
    publisher.clear();
    await bring('Ingress Stale', { namespace: 'default', name: 'a', sequence: 1, recorded: Number.MAX_SAFE_INTEGER });
    expect(publisher.said).toEqual([]);
  });
});

describe('Resync Requested (rule 10)', () => {
  it('for some: says them again, to be verified; for what was never there, a snapshot that the guard judges (LIF-6)', async () => {
    const { publisher, bring } = await setUp([ingress('a'), ingress('b')]);
    publisher.clear();
    const ingresses = ['a', 'gone'].map((name) => ({ namespace: 'default', name }));
    await bring('Resync Requested', { appliances: ['q', 'p'], ingresses, reason: 'drift' });
    // A list may lack it, and an appliance may not have refused a snapshot yet: no single event withdraws it.
    expect(publisher.said).toEqual(['Changed a', 'Snapshot* [a b]']);
    for (const event of publisher.events) expect(event.detail.data).toMatchObject({ verify: ['p', 'q'] });
  });

  it('for all: a flagged snapshot, to be verified', async () => {
    const { publisher, bring } = await setUp([ingress('a')]);
    publisher.clear();
    await bring('Resync Requested', { appliances: ['p'], reason: 'restore' });
    expect(publisher.said).toEqual(['Snapshot* [a]']);
    expect(publisher.events[0]?.detail.data).toMatchObject({ verify: ['p'] });
  });

  it('of another cluster is not answered', async () => {
    const { publisher, bring } = await setUp([ingress('a')]);
    publisher.clear();
    await bring('Resync Requested', { cluster: 'other', appliances: ['p'], reason: 'restore' });
    expect(publisher.said).toEqual([]);
  });
});

describe('reporting', () => {
  it('say on an Ingress that a certificate expires, once for each stage, and nothing of one that is gone', async () => {
    const { bring, reporter } = await setUp([ingress('a')]);
    const expiring = (name: string, within: number) =>
      bring('Certificates Expiring', {
        kind: 'Ingress',
        namespace: 'default',
        name,
        certificates: [
          { host: 'a.example.com', notAfter: 2_000_000_000_000, message: `expires within ${within} days` },
        ],
      });
    await expiring('a', 30);
    await expiring('a', 30);
    await expiring('gone', 30);
    expect(reporter.events).toEqual(['default/a CertificateExpires']);
    await expiring('a', 14);
    expect(reporter.events).toEqual(['default/a CertificateExpires', 'default/a CertificateExpires']);
  });

  it('REP-1, REP-2: outcomes become status and Events', async () => {
    const { bring, reporter } = await setUp([ingress('a')]);
    const programmed = outcome('a', 5, { programmed: [{ ip: '192.0.2.10', port: 443 }], hosts: ['a.example.com'] });
    await bring('Ingress Programmed', programmed);
    await bring('Ingress Programmed', programmed);
    expect(reporter.statuses.get('default/a')).toEqual(['192.0.2.10']);
    expect(reporter.events).toEqual(['default/a Programmed']);
    await bring('Ingress Removed', outcome('a', 6, { removed: [{ ip: '192.0.2.10', port: 443 }] }));
    expect(reporter.statuses.get('default/a')).toEqual([]);
    expect(reporter.events).toEqual(['default/a Programmed', 'default/a Removed']);
  });

  it('REP-1: a late outcome about an Ingress that asks for nothing any more takes away, and adds nothing', async () => {
    const plain = { ...ingress('a'), metadata: { name: 'a', namespace: 'default', annotations: {} } };
    const { bring, reporter } = await setUp([plain]);
    const vip = { ip: '192.0.2.10', port: 443 };
    await bring('Ingress Programmed', outcome('a', 5, { programmed: [vip], hosts: ['a.example.com'] }));
    expect(reporter.statuses.get('default/a') ?? []).toEqual([]);
    await reporter.status({ namespace: 'default', name: 'a' }, () => [vip.ip, '198.51.100.1']);
    await bring('Ingress Removed', outcome('a', 6, { removed: [vip] }));
    expect(reporter.statuses.get('default/a')).toEqual(['198.51.100.1']);
  });

  it('is not about an Ingress that is gone', async () => {
    const { bring, reporter } = await setUp([ingress('a')]);
    await bring('Ingress Removed', outcome('gone', 5));
    expect(reporter.events).toEqual([]);
    expect(reporter.statuses.size).toBe(0);
  });

  it('SEL-1: an annotation that cannot be read is said once; SEL-4: one without it never is', async () => {
    const odd = (host: string) =>
      ingress('odd', { host, annotations: { 'ingress.citrix.com/ssl-passthrough': 'maybe' } });
    const plain: K8sObject = {
      ...ingress('plain'),
      metadata: { name: 'plain', namespace: 'default', annotations: {} },
    };
    const { reporter, saidAfter, sink } = await setUp([odd('a.example.com'), plain]);
    expect(reporter.events).toEqual(['default/odd InvalidAnnotation']);
    expect(await saidAfter(() => sink.upsert(odd('b.example.com')))).toEqual([]);
    expect(reporter.events).toEqual(['default/odd InvalidAnnotation']);
  });

  it('tells a problem of the source once, and again when it came back', async () => {
    const { sink, reporter, forwarder } = await setUp();
    const problem = { file: 'a.yaml', line: 3, message: 'is not valid YAML' };
    sink.problems([problem]);
    sink.problems([problem, { ...problem, line: 4 }]);
    expect(reporter.problems.map(({ line }) => line)).toEqual([3, 4]);
    expect(forwarder.metrics().problems).toBe(2);
    sink.problems([]);
    sink.problems([problem]);
    expect(reporter.problems.map(({ line }) => line)).toEqual([3, 4, 3]);
  });
});

describe('start', () => {
  const parts = () => ({
    reporter: new RecordingReporter(),
    publisher: new RecordingPublisher(),
    clock: new ManualClock(),
  });

  it('leaves nothing running where the source cannot be used', async () => {
    const { clock, publisher, reporter } = parts();
    const source = new ScriptedSource();
    source.start = () => Promise.reject(new Error('no such folder'));
    const outcomes = new ScriptedOutcomes();
    let stopped = false;
    outcomes.stop = () => {
      stopped = true;
    };
    const sequences = new MemorySequences();
    const forwarder = createForwarder({
      cluster: 'c',
      clusterUid: 'u',
      source,
      publisher,
      reporter,
      outcomes,
      sequences,
      clock,
    });
    await expect(forwarder.start()).rejects.toThrow('no such folder');
    expect(stopped).toBe(true);
    expect(clock.pending).toBe(0);
    expect(publisher.events).toEqual([]);
  });

  it('does not begin where it is not known which sequences were used', async () => {
    const source = new ScriptedSource([ingress('a')]);
    const sequences = { read: () => Promise.reject(new Error('damaged')), reserve: async () => {} };
    const forwarder = createForwarder({ cluster: 'c', clusterUid: 'u', source, sequences, ...parts() });
    await expect(forwarder.start()).rejects.toThrow('damaged');
    expect(source.sink).toBeUndefined();
  });

  it('goes on where an Event cannot be reported', async () => {
    const warnings: string[] = [];
    const reporter = new RecordingReporter();
    reporter.event = () => {
      throw new Error('forbidden');
    };
    const odd = ingress('odd', { annotations: { 'ingress.citrix.com/ssl-passthrough': 'maybe' } });
    const { publisher } = await setUp([odd, ingress('a')], {
      reporter,
      log: { ...silentLog, warn: (message) => warnings.push(message) },
    });
    expect(publisher.said).toEqual(['Snapshot* [a]']);
    expect(warnings).toEqual(['cannot report an event on an Ingress']);
  });
});

describe('stop', () => {
  it('publishes what waits in its window, and gives sequences back', async () => {
    const { forwarder, publisher, sink, source, sequences, clock } = await setUp([ingress('a')]);
    publisher.clear();
    sink.upsert(ingress('a', { host: 'new.example.com' }));
    await forwarder.stop();
    expect(publisher.said).toEqual(['Changed a']);
    expect(source.stopped).toBe(true);
    expect(await sequences.read()).toBe(dataOf(publisher.events[0], 'Ingress Changed').sequence);
    expect(clock.pending).toBe(0);
  });

  it('does not wait for a bus that is down longer than it was told', async () => {
    const { forwarder, publisher, sink, clock } = await setUp([ingress('a')], { settings: { stopTimeoutMs: 5_000 } });
    publisher.down = true;
    sink.upsert(ingress('a', { host: 'new.example.com' }));
    let stopped = false;
    const stopping = forwarder.stop().then(() => {
      stopped = true;
    });
    await clock.advance(4_000);
    expect(stopped).toBe(false);
    await clock.advance(1_000);
    await stopping;
    expect(stopped).toBe(true);
    const attempts = publisher.batches.length;
    await clock.advance(60 * MINUTE);
    expect(publisher.batches.length).toBe(attempts);
  });
});
