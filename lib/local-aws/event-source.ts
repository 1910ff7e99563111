import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Sleep, sleep as sleepFor } from '../aws/backoff.ts';
import type { QueueClient } from '../aws/queue.ts';
import { fullJitter } from '../retry/full-jitter.ts';
import type { Log } from '../telemetry/index.ts';
import type { AwsScope } from './envelope.ts';
import { GroupBatches, type QueueBatch, QueueCalls, standardBatch } from './group-window.ts';
import { lambdaContext } from './lambda-context.ts';
import type { LocalQueue } from './queue-server.ts';
import { ReadAhead } from './read-ahead.ts';
import { returnedMessages, toSqsEvent } from './sqs-event.ts';

/** A Lambda function that reads a queue, as it is deployed. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that fails nothing may return nothing
export type QueueFunction = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

/** What one invocation did. */
export interface Invocation {
  readonly function: string;
  readonly records: number;
  readonly givenBack: number;
  readonly durationMs: number;
  /** What the function threw. */
  readonly error?: unknown;
}

export interface EventSourceOptions {
  readonly queue: LocalQueue;
  readonly handler: QueueFunction;
  readonly functionName: string;
  readonly client: QueueClient;
  /** Address of the queue server. */
  readonly serverUrl: string;
  readonly place: AwsScope;
  readonly log: Log;
  /** 1 to 10. */
  readonly batchSize?: number;
  /** Time limit that the function is told, in seconds. */
  readonly timeoutSeconds?: number;
  /** Visibility of what is given back, in seconds; by default the queue's, or what the function has set itself. */
  readonly retrySeconds?: number;
  readonly onInvocation?: (invocation: Invocation) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: Sleep;
}

/**
 * Long polls are not aborted, as the queue would hand a message to nobody: so they are short, for a quick end. (SQS
 * takes whole seconds; fauxqs any.)
 */
const WAIT_SECONDS = 0.2;

/**
 * Lambda's event source mapping between a queue and a function, on this machine.
 *
 * One invocation at a time, so also one for each message group. What the function does not give back is deleted; what
 * it gives back, or all if it throws, comes again when its visibility time-out is over, and goes to the queue's
 * dead-letter queue when it was received too often. A function that outlasts its time limit is not ended, since that
 * cannot be done to a promise, and going on beside it would make two writers.
 */
export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #calls: QueueCalls;
  readonly #groups: GroupBatches | undefined;
  #on = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: EventSourceOptions) {
    this.#options = options;
    const { client, queue, batchSize = 10, retrySeconds, serverUrl } = options;
    this.#calls = new QueueCalls({
      client,
      queueUrl: queue.url,
      batchSize,
      waitSeconds: WAIT_SECONDS,
      ...(retrySeconds === undefined ? {} : { retrySeconds }),
    });
    if (queue.name.endsWith('.fifo'))
      this.#groups = new GroupBatches(this.#calls, new ReadAhead(serverUrl, queue.name));
  }

  get enabled(): boolean {
    return this.#on;
  }

  /** Switches it on; it is made switched off. */
  resume(): void {
    if (this.#on) return;
    this.#on = true;
    this.#loop = this.#loop.then(() => this.#run());
  }

  /** Switches it off, when the invocation at hand has ended. Messages wait in the queue. */
  async pause(): Promise<void> {
    this.#on = false;
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { log, queue, random = Math.random, sleep = sleepFor } = this.#options;
    let failures = 0;
    while (this.#on) {
      try {
        const batch = await (this.#groups?.next() ?? standardBatch(this.#calls));
        if (batch !== undefined && this.#on) await this.#deal(batch);
        else await batch?.release();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn('queue unreachable, retrying', { queue: queue.name, error });
        await sleep(fullJitter(failures, { baseMs: 50, maxMs: 2_000 }, random));
      }
    }
    await this.#groups?.release().catch((error: unknown) => log.debug('queue gone', { queue: queue.name, error }));
  }

  async #deal(batch: QueueBatch): Promise<void> {
    // All of it was done before, behind a message that had to be repeated.
    if (batch.messages.length === 0) return batch.settle(new Set());
    const { onInvocation, functionName, now = Date.now } = this.#options;
    const started = now();
    const { back, error } = await this.#invoke(batch);
    const durationMs = now() - started;
    await batch.settle(back);
    onInvocation?.({
      function: functionName,
      records: batch.messages.length,
      givenBack: back.size,
      durationMs,
      ...(error === undefined ? {} : { error }),
    });
  }

  async #invoke({ messages }: QueueBatch): Promise<{ back: Set<string>; error?: unknown }> {
    const { handler, functionName, place, queue, timeoutSeconds = 120, log, now = Date.now } = this.#options;
    const ids = messages.map((message) => message.MessageId ?? '');
    const event = toSqsEvent(messages, { arn: queue.arn, region: place.region });
    try {
      const answer = await handler(event, lambdaContext(functionName, place, timeoutSeconds * 1000, now));
      return { back: returnedMessages(ids, answer) };
    } catch (error) {
      log.warn('function failed, its whole batch goes back', { function: functionName, records: ids.length, error });
      return { back: new Set(ids), error };
    }
  }
}
