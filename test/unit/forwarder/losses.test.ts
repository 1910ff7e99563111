import { describe, expect, it } from 'vitest';
import { type BusEvent, EVERYTHING, type EventData } from '../../../lib/contract/index.ts';
import type { ForwarderOptions } from '../../../lib/forwarder/interface.ts';
import type { K8sIngressClass, K8sObject } from '../../../lib/ingress/kubernetes.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { ingress, RecordingPublisher, ScriptedSource, service, slice, startForwarder } from './support.ts';

/** Longer than every window and interval; of a clock that the tests move. */
const MINUTE = 60_000;
const count = (n: number): string[] => Array.from({ length: n }, (_, index) => `i${String(index).padStart(4, '0')}`);
const refs = (names: readonly string[]) => names.map((name) => ({ namespace: 'default', name }));
const whole = (names: readonly string[]): K8sObject[] =>
  names.flatMap((name) => [ingress(name), ...service(name, ['10.1.0.1'])]);
const citrix: K8sIngressClass = {
  kind: 'IngressClass',
  metadata: { name: 'citrix', namespace: '' },
  spec: { controller: 'citrix.com/ingress-controller' },
};

async function setUp(initial: readonly K8sObject[], options: Partial<ForwarderOptions> = {}) {
  const source = new ScriptedSource(initial);
  const publisher = new RecordingPublisher();
  const log = memoryLog();
  const { deliver, clock, reporter, forwarder } = await startForwarder(source, publisher, { log, ...options });
  publisher.clear();
  return {
    clock,
    publisher,
    reporter,
    forwarder,
    log,
    sink: source.sink,
    saidAfter: async (change: () => void, ms = 5_000): Promise<string[]> => {
      publisher.clear();
      change();
      await clock.advance(ms);
      return publisher.said;
    },
    members: (name: string) =>
      publisher.events
        .map((event) => event.detail.data)
        .flatMap((data) =>
          'ingress' in data ? [data.ingress] : 'flagged' in data && 'ingresses' in data ? data.ingresses : [],
        )
        .filter((state) => state.name === name)
        .at(-1)
        ?.backends.flatMap(({ members }) => members.map(({ address }) => address)),
    bring: (detailType: string, data: object) =>
      deliver(detailType, { cluster: 'c', clusterUid: 'uid', appliance: 'p', ...data }),
  };
}

const sequenceOf = (event: BusEvent | undefined) => (event?.detail.data as EventData<'Cluster Snapshot'>)?.sequence;
const refusal = { ...EVERYTHING, routes: 60, removes: 60, limitPercent: 30, reason: 'too many' };

