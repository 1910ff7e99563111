import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Seconds that a received letter stays hidden: long enough to walk the whole queue. */
const HIDDEN_SECONDS = 300;

/** Receives in a row without a new letter after which the queue counts as walked. */
const QUIET_RECEIVES = 3;

/**
 * Holds letters of one queue: received and hidden from others, until they are deleted or released.
 *
 * Letters are identified by their id, so one that becomes visible again meanwhile does not count as another.
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
   * Receives each letter once, until the queue is walked.
   *
   * @param isNew returns whether a letter counts. After several receives without one, only letters that arrive meanwhile
   *   are left, and the walk ends.
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
    // A letter whose deletion fails is still done: if it is received again, it is deleted again.
    this.#deleted.add(id);
    const ReceiptHandle = this.#handles.get(id);
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
    this.#handles.delete(id);
  }

  /** Makes held letters visible to others at once. If that fails, they become visible when their time is over. */
  async release(): Promise<void> {
    const handles = [...this.#handles].filter(([id]) => !this.#deleted.has(id));
    this.#handles.clear();
    for (const [, ReceiptHandle] of handles) {
      const visible = { QueueUrl: this.#url, ReceiptHandle, VisibilityTimeout: 0 };
      await this.#sqs.send(new ChangeMessageVisibilityCommand(visible)).catch(() => undefined);
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
