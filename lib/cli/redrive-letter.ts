import type { Message } from '@aws-sdk/client-sqs';
import { DEAD_LETTERS, workQueueName } from '../config/topology.ts';

/** A dead letter that waits to be redriven. */
export interface WaitingLetter {
  readonly id: string;
  readonly reason: string;
  /** Appliance that the letter was for, if known. */
  readonly appliance?: string;
  /** Name of the queue that it was for; absent if unknown. */
  readonly target?: string;
  /** Time of its arrival in the queue where it waits, in milliseconds since the epoch. */
  readonly sentAt: number;
  readonly body: string;
}

/** Selects letters. */
export interface LetterFilter {
  readonly deployment: string;
  /** Part of the reason, in upper or lower case. */
  readonly reason?: string;
  readonly appliances: readonly string[];
}

/** Returns whether a filter selects a letter. A letter without a target queue is never selected. */
export function isSelected({ reason, appliance, target }: WaitingLetter, filter: LetterFilter): boolean {
  if (target === undefined) return false;
  if (filter.reason !== undefined && !reason.toLowerCase().includes(filter.reason.toLowerCase())) return false;
  if (filter.appliances.length === 0) return true;
  return filter.appliances.some(
    (name) => name === appliance || target === `${filter.deployment}-${workQueueName(name)}`,
  );
}

/** Reads a letter. The dead-letter function, EventBridge and SQS itself each add other attributes. */
export function describeLetter(message: Message, deployment: string): WaitingLetter {
  const attribute = (name: string): string | undefined => message.MessageAttributes?.[name]?.StringValue;
  const code = attribute('ERROR_CODE');
  const group = message.Attributes?.MessageGroupId;
  const source = (attribute('TARGET_ARN') ?? message.Attributes?.DeadLetterQueueSourceArn)?.split(':').at(-1);
  const own = `${deployment}-`;
  const fromQueue = source?.startsWith(own) === true && source !== `${own}${DEAD_LETTERS}` ? source : undefined;
  // A letter that SQS moved on from the dead letters unreported keeps the group of its appliance.
  const appliance = attribute('appliance') ?? (fromQueue === undefined ? group : undefined);
  const target = appliance === undefined ? fromQueue : `${own}${workQueueName(appliance)}`;
  return {
    id: message.MessageId ?? '',
    reason:
      attribute('reason') ??
      (code === undefined ? 'received too often without success' : `${code}: ${attribute('ERROR_MESSAGE') ?? ''}`),
    ...(appliance === undefined ? {} : { appliance }),
    ...(target === undefined ? {} : { target }),
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
    body: message.Body ?? '',
  };
}