describe('LIF-6: Ingresses that a list lacks', () => {
  it.each([1, 60, 300])(
    '%i of them: one flagged snapshot, which the prune guard looks at, and no withdrawal',
    async (n) => {
      const names = count(n);
      const { saidAfter, sink, log } = await setUp([...whole(names), ...whole(['stays'])]);
      expect(await saidAfter(() => sink.missing('Ingress', refs(names)))).toEqual(['Snapshot* [stays]']);
      expect(log.lines.find(({ message }) => message.startsWith('a list lacks'))).toMatchObject({
        level: 'warn',
        fields: { kind: 'Ingress', objects: n },
      });
    },
  );

  it('refused, they are not withdrawn by a request for them either; seen to be deleted at last, they are', async () => {
    const { saidAfter, sink, bring, publisher } = await setUp(whole(['a', 'b']));
    await saidAfter(() => sink.missing('Ingress', refs(['a', 'b'])));
    await bring('Prune Refused', { sequence: sequenceOf(publisher.events[0]), ...refusal });
    publisher.clear();
    await bring('Resync Requested', { appliances: ['p'], ingresses: refs(['a', 'b', 'never']), reason: 'drift' });
    // The guard looks at it again; of what was never known nothing is said while a snapshot is refused.
    expect(publisher.said).toEqual(['Snapshot* []']);
    expect(publisher.events[0]?.detail.data).toMatchObject({ verify: ['p'] });
    expect(await saidAfter(() => sink.upsert(ingress('a')))).toEqual(['Changed a']);
    expect(await saidAfter(() => sink.remove('Ingress', 'default', 'a'))).toEqual(['Withdrawn a']);
  });

  it('and that an appliance asks for meanwhile are said to it when they are seen again', async () => {
    const { saidAfter, sink, bring, publisher } = await setUp(whole(['a', 'b']));
    await saidAfter(() => sink.missing('Ingress', refs(['a'])));
    await bring('Resync Requested', { appliances: ['p'], ingresses: refs(['a']), reason: 'hosts change their holder' });
    // The snapshot that was published without it was accepted: nothing differs from what was said of it before.
    expect(await saidAfter(() => sink.upsert(ingress('a')))).toEqual(['Changed a']);
    expect(publisher.events[0]?.detail.data).toMatchObject({ verify: ['p'] });
    // The answer is owed once.
    expect(await saidAfter(() => sink.upsert(ingress('a', { host: 'other.example.com' })))).toEqual(['Changed a']);
    expect(publisher.events[0]?.detail.data).not.toHaveProperty('verify');
  });

  it('REP-1: what appliances confirmed of them is not forgotten', async () => {
    const { saidAfter, sink, bring, reporter } = await setUp(whole(['a', 'b']));
    const programmed = {
      namespace: 'default',
      name: 'a',
      removed: [],
      hosts: ['a.example.com'],
      findings: [],
      changes: [],
      durationMs: 1,
    };
    const first = { ...programmed, appliance: 'p', programmed: [{ ip: '192.0.2.10', port: 443 }] };
    await bring('Ingress Programmed', { ...first, sequence: 1_700_000_000_001 });
    await saidAfter(() => sink.missing('Ingress', refs(['a'])));
    await saidAfter(() => sink.upsert(ingress('a')));
    // The appliance was restored meanwhile: it holds nothing of the Ingress, and knows of nothing that it removed.
    await bring('Ingress Removed', {
      ...programmed,
      appliance: 'p',
      programmed: [],
      hosts: [],
      sequence: 1_700_000_000_002,
    });
    expect(reporter.statuses.get('default/a')).toEqual([]);
  });

  it('that come back are said again', async () => {
    const { saidAfter, sink } = await setUp(whole(['a', 'b']));
    await saidAfter(() => sink.missing('Ingress', refs(['a', 'b'])));
    expect((await saidAfter(() => ['a', 'b'].map((name) => sink.upsert(ingress(name))))).sort()).toEqual([
      'Changed a',
      'Changed b',
    ]);
  });

  it('that were deleted and made again just before are doubted all the same: the last of it counts', async () => {
    const { saidAfter, sink } = await setUp(whole(['a']));
    const said = await saidAfter(() => {
      sink.remove('Ingress', 'default', 'a');
      sink.upsert(ingress('a'));
      sink.missing('Ingress', refs(['a']));
    });
    expect(said).toEqual(['Snapshot* []']);
  });

  it('that a further list reports page by page: no snapshot until its end, for it would lack few enough to be accepted', async () => {
    const names = count(60);
    const { saidAfter, sink, forwarder } = await setUp([...whole(names), ...whole(['stays'])]);
    await saidAfter(() => sink.missing('Ingress', refs(names)));
    const page = (from: number, to: number) => names.slice(from, to).map((name) => sink.upsert(ingress(name)));
    const first = await saidAfter(() => {
      sink.listing?.('Ingress');
      page(0, 55);
      forwarder.snapshot('scheduled', { flagged: true });
    }, MINUTE);
    expect(first.filter((said) => said.startsWith('Snapshot'))).toEqual([]);
    const rest = await saidAfter(() => {
      page(55, 60);
      sink.listed?.('Ingress');
    }, MINUTE);
    expect(rest.filter((said) => said.startsWith('Snapshot'))).toEqual([
      `Snapshot* [${[...names, 'stays'].join(' ')}]`,
    ]);
  });

  it('that a list reports while nothing is doubted hold up no snapshot', async () => {
    const { saidAfter, sink, forwarder } = await setUp(whole(['a', 'b']));
    const said = await saidAfter(() => {
      sink.listing?.('Ingress');
      sink.upsert(ingress('a'));
      forwarder.snapshot('scheduled');
    });
    expect(said).toEqual(['Snapshot [a b]']);
  });

  it('hold up no snapshot after an operator confirmed, though a list is under way', async () => {
    const { saidAfter, sink, forwarder } = await setUp(whole(['a', 'b']));
    await saidAfter(() => sink.missing('Ingress', refs(['a'])));
    const said = await saidAfter(() => {
      sink.listing?.('Ingress');
      forwarder.snapshot('operator', { confirmed: true });
    });
    expect(said).toEqual(['Snapshot* [b]']);
  });

  it('that come back within the window were never gone', async () => {
    const { saidAfter, sink } = await setUp(whole(['a']));
    expect(await saidAfter(() => [sink.missing('Ingress', refs(['a'])), sink.upsert(ingress('a'))])).toEqual([]);
  });
});

