import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Sleep, sleep as sleepFor } from '../aws/sleep.ts';
import { QueueMissing } from './cloud-failure.ts';

type Client = Pick<SQSClient, 'send'>;

/** Approximate numbers of messages in a queue, as SQS counts them. */
export interface QueueCounts {
  /** Visible or delayed. */
  readonly waiting: number;
  /** Received and not yet deleted. */
  readonly inFlight: number;
}

export async function queueCounts(client: Client, queueUrl: string): Promise<QueueCounts> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  const count = (name: keyof typeof Attributes): number => Number(Attributes[name] ?? 0);
  return {
    waiting: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
    inFlight: count('ApproximateNumberOfMessagesNotVisible'),
  };
}

/** Counts all messages of a queue. */
export async function messagesIn(client: Client, queueUrl: string): Promise<number> {
  const { waiting, inFlight } = await queueCounts(client, queueUrl);
  return waiting + inFlight;
}

/**
 * Returns the URL of a queue.
 *
 * @throws {QueueMissing} with the name, which the service's own error lacks.
 */
export async function queueUrl(client: Client, name: string): Promise<string> {
  try {
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  } catch (error) {
    if (!/QueueDoesNotExist|NonExistentQueue/.test((error as Error).name)) throw error;
    throw new QueueMissing(name, { cause: error });
  }
}

/** Polls in a row that must find the queues empty, because the counts of SQS are approximate. */
const EMPTY_POLLS = 3;

/**
 * Waits until queues are empty.
 *
 * @param onPoll receives the counts, in the order of the queues; `false` ends the wait.
 * @returns messages that were left when the wait ended; 0 if the queues are empty.
 */
export async function waitUntilEmpty(
  client: Client,
  queueUrls: readonly string[],
  options: {
    signal: AbortSignal;
    pollMs?: number;
    sleep?: Sleep;
    onPoll?: (counts: readonly QueueCounts[]) => boolean | undefined;
  },
): Promise<number> {
  const { signal, pollMs = 2_000, sleep = sleepFor, onPoll } = options;
  let empty = 0;
  for (;;) {
    const counts = await Promise.all(queueUrls.map((url) => queueCounts(client, url)));
    const left = counts.reduce((sum, { waiting, inFlight }) => sum + waiting + inFlight, 0);
    const goOn = onPoll?.(counts);
    empty = left === 0 ? empty + 1 : 0;
    if (empty === EMPTY_POLLS) return 0;
    if (signal.aborted || goOn === false) return left;
    await sleep(pollMs, signal);
  }
}
