import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
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
/** Time that `lib/runtime/visibility.ts` adds. */
const MARGIN_MS = 2_000;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An appliance that never answers; resolves when the first request has come. */
async function silentAppliance(): Promise<{ url: string; asked: Promise<unknown> }> {
  const server = createServer(() => {});
  return { url: await listening(server), asked: once(server, 'request') };
}

/** The queue, and for how many seconds each request hides a message. */
async function watchedQueue(sqsUrl: string): Promise<{ url: string; hidden: number[] }> {
  const hidden: number[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    for (const [, seconds] of body.matchAll(/"VisibilityTimeout":\s*(\d+)/g)) hidden.push(Number(seconds));
    const headers = { ...(request.headers as Record<string, string>) };
    for (const name of ['host', 'connection', 'content-length', 'expect']) delete headers[name];
    const answer = await fetch(new URL(request.url ?? '/', sqsUrl), { method: 'POST', headers, body });
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
    response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
  });
  return { url: await listening(server), hidden };
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
        account: arn.split(':')[4],
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
      const queue = await watchedQueue(cloud.sqsUrl);
      const invocation: OneInvocation = {
        event: toSqsEvent(messages, { arn, region: 'eu-central-1' }),
        appliance: 'alpha',
        nitroUrl: appliance.url,
        sqsUrl: queue.url,
        queueUrl: url,
        remainingMs: REMAINING_MS,
        callTimeoutMs: CALL_TIMEOUT_MS,
      };
      const script = new URL('../../support/reconcile-once.ts', import.meta.url).pathname;
      const sandbox = spawn(process.execPath, [script, JSON.stringify(invocation)], { stdio: 'ignore' });
      closing.push(() => sandbox.kill('SIGKILL'));
      // The process has received the batch and waits for the appliance; a kill now leaves it no time to return anything.
      await appliance.asked;
      sandbox.kill('SIGKILL');
      await once(sandbox, 'exit');

      // Hidden for as long as the invocation could have run, its last call, and a margin for clocks.
      expect(queue.hidden).toEqual([(REMAINING_MS + CALL_TIMEOUT_MS + MARGIN_MS) / 1000]);
      // Nobody gave it back: that it comes again at all, before the queue's own time-out, is that request's doing.
      let again = await receive();
      while (again.length === 0) again = await receive();
      expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2']);
    });
  });
});
