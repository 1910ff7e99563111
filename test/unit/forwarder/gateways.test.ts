import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../lib/contract/index.ts';
import type { SourceObject } from '../../../lib/forwarder/source/source.ts';
import type { GatewayObject, K8sGateway, K8sTlsRoute } from '../../../lib/gateway/index.ts';
import { RecordingPublisher, ScriptedSource, service, startForwarder } from './support.ts';

const CLASS: GatewayObject = {
  kind: 'GatewayClass',
  metadata: { name: 'ours', namespace: '' },
  spec: { controllerName: 'netscaler-passthrough.io/gateway-controller' },
};
const gateway = (more: Partial<K8sGateway['spec']> = {}): K8sGateway => ({
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'default' },
  spec: {
    gatewayClassName: 'ours',
    listeners: [{ name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } }],
    ...more,
  },
});
const route: K8sTlsRoute = {
  kind: 'TLSRoute',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    parentRefs: [{ name: 'edge' }],
    hostnames: ['web.example.com'],
    rules: [{ backendRefs: [{ name: 'web', port: 443 }] }],
  },
};

/** `Snapshot* edge | web`: the Gateways and TLSRoutes of a flagged snapshot, those that are only listed in brackets. */
function text({ detailType, detail: { data } }: BusEvent): string {
  if ('tlsRoutes' in data && 'flagged' in data) {
    const names = (states: readonly { name: string }[] = [], listed: readonly { name: string }[] = []): string =>
      [...states.map(({ name }) => name), ...listed.map(({ name }) => `(${name})`)].join(' ');
    const [gateways, routes] = [names(data.gateways, data.listedGateways), names(data.tlsRoutes, data.listed)];
    return `Snapshot${data.flagged ? '*' : ''} ${gateways} | ${routes}`;
  }
  if ('ingresses' in data) return 'Ingresses';
  const state = 'gateway' in data ? data.gateway : 'tlsRoute' in data ? data.tlsRoute.parents[0] : undefined;
  const assigned = state?.assigned === undefined ? '' : ` at ${state.assigned.join(' ')}`;
  return `${detailType}${'verify' in data ? ` for ${data.verify}` : ''}${assigned}`;
}

async function setUp(status?: string) {
  const objects = [CLASS, gateway(), route, ...service('web', ['10.1.0.1'])] as SourceObject[];
  const source = Object.assign(new ScriptedSource(objects as never), { readsGateways: true, statusOf: () => status });
  const publisher = new RecordingPublisher();
  const { deliver, clock, reporter } = await startForwarder(source, publisher);
  const said = async (change: () => void | Promise<void>, ms = 5_000): Promise<string[]> => {
    publisher.clear();
    await change();
    await clock.advance(ms);
    return publisher.events.map(text).sort();
  };
  const started = publisher.events.map(text);
  const bring = (detailType: string, data: object) => () =>
    deliver(detailType, { cluster: 'c', clusterUid: 'uid', appliance: 'p', ...data });
  const answer = (sequence: number, ...addresses: string[]) =>
    bring('Gateway Programmed', {
      namespace: 'default',
      name: 'edge',
      sequence,
      programmed: addresses.map((ip) => ({ ip, port: 443 })),
      removed: [],
      hosts: [],
      listeners: ['tls'],
      findings: [],
      changes: [],
      durationMs: 1,
    });
  return { sink: source.sink, said, started, bring, answer, reporter };
}

describe('Gateways as the forwarder publishes them', () => {
  it('the first snapshot has those of our classes', async () => {
    const { started } = await setUp();
    expect(started.filter((each) => each !== 'Ingresses')).toEqual(['Snapshot* edge | web']);
  });

  it('one that changes, and its routes, are published singly', async () => {
    const { said, sink } = await setUp();
    expect(await said(() => sink.upsert(gateway({ addresses: [{ value: '192.0.2.10' }] })))).toEqual([
      'Gateway Changed',
      'TLSRoute Changed',
    ]);
    expect(await said(() => sink.upsert(gateway({ addresses: [{ value: '192.0.2.10' }] })))).toEqual([]);
  });

  it('SEL-3: one that is deleted, or says that it is not ours, is withdrawn; its routes wait for the guard', async () => {
    for (const change of [
      (sink: ScriptedSource['sink']) => sink.remove('Gateway', 'default', 'edge'),
      (sink: ScriptedSource['sink']) => sink.upsert(gateway({ gatewayClassName: 'theirs' })),
      (sink: ScriptedSource['sink']) => sink.upsert(gateway({ listeners: [] })),
    ]) {
      const { said, sink } = await setUp();
      const events = await said(() => change(sink));
      expect(events).toContain('Gateway Withdrawn');
      expect(events).not.toContain('TLSRoute Withdrawn');
      // The withdrawal of the Gateway follows the snapshot, which therefore lists it by name.
      expect(events.filter((each) => each.startsWith('Snapshot'))).toEqual([
        expect.stringMatching(/^Snapshot\* .*\| $/),
      ]);
    }
  });

  it.each<[string, (sink: ScriptedSource['sink']) => void]>([
    ['a list lacks it', (sink) => sink.missing('Gateway', [{ namespace: 'default', name: 'edge' }])],
    ['its class is deleted', (sink) => sink.remove('GatewayClass', '', 'ours')],
    ['its class is of another controller', (sink) => sink.upsert({ ...CLASS, spec: { controllerName: 'x' } } as never)],
  ])('LIF-6: %s: a flagged snapshot, which the prune guard looks at, and no withdrawal', async (_what, change) => {
    const { said, sink } = await setUp();
    expect((await said(() => change(sink))).filter((each) => each !== 'Ingresses')).toEqual(['Snapshot*  | ']);
  });

  it('rule 10: an appliance asks for it, to verify it', async () => {
    const { said, bring } = await setUp();
    const gateways = [{ namespace: 'default', name: 'edge' }];
    expect(await said(bring('Resync Requested', { appliances: ['p'], gateways, reason: 'drift' }))).toEqual([
      'Gateway Changed for p',
    ]);
  });
});

describe('GW-6: the address that an appliance chose', () => {
  it('comes back with the Gateway and its routes, once', async () => {
    const { said, answer, reporter } = await setUp();
    expect(await said(answer(10, '192.0.2.65'))).toEqual([
      'Gateway Changed at 192.0.2.65',
      'TLSRoute Changed at 192.0.2.65',
    ]);
    expect(reporter.statuses.get('default/gateway/edge')).toEqual(['192.0.2.65']);
    expect(await said(answer(20, '192.0.2.65'))).toEqual([]);
    // A late answer confirms nothing.
    expect(await said(answer(15, '192.0.2.66'))).toEqual([]);
  });

  it('is in the status of an earlier leader: it is sent from the beginning, and an answer that is the same changes nothing', async () => {
    const { said, answer, sink } = await setUp(JSON.stringify({ addresses: [{ value: '192.0.2.65' }] }));
    expect(await said(answer(10, '192.0.2.65'))).toEqual([]);
    const http = { name: 'http', port: 80, protocol: 'HTTP' };
    const more = gateway({ listeners: [...(gateway().spec.listeners ?? []), http] });
    expect(await said(() => sink.upsert(more))).toEqual(['Gateway Changed at 192.0.2.65']);
  });

  it('does not count for a Gateway that requests one', async () => {
    const { said, answer, sink } = await setUp();
    await said(() => sink.upsert(gateway({ addresses: [{ value: '192.0.2.10' }] })));
    expect(await said(answer(10, '192.0.2.10'))).toEqual([]);
  });
});
