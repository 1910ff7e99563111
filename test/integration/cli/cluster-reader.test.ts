import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterReader } from '../../../lib/cli/cluster-reader.ts';
import type { ApiAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { FakeApiServer, refuse } from '../../support/fake-apiserver.ts';

describe('nspass lint --cluster reads', () => {
  let server: FakeApiServer;
  beforeEach(async () => {
    server = await FakeApiServer.start();
    server.put('/apis/networking.k8s.io/v1/ingresses', {
      metadata: { name: 'a', namespace: 'shop' },
      spec: { rules: [] },
    });
    server.put('/api/v1/services', { metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [] } });
  });
  afterEach(() => server.stop());

  const access = async (): Promise<ApiAccess> => ({
    server: server.url,
    namespace: undefined,
    pass: async () => ({ tls: {}, headers: {} }),
    refused() {},
  });

  it('every kind, once, and ends', async () => {
    const objects = await clusterReader(access).read();
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      'Ingress shop/a',
      'Service shop/web',
    ]);
    await expect.poll(() => server.watching).toBe(0);
  });

  it('says at once where there is no cluster', async () => {
    const gone = await access();
    await server.stop();
    await expect(clusterReader(async () => gone).read()).rejects.toThrow(/ECONNREFUSED/);
    server = await FakeApiServer.start();
  });

  it('says that there is no kubeconfig, instead of what client-node makes of none', async () => {
    const nowhere = { ...(await access()), server: 'http://localhost:8080' };
    await expect(clusterReader(async () => nowhere).read()).rejects.toThrow(/no kubeconfig: set KUBECONFIG/);
  });

  it('nothing where a kind may not be read, and names it', async () => {
    server.fault(({ path }, response) =>
      path.includes('/services') ? refuse(response, 403, 'Forbidden', 'services is forbidden') : false,
    );
    await expect(clusterReader(access).read()).rejects.toThrow(/services/);
  });
});
