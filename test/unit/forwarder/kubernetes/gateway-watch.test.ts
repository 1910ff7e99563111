import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi, type KubernetesApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { KubernetesSource } from '../../../../lib/forwarder/kubernetes/cluster-source.ts';
import { WATCHED } from '../../../../lib/forwarder/kubernetes/kinds.ts';
import { eventually } from '../../../support/eventually.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { FastClock, plainAccess, RecordingSink } from './support.ts';

const ALL = { v1: ['gatewayclasses', 'gateways', 'tlsroutes', 'referencegrants'] };
const OLD_GRANTS = { v1: ['gatewayclasses', 'gateways', 'tlsroutes'], v1beta1: ['referencegrants'] };
const { TLSRoute, Gateway, Namespace, Ingress } = WATCHED;
const GRANTS = { v1: WATCHED.ReferenceGrant.path, v1beta1: WATCHED.ReferenceGrant.path.replace('/v1/', '/v1beta1/') };
const named = (name: string, rest: object = {}) => ({
  metadata: { name, namespace: 'shop', uid: `uid-${name}` },
  ...rest,
});

/** A sink that keeps whether the Gateway API was read at each view. */
class ViewSink extends RecordingSink {
  readonly views: string[] = [];
  readonly statuses: string[] = [];

  override synced(complete: boolean): void {
    super.synced(complete);
    this.views.push(`${complete ? 'complete' : 'incomplete'}${source.readsGateways ? ' with gateways' : ''}`);
  }

  statusChanged(kind: string, namespace: string, name: string): void {
    this.statuses.push(`${kind} ${namespace}/${name}`);
  }
}

let server: FakeApiServer;
let api: KubernetesApi;
let source: KubernetesSource;
let sink: ViewSink;
let log: ReturnType<typeof memoryLog>;

beforeEach(async () => {
  server = await FakeApiServer.start();
  api = createApi({ access: plainAccess(server.url) });
  sink = new ViewSink();
  log = memoryLog();
  source = new KubernetesSource({ api, clock: new FastClock(100), random: () => 0.5, log });
});
afterEach(async () => {
  await source.close();
  api.close();
  await server.stop();
});

const health = (kind: string) => source.health().find((each) => each.kind === kind);
const view = (expected: string) =>
  eventually(() => sink.views.at(-1) === expected, `a view that is ${expected}, not ${sink.views.join()}`);

