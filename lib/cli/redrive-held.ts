import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Seconds that a received letter is hidden: long enough to see the whole queue. Those that stay are shown again. */
export const HIDDEN_SECONDS = 300;

/** Receives in a row that may bring nothing new before the queue counts as seen. */
const QUIET_RECEIVES = 3;

/**
 * Holds letters of one queue: received, hidden from others, and each shown again unless it was deleted.
 *
 * A letter is told apart by its id, so one that becomes visible again meanwhile is not taken for another.
 */
export class HeldLetters {
  readonly #sqs: Pick<SQSClient, 'send'>;
  readonly #url: string;
  readonly #handles = new Map<string, string | undefined>();
  readonly #deleted = new Set<string>();

  constructor(sqs: Pick<SQSClient, 'send'>, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /**
   * Receives each letter once, until the queue is seen.
   *
   * @param isNew whether a letter counts: where several receives bring none that does, the rest are those that arrive
   *   meanwhile, and the walk ends.
   */
  async *receive(isNew: (message: Message) => boolean): AsyncGenerator<Message> {
    for (let quiet = 0; quiet < QUIET_RECEIVES; quiet += 1) {
      const messages = await this.#next();
      if (messages.length === 0) return;
      const unknown = messages.filter(({ MessageId = '' }) => !this.#known(MessageId));
      for (const { MessageId = '', ReceiptHandle } of messages) this.#handles.set(MessageId, ReceiptHandle);
      for (const { MessageId = '' } of messages) if (this.#deleted.has(MessageId)) await this.delete(MessageId);
      if (unknown.some(isNew)) quiet = -1;
      yield* unknown;
    }
  }

  async delete(id: string): Promise<void> {
    // It is handled, whether or not it can be deleted: if it comes again, it is deleted again.
    this.#deleted.add(id);
    const ReceiptHandle = this.#handles.get(id);
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
    this.#handles.delete(id);
  }

  /** Shows others what is held, at once. What cannot be shown becomes visible when its time is over. */
  async release(): Promise<void> {
    const handles = [...this.#handles].filter(([id]) => !this.#deleted.has(id));
    this.#handles.clear();
    for (const [, ReceiptHandle] of handles) {
      const show = { QueueUrl: this.#url, ReceiptHandle, VisibilityTimeout: 0 };
      await this.#sqs.send(new ChangeMessageVisibilityCommand(show)).catch(() => undefined);
    }
  }

  #known(id: string): boolean {
    return this.#handles.has(id) || this.#deleted.has(id);
  }

  async #next(): Promise<Message[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }
}
