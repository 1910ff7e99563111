import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Counts the messages of a queue, those in flight included. */
export async function queueDepth(sqs: SQSClient, url: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

const POLL_MS = 20;
/** Polls in a row that must find nothing, because an outcome is published before its message is deleted. */
const QUIET_POLLS = 2;

/**
 * Resolves when nothing is in transit: all counts were zero several times in a row.
 *
 * @param counts each counts the items at one stage, in the order in which items pass the stages.
 */
export async function untilQuiet(counts: readonly (() => number | Promise<number>)[]): Promise<void> {
  for (let polls = 0; polls < QUIET_POLLS; ) {
    let busy = 0;
    for (const count of counts) busy += await count();
    polls = busy === 0 ? polls + 1 : 0;
    if (polls < QUIET_POLLS) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
