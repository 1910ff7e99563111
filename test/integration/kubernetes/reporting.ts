import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ingress, PATHS } from './manifests.ts';
import { outcomeMessage } from './outcome-message.ts';
import type { ReplicaProcess, Stage } from './stage.ts';

export function reporting(stage: () => Stage): void {
  let replica: ReplicaProcess;
  beforeAll(async () => {
    await stage().plane.ok('POST', PATHS.ingresses, ingress('reported'));
    replica = await stage().replica('reporter', await stage().install());
    await replica.ready();
    await eventually(() => replica.says('this replica became the leader'), 'leads');
  });
  afterAll(() => replica?.signal('SIGTERM'));

  const outcome = (detailType: string, type: string, data: object): string =>
    outcomeMessage(detailType, type, { name: 'reported', ...data });
  const status = async () => (await stage().plane.ok('GET', `${PATHS.ingresses}/reported`)).status.loadBalancer;

  it('REP-1, REP-2: writes status and an Event with the rights of the chart and nothing more', async () => {
    const { plane, cloud } = stage();
    // Another controller has its own address there.
    await plane.ok('PATCH', `${PATHS.ingresses}/reported/status`, {
      status: { loadBalancer: { ingress: [{ ip: '198.51.100.7' }] } },
    });
    cloud.queue.push(
      outcome('Ingress Programmed', 'nspass.ingress.programmed.v1', {
        programmed: [{ ip: '192.0.2.10', port: 443 }],
        hosts: ['reported.shop.test'],
      }),
    );
    await eventually(async () => (await status()).ingress?.length === 2, 'status');
    expect(await status()).toEqual({ ingress: [{ ip: '198.51.100.7' }, { ip: '192.0.2.10' }] });
    const events = await eventually(async () => {
      const { items } = await plane.ok('GET', PATHS.events);
      return items.length > 0 && items;
    }, 'an Event');
    expect(events[0]).toMatchObject({
      reason: 'Programmed',
      type: 'Normal',
      action: 'Reconcile',
      reportingController: 'netscaler-passthrough/forwarder',
      reportingInstance: 'reporter',
      regarding: { kind: 'Ingress', name: 'reported', namespace: 'shop' },
      note: 'Programmed reported.shop.test on edge (192.0.2.10:443)',
    });
    const { uid } = (await plane.ok('GET', `${PATHS.ingresses}/reported`)).metadata;
    expect(events[0].regarding.uid).toBe(uid);
    // What people see.
    expect(await plane.kubectl(['describe', 'ingress', '-n', 'shop', 'reported'])).toContain(
      'Programmed reported.shop.test on edge',
    );
  });

  it('SEL-3: takes its address away again, and leaves the others', async () => {
    stage().cloud.queue.push(
      outcome('Ingress Removed', 'nspass.ingress.removed.v1', {
        sequence: Date.now(),
        removed: [{ ip: '192.0.2.10', port: 443 }],
      }),
    );
    await eventually(async () => (await status()).ingress?.length === 1, 'status');
    expect(await status()).toEqual({ ingress: [{ ip: '198.51.100.7' }] });
  });
}
