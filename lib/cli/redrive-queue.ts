import { createHash } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { sendToQueue } from '../aws/queue.ts';
import type { Sleep } from '../aws/sleep.ts';
import { DEAD_LETTERS, PARKING, UNDELIVERED, workQueueName } from '../config/topology.ts';
import { DeploymentMissing, QueueMissing } from './cloud-failure.ts';
import { HeldLetters } from './redrive-held.ts';
import { describeLetter, isSelected, type LetterFilter, type WaitingLetter } from './redrive-letter.ts';
import { queueUrl, waitUntilEmpty } from './replay-drained.ts';
import { UsageError } from './usage.ts';

export type WaitingQueue = 'parked' | 'undelivered';

export interface RedriveRequest extends LetterFilter {
  readonly queue: WaitingQueue;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. Letters that arrive later are left for another run. */
  readonly startedAt: number;
  /** Polls of the target queues before returned letters are counted; 0 skips that. */
  readonly polls: number;
  readonly pollMs?: number;
  readonly sleep?: Sleep;
}

export interface RedriveResult {
  readonly redriven: readonly WaitingLetter[];
  /** Not selected, or without a target queue. */
  readonly left: readonly WaitingLetter[];
  /** Redriven by this run, and returned: their cause persists. */
  readonly bounced: readonly WaitingLetter[];
  /** Other letters that arrived during the run. */
  readonly meanwhile: number;
  /** Redriven events that were neither processed nor returned after the last poll. */
  readonly pending: number;
}

const QUEUES: Readonly<Record<WaitingQueue, string>> = { parked: PARKING, undelivered: UNDELIVERED };

/** Tolerance for this machine's clock being behind that of SQS, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Sends waiting letters back to their target queues, each once, and deletes each only after it was sent.
 *
 * Order does not matter: an older event never overwrites a newer one. A letter that returns during the run is recognised
 * by its text and stays; otherwise a cause that persists would make the run endless.
 *
 * @throws {DeploymentMissing} if the queue does not exist.
 * @throws {UsageError} for an unknown appliance.
 */
export async function redrive(sqs: Pick<SQSClient, 'send'>, request: RedriveRequest): Promise<RedriveResult> {
  const source = await queueUrl(sqs, `${request.deployment}-${QUEUES[request.queue]}`).catch((error: Error) => {
    throw error instanceof QueueMissing ? new DeploymentMissing(request.deployment, { cause: error }) : error;
  });
  await checkAppliances(sqs, request);
  const redriven: WaitingLetter[] = [];
  const left: WaitingLetter[] = [];
  const bounced: WaitingLetter[] = [];
  const sent = new Set<string>();
  let meanwhile = 0;
  const classify = (letter: WaitingLetter): 'selected' | 'left' | 'bounced' | 'late' => {
    if (sent.has(digest(letter))) return 'bounced';
    if (letter.sentAt > request.startedAt + CLOCK_SKEW_MS) return 'late';
    return isSelected(letter, request) ? 'selected' : 'left';
  };

  const walk = async (resend: boolean): Promise<void> => {
    const held = new HeldLetters(sqs, source);
    const describe = (message: Parameters<typeof describeLetter>[0]) => describeLetter(message, request.deployment);
    try {
      // Late letters may never end; the others are finite, because each is sent once.
      for await (const message of held.receive((one) => classify(describe(one)) !== 'late')) {
        const letter = describe(message);
        const kind = classify(letter);
        if (kind === 'bounced') bounced.push(letter);
        else if (!resend) continue;
        else if (kind === 'late') meanwhile += 1;
        else if (kind === 'left') left.push(letter);
        else {
          if (!request.dryRun) {
            if (!(await sendBack(sqs, request.deployment, letter))) {
              left.push(letter);
              continue;
            }
            sent.add(digest(letter));
            await held.delete(letter.id);
          }
          redriven.push(letter);
        }
      }
    } finally {
      await held.release();
    }
  };

  await walk(true);
  let pending = 0;
  if (sent.size > 0 && request.polls > 0) {
    pending = await waitForTargets(sqs, request, redriven);
    // The second walk finds letters that the first one already counted.
    bounced.length = 0;
    await walk(false);
  }
  return { redriven, left, bounced, meanwhile, pending };
}

/** Rejects an appliance without a queue: a mistyped name would silently select nothing. */
async function checkAppliances(
  sqs: Pick<SQSClient, 'send'>,
  { deployment, appliances }: RedriveRequest,
): Promise<void> {
  for (const name of appliances) {
    await queueUrl(sqs, `${deployment}-${workQueueName(name)}`).catch((error: Error) => {
      if (!(error instanceof QueueMissing)) throw error;
      throw new UsageError(
        `deployment "${deployment}" has no appliance "${name}": queue ${error.queue} does not exist.`,
        { cause: error },
      );
    });
  }
}

/** Waits until the events were processed or parked again. @returns how many are neither. */
async function waitForTargets(
  sqs: Pick<SQSClient, 'send'>,
  request: RedriveRequest,
  redriven: readonly WaitingLetter[],
): Promise<number> {
  const names = new Set([`${request.deployment}-${DEAD_LETTERS}`]);
  for (const { target } of redriven) if (target?.endsWith('.fifo') === true) names.add(target);
  const urls = await Promise.all([...names].map((name) => queueUrl(sqs, name)));
  let polls = 0;
  return waitUntilEmpty(sqs, urls, {
    signal: new AbortController().signal,
    onPoll: () => {
      polls += 1;
      return polls < request.polls;
    },
    ...(request.pollMs === undefined ? {} : { pollMs: request.pollMs }),
    ...(request.sleep === undefined ? {} : { sleep: request.sleep }),
  });
}

const digest = ({ body }: WaitingLetter): string => createHash('sha256').update(body).digest('base64');

/** Sends a letter to its target. @returns false if that queue is gone, as after an appliance was removed. */
async function sendBack(sqs: Pick<SQSClient, 'send'>, deployment: string, letter: WaitingLetter): Promise<boolean> {
  const target = letter.target ?? '';
  const url = await queueUrl(sqs, target).catch((error: Error) => {
    if (error instanceof QueueMissing) return undefined;
    throw error;
  });
  if (url === undefined) return false;
  const fifo = target.endsWith('.fifo');
  await sendToQueue(sqs, url, {
    body: letter.body,
    ...(fifo
      ? // An id of its own, because the queue would drop the same text within five minutes as a duplicate.
        { group: target.slice(deployment.length + 1, -'.fifo'.length), deduplicationId: letter.id }
      : {}),
  });
  return true;
}
