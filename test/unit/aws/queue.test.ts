import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import {
  changeVisibility,
  createQueueConsumer,
  type QueueClient,
  type QueueMessage,
  sendToQueue,
} from '../../../lib/aws/queue.ts';
import type { Log } from '../../../lib/telemetry/index.ts';

/** A queue that hands out these batches (an error fails that receive), then aborts the consumer. */
function queue(batches: (Message[] | Error)[]) {
  const abort = new AbortController();
  const deleted: (string | undefined)[] = [];
  const receives: ReceiveMessageCommand['input'][] = [];
  const client = {
    async send(command: unknown) {
      if (command instanceof ReceiveMessageCommand) {
        receives.push(command.input);
        const batch = batches.shift();
        if (batch instanceof Error) throw batch;
        if (batches.length === 0) abort.abort();
        return { Messages: batch };
      }
      if (command instanceof DeleteMessageBatchCommand) {
        deleted.push(...(command.input.Entries ?? []).map((entry) => entry.ReceiptHandle));
        return {};
      }
      throw new Error('unexpected call');
    },
  } as QueueClient;
  return { client, deleted, receives, signal: abort.signal, abort };
}

const message = (id: string): Message => ({
  MessageId: id,
  ReceiptHandle: `r-${id}`,
  Body: `body of ${id}`,
  Attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1000', MessageGroupId: 'g' },
  MessageAttributes: { reason: { DataType: 'String', StringValue: 'why' }, raw: { DataType: 'Binary' } },
});

function consumer(client: QueueClient, handler: (message: QueueMessage) => Promise<void>) {
  const logged: string[] = [];
  const waits: number[] = [];
  const note = (text: string) => void logged.push(text);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const { run } = createQueueConsumer({
    client,
    queueUrl: 'http://127.0.0.1/q',
    handler,
    log,
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
  });
  return { run, logged, waits };
}

describe('createQueueConsumer', () => {
  it('hands over each message, in order, with what is known about it, and deletes it', async () => {
    const { client, deleted, signal, receives } = queue([[message('a'), message('b')], []]);
    const seen: QueueMessage[] = [];
    await consumer(client, async (next) => void seen.push(next)).run(signal);
    expect(seen).toEqual(
      ['a', 'b'].map((id) => ({
        id,
        body: `body of ${id}`,
        receiveCount: 2,
        sentAt: 1000,
        group: 'g',
        attributes: { reason: 'why' },
      })),
    );
    expect(deleted).toEqual(['r-a', 'r-b']);
    expect(receives[0]).toMatchObject({ WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
  });

  it('leaves a message in the queue whose handler throws, and goes on', async () => {
    const { client, deleted, signal } = queue([[message('a'), message('bad'), message('c')], []]);
    const { run, logged } = consumer(client, async ({ id }) => {
      if (id === 'bad') throw new Error('no');
    });
    await run(signal);
    expect(deleted).toEqual(['r-a', 'r-c']);
    expect(logged).toEqual(['message not handled, left in the queue']);
  });

  it('logs an outage once, waits longer and longer, and goes on', async () => {
    const down = () => new Error('ECONNREFUSED');
    const { client, deleted, signal } = queue([down(), down(), down(), [message('a')], []]);
    const { run, logged, waits } = consumer(client, async () => undefined);
    await run(signal);
    expect(waits).toEqual([100, 200, 400]);
    expect(logged).toEqual(['queue unreachable, retrying', 'queue reachable again']);
    expect(deleted).toEqual(['r-a']);
  });

  it('ends after the message at hand when it is stopped, and leaves the rest', async () => {
    const { client, deleted, signal, abort, receives } = queue([[message('a'), message('b')], [message('c')], []]);
    await consumer(client, async () => abort.abort()).run(signal);
    expect(deleted).toEqual(['r-a']);
    expect(receives).toHaveLength(1);
  });
});

describe('sendToQueue and changeVisibility', () => {
  async function sent(call: (client: QueueClient) => Promise<unknown>) {
    const inputs: unknown[] = [];
    const send = async (command: { input: unknown }) => {
      inputs.push([command.constructor.name, command.input]);
      return {};
    };
    await call({ send } as unknown as QueueClient);
    return inputs;
  }

  it('sends body, group, deduplication id and text attributes, empty ones left out', async () => {
    const outgoing = { body: 'x', group: 'alpha', deduplicationId: 'd', attributes: { reason: 'not JSON', empty: '' } };
    expect(await sent((client) => sendToQueue(client, 'u', outgoing))).toEqual([
      [
        SendMessageCommand.name,
        {
          QueueUrl: 'u',
          MessageBody: 'x',
          MessageGroupId: 'alpha',
          MessageDeduplicationId: 'd',
          MessageAttributes: { reason: { DataType: 'String', StringValue: 'not JSON' } },
        },
      ],
    ]);
  });

  it('sends a plain message plainly', async () => {
    expect(await sent((client) => sendToQueue(client, 'u', { body: 'x' }))).toEqual([
      [SendMessageCommand.name, { QueueUrl: 'u', MessageBody: 'x' }],
    ]);
  });

  it.each([
    [0, 0],
    [-5, 0],
    [12.4, 13],
    [1e9, 43_200],
  ])('changes the visibility to %f s as %i: never earlier than asked', async (seconds, expected) => {
    expect(await sent((client) => changeVisibility(client, 'u', ['r'], seconds))).toEqual([
      [
        ChangeMessageVisibilityBatchCommand.name,
        { QueueUrl: 'u', Entries: [{ Id: '0', ReceiptHandle: 'r', VisibilityTimeout: expected }] },
      ],
    ]);
  });

  it('changes ten in one request, and says which were not changed', async () => {
    const handles = Array.from({ length: 12 }, (_, index) => `r-${index}`);
    const send = async ({ input: { Entries } }: { input: { Entries: { Id: string }[] } }) => {
      if (Entries.length < 10) throw new Error('socket hang up');
      return { Failed: [{ Id: '3', Code: 'MessageNotInflight', SenderFault: true }] };
    };
    const failures = await changeVisibility({ send } as unknown as QueueClient, 'u', handles, 5);
    expect(failures).toEqual([
      { index: 3, reason: 'MessageNotInflight: no reason given' },
      { index: 10, reason: 'Error: socket hang up' },
      { index: 11, reason: 'Error: socket hang up' },
    ]);
  });
});
