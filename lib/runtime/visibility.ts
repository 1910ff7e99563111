import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { changeVisibility } from '../aws/queue.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { NitroUnreachable } from '../nitro/index.ts';
import { equalJitter } from '../retry/equal-jitter.ts';
import { reasonOf } from './measure.ts';
import { LONGEST_CALL_MS, type Runtime } from './runtime.ts';

/** Longest wait before a returned batch is received again, in seconds. */
const MAX_WAIT_SECONDS = 900;
const RETURN_BACKOFF = { baseMs: 2_000, maxMs: MAX_WAIT_SECONDS * 1_000 };

/** Margin between the end of an invocation and the next delivery, for clock skew and the request itself, in milliseconds. */
const MARGIN_MS = 2_000;

type Visible = Pick<Runtime, 'sqs' | 'queueUrl' | 'log' | 'callTimeoutMs'>;

/**
 * Hides a batch for as long as this invocation can act on it, and no longer. A sandbox that is killed (time-out, out of
 * memory) returns nothing; the queue's own time-out, six times that of the function, would then block the appliance.
 *
 * The longest call is added, because a call that the sandbox sent before it died may still run on the appliance.
 *
 * @param remainingMs of this invocation.
 */
export async function hold(runtime: Visible, records: readonly SQSRecord[], remainingMs: number): Promise<void> {
  const { callTimeoutMs = LONGEST_CALL_MS } = runtime;
  await setVisibility(runtime, records, (remainingMs + callTimeoutMs + MARGIN_MS) / 1000);
}

/**
 * Returns messages to the queue. They are received again after a wait that grows each time, up to a quarter of an hour;
 * after a write of unknown outcome, not before that write must have ended.
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
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Returns how often the batch was received, this time included; single messages of it may be newer. */
export function receivesOf(records: readonly SQSRecord[]): number {
  return Math.max(1, ...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
}

function waitSeconds(received: number, random: () => number): number {
  return Math.max(1, Math.round(equalJitter(received, RETURN_BACKOFF, random) / 1000));
}

/**
 * Returns the seconds until a write of unknown outcome must have ended. Before that, the next attempt could read the
 * appliance too early, and leave in place what the write creates.
 */
function settlingSeconds({ callTimeoutMs = LONGEST_CALL_MS }: Visible, error: unknown): number {
  return error instanceof NitroUnreachable && error.mayBeWriting ? callTimeoutMs / 1000 : 0;
}

async function setVisibility(
  { sqs, queueUrl, log }: Visible,
  records: readonly SQSRecord[],
  seconds: number,
): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  const handles = records.map(({ receiptHandle }) => receiptHandle);
  for (const { index, reason } of await changeVisibility(sqs, queueUrl(first.eventSourceARN), handles, seconds)) {
    // The message is then received again after the queue's own time-out.
    log.warn('cannot change the visibility of a message', { messageId: records[index]?.messageId, reason });
  }
}
