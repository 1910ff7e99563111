import { createHash } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Sleep } from '../aws/backoff.ts';
import { sendToQueue } from '../aws/queue.ts';
import { DEAD_LETTERS, PARKING, UNDELIVERED, workQueueName } from '../config/topology.ts';
import { DeploymentMissing, QueueMissing } from './cloud-failure.ts';
import { HeldLetters } from './redrive-held.ts';
import { chosen, describeLetter, type LetterWish, type Waiting } from './redrive-letter.ts';
import { drained, queueUrl } from './replay-drained.ts';
import { UsageError } from './usage.ts';

export type WaitingQueue = 'parked' | 'undelivered';

export interface RedriveWish extends LetterWish {
  readonly queue: WaitingQueue;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch: letters that come later are left for another time. */
  readonly startedAt: number;
  /** Looks at the queues that letters went back to, before it is counted what came back; none where 0. */
  readonly looks: number;
  readonly pollMs?: number;
  readonly sleep?: Sleep;
}

export interface RedriveResult {
  readonly redriven: readonly Waiting[];
  /** Not chosen, or without a queue to go back to. */
  readonly left: readonly Waiting[];
  /** Redriven by this run, and there again: the cause is not mended. */
  readonly bounced: readonly Waiting[];
  /** Came while this ran, and is none that was redriven. */
  readonly meanwhile: number;
  /** Redriven events that were neither taken nor back when the looks were over. */
  readonly pending: number;
}

const QUEUES: Readonly<Record<WaitingQueue, string>> = { parked: PARKING, undelivered: UNDELIVERED };

/** Milliseconds that this machine's clock may lie behind that of SQS. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Sends waiting messages back to the queues that they were for, each once, and deletes each only when it is sent.
 *
 * Order does not matter: an older event never overwrites a newer one. A letter that comes back while this runs is
 * recognised by its text and stays: otherwise a cause that is not mended would keep this going for ever.
 *
 * @throws {DeploymentMissing} where it has no such queue.
 * @throws {UsageError} for an appliance that it does not have.
 */
export async function redrive(sqs: Pick<SQSClient, 'send'>, wish: RedriveWish): Promise<RedriveResult> {
  const source = await queueUrl(sqs, `${wish.deployment}-${QUEUES[wish.queue]}`).catch((error: Error) => {
    throw error instanceof QueueMissing ? new DeploymentMissing(wish.deployment, { cause: error }) : error;
  });
  await known(sqs, wish);
  const redriven: Waiting[] = [];
  const left: Waiting[] = [];
  const bounced: Waiting[] = [];
  const sent = new Set<string>();
  let meanwhile = 0;
  const sort = (waiting: Waiting): 'chosen' | 'left' | 'bounced' | 'late' => {
    if (sent.has(digest(waiting))) return 'bounced';
    if (waiting.sentAt > wish.startedAt + CLOCK_SKEW_MS) return 'late';
    return chosen(waiting, wish) ? 'chosen' : 'left';
  };

  const walk = async (resend: boolean): Promise<void> => {
    const held = new HeldLetters(sqs, source);
    const describe = (message: Parameters<typeof describeLetter>[0]) => describeLetter(message, wish.deployment);
    try {
      // Letters that come later never end; the others are finite, as each is sent once.
      for await (const message of held.receive((one) => sort(describe(one)) !== 'late')) {
        const waiting = describe(message);
        const kind = sort(waiting);
        if (kind === 'bounced') bounced.push(waiting);
        else if (!resend) continue;
        else if (kind === 'late') meanwhile += 1;
        else if (kind === 'left') left.push(waiting);
        else {
          if (!wish.dryRun) {
            if (!(await send(sqs, wish.deployment, waiting))) {
              left.push(waiting);
              continue;
            }
            sent.add(digest(waiting));
            await held.delete(waiting.id);
          }
          redriven.push(waiting);
        }
      }
    } finally {
      await held.release();
    }
  };

  await walk(true);
  let pending = 0;
  if (sent.size > 0 && wish.looks > 0) {
    pending = await settled(sqs, wish, redriven);
    // Those seen so far may be seen again.
    bounced.length = 0;
    await walk(false);
  }
  return { redriven, left, bounced, meanwhile, pending };
}

/** Refuses an appliance without a queue: its letters could go nowhere, and a name that is mistyped has none at all. */
async function known(sqs: Pick<SQSClient, 'send'>, { deployment, appliances }: RedriveWish): Promise<void> {
  for (const name of appliances) {
    await queueUrl(sqs, `${deployment}-${workQueueName(name)}`).catch((error: Error) => {
      if (!(error instanceof QueueMissing)) throw error;
      throw new UsageError(
        `the deployment "${deployment}" has no appliance "${name}": there is no queue ${error.queue}.`,
        { cause: error },
      );
    });
  }
}

/** Waits until the events were taken, or are dead letters again and parked. @returns how many are neither. */
async function settled(sqs: Pick<SQSClient, 'send'>, wish: RedriveWish, redriven: readonly Waiting[]): Promise<number> {
  const names = new Set([`${wish.deployment}-${DEAD_LETTERS}`]);
  for (const { target } of redriven) if (target?.endsWith('.fifo') === true) names.add(target);
  const urls = await Promise.all([...names].map((name) => queueUrl(sqs, name)));
  let looks = 0;
  return drained(sqs, urls, {
    signal: new AbortController().signal,
    onLook: () => {
      looks += 1;
      return looks < wish.looks;
    },
    ...(wish.pollMs === undefined ? {} : { pollMs: wish.pollMs }),
    ...(wish.sleep === undefined ? {} : { sleep: wish.sleep }),
  });
}

const digest = ({ body }: Waiting): string => createHash('sha256').update(body).digest('base64');

/** @returns whether it is sent: not where its queue is gone, as that of an appliance that is configured no more. */
async function send(sqs: Pick<SQSClient, 'send'>, deployment: string, waiting: Waiting): Promise<boolean> {
  const target = waiting.target ?? '';
  const url = await queueUrl(sqs, target).catch((error: Error) => {
    if (error instanceof QueueMissing) return undefined;
    throw error;
  });
  if (url === undefined) return false;
  const fifo = target.endsWith('.fifo');
  await sendToQueue(sqs, url, {
    body: waiting.body,
    ...(fifo
      ? // Its own id: the queue would take the same text within five minutes for a repetition.
        { group: target.slice(deployment.length + 1, -'.fifo'.length), deduplicationId: waiting.id }
      : {}),
  });
  return true;
}
