import { describe, expect, it } from 'vitest';
import type { ForwarderOptions } from '../../../lib/forwarder/interface.ts';
import type { K8sObject } from '../../../lib/ingress/kubernetes.ts';
import { ingress, RecordingPublisher, ScriptedSource, service, slice, startForwarder } from './support.ts';

const WAIT_MS = 2_000;

async function setUp(initial: readonly K8sObject[], options: Partial<ForwarderOptions> = {}) {
  const source = new ScriptedSource(initial);
  const publisher = new RecordingPublisher();
  const started = await startForwarder(source, publisher, options);
  publisher.clear();
  const { clock } = started;
  return {
    ...started,
    publisher,
    sink: source.sink,
    /** What is published for a change, each event with how long ago its trigger was at the beginning. */
    published: async (change: (now: number) => void): Promise<string[]> => {
      publisher.clear();
      const now = clock.now();
      change(now);
      await clock.advance(WAIT_MS);
      return publisher.events.map(({ detail: { triggertime } }, index) => {
        const ago = triggertime === undefined ? '' : ` ${now - Date.parse(triggertime)} ms ago`;
        return `${publisher.said[index]}${ago}`;
      });
    },
  };
}
const WEB = [ingress('web'), ...service('web', ['10.1.0.1'])];

describe('the trigger of a change of members', () => {
  it('goes with the event of the change', async () => {
    const { published, sink } = await setUp(WEB);
    expect(await published((now) => sink.upsert(slice('web', ['10.1.0.2']), now - 30))).toEqual([
      'Changed web 30 ms ago',
    ]);
  });

  it('of several changes that are gathered → the first', async () => {
    const { published, sink } = await setUp(WEB);
    const events = await published((now) => {
      sink.upsert(slice('web', ['10.1.0.2']), now - 30);
      sink.upsert(slice('web', ['10.1.0.3']), now - 50);
      sink.upsert(slice('web', ['10.1.0.4']), now - 10);
    });
    expect(events).toEqual(['Changed web 50 ms ago']);
  });

  it('is told once: the next change without one has none', async () => {
    const { published, sink } = await setUp(WEB);
    await published((now) => sink.upsert(slice('web', ['10.1.0.2']), now - 30));
    expect(await published(() => sink.upsert(slice('web', ['10.1.0.3'])))).toEqual(['Changed web']);
    expect(await published(() => sink.upsert(ingress('web', { host: 'other.example.com' })))).toEqual(['Changed web']);
  });

  it('goes to every Ingress that it concerns, and to no other', async () => {
    const { published, sink } = await setUp([...WEB, ingress('also', { service: 'web' }), ingress('other')]);
    const events = await published((now) => sink.upsert(slice('web', ['10.1.0.2']), now - 30));
    expect(events.sort()).toEqual(['Changed also 30 ms ago', 'Changed web 30 ms ago']);
  });

  it('of a slice that is reported again, or whose change concerns no Ingress → waits for no later event', async () => {
    const { published, sink } = await setUp(WEB);
    const nothing = await published((now) => {
      sink.upsert(slice('web', ['10.1.0.1']), now - 30);
      // Another slice of the Service, without members.
      sink.upsert(slice('web', [], 'default', 'web-2'), now - 30);
    });
    expect(nothing).toEqual([]);
    expect(await published(() => sink.upsert(ingress('web', { host: 'other.example.com' })))).toEqual(['Changed web']);
  });

  it('of what was there before the start → none: the first snapshot carries it', async () => {
    const source = new ScriptedSource(WEB, 'never');
    const publisher = new RecordingPublisher();
    const { clock } = await startForwarder(source, publisher);
    source.sink.upsert(slice('web', ['10.1.0.2']), clock.now() - 30);
    source.sink.synced(true);
    await clock.advance(WAIT_MS);
    source.sink.upsert(ingress('web', { host: 'other.example.com' }));
    await clock.advance(WAIT_MS);
    expect(publisher.said).toEqual(['Snapshot* [web]', 'Changed web']);
    expect(publisher.events.every(({ detail }) => detail.triggertime === undefined)).toBe(true);
  });

  it('that a snapshot absorbs → none, also later', async () => {
    const { published, sink, forwarder } = await setUp(WEB, { settings: { leadingIngresses: 0 } });
    const events = await published((now) => {
      sink.upsert(slice('web', ['10.1.0.2']), now - 30);
      forwarder.snapshot('test');
    });
    expect(events).toEqual(['Snapshot* [web]']);
    expect(await published(() => sink.upsert(slice('web', ['10.1.0.3'])))).toEqual(['Changed web']);
  });

  it('of an event that the bus refuses → goes with the next attempt, and counts from the first change', async () => {
    const { published, sink, publisher, clock } = await setUp(WEB);
    publisher.down = true;
    const began = clock.now();
    await published((now) => sink.upsert(slice('web', ['10.1.0.2']), now - 30));
    publisher.down = false;
    sink.upsert(slice('web', ['10.1.0.3']), clock.now());
    await clock.advance(60_000);
    expect(publisher.events.map(({ detail }) => began - Date.parse(detail.triggertime ?? ''))).toEqual([30]);
  });

  it('of a withdrawal → none', async () => {
    const { published, sink } = await setUp(WEB, { settings: { leadingIngresses: 0 } });
    const events = await published((now) => {
      sink.upsert(slice('web', ['10.1.0.2']), now - 30);
      sink.remove('Ingress', 'default', 'web');
    });
    expect(events).toEqual(['Withdrawn web']);
  });
});

