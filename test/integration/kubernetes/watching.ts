import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi, KubernetesSource, kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { eventually } from '../../support/eventually.ts';
import { plainAccess, RecordingSink } from '../../unit/forwarder/kubernetes/support.ts';
import { ingress, PATHS, slice } from './manifests.ts';
import type { Rendered, Stage } from './stage.ts';

const SETTINGS = { retryBaseMs: 20, retryMaxMs: 500, watchMs: 2_000, unreadableMs: 400 };

export function watching(stage: () => Stage): void {
  const sink = new RecordingSink();
  let source: KubernetesSource;
  let close: () => void;

  beforeAll(async () => {
    const api = createApi({ access: await kubeconfigAccess(await stage().plane.kubeconfig()) });
    close = () => api.close();
    source = new KubernetesSource({ api, settings: { ...SETTINGS, watchMs: 60_000 } });
    await source.start(sink);
  });
  afterAll(async () => {
    await source.close();
    close();
  });
  const restarts = () => source.health().find(({ kind }) => kind === 'Ingress')?.restarts ?? {};

  it('tells what is there, then what changes', async () => {
    const { plane } = stage();
    await eventually(() => sink.syncs[0] === true, 'synced');
    expect(sink.names('Service')).toContain('shop/web');
    expect(sink.objects.get('EndpointSlice shop/web-1')).toMatchObject({
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: true } }, { addresses: ['10.1.0.2'] }],
    });
    await plane.ok('POST', PATHS.ingresses, ingress('a'));
    await eventually(() => sink.names('Ingress').includes('shop/a'), 'a is told');
    await plane.ok('DELETE', `${PATHS.ingresses}/a`);
    await eventually(() => !sink.names('Ingress').includes('shop/a'), 'a is gone');
  });

  it('reads in pages', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4']) await stage().plane.ok('POST', PATHS.ingresses, ingress(name));
    const api = createApi({ access: await kubeconfigAccess(await stage().plane.kubeconfig()) });
    const paged = new KubernetesSource({ api, settings: { pageSize: 2 } });
    const got = new RecordingSink();
    await paged.start(got);
    await eventually(() => got.syncs[0] === true, 'synced');
    expect(got.names('Ingress')).toEqual(['shop/p1', 'shop/p2', 'shop/p3', 'shop/p4']);
    await paged.close();
    api.close();
    for (const name of ['p1', 'p2', 'p3', 'p4']) await stage().plane.ok('DELETE', `${PATHS.ingresses}/${name}`);
  });

  it('goes on when the API server is killed and comes back: what changed meanwhile is told', async () => {
    const { plane } = stage();
    await plane.ok('POST', PATHS.ingresses, ingress('stays'));
    await plane.ok('POST', PATHS.ingresses, ingress('goes'));
    await eventually(() => sink.names('Ingress').length === 2, 'both');
    await plane.killApiServer();
    await eventually(() => (restarts().failed ?? 0) > 1, 'noticed');
    await plane.startApiServer();
    await plane.ok('DELETE', `${PATHS.ingresses}/goes`);
    await plane.ok('POST', PATHS.ingresses, ingress('comes'));
    await eventually(() => sink.names('Ingress').join() === 'shop/comes,shop/stays', 'caught up');
    expect(sink.syncs).toEqual([true]);
  });

  it('lists again when its version was compacted away (410)', async () => {
    const { plane } = stage();
    const before = restarts().expired ?? 0;
    await plane.killApiServer();
    // A change that is not told, as one straight into etcd: the server that comes up begins with it.
    await plane.startApiServer();
    for (let times = 0; times < 3; times += 1) {
      await plane.ok('PATCH', `${PATHS.slices}/web-1`, { endpoints: slice('web', [`10.1.0.${times + 3}`]).endpoints });
    }
    await plane.compact();
    await plane.killApiServer();
    await plane.startApiServer();
    await plane.ok('POST', PATHS.ingresses, ingress('after'));
    await eventually(() => sink.names('Ingress').includes('shop/after'), 'listed again');
    expect(restarts().expired ?? 0).toBeGreaterThan(before);
    expect(sink.objects.get('EndpointSlice shop/web-1')).toMatchObject({ endpoints: [{ addresses: ['10.1.0.5'] }] });
  });

  it('LIF-6: says that its view is incomplete when permissions are revoked, and goes on when they are back', async () => {
    const { plane } = stage();
    const objects = await stage().install();
    const role = objects.find(({ kind }) => kind === 'ClusterRole') as Rendered;
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role.metadata.name}`;
    const token = await plane.serviceAccountToken('nspass', 'nspass-forwarder');
    const access = {
      ...plainAccess(`https://127.0.0.1:${plane.ports.api}`),
      pass: async () => ({ tls: { ca: plane.ca }, headers: { authorization: `Bearer ${token}` } }),
    };
    const api = createApi({ access });
    const limited = new KubernetesSource({ api, settings: SETTINGS });
    const got = new RecordingSink();
    await limited.start(got);
    await eventually(() => got.syncs[0] === true, 'synced');
    const names = got.names('Ingress');

    await plane.ok('PATCH', path, {
      rules: (role.rules as object[]).filter((rule) => !JSON.stringify(rule).includes('ingresses')),
    });
    await eventually(() => got.syncs.length === 2, 'incomplete');
    expect(got.syncs[1]).toBe(false);
    expect(got.names('Ingress')).toEqual(names);
    await eventually(
      () => got.current.some(({ message }) => message.startsWith('ingresses.networking.k8s.io may not be read')),
      'the kind is named',
    );

    await plane.ok('PATCH', path, { rules: role.rules });
    await eventually(() => got.syncs.length === 3, 'complete again');
    expect(got.current).toEqual([]);
    await limited.close();
    api.close();
  });
}
