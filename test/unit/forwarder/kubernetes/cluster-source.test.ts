import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi, type KubernetesApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { KubernetesSource, type KubernetesSourceOptions } from '../../../../lib/forwarder/kubernetes/cluster-source.ts';
import { WATCHED } from '../../../../lib/forwarder/kubernetes/kinds.ts';
import { eventually } from '../../../support/eventually.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { FastClock, plainAccess, RecordingSink } from './support.ts';

const { Ingress, IngressClass, Service, EndpointSlice, Node } = WATCHED;
const named = (name: string, rest: object = {}) => ({
  metadata: { name, namespace: 'shop', uid: `uid-${name}` },
  ...rest,
});

/** In the order in which kinds are told. */
const ALWAYS = ['+Service default/kubernetes', '+EndpointSlice default/kubernetes'];

let server: FakeApiServer;
let clock: FastClock;
let api: KubernetesApi;
let source: KubernetesSource;
let sink: RecordingSink;

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new FastClock(100);
  // Its time-outs stay as they are: a machine that is busy for a moment is no server that is silent.
  api = createApi({ access: plainAccess(server.url) });
  sink = new RecordingSink();
});
afterEach(async () => {
  await source.close();
  api.close();
  await server.stop();
});

function make(options: Partial<KubernetesSourceOptions> = {}): KubernetesSource {
  source = new KubernetesSource({ api, clock, random: () => 0.5, ...options });
  return source;
}

async function synced(options: Partial<KubernetesSourceOptions> = {}): Promise<void> {
  await make(options).start(sink);
  await eventually(() => sink.syncs.length > 0, 'synced');
  await eventually(() => server.watching === 5, 'all kinds are watched');
}

const health = (kind: string) => source.health().find((each) => each.kind === kind);

describe('reading', () => {
  it('tells everything there is, in pages, then synced, then what changes', async () => {
    for (let index = 0; index < 25; index += 1) server.put(Ingress.path, named(`i${index}`));
    server.put(Node.path, { metadata: { name: 'n' } });
    let pages = 0;
    const pageRead = (): void => {
      pages += 1;
    };
    await synced({ settings: { pageSize: 10 }, pageRead });
    expect(sink.names('Ingress')).toHaveLength(25);
    expect(pages).toBe(7);
    expect(sink.names('Node')).toEqual(['/n']);
    expect(sink.told.at(-1)).toBe('synced true');
    expect(server.count('/ingresses')).toBe(4);

    server.put(Service.path, named('s', { spec: { type: 'ClusterIP' } }));
    server.delete(Ingress.path, 'i3', 'shop');
    // Two watches: which of them tells first is open.
    await eventually(() => sink.told.includes('-Ingress shop/i3') && sink.names('Service').length === 2, 'changes');
    expect(sink.objects.get('Service shop/s')).toMatchObject({ kind: 'Service', spec: { type: 'ClusterIP' } });
  });

  it('projects objects to what the rules read', async () => {
    server.put(EndpointSlice.path, named('e', { addressType: 'IPv4', managedFields: ['large'], endpoints: [] }));
    await synced();
    expect(JSON.parse(JSON.stringify(sink.objects.get('EndpointSlice shop/e')))).toEqual({
      kind: 'EndpointSlice',
      metadata: { name: 'e', namespace: 'shop' },
      addressType: 'IPv4',
      endpoints: [],
    });
    expect(source.uid({ namespace: 'shop', name: 'e' })).toBeUndefined();
  });

  it('tells when Kubernetes observed what changed a slice, whatever its own clock counts from', async () => {
    await synced();
    expect(clock.now()).toBeLessThan(1e9);
    const observed = '2026-11-24T08:00:00Z';
    const recent = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    const slice = (name: string, time: string) => {
      const { metadata, ...rest } = named(name, { addressType: 'IPv4', endpoints: [] });
      const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': time };
      return { ...rest, metadata: { ...metadata, annotations } };
    };
    server.put(EndpointSlice.path, slice('old', observed));
    server.put(EndpointSlice.path, slice('new', recent.toISOString()));
    await eventually(() => sink.names('EndpointSlice').length === 3, 'both are told');
    expect([...sink.triggers]).toEqual([['EndpointSlice shop/new', recent.getTime()]]);
  });

  it('is kept warm: who listens later is told all at once, in the same step', async () => {
    server.put(Ingress.path, named('a'));
    make().open();
    await eventually(() => source.health().every(({ listed }) => listed), 'all listed');
    await source.start(sink);
    expect(sink.told).toEqual([...ALWAYS, '+Ingress shop/a', 'synced true']);
    expect(source.uid({ namespace: 'shop', name: 'a' })).toBe('uid-a');

    await source.stop();
    server.put(Ingress.path, named('b'));
    await eventually(() => source.uid({ namespace: 'shop', name: 'b' }) !== undefined, 'b is known');
    expect(sink.names('Ingress')).toEqual(['shop/a']);
    const next = new RecordingSink();
    await source.start(next);
    expect(next.names('Ingress')).toEqual(['shop/a', 'shop/b']);
  });

  it('lists nothing anew for the next term, with thousands of objects', async () => {
    for (let index = 0; index < 1_000; index += 1) server.put(Ingress.path, named(`a-${index}`));
    make().open();
    await eventually(() => source.health().every(({ listed }) => listed) && server.watching === 5, 'watched');
    server.requests.length = 0;
    for (let term = 0; term < 3; term += 1) {
      const next = new RecordingSink();
      await source.start(next);
      expect(next.names('Ingress')).toHaveLength(1_000);
      expect(next.told.at(-1)).toBe('synced true');
      await source.stop();
    }
    expect(server.requests).toEqual([]);
  });

  it('reads no kind that is not wanted', async () => {
    await make({ without: ['Node'] }).start(sink);
    await eventually(() => sink.syncs[0] === true, 'synced');
    expect(server.count('/nodes')).toBe(0);
  });
});

