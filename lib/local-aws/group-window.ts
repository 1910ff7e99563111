import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { QueueClient } from '../aws/queue.ts';
import type { ReadAhead } from './read-ahead.ts';

/** Messages that a function receives together, and their completion. */
export interface QueueBatch {
  readonly messages: readonly Message[];
  /** Completes the batch. @param returned ids of the messages that the function returns; the others are done. */
  settle(returned: ReadonlySet<string>): Promise<void>;
  /** Returns all messages at once, because no function has seen them. */
  release(): Promise<void>;
}

export interface BatchSourceOptions {
  readonly client: QueueClient;
  readonly queueUrl: string;
  readonly batchSize: number;
  /** Long poll, in seconds. */
  readonly waitSeconds: number;
  /** Visibility time-out of returned messages, in seconds; by default that of the queue, or as the function sets it. */
  readonly retrySeconds?: number;
}

/** Calls to a queue, for both kinds of batches. */
export class QueueCalls {
  readonly options: BatchSourceOptions;

  constructor(options: BatchSourceOptions) {
    this.options = options;
  }

  async receive(max: number, waitSeconds: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.options.queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (await this.options.client.send(command)).Messages ?? [];
  }

  async delete({ ReceiptHandle }: Message): Promise<void> {
    await this.options.client.send(new DeleteMessageCommand({ QueueUrl: this.options.queueUrl, ReceiptHandle }));
  }

  async setVisibility({ ReceiptHandle }: Message, VisibilityTimeout: number): Promise<void> {
    const command = { QueueUrl: this.options.queueUrl, ReceiptHandle, VisibilityTimeout };
    await this.options.client.send(new ChangeMessageVisibilityCommand(command)).catch((error: Error) => {
      // The time-out of the message has expired, so it is visible already.
      if (!/NotInflight/.test(error.name)) throw error;
    });
  }

  async returnMessage(message: Message): Promise<void> {
    const { retrySeconds } = this.options;
    if (retrySeconds !== undefined) await this.setVisibility(message, retrySeconds);
  }
}

/** Receives the next batch of a standard queue. @returns undefined if the queue is empty. */
export async function standardBatch(calls: QueueCalls): Promise<QueueBatch | undefined> {
  const messages = await calls.receive(calls.options.batchSize, calls.options.waitSeconds);
  if (messages.length === 0) return undefined;
  return {
    messages,
    async settle(returned) {
      for (const message of messages) {
        if (returned.has(idOf(message))) await calls.returnMessage(message);
        else await calls.delete(message);
      }
    },
    async release() {
      for (const message of messages) await calls.setVisibility(message, 0);
    },
  };
}

/** Most heads of groups that are received in search of one message. */
const MAX_GROUPS = 100;

/**
 * Forms batches of a FIFO queue, each of one message group: the first message is received, those behind it are read ahead.
 *
 * Done messages are deleted in the order of the group, each after it was finally received. A done message behind a returned
 * one cannot be received yet: it is remembered, not handed out again, and deleted when it becomes the first.
 *
 * One difference from SQS remains: for fauxqs, a message that was read ahead and returned was never received, so
 * `maxReceiveCount` counts at the head of the group only. The function gets the true count.
 */
export class GroupBatches {
  readonly #calls: QueueCalls;
  readonly #ahead: Pick<ReadAhead, 'behind' | 'passed'>;
  /** Heads that were received in search of another message. */
  readonly #heads: Message[] = [];
  readonly #done = new Set<string>();
  readonly #handedOut = new Map<string, number>();

  constructor(calls: QueueCalls, ahead: Pick<ReadAhead, 'behind' | 'passed'>) {
    this.#calls = calls;
    this.#ahead = ahead;
  }

  async next(): Promise<QueueBatch | undefined> {
    const { batchSize, waitSeconds } = this.#calls.options;
    const head = this.#heads.shift() ?? (await this.#calls.receive(1, waitSeconds))[0];
    if (head === undefined) return undefined;
    const window = [head, ...(await this.#ahead.behind(head, batchSize - 1))];
    const messages = window.filter((message) => !this.#done.has(idOf(message))).map((message) => this.#count(message));
    return {
      messages,
      settle: (returned) => this.#settle(window, returned),
      release: () => this.#calls.setVisibility(head, 0),
    };
  }

  /** Returns messages that were received and not handed out. */
  async release(): Promise<void> {
    for (const head of this.#heads.splice(0)) await this.#calls.setVisibility(head, 0);
  }

  #count(message: Message): Message {
    const id = idOf(message);
    const times = Math.max(
      (this.#handedOut.get(id) ?? 0) + 1,
      Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    );
    this.#handedOut.set(id, times);
    return { ...message, Attributes: { ...message.Attributes, ApproximateReceiveCount: String(times) } };
  }

  async #settle(window: readonly Message[], returned: ReadonlySet<string>): Promise<void> {
    for (const message of window) {
      if (!returned.has(idOf(message))) this.#done.add(idOf(message));
    }
    for (const [index, message] of window.entries()) {
      const id = idOf(message);
      const received = index === 0 ? message : await this.#take(message);
      if (received === undefined) return;
      if (!this.#done.has(id)) {
        // In flight, the message blocks its group until its visibility time-out.
        await this.#calls.returnMessage(received);
        return;
      }
      await this.#calls.delete(received);
      if (index > 0) this.#ahead.passed(id);
      this.#done.delete(id);
      this.#handedOut.delete(id);
    }
  }

  /** Receives a message that has become the first of its group. */
  async #take(wanted: Message): Promise<Message | undefined> {
    for (let tries = 0; tries < MAX_GROUPS; tries++) {
      const [found] = await this.#calls.receive(1, 0);
      if (found === undefined) return undefined;
      if (idOf(found) === idOf(wanted)) return found;
      this.#heads.push(found);
      // The group has another head than was read ahead, which the next batch takes.
      if (found.Attributes?.MessageGroupId === wanted.Attributes?.MessageGroupId) return undefined;
    }
    return undefined;
  }
}

function idOf(message: Message): string {
  return message.MessageId ?? '';
}