describe('an outcome of a change of members', () => {
  const data = {
    cluster: 'c',
    clusterUid: 'uid',
    appliance: 'p',
    namespace: 'default',
    name: 'web',
    programmed: [{ ip: '192.0.2.10', port: 443 }],
    removed: [],
    hosts: ['web.example.com'],
    findings: [],
    changes: [],
    durationMs: 1,
  };
  /** Brings outcomes that were made 200 ms after their trigger. @returns how many were counted, and their sum. */
  const counted = async (...given: [detailType: string, sequence: number, more?: object][]) => {
    const { outcomes, forwarder, clock } = await setUp(WEB);
    for (const [detailType, sequence, more = {}] of given) {
      const time = clock.now() + sequence;
      const event = { detailType, data: { ...data, sequence }, id: '', time, triggeredAt: time - 200, ...more };
      await outcomes.handle(event as unknown as Parameters<typeof outcomes.handle>[0]);
    }
    const { count, sumMs, buckets } = forwarder.metrics().programming;
    return { count, sumMs, within250: buckets[4] };
  };

  it.each<[what: string, given: Parameters<typeof counted>, count: number]>([
    ['Programmed → counted', [['Ingress Programmed', 1]], 1],
    [
      'of each change → counted',
      [
        ['Ingress Programmed', 1],
        ['Ingress Programmed', 2],
      ],
      2,
    ],
    [
      'delivered twice → once',
      [
        ['Ingress Programmed', 1],
        ['Ingress Programmed', 1],
      ],
      1,
    ],
    [
      'that a later one overtook → not',
      [
        ['Ingress Programmed', 2],
        ['Ingress Programmed', 1],
      ],
      1,
    ],
    ['without a trigger → not', [['Ingress Programmed', 1, { triggeredAt: undefined }]], 0],
    ['Rejected → not', [['Ingress Rejected', 1]], 0],
    ['Failed → not', [['Ingress Failed', 1, { data: { ...data, sequence: 1, reason: 'x', retry: false } }]], 0],
    ['of an Ingress that is gone → not', [['Ingress Programmed', 1, { data: { ...data, sequence: 1, name: 'x' } }]], 0],
  ])('%s', async (_, given, count) => {
    expect(await counted(...given)).toEqual({ count, sumMs: count * 200, within250: count });
  });
});