describe('supervision', () => {
  it('goes on from the last version when the server ends a watch, without a list', async () => {
    await synced();
    server.put(Ingress.path, named('a'));
    await eventually(() => sink.names('Ingress').length === 1, 'a');
    server.requests.length = 0;
    server.endWatches();
    await eventually(() => server.count('/ingresses') === 1 && server.watching === 5, 'watched again');
    server.put(Ingress.path, named('b'));
    await eventually(() => sink.names('Ingress').length === 2, 'b');
    const again = server.requests.filter(({ path }) => path === Ingress.path);
    expect(again.map(({ query }) => query.get('watch'))).toEqual(['1']);
    expect(health('Ingress')?.restarts).toEqual({ ended: 1 });
  });

  it('goes on from a bookmark', async () => {
    await synced();
    for (let times = 0; times < 5; times += 1) server.put('/apis/other/v1/things', { metadata: { name: 'x' } });
    server.bookmark(Ingress.path);
    server.endWatches();
    await eventually(
      () =>
        server.requests.some(
          ({ path, query }) => path === Ingress.path && query.get('resourceVersion') === String(server.version),
        ),
      'resumed from the bookmark',
    );
    expect([...sink.told].sort()).toEqual([...ALWAYS, 'synced true'].sort());
  });

  it('catches up over a cut connection: nothing is missed, nothing is told twice as gone', async () => {
    server.put(Ingress.path, named('a'));
    server.put(Ingress.path, named('b'));
    await synced();
    server.cut();
    server.delete(Ingress.path, 'a', 'shop');
    server.put(Ingress.path, named('c'));
    await eventually(() => sink.names('Ingress').join() === 'shop/b,shop/c', 'caught up');
    expect(sink.told.filter((line) => line === '-Ingress shop/a')).toHaveLength(1);
    expect(health('Ingress')?.restarts.failed).toBeGreaterThan(0);
  });

  it('lists again when the version expired, and tells what went meanwhile', async () => {
    server.put(Ingress.path, named('a'));
    server.put(Ingress.path, named('b'));
    await synced();
    server.cut();
    server.delete(Ingress.path, 'a', 'shop');
    server.compact();
    await eventually(() => sink.names('Ingress').join() === 'shop/b', 'listed again');
    // LIF-6: no event said that it is deleted, the list may be wrong.
    expect(sink.told).toContain('?Ingress shop/a');
    expect(sink.told).not.toContain('-Ingress shop/a');
    expect(health('Ingress')?.restarts.expired).toBeGreaterThan(0);
    expect(sink.syncs).toEqual([true]);
  });

  it('lists again at once each time that the version of a quiet kind expired, when its watch had lasted', async () => {
    const log = memoryLog();
    await synced({ log });
    for (const time of [1, 2, 3]) {
      const begun = clock.now();
      await eventually(() => clock.now() - begun > 11_000, 'the watches last');
      server.put(Ingress.path, named('a', { spec: { ingressClassName: `c${time}` } }));
      server.compact();
      server.endWatches();
      await eventually(() => health('Node')?.restarts.expired === time && server.watching === 5, 'listed again');
    }
    expect(log.lines.filter(({ message }) => message === 'cannot watch a kind, retrying')).toEqual([]);
  });

  it('lists again when its version is of a future that a restore undid', async () => {
    await synced();
    server.once('/ingresses', 504, 'Timeout', 'Too large resource version: 900, current: 7');
    server.cut();
    await eventually(() => (health('Ingress')?.restarts.expired ?? 0) === 1, 'listed again');
    server.put(Ingress.path, named('a'));
    await eventually(() => sink.names('Ingress').length === 1, 'a');
  });

  it('gives a half-open watch up when nothing comes for too long', async () => {
    // A second of this machine's: it may be busy.
    await synced({ settings: { idleMs: 100_000 } });
    server.mute = true;
    server.put(Ingress.path, named('a'));
    await eventually(() => (health('Ingress')?.restarts.idle ?? 0) > 0, 'given up');
    server.mute = false;
    await eventually(() => sink.names('Ingress').length === 1, 'a');
    expect(server.requests.filter(({ path, query }) => path === Ingress.path && !query.has('watch'))).toHaveLength(1);
  });

  it('does not come back before Retry-After', async () => {
    server.once('/ingresses', 429, 'TooManyRequests', 'busy', { 'retry-after': '7' });
    const begun = clock.now();
    await synced();
    expect(clock.now() - begun).toBeGreaterThanOrEqual(7_000);
    expect(clock.waits).toContain(7_000);
  });

  it('waits longer with each failure, drawn at random, up to a limit', async () => {
    const back = server.fault(({ path }, response) =>
      path === Ingress.path ? refuse(response, 500, 'InternalError', 'broken') : false,
    );
    await make({ settings: { retryBaseMs: 123, retryMaxMs: 1_000 }, without: ['Node'] }).start(sink);
    await eventually(() => server.count('/ingresses') >= 7, 'seven attempts');
    back();
    const waits = clock.waits.filter((ms) => ms < 2_000);
    // Half of 123, 246, 492, 984, 1000 …, and one more.
    expect(waits.slice(0, 5)).toEqual([62, 124, 247, 493, 501]);
    expect(sink.syncs).toEqual([]);
  });

  it('does not spin where the server ends every watch at once', async () => {
    const back = server.fault(({ query }, response) => {
      if (!query.has('watch')) return false;
      response.writeHead(200).end();
      return true;
    });
    await make({ settings: { retryBaseMs: 1_000 } }).start(sink);
    // Counted as failures, after which it waits; on a busy machine one may seem to have lasted a while.
    await eventually(() => (health('Ingress')?.restarts.failed ?? 0) > 2, 'some attempts that failed');
    back();
    expect(clock.waits.filter((ms) => ms >= 500).length).toBeGreaterThan(1);
  });

  it('does not spin where every version expires at once', async () => {
    const back = server.fault(({ query }, response) =>
      query.has('watch') ? refuse(response, 410, 'Expired', 'too old') : false,
    );
    await make({ settings: { retryBaseMs: 4_000, retryMaxMs: 60_000 } }).start(sink);
    await eventually(() => server.count('/ingresses') > 4, 'some attempts');
    back();
    expect(clock.waits.filter((ms) => ms > 3_000 && ms < 10_000).length).toBeGreaterThan(1);
  });

  it('lists without pages where a page expired half-way', async () => {
    for (let index = 0; index < 25; index += 1) server.put(Ingress.path, named(`i${index}`));
    const back = server.fault(({ query }, response) =>
      query.has('continue') ? refuse(response, 410, 'Expired', 'the continue token is too old') : false,
    );
    await synced({ settings: { pageSize: 10 } });
    back();
    expect(sink.names('Ingress')).toHaveLength(25);
    expect(sink.told).not.toContain('-Ingress shop/i3');
  });

  it('LIF-6: says when a list begins, when all of it was told, and then what it lacks; a list that broke off begins again', async () => {
    const listener = Object.assign(sink, {
      listing: (kind: string) => void (kind === 'Ingress' && sink.told.push('listing')),
      listed: (kind: string) => void (kind === 'Ingress' && sink.told.push('listed')),
    });
    for (const name of ['a', 'b', 'c', 'd']) server.put(Ingress.path, named(name));
    await make({ settings: { pageSize: 2 } }).start(listener);
    await eventually(() => sink.syncs.length > 0 && server.watching === 5, 'all kinds are watched');
    sink.told.length = 0;
    server.cut();
    server.delete(Ingress.path, 'a', 'shop');
    server.compact();
    let broken = 0;
    const back = server.fault(({ query, path }, response) => {
      if (!path.endsWith('/ingresses') || !query.has('continue') || broken > 0) return false;
      broken += 1;
      return refuse(response, 500, 'InternalError', 'etcd');
    });
    await eventually(() => sink.told.includes('?Ingress shop/a'), 'listed again');
    back();
    const told = sink.told.filter((line) => line.includes('Ingress') || line.startsWith('list'));
    const page = ['+Ingress shop/b', '+Ingress shop/c'];
    expect(told).toEqual(['listing', ...page, 'listing', ...page, '+Ingress shop/d', 'listed', '?Ingress shop/a']);
  });

  it.each([
    ['a frame that is no JSON', 'nonsense\n'],
    ['an error in the stream', '{"type":"ERROR","object":{"code":500,"reason":"InternalError","message":"etcd"}}\n'],
  ])('begins again after %s', async (_what, bytes) => {
    await synced();
    server.say(Ingress.path, bytes);
    await eventually(() => health('Ingress')?.restarts.failed === 1, 'restarted');
    server.put(Ingress.path, named('a'));
    await eventually(() => sink.names('Ingress').length === 1, 'a');
  });
});

