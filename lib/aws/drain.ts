import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { QueueClient } from './queue.ts';

export interface DrainOptions {
  readonly client: QueueClient;
  readonly queueUrl: string;
  /** Takes the body of a message. A message may come more than once. */
  readonly take: (body: string) => void;
  /** Returns whether no more messages are sent. */
  readonly isLast: () => boolean;
  readonly signal: AbortSignal;
  /** Receives at a time. */
  readonly receivers?: number;
  /** Long poll, in seconds. */
  readonly waitSeconds?: number;
}

/** Long polls in a row that must find nothing, by each receiver: a queue is spread over machines. */
const EMPTY_POLLS = 3;

/**
 * Takes all messages out of a standard queue, until no more are sent and none is found.
 *
 * @throws the error of the service.
 */
export async function drain(options: DrainOptions): Promise<void> {
  const { receivers = 4 } = options;
  await Promise.all(Array.from({ length: receivers }, () => receiveUntilEmpty(options)));
}

async function receiveUntilEmpty(options: DrainOptions): Promise<void> {
  const { client, queueUrl, take, isLast, signal, waitSeconds = 2 } = options;
  let empty = 0;
  while (!signal.aborted && empty < EMPTY_POLLS) {
    // Asked before the poll: what is sent before this may still be found by it.
    const mayEnd = isLast();
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
    });
    const { Messages = [] } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (signal.aborted) return { Messages: [] };
      throw error;
    });
    for (const { Body } of Messages) if (Body !== undefined) take(Body);
    if (Messages.length > 0) await remove(client, queueUrl, Messages);
    empty = Messages.length === 0 && mayEnd ? empty + 1 : 0;
  }
}

/** Deletes messages. One that is not deleted comes again. */
async function remove(client: QueueClient, queueUrl: string, messages: readonly Message[]): Promise<void> {
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}
