import type { Message } from '@aws-sdk/client-sqs';
import { DEAD_LETTERS, workQueueName } from '../config/topology.ts';

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

export interface LetterWish {
  readonly deployment: string;
  /** Part of the reason, in any case. */
  readonly reason?: string;
  readonly appliances: readonly string[];
}

/** Returns whether the wish chooses a letter. One without a queue to go back to is never chosen. */
export function chosen({ reason, appliance, target }: Waiting, wish: LetterWish): boolean {
  if (target === undefined) return false;
  if (wish.reason !== undefined && !reason.toLowerCase().includes(wish.reason.toLowerCase())) return false;
  if (wish.appliances.length === 0) return true;
  return wish.appliances.some((name) => name === appliance || target === `${wish.deployment}-${workQueueName(name)}`);
}

/** Reads a letter. Our function, EventBridge, or SQS itself put it there, and each says something else. */
export function describeLetter(message: Message, deployment: string): Waiting {
  const attribute = (name: string): string | undefined => message.MessageAttributes?.[name]?.StringValue;
  const code = attribute('ERROR_CODE');
  const group = message.Attributes?.MessageGroupId;
  const source = (attribute('TARGET_ARN') ?? message.Attributes?.DeadLetterQueueSourceArn)?.split(':').at(-1);
  const own = `${deployment}-`;
  const fromQueue = source?.startsWith(own) === true && source !== `${own}${DEAD_LETTERS}` ? source : undefined;
  // A letter that SQS moved on from the dead letters unreported still has its appliance's group.
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
