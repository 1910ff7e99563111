import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { QueueClient } from '../aws/queue.ts';
import type { ReadAhead } from './read-ahead.ts';

/** Messages that a function gets together, and what becomes of them afterwards. */
export interface QueueBatch {
  readonly messages: readonly Message[];
  /** @param back ids of those that the function gives back; the others are done. */
  settle(back: ReadonlySet<string>): Promise<void>;
  /** Gives all back at once: nobody has seen them. */
  release(): Promise<void>;
}

export interface BatchSourceOptions {
  readonly client: QueueClient;
  readonly queueUrl: string;
  readonly batchSize: number;
  /** Long poll, in seconds. */
  readonly waitSeconds: number;
  /** Visibility of what a function gives back, in seconds; by default the queue, or the function itself, decides. */
  readonly retrySeconds?: number;
}

/** The calls to a queue that both kinds of batches are made of. */
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
      // Its time was over: it is visible already, which is all that was wanted.
      if (!/NotInflight/.test(error.name)) throw error;
    });
  }

  async returnMessage(message: Message): Promise<void> {
    const { retrySeconds } = this.options;
    if (retrySeconds !== undefined) await this.setVisibility(message, retrySeconds);
  }
}

/** The next batch of a standard queue. */
export async function standardBatch(calls: QueueCalls): Promise<QueueBatch | undefined> {
  const messages = await calls.receive(calls.options.batchSize, calls.options.waitSeconds);
  if (messages.length === 0) return undefined;
  return {
    messages,
    async settle(back) {
      for (const message of messages) {
        if (back.has(idOf(message))) await calls.returnMessage(message);
        else await calls.delete(message);
      }
    },
    async release() {
      for (const message of messages) await calls.setVisibility(message, 0);
    },
  };
}

/** Tries to find the expected message among the heads of all groups of a queue. */
const MAX_GROUPS = 100;

/**
 * Batches of a FIFO queue, each of one message group: the first message, received, and those behind it, read ahead.
 *
 * What is done is deleted in the order of the group, each message after it was received at last. A message that is done
 * but lies behind one that was given back can't be received yet: it is remembered, never handed out again, and
 * deleted when its turn comes.
 *
 * One difference from SQS stays: a message that was read ahead and given back has not been received in fauxqs' eyes,
 * so `maxReceiveCount` is counted at the head of the group only. The function is told the true count.
 */
export class GroupBatches {
  readonly #calls: QueueCalls;
  readonly #ahead: Pick<ReadAhead, 'behind' | 'passed'>;
  /** Received in search of another message: the next heads. */
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
      settle: (back) => this.#settle(window, back),
      release: () => this.#calls.setVisibility(head, 0),
    };
  }

  /** Gives back what was received and not handed out. */
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

  async #settle(window: readonly Message[], back: ReadonlySet<string>): Promise<void> {
    for (const message of window) {
      if (!back.has(idOf(message))) this.#done.add(idOf(message));
    }
    for (const [index, message] of window.entries()) {
      const id = idOf(message);
      const received = index === 0 ? message : await this.#take(message);
      if (received === undefined) return;
      if (!this.#done.has(id)) {
        // In flight, it holds its group back until its visibility time-out.
        await this.#calls.returnMessage(received);
        return;
      }
      await this.#calls.delete(received);
      if (index > 0) this.#ahead.passed(id);
      this.#done.delete(id);
      this.#handedOut.delete(id);
    }
  }

  /** Receives a message that is now the first of its group. */
  async #take(wanted: Message): Promise<Message | undefined> {
    for (let tries = 0; tries < MAX_GROUPS; tries++) {
      const [found] = await this.#calls.receive(1, 0);
      if (found === undefined) return undefined;
      if (idOf(found) === idOf(wanted)) return found;
      this.#heads.push(found);
      // The group has another head than was seen: it is dealt with when its turn comes.
      if (found.Attributes?.MessageGroupId === wanted.Attributes?.MessageGroupId) return undefined;
    }
    return undefined;
  }
}

function idOf(message: Message): string {
  return message.MessageId ?? '';
}
