import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { changeVisibility, sendToQueue } from '../lib/aws/queue.ts';
import type { Appliance } from '../lib/config/appliances.ts';
import { workQueueName } from '../lib/config/topology.ts';
import {
  EventInvalid,
  parseEnvelope,
  type ReceivedEvent,
  type ResyncRequested,
  SOURCES,
  toEvent,
} from '../lib/contract/index.ts';
import { type Report, reconcile } from '../lib/reconcile/index.ts';
import { measureArrival, measureReport, reasonOf } from './measure.ts';
import { ObservedPlans } from './observed.ts';
import { logOutcome } from './outcome-log.ts';
import { Engines, type Runtime, runtimeFromEnvironment } from './runtime.ts';

/** Longest wait before a batch that went back is brought again, in seconds. */
const MAX_VISIBILITY = 900;

/**
 * The function behind each appliance's queue: one batch is one plan, so it is done with as a whole or goes back as a
 * whole. What cannot be parsed was set aside before.
 */
export function createReconcileHandler(
  runtime: Runtime,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const engines = new Engines(runtime);
  const observed = new ObservedPlans();
  return middy<SQSEvent, SQSBatchResponse>()
    .use(flushMetrics(runtime))
    .handler(async (event, context) => {
      const appliance = applianceOf(runtime, event);
      const { events, records } = await parse(runtime, appliance, event);
      if (events.length === 0) return { batchItemFailures: [] };
      try {
        const engine = engines.engineOf(appliance, context.getRemainingTimeInMillis());
        const started = runtime.now();
        measureArrival(runtime.metrics, appliance, events, started);
        const report = await reconcile(engine, events, (requests) => ask(runtime, requests));
        runtime.metrics.record('ReconcileDuration', runtime.now() - started, { appliance: appliance.name });
        if (appliance.policy === 'observe') observed.tell(runtime.log, appliance.name, report.changes);
        await publish(runtime, appliance, report);
        return { batchItemFailures: [] };
      } catch (error) {
        return giveBack(runtime, appliance, records, error);
      }
    });
}

/** Which appliance a batch is for: its queue is called after it. */
function applianceOf({ appliances, queuePrefix = '' }: Runtime, event: SQSEvent): Appliance {
  const queue = event.Records[0]?.eventSourceARN.split(':').at(-1) ?? '';
  const found = appliances.find(({ name }) => queue === `${queuePrefix}${workQueueName(name)}`);
  if (found === undefined) throw new Error(`queue "${queue}" belongs to no configured appliance`);
  return found;
}

/** Account of a queue: events come from it, or are another's. */
const accountOf = (queueArn: string): string => queueArn.split(':')[4] ?? '';

/** Each record on its own: one that cannot be read goes to the dead-letter queue with its reason, the rest goes on. */
async function parse(
  { sqs, deadLetterQueueUrl, log, metrics }: Runtime,
  appliance: Appliance,
  { Records }: SQSEvent,
): Promise<{ events: ReceivedEvent[]; records: SQSRecord[] }> {
  const events: ReceivedEvent[] = [];
  const records: SQSRecord[] = [];
  metrics.record('MessagesReceived', Records.length, { appliance: appliance.name });
  for (const record of Records) {
    try {
      events.push(parseEnvelope(record.body, { account: accountOf(record.eventSourceARN) }));
      records.push(record);
    } catch (error) {
      if (!(error instanceof EventInvalid)) throw error;
      metrics.record('MessagesInvalid', 1, { appliance: appliance.name });
      log.warn('event set aside: it cannot be read', {
        appliance: appliance.name,
        messageId: record.messageId,
        reason: error.message,
      });
      await sendToQueue(sqs, deadLetterQueueUrl, {
        body: record.body,
        group: record.attributes.MessageGroupId ?? appliance.name,
        deduplicationId: record.messageId,
        attributes: { reason: error.message.slice(0, 1000), appliance: appliance.name },
      });
    }
  }
  return { events, records };
}

async function ask({ publisher, now }: Runtime, requests: readonly ResyncRequested[]): Promise<void> {
  const { failed } = await publisher.publish(
    requests.map((data) => toEvent(SOURCES.functions, 'Resync Requested', data, { now })),
  );
  // Nobody would tell those Ingresses what became of them: nothing is written, and the batch comes again.
  if (failed.length > 0) throw new Error(`resync not requested: ${failed[0]?.error.message}`);
}

async function publish({ publisher, log, metrics, now }: Runtime, appliance: Appliance, report: Report): Promise<void> {
  measureReport(metrics, appliance, report);
  for (const outcome of report.outcomes) logOutcome(log, outcome);
  const events = report.outcomes.map(({ detailType, data }) =>
    toEvent(SOURCES.functions, detailType, data, {
      now,
      ...('name' in data ? { subject: `${data.namespace}/${data.name}` } : {}),
    }),
  );
  if (events.length === 0) return;
  const { failed } = await publisher.publish(events);
  // Without its outcome nobody would hear of it: the batch comes again, finds all written, and says so.
  if (failed.length > 0) throw new Error(`outcome not published: ${failed[0]?.error.message}`);
}

/** All of it goes back, and comes again after a wait that grows with each time, up to a quarter of an hour. */
async function giveBack(
  { sqs, queueUrl, log, metrics, random }: Runtime,
  appliance: Appliance,
  records: readonly SQSRecord[],
  error: unknown,
): Promise<SQSBatchResponse> {
  const [first] = records;
  const received = Number(first?.attributes.ApproximateReceiveCount ?? 1);
  const bound = Math.min(MAX_VISIBILITY, 2 ** received);
  const seconds = Math.max(1, Math.round(bound * (0.5 + random() / 2)));
  metrics.record('BatchesReturned', 1, { appliance: appliance.name, reason: reasonOf(error) });
  log.error('batch goes back to the queue', { appliance: appliance.name, received, seconds, error });
  await Promise.all(
    records.map((record) =>
      changeVisibility(sqs, queueUrl(record.eventSourceARN), record.receiptHandle, seconds).catch((reason: unknown) => {
        // It then comes again when the queue's own time-out is over.
        log.warn('visibility not changed', { messageId: record.messageId, error: reason });
      }),
    ),
  );
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

function flushMetrics({ metrics }: Runtime): middy.MiddlewareObj<SQSEvent, SQSBatchResponse> {
  const flush = (): void => metrics.flush();
  return { after: flush, onError: flush };
}

let deployed: ReturnType<typeof createReconcileHandler> | undefined;

/** Lambda's entry point. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  deployed ??= createReconcileHandler(runtimeFromEnvironment());
  return deployed(event, context);
};
