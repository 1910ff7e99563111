import { describe, expect, it } from 'vitest';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import type { ClusterSource, SourceSink } from '../../../lib/forwarder/source/source.ts';
import { Visibility } from '../../../lib/forwarder/state/visibility.ts';
import { GATEWAY_CONTROLLER, type GatewayObject } from '../../../lib/gateway/index.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';
import { ingress, ManualClock, RecordingPublisher, RecordingReporter, service, settle } from './support.ts';

const ROUTE = 'default/tlsroute/web';
const meta = (name: string, namespace = 'default') => ({ name, namespace, uid: `uid-${name}` });
const OBJECTS: readonly GatewayObject[] = [
  { kind: 'GatewayClass', metadata: meta('edge', ''), spec: { controllerName: GATEWAY_CONTROLLER } },
  {
    kind: 'Gateway',
    metadata: meta('edge'),
    spec: {
      gatewayClassName: 'edge',
      addresses: [{ value: '192.0.2.10' }],
      listeners: [{ name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } }],
    },
  },
  {
    kind: 'TLSRoute',
    metadata: meta('web'),
    spec: {
      parentRefs: [{ name: 'edge' }],
      hostnames: ['web.example.com'],
      rules: [{ backendRefs: [{ name: 'a', port: 443 }] }],
    },
  },
];

/** A source whose Gateway API may be unreadable. */
class GatewaySource implements ClusterSource {
  sink!: SourceSink;
  readsGateways = false;

  async start(sink: SourceSink): Promise<void> {
    this.sink = sink;
    for (const object of [ingress('a'), ...service('a', ['10.1.0.1'])]) sink.upsert(object);
    sink.synced(true);
  }

  async stop(): Promise<void> {}

  reads(gateways: boolean): void {
    this.readsGateways = gateways;
    this.sink.synced(true);
  }
}

async function started(reserved: number) {
  const source = new GatewaySource();
  const clock = new ManualClock(1_700_000_000_000);
  const publisher = new RecordingPublisher();
  const sequences = new MemorySequences();
  if (reserved > 0) await sequences.reserve(reserved);
  const forwarder = createForwarder({
    cluster: 'c',
    clusterUid: 'uid',
    source,
    publisher,
    reporter: new RecordingReporter(),
    sequences,
    clock,
    random: () => 0.5,
  });
  await forwarder.start();
  await settle();
  const saidAfter = async (change: () => void): Promise<Set<string>> => {
    publisher.clear();
    change();
    await clock.advance(2_000);
    return new Set(publisher.events.map(({ detailType }) => detailType));
  };
  return { source, forwarder, saidAfter, publisher };
}

describe('LIF-6: objects of the Gateway API that cannot be read', () => {
  it('are left out of snapshots; as soon as they can be read, a snapshot covers them', async () => {
    const { source, forwarder, saidAfter, publisher } = await started(0);
    expect(publisher.events.map(({ detailType }) => detailType)).toEqual(['Cluster Snapshot']);
    expect(await saidAfter(() => forwarder.snapshot('test'))).toEqual(new Set(['Cluster Snapshot']));
    const appeared = await saidAfter(() => {
      for (const object of OBJECTS) source.sink.upsert(object);
      source.reads(true);
    });
    expect(appeared).toContain('TLSRoute Snapshot');
    expect(await saidAfter(() => forwarder.snapshot('test'))).toEqual(
      new Set(['TLSRoute Snapshot', 'Cluster Snapshot']),
    );
    expect(await saidAfter(() => source.reads(false))).toEqual(new Set());
    expect(await saidAfter(() => forwarder.snapshot('test'))).toEqual(new Set(['Cluster Snapshot']));
    await forwarder.stop();
  });

  it('a leader that reads only some of them publishes no route before it has read all; Ingresses go on', async () => {
    const { source, forwarder, saidAfter } = await started(1_000);
    const partial = await saidAfter(() => {
      for (const object of OBJECTS) source.sink.upsert(object);
      source.sink.upsert(ingress('a', { host: 'new.example.com' }));
    });
    expect(partial).toEqual(new Set(['Ingress Changed']));
    expect(await saidAfter(() => source.reads(true))).toContain('TLSRoute Snapshot');
    await forwarder.stop();
  });

  it('a deletion that is seen is published, whatever else cannot be read', async () => {
    const { source, forwarder, saidAfter } = await started(0);
    await saidAfter(() => {
      for (const object of OBJECTS) source.sink.upsert(object);
      source.reads(true);
    });
    source.reads(false);
    expect(await saidAfter(() => source.sink.remove('TLSRoute', 'default', 'web'))).toContain('TLSRoute Withdrawn');
    await forwarder.stop();
  });
});

describe('what may be hidden', () => {
  const view = (complete: boolean, gateways: boolean, publishedBefore = true): Visibility => {
    const visibility = new Visibility(silentLog);
    visibility.publishedBefore = publishedBefore;
    visibility.update(complete, gateways);
    return visibility;
  };

  it.each([
    ['everything is read', view(true, true), false, false],
    ['the Gateway API is not', view(true, false), false, true],
    ['an Ingress may be hidden', view(false, true), true, true],
  ])('%s', (_what, visibility, ofIngress, ofRoute) => {
    expect(visibility.mayHide('default/a', undefined)).toBe(ofIngress);
    expect(visibility.mayHide(ROUTE, undefined)).toBe(ofRoute);
  });

  it('statuses are right only where nothing is hidden', () => {
    expect([view(true, true), view(true, false), view(false, true)].map((each) => each.gatewaysComplete)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
