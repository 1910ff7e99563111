import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { sendToQueue } from '../aws/queue.ts';
import { DEAD_LETTERS, PARKING, UNDELIVERED, workQueueName } from '../config/topology.ts';
import { queueUrl } from './replay-drained.ts';

export type WaitingQueue = 'parked' | 'undelivered';

/** A message that waits for somebody. */
export interface Waiting {
  readonly id: string;
  readonly reason: string;
  /** Of parked ones. */
  readonly appliance?: string;
  /** Name of the queue that it was for; absent where that cannot be told. */
  readonly target?: string;
  /** When it came to where it waits, in milliseconds since the epoch. */
  readonly sentAt: number;
  readonly body: string;
}

export interface RedriveWish {
  readonly deployment: string;
  readonly queue: WaitingQueue;
  /** Part of the reason, in any case. */
  readonly reason?: string;
  readonly appliances: readonly string[];
  readonly dryRun: boolean;
}

export interface RedriveResult {
  readonly redriven: readonly Waiting[];
  /** Not chosen, or without a queue to go back to. */
  readonly left: readonly Waiting[];
}

/** Long enough to see the whole queue; what is left is put back at the end. */
const HIDDEN_SECONDS = 300;

const QUEUES: Readonly<Record<WaitingQueue, string>> = { parked: PARKING, undelivered: UNDELIVERED };

/**
 * Sends waiting messages back to the queues that they were for, each deleted only when it is sent.
 *
 * Order does not matter: an older event never overwrites a newer one.
 */
export async function redrive(sqs: Pick<SQSClient, 'send'>, wish: RedriveWish): Promise<RedriveResult> {
  const source = await queueUrl(sqs, `${wish.deployment}-${QUEUES[wish.queue]}`);
  const redriven: Waiting[] = [];
  const left: { waiting: Waiting; handle: string | undefined }[] = [];
  try {
    for await (const message of everything(sqs, source)) {
      const waiting = describe(message, wish);
      const chosen = waiting.target !== undefined && matches(waiting, wish);
      if (!chosen || wish.dryRun) {
        left.push({ waiting, handle: message.ReceiptHandle });
        if (chosen) redriven.push(waiting);
        continue;
      }
      await send(sqs, wish.deployment, waiting);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: source, ReceiptHandle: message.ReceiptHandle }));
      redriven.push(waiting);
    }
  } finally {
    for (const { handle } of left) {
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: source, ReceiptHandle: handle, VisibilityTimeout: 0 }),
      );
    }
  }
  return { redriven, left: left.map(({ waiting }) => waiting).filter((waiting) => !redriven.includes(waiting)) };
}

async function* everything(sqs: Pick<SQSClient, 'send'>, QueueUrl: string): AsyncGenerator<Message> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return;
    yield* Messages;
  }
}

function matches({ reason, appliance, target }: Waiting, wish: RedriveWish): boolean {
  if (wish.reason !== undefined && !reason.toLowerCase().includes(wish.reason.toLowerCase())) return false;
  if (wish.appliances.length === 0) return true;
  return wish.appliances.some((name) => name === appliance || target === `${wish.deployment}-${workQueueName(name)}`);
}

/** A letter was put there by our function, by EventBridge, or by SQS itself, each of which says something else. */
function describe(message: Message, { deployment }: RedriveWish): Waiting {
  const attribute = (name: string): string | undefined => message.MessageAttributes?.[name]?.StringValue;
  const code = attribute('ERROR_CODE');
  const group = message.Attributes?.MessageGroupId;
  const source = (attribute('TARGET_ARN') ?? message.Attributes?.DeadLetterQueueSourceArn)?.split(':').at(-1);
  const own = `${deployment}-`;
  const fromQueue = source?.startsWith(own) === true && source !== `${own}${DEAD_LETTERS}` ? source : undefined;
  // What SQS moved on from the dead letters unreported still has its appliance's group.
  const appliance = attribute('appliance') ?? (fromQueue === undefined ? group : undefined);
  const target = appliance === undefined ? fromQueue : `${own}${workQueueName(appliance)}`;
  return {
    id: message.MessageId ?? '',
    reason:
      attribute('reason') ??
      (code === undefined
        ? 'received again and again without success'
        : `${code}: ${attribute('ERROR_MESSAGE') ?? ''}`),
    ...(appliance === undefined ? {} : { appliance }),
    ...(target === undefined ? {} : { target }),
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
    body: message.Body ?? '',
  };
}

async function send(sqs: Pick<SQSClient, 'send'>, deployment: string, waiting: Waiting): Promise<void> {
  const target = waiting.target ?? '';
  const fifo = target.endsWith('.fifo');
  await sendToQueue(sqs, await queueUrl(sqs, target), {
    body: waiting.body,
    ...(fifo
      ? // Its own id: the queue would take the same text within five minutes for a repetition.
        { group: target.slice(deployment.length + 1, -'.fifo'.length), deduplicationId: waiting.id }
      : {}),
  });
}
