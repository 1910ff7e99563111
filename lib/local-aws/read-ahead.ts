import type { Message } from '@aws-sdk/client-sqs';

/** A message as the inspection of fauxqs returns it. */
interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes?: Message['MessageAttributes'];
  readonly md5OfMessageAttributes?: string;
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
  readonly approximateFirstReceiveTimestamp?: number;
  readonly messageGroupId?: string;
  readonly messageDeduplicationId?: string;
  readonly sequenceNumber?: string;
}

/**
 * Reads the messages behind the first of a group, without receiving them.
 *
 * SQS hands out up to ten messages of a group at once. fauxqs hands out one, and locks the group until that is deleted, so
 * a function would never get the batches that it gets in the cloud. While the first message is in flight, no other receiver
 * gets those behind it, and their order is fixed. So they can be inspected, passed to the function together with the first,
 * and received and deleted one by one afterwards.
 *
 * Inspected messages are cached until they are used, because fauxqs inspects a queue only as a whole.
 */
export class ReadAhead {
  readonly #inspect: () => Promise<readonly StoredMessage[]>;
  #cached: Message[] = [];

  /**
   * @param serverUrl URL of fauxqs.
   * @param queue name of a FIFO queue.
   */
  constructor(serverUrl: string, queue: string) {
    const address = `${serverUrl}/_fauxqs/queues/${encodeURIComponent(queue)}`;
    this.#inspect = async () => {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
      const { messages } = (await response.json()) as { messages: { ready: StoredMessage[] } };
      return messages.ready;
    };
  }

  /**
   * @param head the first message of its group, received and in flight.
   * @param count most messages to return.
   * @returns the next messages of its group, in order, with the receipt handle of the head, so that a change of the
   *   visibility of one applies to the group.
   */
  async behind(head: Message, count: number): Promise<Message[]> {
    const group = head.Attributes?.MessageGroupId;
    // Unless the head is the next cached message, the cache is about another time or group.
    if (this.#cached[0]?.MessageId === head.MessageId) this.#cached.shift();
    else this.#cached = [];
    if (this.#cached.length === 0) {
      const ready = await this.#inspect();
      this.#cached = ready.filter((message) => message.messageGroupId === group).map(toMessage);
    }
    return this.#cached.slice(0, count).map((message) => ({ ...message, ReceiptHandle: head.ReceiptHandle }));
  }

  /** Removes a message from the cache after it was received and deleted. */
  passed(id: string): void {
    if (this.#cached[0]?.MessageId === id) this.#cached.shift();
    else this.#cached = [];
  }
}

function toMessage(stored: StoredMessage): Message {
  const optional = {
    MessageGroupId: stored.messageGroupId,
    MessageDeduplicationId: stored.messageDeduplicationId,
    SequenceNumber: stored.sequenceNumber,
  };
  return {
    MessageId: stored.messageId,
    Body: stored.body,
    MD5OfBody: stored.md5OfBody,
    MessageAttributes: stored.messageAttributes,
    // fauxqs keeps an empty digest where there are no attributes.
    ...(stored.md5OfMessageAttributes ? { MD5OfMessageAttributes: stored.md5OfMessageAttributes } : {}),
    Attributes: {
      SenderId: 'local',
      SentTimestamp: String(stored.sentTimestamp),
      ApproximateReceiveCount: String(stored.approximateReceiveCount + 1),
      ApproximateFirstReceiveTimestamp: String(stored.approximateFirstReceiveTimestamp ?? Date.now()),
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    } as Record<string, string>,
  };
}
