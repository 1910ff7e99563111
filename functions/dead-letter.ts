import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { sendToQueue } from '../lib/aws/queue.ts';
import { present, SOURCES, toEvents } from '../lib/contract/index.ts';
import { type DeadLetter, describeDeadLetter } from '../lib/runtime/dead-letter-event.ts';
import { lambdaEntry } from '../lib/runtime/entry.ts';
import { type DeadLetterRuntime, deadLetterRuntimeFromEnvironment } from '../lib/runtime/runtime.ts';
import { currentSpan, recordPublished, silentTracing, tracedStep } from '../lib/tracing/index.ts';

/**
 * Returns the dead-letter function. It publishes an outcome for each dead letter, so that the forwarder repairs the loss
 * with its next snapshot, and parks the message with its reason for redrive.
 *
 * The order of a group is kept: when a message cannot be parked, SQS delivers it and all after it again.
 */
export function createDeadLetterHandler(
  runtime: DeadLetterRuntime,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const { log, metrics, tracing = silentTracing, now } = runtime;
  return middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
    const blocked = new Set<string>();
    const failed: SQSRecord[] = [];
    for (const record of Records) {
      const letter = describeDeadLetter(record);
      if (blocked.has(letter.group)) {
        failed.push(record);
        continue;
      }
      try {
        await tracedStep(tracing, now, stepOf(letter), async () => {
          await report(runtime, letter);
          await park(runtime, letter);
        });
      } catch (error) {
        log.error('cannot park a dead letter, retrying', { ...about(letter), error });
        blocked.add(letter.group);
        failed.push(record);
      }
    }
    metrics.flush();
    await tracing.flush();
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}

async function report(
  { publisher, log, metrics, tracing = silentTracing, now }: DeadLetterRuntime,
  letter: DeadLetter,
): Promise<void> {
  metrics.record('DeadLetters', 1, { appliance: letter.appliance });
  const { outcome } = letter;
  log.error(
    outcome === undefined ? 'dead letter received: it names no Ingress' : 'dead letter received',
    about(letter),
  );
  if (outcome === undefined) return;
  const { detailType, data } = outcome;
  const events = toEvents<typeof detailType>(SOURCES.functions, detailType, data, {
    now,
    cause: letter.trace,
    subject: 'name' in data ? `${data.namespace}/${data.name}` : `${data.from}-${data.to}`,
  });
  const started = now();
  const { failed } = await publisher.publish(events);
  const [failure] = failed;
  if (failure !== undefined) throw failure.error;
  const cause = currentSpan();
  recordPublished(
    tracing,
    events.map((event) => (cause === undefined ? [event] : [event, cause])),
    started,
    now(),
  );
}

function stepOf({ appliance, messageId, trace: parent }: DeadLetter) {
  return {
    name: 'process dead letter',
    kind: 'consumer',
    ...present({ parent }),
    attributes: {
      'messaging.system': 'aws_sqs',
      'messaging.operation.type': 'process',
      'messaging.message.id': messageId,
      'nspass.appliance': appliance,
    },
  } as const;
}

async function park({ sqs, parkingQueueUrl }: DeadLetterRuntime, letter: DeadLetter): Promise<void> {
  await sendToQueue(sqs, parkingQueueUrl, {
    body: letter.body,
    // Every message is a group of its own, so that a redrive can pick any of them. Events may arrive in any order.
    group: letter.messageId,
    deduplicationId: letter.messageId,
    attributes: { reason: letter.reason, appliance: letter.appliance },
  });
}

function about({ appliance, messageId, reason, subject }: DeadLetter): Record<string, string> {
  return { appliance, messageId, reason, ...(subject === undefined ? {} : { subject }) };
}

/** Entry point of Lambda. */
export const handler = lambdaEntry(() => createDeadLetterHandler(deadLetterRuntimeFromEnvironment()));
