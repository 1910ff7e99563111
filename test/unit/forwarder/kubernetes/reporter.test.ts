import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeStatus } from '../../../../lib/forwarder/feedback/status.ts';
import { createApi, type KubernetesApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { ApiError } from '../../../../lib/forwarder/kubernetes/api-error.ts';
import { changeEntries, KubernetesReporter } from '../../../../lib/forwarder/kubernetes/reporter.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';
import { FastClock, plainAccess } from './support.ts';

const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const EVENTS = '/apis/events.k8s.io/v1/events';
const REF = { namespace: 'shop', name: 'web' };
const add = (ip: string) => (there: readonly string[]) => changeStatus(there, { programmed: [{ ip }], removed: [] });
const drop = (ip: string) => (there: readonly string[]) => changeStatus(there, { programmed: [], removed: [{ ip }] });

let server: FakeApiServer;
let api: KubernetesApi;

beforeEach(async () => {
  server = await FakeApiServer.start();
  api = createApi({ access: plainAccess(server.url) });
  server.put(INGRESSES, { metadata: { ...REF, uid: 'u1' }, spec: { rules: [] } });
});
afterEach(async () => {
  api.close();
  await server.stop();
});

const reporter = (options: { status?: boolean; events?: boolean; uid?: string | undefined } = {}) =>
  new KubernetesReporter({
    api,
    status: true,
    events: true,
    instance: 'forwarder-0',
    clock: new FastClock(100),
    random: () => 0.5,
    ...options,
    uid: () => ('uid' in options ? options.uid : 'u1'),
  });
const status = () => server.get(INGRESSES, 'web', 'shop')?.status;

describe('objects of the Gateway API', () => {
  it.each([
    ['tlsroute/web', 'TLSRoute'],
    ['gateway/web', 'Gateway'],
  ])('REP-2: %s → an Event regarding that %s, in its own name', async (name, kind) => {
    const to = reporter();
    await to.event({ namespace: 'shop', name }, { type: 'Warning', reason: 'TLSRouteNotAttached', message: 'no' });
    const [event] = server.all(EVENTS);
    expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]+$/);
    const apiVersion = 'gateway.networking.k8s.io/v1';
    expect(event?.regarding).toEqual({ apiVersion, kind, namespace: 'shop', name: 'web', uid: 'u1' });
  });

  it('REP-1: have no status of an Ingress, not even that of one of their name', async () => {
    await reporter().status({ namespace: 'shop', name: 'tlsroute/web' }, add('192.0.2.1'));
    await reporter().status({ namespace: 'shop', name: 'gateway/web' }, add('192.0.2.1'));
    expect(server.requests).toEqual([]);
  });
});

describe('REP-1: status.loadBalancer.ingress', () => {
  it('is added to, taken from, and empty again', async () => {
    const to = reporter();
    await to.status(REF, add('192.0.2.1'));
    await to.status(REF, add('2001:db8::1'));
    expect(status()).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] } });
    await to.status(REF, drop('192.0.2.1'));
    expect(status()).toEqual({ loadBalancer: { ingress: [{ ip: '2001:db8::1' }] } });
    await to.status(REF, drop('2001:db8::1'));
    expect(status()).toEqual({ loadBalancer: {} });
    expect(to.counts.status).toBe(4);
  });

  it('touches nothing else: entries of others stay as they are, with their ports, and other fields too', async () => {
    const others = [{ hostname: 'lb.test' }, { ip: '198.51.100.1', ports: [{ port: 443, protocol: 'TCP' }] }];
    server.put(INGRESSES, { metadata: REF, spec: { rules: [1] }, status: { loadBalancer: { ingress: others }, x: 1 } });
    await reporter().status(REF, add('192.0.2.1'));
    expect(status()).toEqual({ loadBalancer: { ingress: [...others, { ip: '192.0.2.1' }] }, x: 1 });
    expect(server.get(INGRESSES, 'web', 'shop')?.spec).toEqual({ rules: [1] });
  });

  it('is not written where nothing changes', async () => {
    await reporter().status(REF, drop('192.0.2.1'));
    expect(server.count('/status', 'PATCH')).toBe(0);
  });

  it('is read again when somebody else wrote in between', async () => {
    const back = server.fault(({ method }) => {
      if (method !== 'PATCH') return false;
      back();
      server.put(INGRESSES, { metadata: REF, status: { loadBalancer: { ingress: [{ ip: '198.51.100.9' }] } } });
      return false;
    });
    await reporter().status(REF, add('192.0.2.1'));
    expect(status()).toEqual({ loadBalancer: { ingress: [{ ip: '198.51.100.9' }, { ip: '192.0.2.1' }] } });
  });

  it('is tried again while the server is in trouble', async () => {
    server.once('/ingresses/web', 500, 'InternalError');
    server.once('/ingresses/web', 429, 'TooManyRequests', 'busy', { 'retry-after': '1' });
    await reporter().status(REF, add('192.0.2.1'));
    expect(status()).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
  });

  it('that may not be written is an error at once, so that the outcome comes again later', async () => {
    server.fault(({ method }, response) => method === 'PATCH' && refuse(response, 403, 'Forbidden', 'cannot patch'));
    const to = reporter();
    await expect(to.status(REF, add('192.0.2.1'))).rejects.toThrow(ApiError);
    expect(to.counts.failed).toBe(1);
    expect(server.count('/status', 'PATCH')).toBe(1);
  });

  it('of an Ingress that is gone is nothing', async () => {
    server.delete(INGRESSES, 'web', 'shop');
    await reporter().status(REF, add('192.0.2.1'));
    expect(server.count('/status', 'PATCH')).toBe(0);
  });

  it('can be switched off', async () => {
    await reporter({ status: false }).status(REF, add('192.0.2.1'));
    expect(server.requests).toEqual([]);
  });

  it('escapes what it puts into a path', async () => {
    await reporter().status({ namespace: '../x', name: 'a/b?c' }, add('192.0.2.1'));
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/apis/networking.k8s.io/v1/namespaces/..%2Fx/ingresses/a%2Fb%3Fc',
    ]);
  });
});

