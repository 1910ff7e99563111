import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { sendToQueue } from '../lib/aws/queue.ts';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import { workQueueName } from '../lib/config/topology.ts';
import {
  type BusEvent,
  EventInvalid,
  parseEnvelope,
  type ReceivedEvent,
  type ResyncRequested,
  SOURCES,
  type TraceContext,
  toEvents,
} from '../lib/contract/index.ts';
import { type BatchReport, type Engine, reconcile } from '../lib/reconcile/index.ts';
import { BatchTrace } from '../lib/runtime/batch-trace.ts';
import { Engines } from '../lib/runtime/engines.ts';
import { type Closable, lambdaEntry } from '../lib/runtime/entry.ts';
import { ALONE_AFTER, canSetAside, isInternalError, NotPublished, oneByOne } from '../lib/runtime/isolate.ts';
import { measureArrival, measureReport } from '../lib/runtime/measure.ts';
import { ObservedPlans } from '../lib/runtime/observed.ts';
import { logOutcome } from '../lib/runtime/outcome-log.ts';
import { partsOf, workInParts } from '../lib/runtime/parts.ts';
import { shortReason } from '../lib/runtime/reason.ts';
import { type Runtime, runtimeFromEnvironment } from '../lib/runtime/runtime.ts';
import { hideBatch, putOff, receivesOf, returnBatch } from '../lib/runtime/visibility.ts';
import { errorMessage } from '../lib/telemetry/index.ts';
import { recordPublished, silentTracing, withinSpan } from '../lib/tracing/index.ts';

/**
 * Returns the reconcile function, which reads the queues of all appliances. A batch is worked in one part, or in several
 * where it is large or did not fit an earlier invocation. Each part is one plan, so it succeeds or returns to the queue as
 * a whole, with the parts behind it. Invalid messages are set aside first.
 *
 * A batch that fails repeatedly through an internal error is processed message by message: see {@link oneByOne}.
 */
export function createReconcileHandler(
  runtime: Runtime,
): Closable<(event: SQSEvent, context: Context) => Promise<SQSBatchResponse>> {
  const engines = new Engines(runtime);
  const observed = new ObservedPlans();
  const handler = middy<SQSEvent, SQSBatchResponse>()
    .use(flushTelemetry(runtime))
    .handler(async (event, context) => {
      const appliance = applianceOf(runtime, event);
      await hideBatch(runtime, event.Records, context.getRemainingTimeInMillis());
      let left: readonly SQSRecord[] = event.Records;
      try {
        let messages: readonly Message[] = await parse(runtime, appliance, event);
        left = messages.map(({ record }) => record);
        if (messages.length === 0) return NOTHING_LEFT;
        const engine = engines.engineOf(appliance, context.getRemainingTimeInMillis());
        const deal = (some: readonly Message[]): Promise<void> => dealWith(runtime, engine, appliance, some, observed);
        try {
          messages = await workInParts(partsOf(messages, receivesOf(left)), deal, {
            now: runtime.now,
            remainingMs: () => context.getRemainingTimeInMillis(),
            onLeft: (rest) => {
              messages = rest;
              left = rest.map(({ record }) => record);
            },
          });
          return messages.length === 0 ? NOTHING_LEFT : await putOff(runtime, appliance, left);
        } catch (error) {
          if (!isInternalError(error) || receivesOf(left) < ALONE_AFTER) throw error;
          runtime.log.error('batch failed again, trying its messages one by one', {
            appliance: appliance.name,
            received: receivesOf(left),
            error,
          });
        }
        const result = await oneByOne(messages, (message) => deal([message]));
        left = result.unfinished.map(({ record }) => record);
        if (canSetAside(result, receivesOf(event.Records))) {
          for (const { message, error } of result.faulty) {
            await setAside(runtime, appliance, message.record, error, 'message set aside: it fails alone');
            runtime.metrics.record('MessagesSetAside', 1, { appliance: appliance.name });
            left = left.filter((record) => record !== message.record);
          }
        }
        return left.length === 0 ? NOTHING_LEFT : returnBatch(runtime, appliance, left, result.error);
      } catch (error) {
        return returnBatch(runtime, appliance, left, error);
      }
    });
  return Object.assign(handler, { close: () => engines.close() });
}

const NOTHING_LEFT: SQSBatchResponse = { batchItemFailures: [] };

/** Returns the appliance of a batch, by the name of its queue. */
function applianceOf({ appliances, queuePrefix = '' }: Runtime, event: SQSEvent): ApplianceConfig {
  const queue = event.Records[0]?.eventSourceARN.split(':').at(-1) ?? '';
  const found = appliances.find(({ name }) => queue === `${queuePrefix}${workQueueName(name)}`);
  if (found === undefined) throw new Error(`queue "${queue}" does not belong to a configured appliance`);
  return found;
}

/** Returns the account of a queue. Events of other accounts are invalid. */
const accountOf = (queueArn: string): string => queueArn.split(':')[4] ?? '';

/** A valid message. */
interface Message {
  readonly record: SQSRecord;
  readonly event: ReceivedEvent;
}

/** Returns the valid messages, and sends each invalid one to the dead-letter queue with its reason. */
async function parse(runtime: Runtime, appliance: ApplianceConfig, { Records }: SQSEvent): Promise<Message[]> {
  const messages: Message[] = [];
  runtime.metrics.record('MessagesReceived', Records.length, { appliance: appliance.name });
  for (const record of Records) {
    try {
      messages.push({ record, event: parseEnvelope(record.body, { account: accountOf(record.eventSourceARN) }) });
    } catch (error) {
      if (!(error instanceof EventInvalid)) throw error;
      runtime.metrics.record('MessagesInvalid', 1, { appliance: appliance.name });
      await setAside(runtime, appliance, record, error, 'event set aside: it cannot be read');
    }
  }
  return messages;
}

