import { type SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { QueueClient } from '../../../lib/aws/queue.ts';
import { Delivery, type TargetMessage } from '../../../lib/local-aws/delivery.ts';
import { silentLog } from '../../../lib/telemetry/index.ts';

/** A queue that fails bodies by this function (an error fails the request), and what it has. */
function target(fail: (body: string, request: number) => string | Error | undefined) {
  const taken: string[] = [];
  const dead: SendMessageCommand['input'][] = [];
  const requests: SendMessageBatchCommand['input'][] = [];
  const client = {
    async send(command: unknown) {
      if (command instanceof SendMessageCommand) {
        dead.push(command.input);
        return {};
      }
      const { input } = command as SendMessageBatchCommand;
      requests.push(input);
      const Failed = [];
      for (const { Id, MessageBody = '' } of input.Entries ?? []) {
        const code = fail(MessageBody, requests.length);
        if (code instanceof Error) throw code;
        if (code === undefined) taken.push(MessageBody);
        else Failed.push({ Id, Code: code });
      }
      return { Failed };
    },
  } as QueueClient;
  return { client, taken, dead, requests };
}

const message = (body: string, more: Partial<TargetMessage> = {}): TargetMessage => ({
  body,
  ruleArn: 'rule',
  targetArn: 'target',
  maxAttempts: 185,
  maxAgeMs: 86_400_000,
  ...more,
});

function delivery(client: QueueClient, now = () => 0) {
  const waits: number[] = [];
  const options = { client, queueUrl: 'u', random: () => 0.5, log: silentLog, now };
  return { waits, delivery: new Delivery({ ...options, sleep: async (ms) => void waits.push(ms) }) };
}

describe('Delivery', () => {
  it('delivers in order, in requests of ten, with group and deduplication id', async () => {
    const { client, taken, requests } = target(() => undefined);
    const to = delivery(client).delivery;
    const bodies = Array.from({ length: 25 }, (_, index) => String(index));
    await Promise.all(bodies.map((body) => to.send(message(body, { group: 'g', deduplicationId: `d${body}` }))));
    expect(taken).toEqual(bodies);
    expect(requests[0]?.Entries?.[0]).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'd0' });
    expect(Math.max(...requests.map((request) => request.Entries?.length ?? 0))).toBe(10);
  });

  it('keeps a request below the size that SQS takes', async () => {
    const { client, requests } = target(() => undefined);
    const to = delivery(client).delivery;
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((letter) => to.send(message(letter.repeat(250 * 1024)))));
    expect(requests.slice(1).map((request) => request.Entries?.length)).toEqual([3, 1]);
  });

  it('repeats while the queue is unreachable, with growing waits, and keeps the order', async () => {
    const { client, taken } = target((_, request) => (request < 4 ? new Error('ECONNREFUSED') : undefined));
    const { delivery: to, waits } = delivery(client);
    await Promise.all([to.send(message('a')), to.send(message('b'))]);
    expect(taken).toEqual(['a', 'b']);
    expect(waits).toEqual([10, 20, 40]);
  });

  it('repeats only what failed of a request, before what comes behind', async () => {
    const { client, taken } = target((body, request) => (body === 'a' && request < 3 ? 'InternalError' : undefined));
    const to = delivery(client).delivery;
    await Promise.all([to.send(message('first')), to.send(message('a')), to.send(message('b')), to.send(message('c'))]);
    expect(taken.toSorted()).toEqual(['a', 'b', 'c', 'first']);
  });

  it.each([
    ['MaximumRetryAttempts', { maxAttempts: 2 }, 'InternalError', 2],
    ['MaximumEventAgeInSeconds', { maxAgeMs: 5 }, 'InternalError', 0],
    ['NonRetryableError', {}, 'AWS.SimpleQueueService.NonExistentQueue', 0],
  ])('gives up by %s, into the dead-letter queue, with the reason', async (condition, limits, code, retries) => {
    let now = 0;
    const { client, dead, taken } = target((body) => (body === 'bad' ? code : undefined));
    const to = delivery(client, () => {
      now += 10;
      return now;
    }).delivery;
    await Promise.all([to.send(message('bad', { ...limits, deadLetterUrl: 'dlq' })), to.send(message('behind'))]);
    expect(taken).toEqual(['behind']);
    expect(dead).toHaveLength(1);
    expect(dead[0]).toMatchObject({ QueueUrl: 'dlq', MessageBody: 'bad' });
    const text = (name: string) => dead[0]?.MessageAttributes?.[name]?.StringValue;
    expect([text('EXHAUSTED_RETRY_CONDITION'), text('ERROR_CODE'), text('RETRY_ATTEMPTS')]).toEqual([
      condition,
      code,
      String(retries),
    ]);
    expect([text('RULE_ARN'), text('TARGET_ARN')]).toEqual(['rule', 'target']);
  });

  it('gives up without a dead-letter queue too', async () => {
    const { client, dead } = target(() => 'AccessDenied');
    await delivery(client).delivery.send(message('bad'));
    expect(dead).toEqual([]);
  });

  it('ends when it is stopped, and says of each that it is lost', async () => {
    const { client } = target(() => new Error('ECONNREFUSED'));
    const { delivery: to } = delivery(client);
    const sent = to.send(message('a'));
    await to.stop();
    expect([await sent, await to.send(message('late'))]).toEqual([false, false]);
  });
});