describe('LIF-6: Ingresses whose class is another one than before', () => {
  const classed = (names: readonly string[]) => names.map((name) => ingress(name, { class: 'citrix' }));

  it.each<[string, (sink: ScriptedSource['sink']) => void]>([
    ['its IngressClass is deleted', (sink) => sink.remove('IngressClass', '', 'citrix')],
    ['a list lacks its IngressClass', (sink) => sink.missing('IngressClass', [{ namespace: '', name: 'citrix' }])],
    ['its IngressClass is of another controller', (sink) => sink.upsert({ ...citrix, spec: { controller: 'other' } })],
  ])('%s: a flagged snapshot, no withdrawals', async (_, change) => {
    const { saidAfter, sink } = await setUp([citrix, ...classed(count(20)), ingress('free')]);
    expect(await saidAfter(() => change(sink))).toEqual(['Snapshot* [free]']);
  });

  it('and that are deleted behind a refused snapshot are withdrawn: that was seen', async () => {
    const { saidAfter, sink, bring, publisher } = await setUp([citrix, ...classed(['a', 'b'])]);
    await saidAfter(() => sink.remove('IngressClass', '', 'citrix'));
    await bring('Prune Refused', { sequence: sequenceOf(publisher.events[0]), ...refusal });
    expect(await saidAfter(() => sink.remove('Ingress', 'default', 'a'))).toEqual(['Withdrawn a']);
  });

  it('by their own words are withdrawn singly', async () => {
    const { saidAfter, sink } = await setUp([citrix, ...classed(['a'])]);
    expect(await saidAfter(() => sink.upsert(ingress('a', { class: 'nginx' })))).toEqual(['Withdrawn a']);
  });
});

