import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type BackoffBounds, fullJitter } from '../retry/full-jitter.ts';
import { type Log, silentLog } from '../telemetry/index.ts';
import { type AwsClientOptions, clientConfig } from './client-config.ts';
import { type Sleep, sleep as sleepFor } from './sleep.ts';

export type QueueClient = Pick<SQSClient, 'send'>;

/** Creates a client whose sockets outlast the longest poll, 20 s. */
export function sqsClient(options: AwsClientOptions = {}): SQSClient {
  return new SQSClient(clientConfig(options, 'SQS', 30_000, 3));
}

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** Number of receives, including this one. */
  readonly receiveCount: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly group?: string;
  /** Message attributes of type String. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface QueueConsumerOptions {
  client?: QueueClient;
  queueUrl: string;
  /** Endpoint to use instead of that of AWS, if no client is given. */
  endpoint?: string;
  region?: string;
  /** Handles one message; a throw leaves it in the queue, to be received again. */
  handler: (message: QueueMessage) => Promise<void>;
  /** Long poll, in seconds: 0 to 20. */
  waitSeconds?: number;
  /** Messages for each receive: 1 to 10. */
  batchSize?: number;
  log?: Log;
  random?: () => number;
  sleep?: Sleep;
  /** Waits after a receive that failed. */
  backoff?: BackoffBounds;
}

export interface QueueConsumer {
  /** Receives until the signal is aborted, and then finishes the current message. It never throws. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Creates a consumer of a standard queue: it receives messages, handles them in turn, and deletes the handled ones.
 *
 * An unreachable queue is logged once per outage, and retried with growing waits.
 */
export function createQueueConsumer(options: QueueConsumerOptions): QueueConsumer {
  const { queueUrl, handler, log = silentLog, random = Math.random, sleep = sleepFor } = options;
  const { backoff = { baseMs: 200, maxMs: 30_000 }, waitSeconds = 20, batchSize = 10 } = options;
  const client =
    options.client ??
    sqsClient({
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.region === undefined ? {} : { region: options.region }),
    });
  const receive = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    WaitTimeSeconds: waitSeconds,
    MaxNumberOfMessages: batchSize,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });

  async function handle(messages: readonly Message[], signal: AbortSignal): Promise<void> {
    const done: Message[] = [];
    for (const message of messages) {
      // The process is about to end; the rest is received again after its visibility time-out.
      if (signal.aborted) break;
      try {
        await handler(toQueueMessage(message));
        done.push(message);
      } catch (error) {
        log.warn('message not handled, left in the queue', { queueUrl, messageId: message.MessageId, error });
      }
    }
    if (done.length > 0) await deleteAll(client, queueUrl, done, log);
  }

  return {
    async run(signal) {
      let failures = 0;
      while (!signal.aborted) {
        try {
          const { Messages = [] } = await client.send(receive, { abortSignal: signal });
          if (failures > 0) log.info('queue reachable again', { queueUrl, failures });
          failures = 0;
          await handle(Messages, signal);
        } catch (error) {
          if (signal.aborted) return;
          failures += 1;
          if (failures === 1) log.warn('queue unreachable, retrying', { queueUrl, error });
          await sleep(fullJitter(failures, backoff, random), signal);
        }
      }
    },
  };
}

/** Deletes messages in one request. A failed deletion is harmless: the message is received again, and handlers are idempotent. */
async function deleteAll(client: QueueClient, queueUrl: string, messages: readonly Message[], log: Log): Promise<void> {
  const Entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
  const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  for (const { Id, Code, Message: reason } of Failed) {
    log.warn('message handled but not deleted', { queueUrl, messageId: messages[Number(Id)]?.MessageId, Code, reason });
  }
}

function toQueueMessage(message: Message): QueueMessage {
  const system = message.Attributes ?? {};
  const attributes = Object.entries(message.MessageAttributes ?? {}).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  );
  return {
    id: message.MessageId ?? '',
    body: message.Body ?? '',
    receiveCount: Number(system.ApproximateReceiveCount ?? 1),
    sentAt: Number(system.SentTimestamp ?? 0),
    ...(system.MessageGroupId === undefined ? {} : { group: system.MessageGroupId }),
    attributes: Object.fromEntries(attributes),
  };
}

export interface OutgoingMessage {
  readonly body: string;
  /** Message group and deduplication id, for a FIFO queue. */
  readonly group?: string;
  readonly deduplicationId?: string;
  /** Message attributes of type String, such as the reason of a dead letter. Empty ones are left out. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Sends one message. @throws the error of the service. */
export async function sendToQueue(client: QueueClient, queueUrl: string, message: OutgoingMessage): Promise<void> {
  const attributes = Object.entries(message.attributes ?? {}).filter(([, value]) => value !== '');
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: message.body,
      ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
      ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
      ...(attributes.length === 0
        ? {}
        : {
            MessageAttributes: Object.fromEntries(
              attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
            ),
          }),
    }),
  );
}

/** Longest visibility time-out of SQS, in seconds: 12 hours. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** Most entries of one batch request of SQS. */
const MAX_ENTRIES = 10;

/** A message whose visibility was not changed. */
export interface VisibilityFailure {
  /** Position in the list that was given. */
  readonly index: number;
  readonly reason: string;
}

/**
 * Sets when received messages, and so their whole group, become visible again.
 *
 * @param seconds from now.
 * @returns the messages whose visibility is unchanged; it never throws.
 */
export async function changeVisibility(
  client: QueueClient,
  queueUrl: string,
  receiptHandles: readonly string[],
  seconds: number,
): Promise<VisibilityFailure[]> {
  const VisibilityTimeout = Math.min(MAX_VISIBILITY_SECONDS, Math.max(0, Math.ceil(seconds)));
  const failures: VisibilityFailure[] = [];
  for (let start = 0; start < receiptHandles.length; start += MAX_ENTRIES) {
    const handles = receiptHandles.slice(start, start + MAX_ENTRIES);
    const Entries = handles.map((ReceiptHandle, index) => ({
      Id: String(start + index),
      ReceiptHandle,
      VisibilityTimeout,
    }));
    try {
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
      const { Failed = [] } = await client.send(command);
      for (const { Id, Code, Message: text } of Failed) {
        failures.push({ index: Number(Id), reason: `${Code}: ${text ?? 'no reason given'}` });
      }
    } catch (error) {
      const { name, message } = error as Error;
      for (const { Id } of Entries) failures.push({ index: Number(Id), reason: `${name}: ${message}` });
    }
  }
  return failures;
}
