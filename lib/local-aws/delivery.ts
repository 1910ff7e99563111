import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { QueueClient } from '../aws/queue.ts';
import { type Sleep, sleep as sleepFor } from '../aws/sleep.ts';
import { type BackoffBounds, fullJitter } from '../retry/full-jitter.ts';
import type { Log } from '../telemetry/index.ts';

/** A message on its way from a rule to a queue. */
export interface TargetMessage {
  readonly body: string;
  readonly group?: string;
  /** Set on a copy that must pass the queue's deduplication. */
  readonly deduplicationId?: string;
  readonly ruleArn: string;
  readonly targetArn: string;
  /** URL of the queue for undelivered messages, from the target's `DeadLetterConfig`. */
  readonly deadLetterUrl?: string;
  readonly maxAttempts: number;
  readonly maxAgeMs: number;
}

export interface DeliveryOptions {
  readonly client: QueueClient;
  readonly queueUrl: string;
  readonly random: () => number;
  readonly log: Log;
  readonly now?: () => number;
  readonly sleep?: Sleep;
  readonly backoff?: BackoffBounds;
}

interface PendingMessage extends TargetMessage {
  readonly since: number;
  attempts: number;
  readonly settle: (delivered: boolean) => void;
}

/** Limits of a request: SQS accepts ten messages and 1 MiB, of which a quarter is left for attributes. */
const BATCH = 10;
const BATCH_BYTES = 768 * 1024;

/** Errors that a retry does not change: the message goes to the dead-letter queue at once. */
const PERMANENT =
  /QueueDoesNotExist|NonExistentQueue|AccessDenied|InvalidMessageContents|InvalidParameter|MissingParameter/;

/**
 * Delivers to one queue in order: failed messages of a request are retried before later ones are sent. The service itself
 * gives no order; here disorder is an option of the bus, so that tests choose it.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #pending: PendingMessage[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** @returns true if the message is in the queue or given up by the rules; false if `stop` lost it. */
  send(message: TargetMessage): Promise<boolean> {
    const now = this.#options.now ?? Date.now;
    if (this.#abort.signal.aborted) return Promise.resolve(false);
    return new Promise((settle) => {
      this.#pending.push({ ...message, since: now(), attempts: 0, settle });
      this.#running ??= this.#run();
    });
  }

  /** Gives up undelivered messages, after the current request. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { random, sleep = sleepFor, backoff = { baseMs: 20, maxMs: 5_000 } } = this.#options;
    const { signal } = this.#abort;
    while (this.#pending.length > 0 && !signal.aborted) {
      const batch = this.#head();
      const errors = await this.#put(batch);
      const retrying: PendingMessage[] = [];
      for (const [index, message] of batch.entries()) {
        const error = errors[index];
        if (error !== undefined && (await this.#mayRetry(message, error))) retrying.push(message);
        else message.settle(true);
      }
      this.#pending.splice(0, batch.length, ...retrying);
      const attempts = Math.max(0, ...retrying.map((message) => message.attempts));
      if (attempts > 0) await sleep(fullJitter(Math.min(attempts, 20), backoff, random), signal);
    }
    for (const message of this.#pending.splice(0)) message.settle(false);
    this.#running = undefined;
  }

  #head(): PendingMessage[] {
    let bytes = 0;
    const fits = this.#pending.slice(0, BATCH).findIndex((message, index) => {
      bytes += Buffer.byteLength(message.body);
      return index > 0 && bytes > BATCH_BYTES;
    });
    return this.#pending.slice(0, fits === -1 ? BATCH : fits);
  }

  /** Sends one request. @returns for each message the code of its error, or undefined. */
  async #put(batch: readonly PendingMessage[]): Promise<(string | undefined)[]> {
    const Entries: SendMessageBatchRequestEntry[] = batch.map((message, index) => ({
      Id: String(index),
      MessageBody: message.body,
      ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
      ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    }));
    try {
      const command = new SendMessageBatchCommand({ QueueUrl: this.#options.queueUrl, Entries });
      const { Failed = [] } = await this.#options.client.send(command);
      const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code ?? 'Failed']));
      return batch.map((_, index) => codes.get(String(index)));
    } catch (error) {
      return batch.map(() => (error as Error).name);
    }
  }

  async #mayRetry(message: PendingMessage, code: string): Promise<boolean> {
    const { log, queueUrl, now = Date.now } = this.#options;
    message.attempts += 1;
    if (message.attempts === 1) log.warn('target unreachable, retrying', { queueUrl, code });
    const condition = PERMANENT.test(code)
      ? 'NonRetryableError'
      : message.attempts > message.maxAttempts
        ? 'MaximumRetryAttempts'
        : now() - message.since > message.maxAgeMs
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (condition === undefined) return true;
    await this.#giveUp(message, code, condition);
    return false;
  }

  /** Sends a message to the dead-letter queue, with the attributes that EventBridge sets (user guide, *Using dead-letter queues*). */
  async #giveUp(message: PendingMessage, code: string, condition: string): Promise<void> {
    const { client, log, queueUrl } = this.#options;
    const attributes = {
      RULE_ARN: message.ruleArn,
      TARGET_ARN: message.targetArn,
      ERROR_CODE: code,
      EXHAUSTED_RETRY_CONDITION: condition,
      RETRY_ATTEMPTS: String(message.attempts - 1),
    };
    log.error('event not delivered', { queueUrl, ...attributes });
    if (message.deadLetterUrl === undefined) return;
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    try {
      const command = { QueueUrl: message.deadLetterUrl, MessageBody: message.body, MessageAttributes };
      await client.send(new SendMessageCommand(command));
    } catch (error) {
      log.error('event lost, its dead-letter queue is unreachable', { queueUrl: message.deadLetterUrl, error });
    }
  }
}
