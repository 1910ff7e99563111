import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { sendToQueue } from '../../../lib/aws/queue.ts';
import { toSqsEvent } from '../../../lib/local-aws/sqs-event.ts';
import { changed, state } from '../../support/events.ts';
import type { OneInvocation } from '../../support/reconcile-once.ts';
import { withCloud } from './support.ts';

/** Above what an invocation keeps for itself: below it calls no appliance. */
const REMAINING_MS = 4_000;
const CALL_TIMEOUT_MS = 1_000;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An appliance that never answers; resolves when the first request has come. */
async function silentAppliance(): Promise<{ url: string; asked: Promise<unknown> }> {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: once(server, 'request'),
  };
}

describe('LIF-8: a function that is killed in the middle of a batch', () => {
  it('leaves the batch hidden until its invocation and its last call must be over, not for the queue’s own time-out', async () => {
    // The queue's own time-out is longer than this test may take.
    await withCloud({ visibilitySeconds: 720 }, async (cloud) => {
      const { url, arn } = cloud.queue('alpha.fifo');
      const event = changed(10, state('a'));
      const body = JSON.stringify({
        id: '1',
        source: 'nspass.forwarder',
        'detail-type': event.detailType,
        time: new Date(0).toISOString(),
        detail: {
          specversion: '1.0',
          id: '1',
          type: 'nspass.ingress.changed.v1',
          time: new Date(0).toISOString(),
          data: event.data,
        },
      });
      await sendToQueue(cloud.sqs, url, { body, group: 'alpha', deduplicationId: '1' });
      const receive = async () => {
        const command = new ReceiveMessageCommand({
          QueueUrl: url,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['All'],
        });
        return (await cloud.sqs.send(command)).Messages ?? [];
      };
      const messages = await receive();
      expect(messages).toHaveLength(1);

      const appliance = await silentAppliance();
      const invocation: OneInvocation = {
        event: toSqsEvent(messages, { arn, region: 'eu-central-1' }),
        appliance: 'alpha',
        nitroUrl: appliance.url,
        sqsUrl: cloud.sqsUrl,
        queueUrl: url,
        remainingMs: REMAINING_MS,
        callTimeoutMs: CALL_TIMEOUT_MS,
      };
      const script = new URL('../../support/reconcile-once.ts', import.meta.url).pathname;
      const started = Date.now();
      const sandbox = spawn(process.execPath, [script, JSON.stringify(invocation)], { stdio: 'ignore' });
      closing.push(() => sandbox.kill('SIGKILL'));
      // The process has received the batch and waits for the appliance; a kill now leaves it no time to return anything.
      await appliance.asked;
      sandbox.kill('SIGKILL');
      await once(sandbox, 'exit');

      let again = await receive();
      while (again.length === 0) again = await receive();
      expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2']);
      // The invocation began after `started`: it was not brought again while the invocation could have run.
      expect(Date.now() - started).toBeGreaterThanOrEqual(REMAINING_MS + CALL_TIMEOUT_MS);
    });
  }, 120_000);
});
