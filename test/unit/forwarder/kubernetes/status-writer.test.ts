import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi, type KubernetesApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { KubernetesStatusWriter } from '../../../../lib/forwarder/kubernetes/status-writer.ts';
import type { StatusOwner, StatusRef } from '../../../../lib/forwarder/ports.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { FastClock, plainAccess } from './support.ts';

const API = '/apis/gateway.networking.k8s.io/v1';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ROUTE: StatusRef = { kind: 'TLSRoute', namespace: 'shop', name: 'web' };
const NEVER = new AbortController().signal;

let server: FakeApiServer;
let api: KubernetesApi;
let counts: { status: number; failed: number };
let log: ReturnType<typeof memoryLog>;

beforeEach(async () => {
  server = await FakeApiServer.start();
  server.gatewayApi = { v1: ['gatewayclasses', 'gateways', 'tlsroutes'] };
  api = createApi({ access: plainAccess(server.url) });
  counts = { status: 0, failed: 0 };
  log = memoryLog();
  server.put(`${API}/tlsroutes`, {
    metadata: { namespace: 'shop', name: 'web', uid: 'u', generation: 3 } as object as { name: string },
  });
});
afterEach(async () => {
  api.close();
  await server.stop();
});

const writer = (assert: () => void = () => {}) =>
  new KubernetesStatusWriter({ api, assert, counts, log, clock: new FastClock(100), random: () => 0.5 });
const set = (status: object) => () => status;
const status = () => server.get(`${API}/tlsroutes`, 'web', 'shop')?.status;

describe('statuses of the Gateway API', () => {
  it('are written under the version that was read, and show who they are of', async () => {
    let seen: StatusOwner | undefined;
    const written = await writer().write(
      ROUTE,
      (object) => {
        seen = object;
        return { parents: [] };
      },
      NEVER,
    );
    expect(written).toBe(true);
    expect(seen).toEqual({ uid: 'u', generation: 3, status: undefined });
    expect(status()).toEqual({ parents: [] });
    const [patch] = server.requests.filter(({ method }) => method === 'PATCH');
    expect(patch?.path).toBe(`${API}/namespaces/shop/tlsroutes/web/status`);
    expect(patch?.headers['content-type']).toBe('application/merge-patch+json');
    expect(patch?.body).toMatchObject({ metadata: { resourceVersion: expect.any(String) } });
    expect(counts).toEqual({ status: 1, failed: 0 });
  });

  it('of a class have no namespace in their path', async () => {
    server.put(`${API}/gatewayclasses`, { metadata: { name: 'edge' } });
    await writer().write({ kind: 'GatewayClass', namespace: '', name: 'edge' }, set({ a: 1 }), NEVER);
    expect(server.get(`${API}/gatewayclasses`, 'edge')?.status).toEqual({ a: 1 });
  });

  it('a name that is none cannot leave its place in the path', async () => {
    await writer().write({ ...ROUTE, name: '../../secrets/x?y#z' }, set({}), NEVER);
    expect(server.requests.map(({ path }) => path)).toEqual([
      `${API}/namespaces/shop/tlsroutes/..%2F..%2Fsecrets%2Fx%3Fy%23z`,
    ]);
  });

  it('where nothing is to be changed, nothing is written', async () => {
    expect(await writer().write(ROUTE, () => undefined, NEVER)).toBe(false);
    expect(server.count('/status', 'PATCH')).toBe(0);
  });

  it('409: read again, and changed from what is there then', async () => {
    const back = server.fault(({ method }) => {
      if (method !== 'PATCH') return false;
      back();
      server.put(`${API}/tlsroutes`, { metadata: { namespace: 'shop', name: 'web' }, status: { other: 1 } });
      return false;
    });
    await writer().write(ROUTE, ({ status: there }) => ({ ...(there as object | undefined), mine: 1 }), NEVER);
    expect(status()).toEqual({ other: 1, mine: 1 });
  });

  it('404: gone, and no error', async () => {
    expect(await writer().write({ ...ROUTE, name: 'gone' }, set({}), NEVER)).toBe(false);
    expect(counts.failed).toBe(0);
  });

  it.each([[403], [422]])('%i: thrown at once, counted and logged', async (code) => {
    server.fault(({ method }, response) => method === 'PATCH' && refuse(response, code, 'No', 'no'));
    await expect(writer().write(ROUTE, set({}), NEVER)).rejects.toThrow('no');
    expect(server.count('/status', 'PATCH')).toBe(1);
    expect(counts).toEqual({ status: 0, failed: 1 });
    expect(log.lines.at(-1)?.message).toBe('cannot write the status of an object');
  });

  it('500: tried again', async () => {
    server.once('/tlsroutes/web', 500, 'InternalError');
    expect(await writer().write(ROUTE, set({ a: 1 }), NEVER)).toBe(true);
  });

  it('a process that no longer leads writes nothing', async () => {
    const lost = () => {
      throw new Error('lost');
    };
    await expect(writer(lost).write(ROUTE, set({}), NEVER)).rejects.toThrow('lost');
    expect(server.count('/status', 'PATCH')).toBe(0);
  });

  it('a stop ends it without a word', async () => {
    const stopping = new AbortController();
    server.fault((_request, response) => {
      stopping.abort();
      return refuse(response, 500, 'InternalError', 'x');
    });
    await expect(writer().write(ROUTE, set({}), stopping.signal)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
    expect(counts.failed).toBe(0);
  });
});

describe('CRDs of the Gateway API', () => {
  it('their versions are read from their metadata alone; one that is absent is left out', async () => {
    const annotations = { 'gateway.networking.k8s.io/bundle-version': 'v1.6.3' };
    server.put(CRDS, { metadata: { name: 'tlsroutes.gateway.networking.k8s.io', annotations } });
    server.put(CRDS, { metadata: { name: 'gateways.gateway.networking.k8s.io' } });
    expect(await writer().crds()).toEqual([
      { name: 'gateways.gateway.networking.k8s.io' },
      { name: 'tlsroutes.gateway.networking.k8s.io', bundleVersion: 'v1.6.3' },
    ]);
    expect(server.requests.every(({ headers }) => headers.accept?.includes('as=PartialObjectMetadata;'))).toBe(true);
  });

  it('may not be read: unknown', async () => {
    server.fault(({ path }, response) => path.startsWith(CRDS) && refuse(response, 403, 'Forbidden', 'no'));
    expect(await writer().crds()).toBeUndefined();
  });
});
