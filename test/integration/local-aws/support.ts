import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import {
  type BusEvent,
  type DetailType,
  type EventData,
  type EventOrigin,
  toEvent,
} from '../../../lib/contract/index.ts';
import { createLocalCloud, type LocalCloud, type LocalCloudOptions } from '../../../lib/local-aws/index.ts';
import { eventually } from '../../support/eventually.ts';

/** Waits for a state; a state that never comes is a failure that says what was waited for. */
export async function until(what: string, reached: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(reached, what);
}

/** Runs with a cloud of the appliances alpha (c1, c2) and beta (c2), and stops it whatever happens. */
export async function withCloud(
  options: Partial<LocalCloudOptions>,
  use: (cloud: LocalCloud) => Promise<void>,
): Promise<void> {
  const cloud = await createLocalCloud({
    appliances: ['alpha', 'beta'],
    clusters: { alpha: ['c1', 'c2'], beta: ['c2'] },
    ...options,
  });
  try {
    await use(cloud);
  } finally {
    await cloud.stop();
  }
}

export function withdrawn(sequence: number, options: { cluster?: string; at?: number } = {}): BusEvent {
  const data = { cluster: options.cluster ?? 'c1', clusterUid: 'u', sequence, namespace: 'n', name: `x${sequence}` };
  return toEvent('nspass.forwarder', 'Ingress Withdrawn', data, {
    now: () => options.at ?? Date.now(),
    subject: `n/x${sequence}`,
  });
}

export function event<T extends DetailType>(source: EventOrigin, detailType: T, data: EventData<T>): BusEvent {
  return toEvent(source, detailType, data, { now: Date.now }) as unknown as BusEvent;
}

export async function publish(cloud: LocalCloud, events: readonly BusEvent[]): Promise<void> {
  const { failed } = await createPublisher({ client: cloud.eventBridge, busName: cloud.busName }).publish(events);
  if (failed.length > 0) throw failed[0]?.error;
}

export const sequenceOf = (record: { body: string }): number => JSON.parse(record.body).detail.data.sequence;

/** A function that notes the batches it gets; `answer` decides what it gives back. */
export function recorder(answer: (records: SQSRecord[], call: number) => string[] | Promise<string[]> = () => []) {
  const batches: SQSRecord[][] = [];
  const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    batches.push(Records);
    const back = await answer(Records, batches.length);
    return { batchItemFailures: back.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return {
    handler,
    batches,
    /** Sequences of all records, batch by batch. */
    get sequences(): number[][] {
      return batches.map((records) => records.map(sequenceOf));
    },
  };
}

/** Counts the messages of a queue, those in flight included. */
export async function queued(cloud: LocalCloud, name: string): Promise<number> {
  const { Attributes = {} } = await cloud.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: cloud.queue(name).url, AttributeNames: ['All'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

/** Counts the messages that a receive gets now, without those in flight. */
export async function receivable(cloud: LocalCloud, name: string): Promise<number> {
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: cloud.queue(name).url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  return Messages.length;
}