describe('the Gateway API in a cluster', () => {
  it('not served: it needs no right, and nothing waits for it', async () => {
    await source.start(sink);
    await view('complete');
    expect(server.count('/tlsroutes') + server.count('/gatewayclasses')).toBe(0);
    expect(source.health().map(({ kind }) => kind)).not.toContain('TLSRoute');
  });

  it('switched off: it is not even asked for', async () => {
    await source.close();
    server.gatewayApi = ALL;
    source = new KubernetesSource({ api, gateways: false });
    await source.start(sink);
    await view('complete');
    expect(server.count('gateway.networking.k8s.io')).toBe(0);
    expect(server.count('/namespaces')).toBe(0);
  });

  it('served: all kinds are told before the first view, routes after what they need', async () => {
    server.gatewayApi = ALL;
    server.put(TLSRoute.path, named('web', { spec: { hostnames: ['a.test'] } }));
    server.put(Gateway.path, named('edge'));
    server.put(Namespace.path, { metadata: { name: 'shop', labels: { team: 'a' } } });
    source.open();
    await eventually(
      () => health('TLSRoute')?.listed === true && source.health().every(({ listed }) => listed),
      'read',
    );
    await source.start(sink);
    await view('complete with gateways');
    expect(sink.views).toEqual(['complete with gateways']);
    expect(sink.objects.get('TLSRoute shop/web')).toMatchObject({ spec: { hostnames: ['a.test'] } });
    expect(sink.objects.get('Namespace /shop')).toMatchObject({ metadata: { labels: { team: 'a' } } });
    expect(sink.told.indexOf('+TLSRoute shop/web')).toBeGreaterThan(sink.told.indexOf('+Gateway shop/edge'));
    expect(source.uid({ namespace: 'shop', name: 'tlsroute/web' })).toBe('uid-web');
    const accepts = server.requests.filter(({ path }) => path === Namespace.path).map(({ headers }) => headers.accept);
    expect(accepts.slice(0, 2)).toEqual([
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    ]);
  });

  it('ReferenceGrants of v1beta1 are read where v1 is not served, and of v1 as soon as it is', async () => {
    server.gatewayApi = OLD_GRANTS;
    server.put(GRANTS.v1beta1, named('old'));
    await source.start(sink);
    await view('complete with gateways');
    expect(sink.names('ReferenceGrant')).toEqual(['shop/old']);
    server.put(GRANTS.v1, named('new'));
    server.gatewayApi = ALL;
    await eventually(() => sink.names('ReferenceGrant').join() === 'shop/new', 'of v1');
    expect(sink.told).toContain('?ReferenceGrant shop/old');
    await view('complete with gateways');
  });

  it('appears while the forwarder runs: read without a restart', async () => {
    await source.start(sink);
    await view('complete');
    server.put(TLSRoute.path, named('web'));
    server.gatewayApi = ALL;
    await view('complete with gateways');
    expect(sink.names('TLSRoute')).toEqual(['shop/web']);
  });

  it('an older one without TLSRoutes of v1: nothing of it is read, and the log says why', async () => {
    server.gatewayApi = { v1: ['gatewayclasses', 'gateways', 'httproutes'], v1beta1: ['referencegrants'] };
    await source.start(sink);
    await view('complete');
    expect(server.count('/gateways')).toBe(0);
    expect(log.lines.find(({ message }) => message.includes('without kinds that are needed'))).toMatchObject({
      fields: { lacking: 'tlsroutes' },
    });
  });

  it('a server that fails to say whether it is served: Ingresses do not wait', async () => {
    server.gatewayApi = ALL;
    const back = server.fault(({ path }, response) =>
      path === '/apis/gateway.networking.k8s.io/v1' ? refuse(response, 500, 'InternalError', 'etcd') : false,
    );
    await source.start(sink);
    await view('complete');
    back();
    await view('complete with gateways');
  });

  it('status: only another one is told, whatever its times', async () => {
    server.gatewayApi = ALL;
    const status = (reason: string, time: string) => ({
      conditions: [{ type: 'Accepted', reason, lastTransitionTime: time }],
    });
    server.put(Gateway.path, named('edge', { status: status('Pending', '1970-01-01T00:00:00Z') }));
    await source.start(sink);
    await view('complete with gateways');
    expect(source.statusOf('Gateway', 'shop', 'edge')).toContain('Pending');
    await eventually(() => server.watching === 10, 'all kinds are watched');
    const before = sink.told.length;
    server.put(Gateway.path, named('edge', { status: status('Pending', '2026-01-01T00:00:00Z') }));
    server.put(Gateway.path, named('edge', { status: status('Accepted', '2026-01-01T00:00:00Z') }));
    server.put(Gateway.path, named('edge'));
    await eventually(() => sink.told.length === before + 3, 'told');
    expect(sink.statuses).toEqual(['Gateway shop/edge', 'Gateway shop/edge', 'Gateway shop/edge']);
    expect(source.statusOf('Gateway', 'shop', 'edge')).toBe('{}');
    server.delete(Gateway.path, 'edge', 'shop');
    await eventually(() => source.statusOf('Gateway', 'shop', 'edge') === undefined, 'deleted');
  });
});