describe('LIF-6: deletions that were seen', () => {
  it.each([
    ['at once', 0],
    ['slowly', 20],
  ])('2,000 of 2,050, %s: each is withdrawn by itself, whatever snapshots go out meanwhile', async (_, ms) => {
    const names = count(2_050);
    const gone = names.slice(50);
    const { clock, sink, publisher, forwarder } = await setUp(names.map((name) => ingress(name)));
    for (const [index, name] of gone.entries()) {
      sink.remove('Ingress', 'default', name);
      if (ms > 0) await clock.advance(ms);
      if (index % 700 === 350) forwarder.snapshot('scheduled');
    }
    await clock.advance(10_000);
    const said = publisher.said;
    expect(said.filter((each) => each.startsWith('Withdrawn')).sort()).toEqual(gone.map((name) => `Withdrawn ${name}`));
    // No snapshot says that one of them does not exist before its withdrawal went out.
    const withdrawn = new Set<string>();
    for (const { detailType, detail } of publisher.events) {
      const { data } = detail;
      if (detailType === 'Ingress Withdrawn' && 'name' in data) withdrawn.add(data.name);
      if (!('listed' in data && 'ingresses' in data)) continue;
      const spoken = new Set([...data.ingresses, ...data.listed].map(({ name }) => name));
      if (data.from !== EVERYTHING.from || data.to !== EVERYTHING.to) continue;
      expect(names.filter((name) => !spoken.has(name) && !withdrawn.has(name))).toEqual([]);
    }
  });

  it('within the window of a scheduled snapshot: it says nothing of them, their withdrawal follows', async () => {
    const { clock, sink, publisher, forwarder } = await setUp(whole(['a', 'b']));
    sink.remove('Ingress', 'default', 'a');
    forwarder.snapshot('scheduled');
    await clock.advance(5_000);
    expect(publisher.said).toEqual(['Snapshot [(a) b]', 'Withdrawn a']);
  });

  it('of which some are made again within the window are no withdrawals', async () => {
    const { saidAfter, sink } = await setUp(whole(['a', 'b']));
    const said = await saidAfter(() => {
      for (const name of ['a', 'b']) sink.remove('Ingress', 'default', name);
      sink.upsert(ingress('a', { host: 'new.example.com' }));
    });
    expect(said.sort()).toEqual(['Changed a', 'Withdrawn b']);
  });
});

