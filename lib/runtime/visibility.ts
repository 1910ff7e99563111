import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { changeVisibility } from '../aws/queue.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { NitroUnreachable } from '../nitro/index.ts';
import { equalJitter } from '../retry/equal-jitter.ts';
import { reasonOf } from './measure.ts';
import { LONGEST_CALL_MS, type Runtime } from './runtime.ts';

/** Maximum delay before a returned batch is delivered again, in seconds. */
const MAX_WAIT_SECONDS = 900;
const RETURN_BACKOFF = { baseMs: 2_000, maxMs: MAX_WAIT_SECONDS * 1_000 };

/** Milliseconds between the end of an invocation and the next delivery, for clock skew and network latency. */
const MARGIN_MS = 2_000;

type VisibilityRuntime = Pick<Runtime, 'sqs' | 'queueUrl' | 'log' | 'callTimeoutMs'>;

/**
 * Hides a batch exactly as long as this invocation can work on it. A killed sandbox (time-out, out of memory) returns
 * nothing: without this, the whole appliance would wait for the queue's visibility time-out, six times that of the function.
 *
 * The time-out of a call is added, because the appliance may still execute the last call of a killed sandbox.
 *
 * @param remainingMs time left in this invocation.
 */
export async function hideBatch(
  runtime: VisibilityRuntime,
  records: readonly SQSRecord[],
  remainingMs: number,
): Promise<void> {
  const { callTimeoutMs = LONGEST_CALL_MS } = runtime;
  await setVisibility(runtime, records, (remainingMs + callTimeoutMs + MARGIN_MS) / 1000);
}

/**
 * Returns messages to the queue. Their next delivery comes after a delay that doubles with each receive, up to 15 minutes;
 * after a write of unknown result, not before that write must have ended.
 */
export async function returnBatch(
  runtime: Runtime,
  appliance: ApplianceConfig,
  records: readonly SQSRecord[],
  error: unknown,
): Promise<SQSBatchResponse> {
  const { log, metrics, random } = runtime;
  const received = receivesOf(records);
  const seconds = Math.max(waitSeconds(received, random), settlingSeconds(runtime, error));
  metrics.record('BatchesReturned', 1, { appliance: appliance.name, reason: reasonOf(error) });
  log.error('batch returned to the queue', { appliance: appliance.name, received, seconds, error });
  await setVisibility(runtime, records, seconds);
  return failuresOf(records);
}

/** Returns messages to the queue for which this invocation has no time left. They are delivered again at once. */
export async function putOff(
  runtime: VisibilityRuntime,
  { name: appliance }: ApplianceConfig,
  records: readonly SQSRecord[],
): Promise<SQSBatchResponse> {
  runtime.log.info('batch processed in part, the rest returned to the queue', { appliance, messages: records.length });
  await setVisibility(runtime, records, 0);
  return failuresOf(records);
}

const failuresOf = (records: readonly SQSRecord[]): SQSBatchResponse => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

/** Returns the number of receives of a batch, including this one: the highest of its messages, as some may be new. */
export function receivesOf(records: readonly SQSRecord[]): number {
  return Math.max(1, ...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
}

function waitSeconds(received: number, random: () => number): number {
  return Math.max(1, Math.round(equalJitter(received, RETURN_BACKOFF, random) / 1000));
}

/**
 * Returns the seconds until a write of unknown result has ended. An earlier attempt could read the appliance before the
 * write takes effect, and miss the objects that it creates.
 */
function settlingSeconds({ callTimeoutMs = LONGEST_CALL_MS }: VisibilityRuntime, error: unknown): number {
  return error instanceof NitroUnreachable && error.mayBeWriting ? callTimeoutMs / 1000 : 0;
}

async function setVisibility(
  { sqs, queueUrl, log }: VisibilityRuntime,
  records: readonly SQSRecord[],
  seconds: number,
): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  const handles = records.map(({ receiptHandle }) => receiptHandle);
  for (const { index, reason } of await changeVisibility(sqs, queueUrl(first.eventSourceARN), handles, seconds)) {
    // SQS delivers the message again after the queue's visibility time-out.
    log.warn('cannot change the visibility of a message', { messageId: records[index]?.messageId, reason });
  }
}
