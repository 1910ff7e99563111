import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { replayArchive } from '../../../lib/aws/replay.ts';
import { cloudSources } from '../../../lib/cli/console/cloud-sources.ts';
import { topology } from '../../../lib/config/topology.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local-aws/index.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Deployed queues bear the name of the deployment; those of the local cloud do not. */
const DEPLOYMENT = 'nspass';
const EDGE = { name: 'edge', clusters: ['east'] };

async function started(): Promise<LocalCloud> {
  const cloud = await createLocalCloud({ appliances: ['edge'], clusters: { edge: ['east'] } });
  closing.push(() => cloud.stop());
  for (const { name, fifo } of topology([EDGE]).queues) {
    await cloud.sqs.send(
      new CreateQueueCommand({
        QueueName: `${DEPLOYMENT}-${name}`,
        ...(fifo ? { Attributes: { FifoQueue: 'true' } } : {}),
      }),
    );
  }
  return cloud;
}

const sourcesOf = (cloud: LocalCloud, deployment = DEPLOYMENT) =>
  cloudSources({
    deployment,
    appliance: EDGE,
    sqs: cloud.sqs,
    eventBridge: cloud.eventBridge,
    command: new Command().option('--deployment <name>').parse(['--deployment', deployment], { from: 'user' }),
  });

describe('a deployment, as the console shows it', () => {
  it('queues with what waits in them', async () => {
    const cloud = await started();
    const QueueUrl = (await cloud.sqs.send(new CreateQueueCommand({ QueueName: `${DEPLOYMENT}-undelivered` })))
      .QueueUrl;
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(await sourcesOf(cloud).queues()).toEqual([
      { name: 'undelivered', kind: 'undelivered', waiting: 1, inFlight: 0 },
      { name: 'parked_letters.fifo', kind: 'parking', waiting: 0, inFlight: 0 },
      { name: 'dead_letters.fifo', kind: 'dead-letters', waiting: 0, inFlight: 0 },
      { name: 'edge.fifo', kind: 'work', waiting: 0, inFlight: 0 },
      { name: 'outcomes_east', kind: 'outcomes', waiting: 0, inFlight: 0 },
    ]);
  });

  it('replays of its archive, the newest first', async () => {
    const cloud = await started();
    expect(await sourcesOf(cloud).replays()).toEqual([]);
    const [from, to] = [new Date(1_000_000_000), new Date(1_000_060_000)];
    const { eventBridge: client, archiveArn, busArn } = cloud;
    await replayArchive({ client, name: 'nspass-1', archiveArn, busArn, from, to, pollMs: 5 });
    expect(await sourcesOf(cloud).replays()).toEqual([
      {
        name: 'nspass-1',
        state: 'COMPLETED',
        from: from.getTime(),
        to: to.getTime(),
        reached: undefined,
        share: 1,
      },
    ]);
  });

  it('one that does not exist → what is missing, and what to do', async () => {
    const { queues, replays } = sourcesOf(await started(), 'nowhere');
    await expect(replays()).rejects.toThrow(/deployment "nowhere" does not exist .* Check --deployment/);
    await expect(queues()).rejects.toThrow(/queue nowhere-.* does not exist/);
  });
});