describe('LIF-6: what cannot be read', () => {
  const forbid = (path: string) =>
    server.fault((request, response) =>
      request.path === path ? refuse(response, 403, 'Forbidden', `cannot list ${path}`) : false,
    );

  it.each([
    ['Ingress', Ingress.path],
    ['IngressClass', IngressClass.path],
  ])('%s never read: an incomplete view is told, and the kind is named', async (kind, path) => {
    server.put(Service.path, named('s'));
    const allow = forbid(path);
    await make({ log: memoryLog() }).start(sink);
    await eventually(() => sink.syncs.length > 0, 'synced');
    expect(sink.syncs).toEqual([false]);
    expect(sink.names('Service')).toEqual(['default/kubernetes', 'shop/s']);
    expect(sink.current).toEqual([
      { file: path, line: 1, message: expect.stringContaining('grant the ServiceAccount list and watch') },
    ]);
    expect(health(kind)).toMatchObject({ listed: false, problem: expect.stringContaining(`cannot list ${path}`) });

    allow();
    await eventually(() => sink.syncs.length > 1, 'permitted');
    expect(sink.syncs).toEqual([false, true]);
    expect(sink.current).toEqual([]);
  });

  it.each([
    ['Service', Service.path],
    ['EndpointSlice', EndpointSlice.path],
    ['Node', Node.path],
  ])('%s never read: nothing is told, for back ends would lose their members', async (kind, path) => {
    const allow = forbid(path);
    await make().start(sink);
    await eventually(() => health(kind)?.problem !== undefined, 'named');
    expect(sink.syncs).toEqual([]);
    allow();
    await eventually(() => sink.syncs.length > 0, 'permitted');
    expect(sink.syncs).toEqual([true]);
  });

  it('a permission that is taken away: the last state stays, and the view is incomplete until it is back', async () => {
    server.put(Ingress.path, named('a'));
    await synced();
    const allow = forbid(Ingress.path);
    server.cut();
    await eventually(() => sink.syncs.length > 1, 'incomplete');
    expect(sink.names('Ingress')).toEqual(['shop/a']);
    allow();
    await eventually(() => sink.syncs.length > 2, 'complete again');
    expect(sink.syncs).toEqual([true, false, true]);
  });

  it('a refusal or two, as by a server that starts, are no missing permission', async () => {
    server.once('/ingresses', 403, 'Forbidden');
    server.once('/ingresses', 403, 'Forbidden');
    await synced();
    expect(sink.syncs).toEqual([true]);
    expect(sink.current).toEqual([]);
  });

  it('a kind that the server does not serve is named as that', async () => {
    const back = server.fault(({ path }, response) =>
      path === IngressClass.path ? refuse(response, 404, 'NotFound', 'the server could not find it') : false,
    );
    await make().start(sink);
    await eventually(() => sink.current.length === 1, 'named');
    back();
    expect(sink.current[0]?.message).toContain('does not serve it (404: ');
  });
});

