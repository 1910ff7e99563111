import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Sleep, sleep as sleepFor } from '../aws/backoff.ts';

type Client = Pick<SQSClient, 'send'>;

/** Messages of a queue: waiting, being handled, put off. */
export async function messagesIn(client: Client, queueUrl: string): Promise<number> {
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
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

export async function queueUrl(client: Client, name: string): Promise<string> {
  const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl;
}

/** Looks that must find a queue empty, one after the other: what SQS says of its length is approximate. */
const QUIET_LOOKS = 3;

/**
 * Waits until queues are empty.
 *
 * @param onWait told how many messages are left, after each look.
 * @returns what was left when the signal was aborted; 0 otherwise.
 */
export async function drained(
  client: Client,
  queueUrls: readonly string[],
  options: { signal: AbortSignal; pollMs?: number; sleep?: Sleep; onWait?: (left: number) => void },
): Promise<number> {
  const { signal, pollMs = 2_000, sleep = sleepFor, onWait } = options;
  let quiet = 0;
  for (;;) {
    const counts = await Promise.all(queueUrls.map((url) => messagesIn(client, url)));
    const left = counts.reduce((sum, count) => sum + count, 0);
    onWait?.(left);
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet === QUIET_LOOKS) return 0;
    if (signal.aborted) return left;
    await sleep(pollMs, signal);
  }
}
