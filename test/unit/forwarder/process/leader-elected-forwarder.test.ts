import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedEvent } from '../../../../lib/contract/index.ts';
import { WATCHED } from '../../../../lib/forwarder/kubernetes/kinds.ts';
import { RESERVED_ANNOTATION } from '../../../../lib/forwarder/kubernetes/lease.ts';
import { parseConfig } from '../../../../lib/forwarder/process/config.ts';
import { LeaderElectedForwarder } from '../../../../lib/forwarder/process/leader-elected-forwarder.ts';
import { CollectingBus } from '../../../support/collecting-publisher.ts';
import { eventually } from '../../../support/eventually.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { plainAccess } from '../kubernetes/support.ts';

const LEASES = '/apis/coordination.k8s.io/v1/leases';
const INGRESS = {
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: { 'ingress.citrix.com/ssl-passthrough': 'true' },
  },
  spec: {
    tls: [{}],
    rules: [
      {
        host: 'a.test',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 443 } } } }],
        },
      },
    ],
  },
};
const SERVICE = {
  metadata: { name: 's', namespace: 'shop' },
  spec: { type: 'ClusterIP', clusterIP: '10.0.0.9', ports: [{ port: 443, targetPort: 8443, protocol: 'TCP' }] },
};

let server: FakeApiServer;
let bus: CollectingBus;
let running: LeaderElectedForwarder[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  server.put(WATCHED.Service.path, SERVICE);
  server.put(WATCHED.Ingress.path, INGRESS);
  bus = new CollectingBus();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await server.stop();
});

async function start(name: string, more: object = {}, outcomes: ReceivedEvent[] = []): Promise<LeaderElectedForwarder> {
  const config = parseConfig(
    {
      cluster: 'c1',
      bus: { name: 'nspass' },
      publish: { windowMs: 5, stopTimeoutMs: 500 },
      lease: { durationMs: 5_000 },
      http: { port: 0, adminPort: 0 },
      ...more,
    },
    'test',
  );
  const forwarder = new LeaderElectedForwarder({
    config,
    access: plainAccess(server.url),
    name,
    log: memoryLog(),
    publisher: () => bus.publisher(name),
    outcomes: () => ({
      start: async (handle) => {
        void (async () => {
          for (const event of outcomes) await handle(event);
        })();
      },
      stop: () => {},
    }),
  });
  running.push(forwarder);
  await forwarder.start();
  return forwarder;
}

const get = async (port: number, path: string, method = 'GET') => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: answer.status, text: await answer.text() };
};
const ready = (forwarder: LeaderElectedForwarder) =>
  eventually(async () => (await get(forwarder.ports.http, '/readyz')).status === 200, 'ready');
const value = async (forwarder: LeaderElectedForwarder, metric: string): Promise<number | undefined> => {
  const { text } = await get(forwarder.ports.http, '/metrics');
  const line = text.split('\n').find((each) => each.startsWith(`${metric} `));
  return line === undefined ? undefined : Number(line.slice(metric.length));
};