describe('LIF-6: a first list that holds nothing at all', () => {
  /** The server lists nothing of a kind, until it is taken back. */
  const empty = (path: string) =>
    server.fault(({ path: asked, query }, response) => {
      if (asked !== path || query.has('watch')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'List', metadata: { resourceVersion: String(server.version) }, items: [] }));
      return true;
    });
  const shop = (type: string) => {
    server.put(Service.path, named('s', { spec: { type, ports: [{ port: 443, nodePort: 30443 }] } }));
    const backend = { service: { name: 's', port: { number: 443 } } };
    server.put(Ingress.path, named('a', { spec: { rules: [{ host: 'a.test', http: { paths: [{ backend }] } }] } }));
  };

  it.each(['Service', 'EndpointSlice'] as const)(
    'of %s is not believed: nothing is told, it is listed again and again, until there is something',
    async (kind) => {
      server.put(Ingress.path, named('a'));
      const log = memoryLog();
      const back = empty(WATCHED[kind].path);
      await make({ log }).start(sink);
      await eventually(() => (health(kind)?.restarts.doubted ?? 0) > 2, 'listed again');
      expect(sink.syncs).toEqual([]);
      expect(health(kind)).toMatchObject({ listed: false, doubted: true });
      expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
      back();
      await eventually(() => sink.syncs.length > 0, 'believed');
      expect(sink.syncs).toEqual([true]);
      expect(health(kind)).toMatchObject({ listed: true, doubted: false });
    },
  );

  it('is believed when an operator confirms it, until there is something', async () => {
    empty(EndpointSlice.path);
    await make().start(sink);
    await eventually(() => health('EndpointSlice')?.doubted === true && health('Node')?.listed === true, 'doubted');
    source.confirm();
    expect(sink.syncs).toEqual([true]);
    await eventually(() => server.watching === 5, 'watched');
    expect(health('EndpointSlice')).toMatchObject({ listed: true, doubted: false });
    server.put(EndpointSlice.path, named('e'));
    await eventually(() => sink.names('EndpointSlice').length === 1, 'something');
  });

  it.each<[string, string, Partial<KubernetesSourceOptions>, boolean]>([
    ['with an Ingress on a NodePort', 'NodePort', {}, true],
    ['with an Ingress on a LoadBalancer', 'LoadBalancer', {}, true],
    ['where such Services are reached at their pods', 'NodePort', { podsOnly: true }, false],
    ['with an Ingress on a ClusterIP', 'ClusterIP', {}, false],
  ])('of Nodes, %s', async (_what, type, options, doubted) => {
    shop(type);
    await make(options).start(sink);
    if (doubted) {
      await eventually(() => (health('Node')?.restarts.doubted ?? 0) > 3, 'listed again');
      expect(sink.syncs).toEqual([]);
      server.put(Node.path, { metadata: { name: 'n' } });
    }
    await eventually(() => sink.syncs.length > 0, 'synced');
    expect(sink.syncs).toEqual([true]);
  });

  it('that comes while nobody listens changes nothing: who listens next waits until it is whole, or is confirmed', async () => {
    server.put(EndpointSlice.path, named('e'));
    await synced();
    await source.stop();
    const back = empty(EndpointSlice.path);
    server.put('/apis/other/v1/things', { metadata: { name: 'x' } });
    server.compact();
    server.endWatches();
    await eventually(() => health('EndpointSlice')?.doubted === true, 'doubted');
    expect(health('EndpointSlice')?.objects).toBe(2);
    const next = new RecordingSink();
    await source.start(next);
    expect(next.syncs).toEqual([]);
    back();
    await eventually(() => next.syncs.length > 0, 'whole');
    expect(next.names('EndpointSlice')).toEqual(['default/kubernetes', 'shop/e']);
    expect(next.told.filter((line) => line.startsWith('?'))).toEqual([]);
  });

  it('that comes later is for the listener to judge, and is asked for again; the next listener waits', async () => {
    server.put(EndpointSlice.path, named('e'));
    await synced();
    const back = empty(EndpointSlice.path);
    server.put('/apis/other/v1/things', { metadata: { name: 'x' } });
    server.compact();
    server.endWatches();
    await eventually(() => sink.told.includes('?EndpointSlice shop/e'), 'missing');
    expect(health('EndpointSlice')?.doubted).toBe(false);
    const next = new RecordingSink();
    await source.start(next);
    expect(next.syncs).toEqual([]);
    expect(health('EndpointSlice')?.doubted).toBe(true);
    back();
    await eventually(() => next.syncs.length > 0, 'whole');
    expect(next.names('EndpointSlice')).toEqual(['default/kubernetes', 'shop/e']);
  });
});
