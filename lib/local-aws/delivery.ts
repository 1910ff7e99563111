import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Sleep, sleep as sleepFor } from '../aws/backoff.ts';
import type { QueueClient } from '../aws/queue.ts';
import { fullJitter } from '../retry/full-jitter.ts';
import type { Log } from '../telemetry/index.ts';

/** A message on its way from a rule to a queue. */
export interface Parcel {
  readonly body: string;
  readonly group?: string;
  /** Set on a copy that shall pass the queue's deduplication. */
  readonly deduplicationId?: string;
  readonly ruleArn: string;
  readonly targetArn: string;
  /** Queue for what could not be delivered: the target's `DeadLetterConfig`. */
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
  readonly backoff?: { readonly baseMs: number; readonly maxMs: number };
}

interface Pending extends Parcel {
  readonly since: number;
  attempts: number;
  readonly settle: (dealtWith: boolean) => void;
}

/** SQS takes ten messages and one MiB in a request; a quarter of it leaves room for attributes. */
const BATCH = 10;
const BATCH_BYTES = 768 * 1024;

/** Errors that no second attempt changes: the parcel goes to the dead-letter queue at once. */
const PERMANENT =
  /QueueDoesNotExist|NonExistentQueue|AccessDenied|InvalidMessageContents|InvalidParameter|MissingParameter/;

/**
 * Delivers to one queue, in order: what of a request was not taken is repeated before anything behind it is sent. (The
 * service gives no order at all; disorder is a switch of the bus, so that both are deliberate.)
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #pending: Pending[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** @returns true when it is in the queue or given up by the rules; false when it is lost to `stop`. */
  send(parcel: Parcel): Promise<boolean> {
    const now = this.#options.now ?? Date.now;
    if (this.#abort.signal.aborted) return Promise.resolve(false);
    return new Promise((settle) => {
      this.#pending.push({ ...parcel, since: now(), attempts: 0, settle });
      this.#running ??= this.#run();
    });
  }

  /** Gives up what is not delivered, after the request at hand. */
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
      const retrying: Pending[] = [];
      for (const [index, parcel] of batch.entries()) {
        const error = errors[index];
        if (error !== undefined && (await this.#mayRetry(parcel, error))) retrying.push(parcel);
        else parcel.settle(true);
      }
      this.#pending.splice(0, batch.length, ...retrying);
      const attempts = Math.max(0, ...retrying.map((parcel) => parcel.attempts));
      if (attempts > 0) await sleep(fullJitter(Math.min(attempts, 20), backoff, random), signal);
    }
    for (const parcel of this.#pending.splice(0)) parcel.settle(false);
    this.#running = undefined;
  }

  #head(): Pending[] {
    let bytes = 0;
    const fits = this.#pending.slice(0, BATCH).findIndex((parcel, index) => {
      bytes += Buffer.byteLength(parcel.body);
      return index > 0 && bytes > BATCH_BYTES;
    });
    return this.#pending.slice(0, fits === -1 ? BATCH : fits);
  }

  /** @returns for each parcel the error's code, or undefined where it was taken. */
  async #put(batch: readonly Pending[]): Promise<(string | undefined)[]> {
    const Entries: SendMessageBatchRequestEntry[] = batch.map((parcel, index) => ({
      Id: String(index),
      MessageBody: parcel.body,
      ...(parcel.group === undefined ? {} : { MessageGroupId: parcel.group }),
      ...(parcel.deduplicationId === undefined ? {} : { MessageDeduplicationId: parcel.deduplicationId }),
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

  async #mayRetry(parcel: Pending, code: string): Promise<boolean> {
    const { log, queueUrl, now = Date.now } = this.#options;
    parcel.attempts += 1;
    if (parcel.attempts === 1) log.warn('target unreachable, retrying', { queueUrl, code });
    const condition = PERMANENT.test(code)
      ? 'NonRetryableError'
      : parcel.attempts > parcel.maxAttempts
        ? 'MaximumRetryAttempts'
        : now() - parcel.since > parcel.maxAgeMs
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (condition === undefined) return true;
    await this.#giveUp(parcel, code, condition);
    return false;
  }

  /** The attributes are those that EventBridge sets (user guide, *Using dead-letter queues*). */
  async #giveUp(parcel: Pending, code: string, condition: string): Promise<void> {
    const { client, log, queueUrl } = this.#options;
    const attributes = {
      RULE_ARN: parcel.ruleArn,
      TARGET_ARN: parcel.targetArn,
      ERROR_CODE: code,
      EXHAUSTED_RETRY_CONDITION: condition,
      RETRY_ATTEMPTS: String(parcel.attempts - 1),
    };
    log.error('event not delivered', { queueUrl, ...attributes });
    if (parcel.deadLetterUrl === undefined) return;
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    try {
      const command = { QueueUrl: parcel.deadLetterUrl, MessageBody: parcel.body, MessageAttributes };
      await client.send(new SendMessageCommand(command));
    } catch (error) {
      log.error('event lost: its dead-letter queue was not reached', { queueUrl: parcel.deadLetterUrl, error });
    }
  }
}
