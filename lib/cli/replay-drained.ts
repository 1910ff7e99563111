import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Sleep, sleep as sleepFor } from '../aws/backoff.ts';
import { QueueMissing } from './cloud-failure.ts';

type Client = Pick<SQSClient, 'send'>;

/** Messages of a queue, as far as SQS knows. */
export interface QueueLook {
  /** Waiting for somebody to take them. */
  readonly waiting: number;
  /** Being handled, or put off. */
  readonly taken: number;
}

export async function lookAt(client: Client, queueUrl: string): Promise<QueueLook> {
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
    taken: count('ApproximateNumberOfMessagesNotVisible'),
  };
}

/** Messages of a queue: waiting, being handled, put off. */
export async function messagesIn(client: Client, queueUrl: string): Promise<number> {
  const { waiting, taken } = await lookAt(client, queueUrl);
  return waiting + taken;
}

/**
 * Returns the URL of a queue.
 *
 * @throws {QueueMissing} which names it: the service does not.
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

/** Looks that must find a queue empty, one after the other: what SQS says of its length is approximate. */
const QUIET_LOOKS = 3;

/**
 * Waits until queues are empty.
 *
 * @param onLook told what was found, in the order of the queues. It ends the wait with `false`.
 * @returns what was left when the wait ended; 0 where it ended by itself.
 */
export async function drained(
  client: Client,
  queueUrls: readonly string[],
  options: {
    signal: AbortSignal;
    pollMs?: number;
    sleep?: Sleep;
    onLook?: (looks: readonly QueueLook[]) => boolean | undefined;
  },
): Promise<number> {
  const { signal, pollMs = 2_000, sleep = sleepFor, onLook } = options;
  let quiet = 0;
  for (;;) {
    const looks = await Promise.all(queueUrls.map((url) => lookAt(client, url)));
    const left = looks.reduce((sum, { waiting, taken }) => sum + waiting + taken, 0);
    const goOn = onLook?.(looks);
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet === QUIET_LOOKS) return 0;
    if (signal.aborted || goOn === false) return left;
    await sleep(pollMs, signal);
  }
}
