import type { Message } from '@aws-sdk/client-sqs';

/** A message as fauxqs shows it to those who look into a queue. */
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
 * Shows the messages that lie behind the first of a group, without receiving them.
 *
 * SQS hands out up to ten messages of a group at once; fauxqs one, and then locks the group until it is deleted. So a
 * function would never see the batches that it sees in the cloud. But as long as the first message is in flight nobody
 * else gets the ones behind it, and their order is fixed: so they may be looked at, given to the function together
 * with the first, and received and deleted one by one afterwards.
 *
 * What is seen is kept until it is used up, as fauxqs shows a queue only whole.
 */
export class ReadAhead {
  readonly #inspect: () => Promise<readonly StoredMessage[]>;
  #seen: Message[] = [];

  /**
   * @param serverUrl address of fauxqs.
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
   * @param count how many to show at most.
   * @returns those that follow in its group, in order, with the receipt handle of the head: whoever changes the
   * visibility of one changes that of the group.
   */
  async behind(head: Message, count: number): Promise<Message[]> {
    const group = head.Attributes?.MessageGroupId;
    // The head is the one that was seen next, or what was seen is of another time or group.
    if (this.#seen[0]?.MessageId === head.MessageId) this.#seen.shift();
    else this.#seen = [];
    if (this.#seen.length === 0) {
      const ready = await this.#inspect();
      this.#seen = ready.filter((message) => message.messageGroupId === group).map(toMessage);
    }
    return this.#seen.slice(0, count).map((message) => ({ ...message, ReceiptHandle: head.ReceiptHandle }));
  }

  /** Says that this message was received and dealt with. */
  passed(id: string): void {
    if (this.#seen[0]?.MessageId === id) this.#seen.shift();
    else this.#seen = [];
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