async function setAside(
  { sqs, deadLetterQueueUrl, log }: Runtime,
  { name: appliance }: ApplianceConfig,
  { messageId, body, attributes: { MessageGroupId } }: SQSRecord,
  error: unknown,
  saying: string,
): Promise<void> {
  const reason = errorMessage(error);
  log.warn(saying, { appliance, messageId, reason });
  await sendToQueue(sqs, deadLetterQueueUrl, {
    body,
    group: MessageGroupId ?? appliance,
    deduplicationId: messageId,
    attributes: { reason: shortReason(reason), appliance },
  });
}

/** Reconciles messages as one step of their traces. */
async function dealWith(
  runtime: Runtime,
  engine: Engine,
  appliance: ApplianceConfig,
  messages: readonly Message[],
  observed: ObservedPlans,
): Promise<void> {
  const { tracing = silentTracing, now } = runtime;
  const events = messages.map(({ event }) => event);
  const trace = new BatchTrace(appliance.name, events);
  const started = now();
  try {
    await withinSpan(trace.context, () => reconcileEvents(runtime, engine, appliance, events, observed, trace));
    trace.end(tracing, started, now());
  } catch (error) {
    trace.end(tracing, started, now(), errorMessage(error));
    throw error;
  }
}

/** Reconciles events and publishes the outcomes. Maintenance comes last, because a save may take long. */
async function reconcileEvents(
  runtime: Runtime,
  engine: Engine,
  appliance: ApplianceConfig,
  events: readonly ReceivedEvent[],
  observed: ObservedPlans,
  trace: BatchTrace,
): Promise<void> {
  const work = events.filter(({ detailType }) => detailType === 'Work Requested');
  const desired = events.filter((event) => !work.includes(event));
  const started = runtime.now();
  measureArrival(runtime.metrics, appliance, events, started);
  if (desired.length > 0) {
    const report = await reconcile(
      engine,
      desired,
      (requests) => ask(runtime, trace, requests),
      (outcomes) => publish(runtime, trace, outcomes),
    );
    runtime.metrics.record('ReconcileDuration', runtime.now() - started, { appliance: appliance.name });
    if (appliance.policy === 'observe') observed.log(runtime.log, appliance.name, report.changes);
    measureReport(runtime.metrics, appliance, report);
  }
  if (work.length > 0) tellWork(runtime, appliance, await reconcile(engine, work, async () => {}));
}

/** Maximum of objects in one line of the log. */
const MOST_NAMED = 20;

/** Logs the results of maintenance. Failed maintenance is not retried here: the audit requests it again while it is due. */
function tellWork({ log, metrics }: Runtime, { name: appliance }: ApplianceConfig, { work }: BatchReport): void {
  for (const { work: what, removed, takenOver = [], error } of work) {
    if (takenOver.length > 0) {
      const names = takenOver.slice(0, MOST_NAMED);
      log.warn('objects kept: others took them over', { appliance, work: what, objects: takenOver.length, names });
    }
    if (error === undefined) {
      log.info('work done', { appliance, work: what, removed });
      continue;
    }
    metrics.record('WorkFailed', 1, { appliance, reason: what });
    log.error('work failed, the audit requests it again', { appliance, work: what, removed, error });
  }
}

async function ask(
  { publisher, now }: Runtime,
  { context: cause }: BatchTrace,
  requests: readonly ResyncRequested[],
): Promise<void> {
  const { failed } = await publisher.publish(
    requests.flatMap((data) => toEvents(SOURCES.functions, 'Resync Requested', data, { now, cause })),
  );
  // Without the resync those Ingresses would get no outcome, so nothing is written and the batch returns to the queue.
  if (failed.length > 0) throw new NotPublished(`cannot request a resync: ${failed[0]?.error.message}`);
}

async function publish(
  { publisher, log, now, tracing = silentTracing }: Runtime,
  trace: BatchTrace,
  outcomes: BatchReport['outcomes'],
): Promise<void> {
  const events = outcomes.flatMap((outcome) => {
    const { detailType, data, trigger } = outcome;
    const cause = trace.causeOf(data);
    logOutcome(log, outcome, cause);
    const subject = 'name' in data ? { subject: `${data.namespace}/${data.name}` } : {};
    return toEvents(SOURCES.functions, detailType, data, { now, cause, triggeredAt: trigger?.at, ...subject }).map(
      (event): [BusEvent, TraceContext] => [event, cause],
    );
  });
  if (events.length === 0) return;
  const started = now();
  const { failed } = await publisher.publish(events.map(([event]) => event));
  // The batch returns to the queue: its next delivery finds the plan written, and publishes the outcomes.
  if (failed.length > 0) throw new NotPublished(`cannot publish an outcome: ${failed[0]?.error.message}`);
  recordPublished(tracing, events, started, now());
}

function flushTelemetry({ metrics, tracing }: Runtime): middy.MiddlewareObj<SQSEvent, SQSBatchResponse> {
  const flush = async (): Promise<void> => {
    metrics.flush();
    await tracing?.flush();
  };
  return { after: flush, onError: flush };
}

/** Entry point of Lambda. */
export const handler = lambdaEntry(() => createReconcileHandler(runtimeFromEnvironment()));