describe('REP-2: Kubernetes Events', () => {
  const event = { type: 'Warning', reason: 'HostConflict', message: 'a.test is held by other/web' } as const;

  it('stand on the Ingress, in the form of events.k8s.io/v1', async () => {
    await reporter().event(REF, event);
    const [written] = server.all(EVENTS);
    expect(written).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'shop', name: expect.stringMatching(/^web\.[0-9a-f]+$/) },
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      reportingController: 'netscaler-passthrough/forwarder',
      reportingInstance: 'forwarder-0',
      action: 'Reconcile',
      reason: 'HostConflict',
      type: 'Warning',
      note: 'a.test is held by other/web',
      regarding: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'shop', name: 'web', uid: 'u1' },
    });
  });

  it('are written once although the answer was lost', async () => {
    const back = server.fault(({ path, body }, response) => {
      if (!path.endsWith('/events')) return false;
      back();
      const { metadata } = body as { metadata: { name: string; namespace: string } };
      server.put(EVENTS, { ...(body as object), metadata });
      response.destroy();
      return true;
    });
    const to = reporter();
    await to.event(REF, event);
    expect(server.all(EVENTS)).toHaveLength(1);
    expect(to.counts).toEqual({ status: 0, events: 1, failed: 0 });
  });

  it.each([
    ['an Ingress that is not known any more', { uid: undefined }],
    ['anything, where they are switched off', { events: false }],
  ])('are not written about %s', async (_what, options) => {
    await reporter(options).event(REF, event);
    expect(server.requests).toEqual([]);
  });

  it('are not missed in a namespace that ends', async () => {
    server.fault((_request, response) => refuse(response, 403, 'Forbidden', 'shop is being terminated'));
    const to = reporter();
    await to.event(REF, event);
    expect(to.counts).toEqual({ status: 0, events: 0, failed: 0 });
  });

  it('fit what the API takes, however long name and message are', async () => {
    const long = { namespace: 'shop', name: 'n'.repeat(253) };
    await reporter().event(long, { ...event, message: 'm'.repeat(2_000) });
    const [written] = server.all(EVENTS);
    expect((written as { note?: string }).note).toHaveLength(1_024);
    expect(written?.metadata.name.length).toBeLessThanOrEqual(253);
  });

  it('are given up after some attempts, and counted', async () => {
    server.fault((_request, response) => refuse(response, 500, 'InternalError', 'etcd'));
    const to = reporter();
    await expect(to.event(REF, event)).rejects.toThrow('etcd');
    expect([to.counts.failed, server.requests.length]).toEqual([1, 6]);
  });
});

describe('changeEntries', () => {
  it('gives nothing where the addresses stay, in whatever order', () => {
    expect(changeEntries([{ ip: 'a' }, { hostname: 'h' }], () => ['a'])).toBeUndefined();
  });
});
