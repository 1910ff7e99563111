import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Messages in a queue, those that somebody works on included. */
export async function depth(sqs: SQSClient, url: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

const POLL_MS = 20;
/** Looks in a row that must find nothing: an outcome is published before its message is deleted, and not after. */
const LOOKS = 2;

/**
 * Resolves when nothing is on its way any more: what is counted is zero, again and again.
 *
 * @param counts each says how much is under way at one place, in the order of the way.
 */
export async function quiet(counts: readonly (() => number | Promise<number>)[]): Promise<void> {
  for (let looks = 0; looks < LOOKS; ) {
    let busy = 0;
    for (const count of counts) busy += await count();
    looks = busy === 0 ? looks + 1 : 0;
    if (looks < LOOKS) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
