import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import { outcomesQueueName, workQueueName } from '../../../lib/config/topology.ts';
import { parseEnvelope, type ReceivedEvent, SOURCES, toEvent } from '../../../lib/contract/index.ts';
import {
  createForwarder,
  FolderSource,
  type Forwarder,
  MemorySequences,
  memoryReporter,
  queueOutcomes,
} from '../../../lib/forwarder/index.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local-aws/index.ts';
import { settles } from '../../support/eventually.ts';

const INGRESS = (host: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {ingress.citrix.com/ssl-passthrough: "true"}
spec:
  rules: [{host: ${host}, http: {paths: [{path: /, backend: {service: {name: web, port: {number: 443}}}}]}}]
  tls: [{}]
`;

let folder: string;
let cloud: LocalCloud;
let forwarder: Forwarder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nspass-forwarder-'));
  cloud = await createLocalCloud({ appliances: ['p'], clusters: { p: ['c'] } });
});

afterEach(async () => {
  await forwarder?.stop();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What arrived in the appliance's queue. */
async function arrived(): Promise<ReceivedEvent[]> {
  const { url } = cloud.queue(workQueueName('p'));
  const events: ReceivedEvent[] = [];
  // One message of a group comes with each receive, and hides the others until it is deleted.
  const { Messages = [] } = await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  for (const { Body } of Messages) events.push(parseEnvelope(Body ?? ''));
  return events;
}

describe('the forwarder with the real clients', () => {
  it('publishes the folder to the bus, retries what it refuses, and reports what comes back', async () => {
    await writeFile(join(folder, 'web.yaml'), INGRESS('a.example.com'));
    const events: string[] = [];
    const statuses: string[] = [];
    let refusals = 2;
    cloud.failEntries(() => {
      refusals -= 1;
      return refusals >= 0 ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' } : undefined;
    });
    const publisher = createPublisher({
      client: cloud.eventBridge,
      busName: cloud.busName,
      retry: { attempts: 1, baseMs: 1, maxMs: 1 },
    });
    forwarder = createForwarder({
      cluster: 'c',
      clusterUid: 'uid',
      source: new FolderSource(folder, { debounceMs: 5 }),
      publisher,
      outcomes: queueOutcomes({ client: cloud.sqs, queueUrl: cloud.queue(outcomesQueueName('c')).url, waitSeconds: 1 }),
      reporter: memoryReporter({
        event: (ref, { reason }) => events.push(`${ref.namespace}/${ref.name} ${reason}`),
        status: (_, addresses) => statuses.push(addresses.join()),
      }),
      sequences: new MemorySequences(),
      settings: { windowMs: 5, retryBaseMs: 5, retryMaxMs: 10 },
    });
    await forwarder.start();
    await forwarder.ready;
    expect(forwarder.metrics()).toMatchObject({ published: 1, failed: 2, failures: 0 });

    await cloud.idle();
    const [snapshot] = await arrived();
    expect(snapshot).toMatchObject({
      detailType: 'Cluster Snapshot',
      data: { cluster: 'c', flagged: true, ingresses: [{ name: 'web' }] },
    });

    const sequence = snapshot?.detailType === 'Cluster Snapshot' ? snapshot.data.sequence : 0;
    const data = {
      cluster: 'c',
      appliance: 'p',
      namespace: 'default',
      name: 'web',
      sequence,
      programmed: [{ ip: '192.0.2.10', port: 443 }],
      removed: [],
      hosts: ['a.example.com'],
      findings: [],
      changes: [],
      durationMs: 1,
    };
    await publisher.publish([
      toEvent(SOURCES.functions, 'Ingress Programmed', data, { now: Date.now, subject: 'default/web' }),
    ]);
    await settles(() => expect(events).toEqual(['default/web Programmed']));
    expect(statuses).toEqual(['192.0.2.10']);

    await writeFile(join(folder, 'web.yaml'), INGRESS('b.example.com'));
    await settles(() => expect(forwarder.metrics().published).toBe(2));
  });
});