describe('LIF-6: the Gateway API that cannot be read', () => {
  it.each(['TLSRoute', 'Gateway', 'GatewayClass', 'ReferenceGrant', 'Namespace'] as const)(
    'no right to read %s: Ingresses are read as ever, and the kind is named',
    async (kind) => {
      server.gatewayApi = ALL;
      server.put(Ingress.path, named('a'));
      const allow = server.fault(({ path }, response) =>
        path === WATCHED[kind].path ? refuse(response, 403, 'Forbidden', 'no') : false,
      );
      await source.start(sink);
      await view('complete');
      expect(sink.names('Ingress')).toEqual(['shop/a']);
      expect(sink.current).toEqual([
        {
          file: WATCHED[kind].path,
          line: 1,
          message: expect.stringContaining('grant the ServiceAccount list and watch'),
        },
      ]);
      expect(health(kind)?.problem).toContain(WATCHED[kind].resource);
      allow();
      await view('complete with gateways');
      expect(sink.current).toEqual([]);
    },
  );

  it('a list of no Namespace is not believed, and holds up no Ingress', async () => {
    server.gatewayApi = ALL;
    server.delete(Namespace.path, 'kube-system');
    await source.start(sink);
    await view('complete');
    server.put(Namespace.path, { metadata: { name: 'kube-system' } });
    await view('complete with gateways');
  });

  /** The CRDs vanish with what they had, as when the server loses them: no deletion is seen. */
  async function vanished(): Promise<void> {
    server.gatewayApi = ALL;
    server.put(TLSRoute.path, named('web'));
    server.put(Gateway.path, named('edge'));
    await source.start(sink);
    await view('complete with gateways');
    server.gatewayApi = {};
    server.cut();
    await view('complete');
    const unserved = () => sink.current.filter(({ message }) => message.includes('no longer serves the kind'));
    await eventually(() => unserved().length === 3, 'the kinds that had objects are named');
  }

  it('it vanishes: the last state stays in force and is named, until it is served again', async () => {
    await vanished();
    expect(sink.names('TLSRoute')).toEqual(['shop/web']);
    expect(sink.told.filter((line) => line.startsWith('-'))).toEqual([]);
    server.put(Gateway.path, named('other'));
    server.delete(Gateway.path, 'edge', 'shop');
    server.gatewayApi = ALL;
    await view('complete with gateways');
    expect(sink.names('Gateway')).toEqual(['shop/other']);
    expect(sink.told).toContain('?Gateway shop/edge');
    expect(sink.current).toEqual([]);
  });

  it('it vanishes and an operator confirms: everything is missing, for the listener to judge', async () => {
    await vanished();
    source.confirm();
    expect(sink.views.at(-1)).toBe('complete with gateways');
    expect(sink.names('TLSRoute')).toEqual([]);
    expect(sink.told).toContain('?TLSRoute shop/web');
    expect(sink.current).toEqual([]);
    expect(source.health().map(({ kind }) => kind)).not.toContain('TLSRoute');
  });

  it('it vanishes under a replica that does not lead: forgotten, and a term that begins withdraws nothing', async () => {
    server.gatewayApi = ALL;
    server.put(TLSRoute.path, named('web'));
    source.open();
    await eventually(() => health('TLSRoute')?.objects === 1, 'read');
    server.gatewayApi = {};
    server.cut();
    await eventually(() => health('TLSRoute') === undefined, 'forgotten');
    await source.start(sink);
    await view('complete');
    expect(sink.names('TLSRoute')).toEqual([]);
  });

  it('answers that it is gone count only in a row: a server that starts knows no CRDs yet', async () => {
    server.gatewayApi = ALL;
    server.put(TLSRoute.path, named('web'));
    await source.start(sink);
    await view('complete with gateways');
    server.once('/apis/gateway.networking.k8s.io/v1', 404, 'NotFound');
    server.once('/apis/gateway.networking.k8s.io/v1', 404, 'NotFound');
    const asked = server.count('/apis/gateway.networking.k8s.io/v1');
    await eventually(() => server.count('/apis/gateway.networking.k8s.io/v1') > asked + 3, 'asked again');
    expect(sink.views).toEqual(['complete with gateways']);
    expect(health('TLSRoute')?.objects).toBe(1);
  });
});