describe('the process', () => {
  it('leads, publishes a flagged snapshot, is ready, and counts', async () => {
    const a = await start('a');
    await ready(a);
    await eventually(() => bus.events.length > 0, 'published');
    expect(bus.events[0]?.event.detail.data).toMatchObject({
      cluster: 'c1',
      clusterUid: 'uid-of-kube-system',
      flagged: true,
      ingresses: [{ namespace: 'shop', name: 'web', uid: 'u1' }],
    });
    expect((await get(a.ports.http, '/healthz')).status).toBe(200);
    expect(await value(a, 'nspass_forwarder_leader')).toBe(1);
    await eventually(async () => (await value(a, 'nspass_forwarder_events_published_total')) === 1, 'counted');
    expect(await value(a, 'nspass_forwarder_watch_objects{kind="Ingress"}')).toBe(1);
  });

  it('hands over at a clean stop, with sequences that go on', async () => {
    const patient = { windowMs: 60_000, maxDelayMs: 60_000, leadingIngresses: 0, stopTimeoutMs: 500 };
    const a = await start('a', { publish: patient });
    await eventually(() => a.leading, 'a leads');
    const b = await start('b');
    await ready(b);
    await eventually(() => bus.by('a').length > 0, 'a publishes');
    server.put(WATCHED.Ingress.path, { ...INGRESS, metadata: { ...INGRESS.metadata, name: 'late' } });
    await eventually(async () => (await value(a, 'nspass_forwarder_waiting_ingresses')) === 1, 'a change waits');
    await running.splice(0, 1)[0]?.stop();
    expect(bus.by('a').at(-1)?.detail.data).toMatchObject({ ingress: { name: 'late' } });
    await eventually(() => bus.by('b').length > 0, 'b publishes');
    expect(bus.sequences).toEqual([...bus.sequences].sort((x, y) => x - y));
    const reserved = server.get(LEASES, 'netscaler-passthrough', 'nspass')?.metadata.annotations?.[RESERVED_ANNOTATION];
    expect(Number(reserved)).toBeGreaterThan(bus.sequences.at(-1) as number);
  });

  it('takes a snapshot on demand of a leader, and names the leader otherwise', async () => {
    const a = await start('a');
    await eventually(() => a.leading && bus.events.length === 1, 'a leads');
    const b = await start('b');
    await ready(b);
    expect(await get(a.ports.admin, '/snapshot?confirmed=true&verify=edge', 'POST')).toMatchObject({ status: 202 });
    await eventually(() => bus.events.length === 2, 'a snapshot');
    expect(bus.events[1]?.event.detail.data).toMatchObject({ flagged: true, confirmed: true, verify: ['edge'] });
    expect(bus.events[1]?.event.detail.data).not.toHaveProperty('takesOver');
    const refused = await eventually(async () => {
      const answer = await get(b.ports.admin, '/snapshot', 'POST');
      return answer.text.includes('"a_') && answer;
    }, 'b knows the leader');
    expect(refused.status).toBe(409);
    expect((await get(a.ports.http, '/snapshot', 'POST')).status).toBe(404);
  });

  it.each([
    ['take-over=true', { takesOver: true, flagged: true }, ['confirmed']],
    ['take-over=true&confirmed=true', { takesOver: true, confirmed: true, flagged: true }, []],
    ['take-over=yes', { flagged: true }, ['confirmed', 'takesOver']],
  ])('rule 15: /snapshot?%s', async (query, says, not) => {
    const a = await start('a');
    await eventually(() => a.leading && bus.events.length === 1, 'a leads');
    expect(await get(a.ports.admin, `/snapshot?${query}`, 'POST')).toMatchObject({ status: 202 });
    await eventually(() => bus.events.length === 2, 'a snapshot');
    const data = bus.events[1]?.event.detail.data;
    expect(data).toMatchObject(says);
    for (const field of not) expect(data).not.toHaveProperty(field);
  });

  it('is not ready, and says why, while publishing fails or a kind may not be read', async () => {
    bus.down = true;
    server.fault(({ path }, response) =>
      path === WATCHED.IngressClass.path ? refuse(response, 403, 'Forbidden', 'no') : false,
    );
    const a = await start('a');
    const reasons = await eventually(async () => {
      server.put(WATCHED.Ingress.path, { ...INGRESS, metadata: { ...INGRESS.metadata, resourceVersion: '' } });
      const { status, text } = await get(a.ports.http, '/readyz');
      return status === 503 && text.includes('IngressClass: ') && text.includes('attempts in a row failed') && text;
    }, 'reasons');
    expect(JSON.parse(reasons)).toMatchObject({ ready: false });
  });

  it('waits for the identity of the cluster', async () => {
    const back = server.fault(({ path }, response) =>
      path.endsWith('kube-system') ? refuse(response, 403, 'Forbidden', 'no') : false,
    );
    const a = await start('a');
    await eventually(async () => (await get(a.ports.http, '/readyz')).text.includes('not identified'), 'not ready');
    expect(a.leading).toBe(false);
    back();
    await ready(a);
  });

  it('reports an outcome on the Ingress', async () => {
    const data = {
      cluster: 'c1',
      clusterUid: 'uid-of-kube-system',
      appliance: 'edge',
      namespace: 'shop',
      name: 'web',
      uid: 'u1',
      sequence: 1,
      programmed: [{ ip: '192.0.2.1', port: 443 }],
      removed: [],
      hosts: ['a.test'],
      findings: [],
      changes: [],
      durationMs: 1,
    };
    await start('a', {}, [{ detailType: 'Ingress Programmed', data, id: '1', time: 1 }]);
    await eventually(() => server.all('/apis/events.k8s.io/v1/events').length === 1, 'an Event');
    expect(server.get(WATCHED.Ingress.path, 'web', 'shop')?.status).toEqual({
      loadBalancer: { ingress: [{ ip: '192.0.2.1' }] },
    });
  });

  it('REP-1: a rebuilt cluster that is refused shows nothing of the cluster before it, and says why', async () => {
    const base = { cluster: 'c1', appliance: 'edge' };
    const programmed = {
      ...base,
      namespace: 'shop',
      name: 'web',
      sequence: Date.now(),
      programmed: [{ ip: '192.0.2.1', port: 443 }],
      removed: [],
      hosts: ['a.test'],
      findings: [],
      changes: [],
      durationMs: 1,
    };
    const reason = 'the snapshot comes from another cluster of this name: its UID is …';
    const refused = { ...base, from: '22', to: 'zz', routes: 0, removes: 0, limitPercent: 30, reason, sequence: 1 };
    const event = (detailType: string, data: object) =>
      ({ detailType, data, id: '1', time: Date.now() }) as unknown as ReceivedEvent;
    const a = await start('a', {}, [
      // A replay, with functions of now and of before; and what waited for an Ingress of this name.
      event('Ingress Programmed', { ...programmed, clusterUid: 'of-the-cluster-before', uid: 'u0' }),
      event('Ingress Programmed', { ...programmed, sequence: Date.parse('2025-06-01T00:00:00Z') }),
      event('Ingress Programmed', { ...programmed, clusterUid: 'uid-of-kube-system', uid: 'u0' }),
      event('Snapshot Applied', { ...refused, clusterUid: 'of-the-cluster-before', sequence: Date.now() + 1e9 }),
      event('Prune Refused', { ...refused, clusterUid: 'uid-of-kube-system' }),
    ]);
    await eventually(async () => (await value(a, 'nspass_forwarder_snapshots_refused_total')) === 1, 'refused');
    expect(await value(a, 'nspass_forwarder_outcomes_foreign_total')).toBe(4);
    expect(JSON.parse((await get(a.ports.http, '/readyz')).text)).toMatchObject({
      ready: true,
      notes: [`snapshots: edge refuses them: ${reason}`],
    });
    expect(server.all('/apis/events.k8s.io/v1/events')).toEqual([]);
    expect(server.get(WATCHED.Ingress.path, 'web', 'shop')?.status).toBeUndefined();
  });

  it('stops publishing when somebody takes the Lease, and comes back with a new term', async () => {
    const a = await start('a');
    await eventually(() => a.leading && bus.events.length > 0, 'a leads');
    const lease = server.get(LEASES, 'netscaler-passthrough', 'nspass') as { metadata: object; spec: object };
    server.put(LEASES, {
      metadata: { ...lease.metadata, name: 'netscaler-passthrough', namespace: 'nspass' },
      spec: { ...lease.spec, holderIdentity: 'somebody', leaseDurationSeconds: 1 },
    });
    await eventually(() => !a.leading, 'a gives up');
    await eventually(() => a.leading, 'a leads again');
    await eventually(async () => (await value(a, 'nspass_forwarder_terms_total')) === 2, 'counted');
    expect(bus.sequences).toEqual([...bus.sequences].sort((x, y) => x - y));
  });
});