describe('LIF-6: members that a list lacks', () => {
  const names = count(60);
  const slices = names.map((name) => ({ namespace: 'default', name: `${name}-1` }));
  const cluster = [...whole(names), ...service('kubernetes', ['10.0.0.1'])];

  it.each<[string, (sink: ScriptedSource['sink']) => void]>([
    ['EndpointSlices', (sink) => sink.missing('EndpointSlice', slices)],
    ['Services', (sink) => sink.missing('Service', refs(names))],
  ])('%s: what was said last stays, and it is said', async (_, lose) => {
    const { saidAfter, sink, forwarder, log, reporter, members, clock } = await setUp(cluster);
    expect(await saidAfter(() => lose(sink))).toEqual([]);
    expect(forwarder.metrics().held).toBe(60);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(reporter.events.filter((each) => each.endsWith('MembersHeld'))).toHaveLength(60);
    // Snapshots and changes of the Ingress itself carry the members as they were.
    forwarder.snapshot('scheduled');
    await clock.advance(1_000);
    expect(members('i0007')).toEqual(['10.1.0.1']);
    await saidAfter(() => sink.upsert(ingress('i0007', { host: 'new.example.com' })));
    expect(members('i0007')).toEqual(['10.1.0.1']);
    expect(reporter.events.filter((each) => each.endsWith('MembersHeld'))).toHaveLength(60);
  });

  it('heals when the objects are told again', async () => {
    const { saidAfter, sink, forwarder } = await setUp(cluster);
    await saidAfter(() => sink.missing('EndpointSlice', slices));
    expect(await saidAfter(() => names.map((name) => sink.upsert(slice(name, ['10.1.0.1']))))).toEqual([]);
    expect(forwarder.metrics().held).toBe(0);
  });

  it.each([
    ['EndpointSlice', slices, (name: string) => slice(name, ['10.1.0.1'])],
    ['Service', refs(names), (name: string) => service(name, ['10.1.0.1'])[0] as K8sObject],
  ] as const)(
    '%s: what a further list has not come to yet stays; what it lacks at its end does not',
    async (kind, lost, made) => {
      const { saidAfter, sink, forwarder } = await setUp(cluster);
      await saidAfter(() => sink.missing(kind, lost));
      const first = await saidAfter(() => {
        sink.listing?.(kind);
        for (const name of names.slice(0, 57)) sink.upsert(made(name));
      }, MINUTE);
      expect(first).toEqual([]);
      expect(forwarder.metrics().held).toBe(60);
      // Another kind is missing something meanwhile: that decides nothing about this one.
      expect(await saidAfter(() => sink.missing('Node', []), MINUTE)).toEqual([]);
      const second = await saidAfter(() => {
        sink.upsert(made('i0057'));
        sink.listed?.(kind);
      }, MINUTE);
      expect(second.sort()).toEqual(['Changed i0058', 'Changed i0059']);
      expect(forwarder.metrics().held).toBe(0);
    },
  );

  it('heals by slices of other names, and leaves nothing of the old ones', async () => {
    const { saidAfter, sink, forwarder, members } = await setUp(cluster);
    await saidAfter(() => sink.missing('EndpointSlice', slices));
    const another = (name: string) => slice(name, ['10.1.0.2'], 'default', `${name}-2`);
    await saidAfter(() => names.slice(0, 55).map((name) => sink.upsert(another(name))), 20_000);
    expect(members('i0007')).toEqual(['10.1.0.2']);
    // Five of sixty are no doubt any more: these are believed to be gone.
    expect(forwarder.metrics().held).toBe(0);
    expect(members('i0059')).toEqual([]);
  });

  it('is given up when an operator confirms', async () => {
    const { saidAfter, sink, forwarder, members } = await setUp(cluster);
    await saidAfter(() => sink.missing('EndpointSlice', slices));
    await saidAfter(() => forwarder.snapshot('operator', { confirmed: true }));
    expect(members('i0007')).toEqual([]);
    expect(forwarder.metrics().held).toBe(0);
  });

  it('is given up for what is seen to be deleted', async () => {
    const { saidAfter, sink, members } = await setUp(cluster);
    await saidAfter(() => sink.missing('EndpointSlice', slices));
    await saidAfter(() => sink.remove('EndpointSlice', 'default', 'i0007-1'));
    expect(members('i0007')).toEqual([]);
  });

  it('is not for few of many, nor for what was seen', async () => {
    const { saidAfter, sink, forwarder } = await setUp(cluster);
    const few = await saidAfter(() => sink.missing('EndpointSlice', slices.slice(0, 5)));
    expect(few.sort()).toEqual(names.slice(0, 5).map((name) => `Changed ${name}`));
    await saidAfter(() => slices.slice(5).map(({ name }) => sink.remove('EndpointSlice', 'default', name)));
    expect(forwarder.metrics().held).toBe(0);
  });

  it('is for a single Ingress, too, where a whole kind is missing: no cluster is without Services', async () => {
    const { saidAfter, sink, forwarder } = await setUp(whole(['a']));
    expect(await saidAfter(() => sink.missing('EndpointSlice', [{ namespace: 'default', name: 'a-1' }]))).toEqual([]);
    expect(forwarder.metrics().held).toBe(1);
  });
});

describe('a flagged snapshot that nobody answers', () => {
  const notes = async (options: Partial<ForwarderOptions>, answer: boolean) => {
    const { clock, forwarder, bring } = await setUp([ingress('a')], options);
    const applied = { ...EVERYTHING, ingresses: 1, changed: 0, removed: 0, durationMs: 1, sequence: clock.now() };
    if (answer) await bring('Snapshot Applied', applied);
    await clock.advance(16 * MINUTE);
    return forwarder.notes();
  };

  it('is published by the stop itself → nothing of it is left: the process ends', async () => {
    const { forwarder, clock } = await setUp(whole(['a']));
    forwarder.snapshot('test', { flagged: true });
    await forwarder.stop();
    expect(clock.pending).toBe(0);
  });

  it('is noted where outcomes are heard, and only there', async () => {
    expect(await notes({}, false)).toEqual([expect.stringContaining('no appliance has answered for 16 min')]);
    expect(await notes({}, true)).toEqual([]);
    expect(await notes({ outcomes: undefined as never }, false)).toEqual([]);
  });
});
