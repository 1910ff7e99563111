import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { changeVisibility } from '../aws/queue.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { NitroUnreachable } from '../nitro/index.ts';
import { reasonOf } from './measure.ts';
import { LONGEST_CALL_MS, type Runtime } from './runtime.ts';

/** Longest wait before a batch that went back is brought again, in seconds. */
const MAX_WAIT_SECONDS = 900;

/** Milliseconds between the end of an invocation and the next delivery: clocks, and the way of the request. */
const MARGIN_MS = 2_000;

type Visible = Pick<Runtime, 'sqs' | 'queueUrl' | 'log' | 'callTimeoutMs'>;

/**
 * Hides a batch for as long as this invocation can act on it, and no longer. A sandbox that is killed (time-out, out of
 * memory) gives nothing back: without this the queue's own time-out, six times the function's, would keep the whole
 * appliance waiting.
 *
 * The longest call is added: a call that the sandbox sent before it died may still be at work on the appliance.
 *
 * @param remainingMs of this invocation.
 */
export async function hold(runtime: Visible, records: readonly SQSRecord[], remainingMs: number): Promise<void> {
  const { callTimeoutMs = LONGEST_CALL_MS } = runtime;
  await setVisibility(runtime, records, (remainingMs + callTimeoutMs + MARGIN_MS) / 1000);
}

/**
 * Gives messages back. They come again after a wait that grows with each time, up to a quarter of an hour; after a write
 * of unknown outcome not before that write must have ended.
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
  log.error('batch goes back to the queue', { appliance: appliance.name, received, seconds, error });
  await setVisibility(runtime, records, seconds);
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** How often the batch was received, this time included: what came last to it may be new. */
export function receivesOf(records: readonly SQSRecord[]): number {
  return Math.max(1, ...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
}

function waitSeconds(received: number, random: () => number): number {
  const bound = Math.min(MAX_WAIT_SECONDS, 2 ** received);
  return Math.max(1, Math.round(bound * (0.5 + random() / 2)));
}

/**
 * Seconds until a write of unknown outcome has ended: until then the next attempt could read the appliance before the
 * write lands, and leave in place what the write makes.
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
    // It then comes again when the queue's own time-out is over.
    log.warn('visibility not changed', { messageId: records[index]?.messageId, reason });
  }
}
