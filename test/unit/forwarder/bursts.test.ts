import { describe, expect, it } from 'vitest';
import type { K8sObject } from '../../../lib/ingress/kubernetes.ts';
import { ingress, RecordingPublisher, ScriptedSource, service, slice, startForwarder } from './support.ts';

/** Longest wait of a change, and the wait for a snapshot in place of many changes, in milliseconds. */
const REST_MS = 20_000;

/** A Service of 100 pods, with as many Ingresses on it as given. */
const onOneService = (ingresses: number): K8sObject[] => [
  ...service('web', podsAfter(0)),
  ...Array.from({ length: ingresses }, (_, index) => ingress(`i${index}`, { service: 'web' })),
];

/** Addresses of the Service's pods after so many of them were replaced. */
const podsAfter = (replaced: number): string[] =>
  Array.from({ length: 100 }, (_, pod) => (pod < replaced ? `10.2.0.${pod}` : `10.1.0.${pod}`));

const node = (name: string, address: string): K8sObject => ({
  kind: 'Node',
  metadata: { name, namespace: '' },
  spec: {},
  status: { addresses: [{ type: 'InternalIP', address }], conditions: [{ type: 'Ready', status: 'True' }] },
});

/** As many Ingresses, each on a NodePort Service of its own, and three nodes. */
const onNodes = (ingresses: number): K8sObject[] => [
  ...['a', 'b', 'c'].map((name, index) => node(name, `10.0.0.${index}`)),
  ...Array.from({ length: ingresses }, (_, index): K8sObject[] => [
    {
      kind: 'Service',
      metadata: { name: `i${index}`, namespace: 'default' },
      spec: { type: 'NodePort', ports: [{ port: 443, targetPort: 8443, nodePort: 30_000 + index }] },
    },
    slice(`i${index}`, ['10.1.0.1']),
    ingress(`i${index}`),
  ]).flat(),
];

type Change = readonly [atMs: number, change: (source: ScriptedSource) => void];

/** Every pod of the Service is replaced, one after another. */
const rollingRestart = (stepMs: number): Change[] =>
  Array.from({ length: 100 }, (_, pod) => [pod * stepMs, ({ sink }) => sink.upsert(slice('web', podsAfter(pod + 1)))]);

/** A node goes, and another joins some time later. */
const nodeReplaced = (afterMs: number): Change[] => [
  [0, ({ sink }) => sink.remove('Node', '', 'a')],
  [afterMs, ({ sink }) => sink.upsert(node('d', '10.0.0.9'))],
];

async function eventsOf(objects: K8sObject[], changes: readonly Change[], leadingIngresses: number) {
  const source = new ScriptedSource(objects);
  const publisher = new RecordingPublisher();
  const { clock, forwarder } = await startForwarder(source, publisher, { settings: { leadingIngresses } });
  publisher.clear();
  let now = 0;
  for (const [at, change] of changes) {
    await clock.advance(at - now);
    now = at;
    change(source);
  }
  await clock.advance(REST_MS);
  const last = publisher.events.at(-1)?.detail.data;
  const snapshots = publisher.said.filter((each) => each.startsWith('Snapshot')).length;
  const stopped = forwarder.stop();
  await clock.advance(REST_MS);
  await stopped;
  return { singles: publisher.said.length - snapshots, snapshots, last: JSON.stringify(last) };
}

describe('a burst: how many events it makes, gathered only and with the first changes at once', () => {
  // Of 100 Ingresses in one namespace, its budget carries 200 changes and 20 more in a second. A snapshot of 1,000 has two ranges.
  // Of a restart in which no pause is as long as the window, gathered changes go out once a second.
  it.each<[what: string, objects: K8sObject[], changes: Change[], gathered: number[], leading: number[]]>([
    ['one Ingress, 100 pods in 5 s', onOneService(1), rollingRestart(50), [5, 0], [9, 0]],
    ['one Ingress, 100 pods in 50 s', onOneService(1), rollingRestart(500), [100, 0], [100, 0]],
    ['one Ingress, 100 pods at once', onOneService(1), rollingRestart(0), [1, 0], [2, 0]],
    ['100 Ingresses, 100 pods in 5 s', onOneService(100), rollingRestart(50), [379, 0], [399, 0]],
    ['100 Ingresses, 100 pods at once', onOneService(100), rollingRestart(0), [100, 0], [110, 0]],
    ['a node of 100 NodePort Services, at once', onNodes(100), nodeReplaced(20), [100, 0], [110, 0]],
    ['a node of 100 NodePort Services, a second apart', onNodes(100), nodeReplaced(1_000), [200, 0], [200, 0]],
    ['a node of 1,000 NodePort Services', onNodes(1_000), nodeReplaced(20), [0, 2], [10, 2]],
  ])('%s', async (_, objects, changes, gathered, leading) => {
    const before = await eventsOf(objects, changes, 0);
    const after = await eventsOf(objects, changes, 10);
    expect([before.singles, before.snapshots]).toEqual(gathered);
    expect([after.singles, after.snapshots]).toEqual(leading);
    // What was true last went out in both.
    expect(after.last).toContain(JSON.stringify(objects).includes('NodePort') ? '10.0.0.9' : podsAfter(100)[99]);
    expect(before.last).toContain(JSON.stringify(objects).includes('NodePort') ? '10.0.0.9' : podsAfter(100)[99]);
  });
});
