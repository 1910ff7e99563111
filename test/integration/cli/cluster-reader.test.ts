import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clusterReader } from '../../../lib/cli/cluster-reader.ts';
import { readClusterSources } from '../../../lib/cli/cluster-sources.ts';
import { Progress } from '../../../lib/cli/progress.ts';
import type { ApiAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { FakeApiServer, refuse } from '../../support/fake-apiserver.ts';

describe('a live cluster is read', () => {
  let server: FakeApiServer;
  beforeEach(async () => {
    server = await FakeApiServer.start();
    for (const path of ['/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices']) {
      server.delete(path, 'kubernetes', 'default');
    }
    server.put('/apis/networking.k8s.io/v1/ingresses', {
      metadata: { name: 'a', namespace: 'shop' },
      spec: { rules: [] },
    });
    server.put('/api/v1/services', { metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [] } });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    return server.stop();
  });

  const access = async (): Promise<ApiAccess> => ({
    server: server.url,
    namespace: undefined,
    pass: async () => ({ tls: {}, headers: {} }),
    refused() {},
  });

  it('every kind, once, and ends', async () => {
    const { objects, classesKnown } = await clusterReader(access).read();
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      'Ingress shop/a',
      'Service shop/web',
    ]);
    expect(classesKnown).toBe(true);
    expect(server.watching).toBe(0);
  });

  it('says at once where there is no cluster', async () => {
    const gone = await access();
    await server.stop();
    await expect(clusterReader(async () => gone).read()).rejects.toThrow(/ECONNREFUSED/);
    server = await FakeApiServer.start();
  });

  it('says that there is no kubeconfig, instead of what client-node makes of none', async () => {
    vi.stubEnv('KUBECONFIG', undefined);
    vi.stubEnv('HOME', '/nonexistent');
    await expect(clusterReader().read()).rejects.toThrow(/no kubeconfig: set KUBECONFIG/);
    // The context is not what is missing.
    await expect(clusterReader().read({ context: 'prod' })).rejects.toThrow(/no kubeconfig: set KUBECONFIG/);
  });

  it('nothing where a kind may not be read, and names it', async () => {
    server.fault(({ path }, response) =>
      path.includes('/services') ? refuse(response, 403, 'Forbidden', 'services is forbidden') : false,
    );
    await expect(clusterReader(access).read()).rejects.toThrow(
      'no permission to list services (403: services is forbidden): ask for it, or check a namespace of yours with --namespace.',
    );
  });

  it('401: says at once that the credentials are refused, and what to do', async () => {
    server.fault((_, response) => refuse(response, 401, 'Unauthorized', 'Unauthorized'));
    await expect(clusterReader(access).read()).rejects.toThrow(
      `${server.url} rejects the credentials (401): log in again or renew the token`,
    );
  });

  it('one namespace, without IngressClasses where these may not be read', async () => {
    server.fault(({ path: asked }, response) =>
      asked.includes('/namespaces/shop/') ? false : refuse(response, 403, 'Forbidden', 'no'),
    );
    const { objects, classesKnown } = await clusterReader(access).read({ namespace: 'shop' });
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'Ingress shop/a',
      'Service shop/web',
    ]);
    expect(classesKnown).toBe(false);
  });

  it('Nodes only where a Service is reached by them', async () => {
    const asked: string[] = [];
    server.fault(({ path }) => {
      asked.push(path);
      return false;
    });
    await clusterReader(access).read();
    expect(asked.some((path) => path.includes('/nodes'))).toBe(false);
    server.put('/api/v1/services', { metadata: { name: 'np', namespace: 'shop' }, spec: { type: 'NodePort' } });
    await clusterReader(access).read();
    expect(asked.some((path) => path.includes('/nodes'))).toBe(true);
  });

  describe('of the Gateway API', () => {
    const collection = (plural: string, version = 'v1'): string =>
      `/apis/gateway.networking.k8s.io/${version}/${plural}`;
    const served = ['gatewayclasses', 'gateways', 'tlsroutes'];
    const names = async (namespace?: string) => {
      const { gateways } = await clusterReader(access).read(namespace === undefined ? {} : { namespace });
      const { objects, ...rest } = gateways;
      return {
        ...rest,
        names: objects.map(({ kind, metadata: { namespace: own, name } }) => `${kind} ${own}/${name}`),
      };
    };
    beforeEach(() => {
      server.put(collection('gatewayclasses'), { metadata: { name: 'ours' }, spec: { controllerName: 'x' } });
      server.put(collection('gateways'), { metadata: { name: 'edge', namespace: 'infra' }, spec: {} });
      server.put(collection('tlsroutes'), { metadata: { name: 'web', namespace: 'shop' }, spec: {} });
      server.put(collection('tlsroutes'), { metadata: { name: 'web', namespace: 'other' }, spec: {} });
      server.put(collection('referencegrants', 'v1beta1'), {
        metadata: { name: 'grant', namespace: 'infra' },
        spec: { from: [], to: [] },
      });
      server.put('/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'a' } } });
    });

    it('nothing where the cluster does not serve it, without a right', async () => {
      const asked: string[] = [];
      server.fault(({ path }) => {
        asked.push(path);
        return false;
      });
      expect(await names()).toEqual({ extent: 'unread', names: [] });
      expect(asked.filter((path) => path.includes('namespaces') || path.includes('tlsroutes'))).toEqual([]);
    });

    it('every kind, ReferenceGrants in the version that is served', async () => {
      server.gatewayApi = { v1: served, v1beta1: ['referencegrants'] };
      expect(await names()).toEqual({
        extent: 'whole',
        names: expect.arrayContaining([
          'GatewayClass /ours',
          'Namespace /shop',
          'Gateway infra/edge',
          'ReferenceGrant infra/grant',
          'TLSRoute shop/web',
          'TLSRoute other/web',
        ]),
      });
    });

    it('of one namespace: its routes, and the Gateways of all where they may be read', async () => {
      server.gatewayApi = { v1: served, v1beta1: ['referencegrants'] };
      const { extent, names: found } = await names('shop');
      expect(extent).toBe('part');
      expect(found).toEqual(expect.arrayContaining(['Gateway infra/edge', 'TLSRoute shop/web']));
      expect(found).not.toContain('TLSRoute other/web');
    });

    it('permissions that end at the namespace: its own objects', async () => {
      server.gatewayApi = { v1: served };
      server.put(collection('gateways'), { metadata: { name: 'own', namespace: 'shop' }, spec: {} });
      server.fault(({ path: asked }, response) =>
        /\/namespaces\/shop\/|\/v1(?:beta1)?$/.test(asked) ? false : refuse(response, 403, 'Forbidden', 'no'),
      );
      expect(await names('shop')).toEqual({ extent: 'part', names: ['Gateway shop/own', 'TLSRoute shop/web'] });
    });

    it('routes that may not be read leave Ingresses readable, and are named', async () => {
      server.gatewayApi = { v1: served };
      server.fault(({ path }, response) =>
        path.includes('/tlsroutes') ? refuse(response, 403, 'Forbidden', 'tlsroutes is forbidden') : false,
      );
      const { objects, gateways } = await clusterReader(access).read();
      expect(objects.map(({ kind }) => kind).sort()).toEqual(['Ingress', 'Service']);
      expect(gateways).toMatchObject({
        extent: 'unread',
        problem: expect.stringContaining('TLSRoutes were not read: no permission to list tlsroutes'),
      });
      const { problems } = await readClusterSources(clusterReader(access), {}, new Progress(undefined, Date.now));
      expect(problems).toMatchObject([{ code: 'KindNotRead', file: 'cluster' }]);
    });
  });

  it('the kubeconfig and context that are named', async () => {
    const named: unknown[] = [];
    const reader = clusterReader(async (...given) => {
      named.push(given);
      return access();
    });
    await reader.read({ kubeconfig: '/k', context: 'prod' });
    expect(named).toEqual([['/k', 'prod']]);
  });

  it('names a kubeconfig that is not there', async () => {
    await expect(clusterReader().read({ kubeconfig: '/nonexistent/config' })).rejects.toThrow(
      'the kubeconfig /nonexistent/config does not exist: correct KUBECONFIG, or the option that names it.',
    );
  });

  it('names the command of a log-in that cannot be run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nspass-kubeconfig-'));
    const kubeconfig = join(folder, 'config');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'nowhere-login', interactiveMode: 'Never' };
    await writeFile(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'u', user: { exec } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    try {
      await expect(clusterReader().read({ kubeconfig })).rejects.toThrow(
        'the kubeconfig logs in with nowhere-login, which cannot be run (ENOENT)',
      );
      await expect(clusterReader().read({ kubeconfig, context: 'other' })).rejects.toThrow('has no context "other"');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
