import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLE, service } from '../../../lib/cli/demo/manifests.ts';
import { probeTls } from '../../../lib/cli/demo/probe.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import { DEAD_LETTERS } from '../../../lib/config/topology.ts';
import { SOURCES } from '../../../lib/contract/index.ts';
import { patient } from '../../support/patience.ts';

/** The whole way of the data in one process: real clients, real queue protocol, real handlers, simulated appliance. */
describe('the local pipeline', () => {
  let folder: string;
  let stack: LocalStack;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nspass-pipeline-'));
    stack = await startLocalStack({ folder, windowMs: 20, drainSeconds: 0 });
    await stack.ready;
  });
  afterEach(async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('sets an event aside that fails its schema, with the reason; the ones behind it are processed', async () => {
    const broken = {
      specversion: '1.0',
      id: 'broken',
      source: '/nspass/forwarder/local',
      type: 'nspass.ingress.changed.v1',
      time: new Date().toISOString(),
      data: { cluster: 'local', clusterUid: 'local-local', sequence: -1, ingress: { name: 'x' } },
    };
    await stack.cloud.eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: stack.cloud.busName,
            Source: SOURCES.forwarder,
            DetailType: 'Ingress Changed',
            Detail: JSON.stringify(broken),
          },
        ],
      }),
    );
    await writeFile(join(folder, 'services.yaml'), service('frontend-hotdrinks', ['10.244.0.11']));
    await writeFile(join(folder, 'hotdrinks.yaml'), SAMPLE);
    await stack.cloud.idle();
    await expect.poll(() => stack.appliance.frontends.has('192.0.2.10:443')).toBe(true);
    await stack.settled();
    expect(await stack.deadLetters()).toBe(1);
    const { Messages = [] } = await stack.cloud.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: stack.cloud.queue(DEAD_LETTERS).url,
        MessageAttributeNames: ['All'],
      }),
    );
    expect(Messages[0]?.MessageAttributes?.reason?.StringValue).toMatch(
      /"Ingress Changed" does not fit its schema: .*sequence/,
    );
    expect(Messages[0]?.Body).toContain('"broken"');
    const front = stack.appliance.frontends.get('192.0.2.10:443') as { host: string; port: number };
    expect(await probeTls(front, 'hotdrinks.beverages.com')).toMatchObject({ kind: 'certificate' });
  });

  it('loses nothing while the appliance is away: the batch goes back, and is written when it answers again', async () => {
    // Busy for longer than one invocation waits: the queue has to bring the batch again.
    stack.appliance.setFaults([
      { method: 'POST', kind: 'macroapi', times: 1, fault: { type: 'reset', when: 'after' } },
    ]);
    await writeFile(join(folder, 'services.yaml'), service('frontend-hotdrinks', ['10.244.0.11']));
    await writeFile(join(folder, 'hotdrinks.yaml'), SAMPLE);
    await expect.poll(() => stack.metrics.sum('BatchesReturned', { reason: 'NitroUnreachable' })).toBe(1);
    // A write of unknown outcome: it comes again when that write must have ended.
    await expect.poll(() => stack.metrics.sum('IngressesProgrammed'), { timeout: patient(75_000) }).toBe(1);
    await stack.settled();
    const front = stack.appliance.frontends.get('192.0.2.10:443') as { host: string; port: number };
    expect(await probeTls(front, 'hotdrinks.beverages.com')).toMatchObject({ kind: 'certificate' });
    expect(await stack.deadLetters()).toBe(0);
  });
});
