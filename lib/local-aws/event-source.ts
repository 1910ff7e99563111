import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueueClient } from '../aws/queue.ts';
import { type Sleep, sleep as sleepFor } from '../aws/sleep.ts';
import { fullJitter } from '../retry/full-jitter.ts';
import type { Log } from '../telemetry/index.ts';
import type { AwsScope } from './envelope.ts';
import { GroupBatches, type QueueBatch, QueueCalls, standardBatch } from './group-window.ts';
import { functionArn, lambdaContext } from './lambda-context.ts';
import type { LocalQueue } from './queue-server.ts';
import { ReadAhead } from './read-ahead.ts';
import { returnedMessages, toSqsEvent } from './sqs-event.ts';

/** A Lambda function that reads a queue. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that fails nothing may return nothing
export type QueueFunction = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

/** Result of one invocation. */
export interface Invocation {
  readonly function: string;
  readonly records: number;
  readonly returned: number;
  readonly durationMs: number;
  /** Error that the function threw. */
  readonly error?: unknown;
}

export interface EventSourceOptions {
  readonly queue: LocalQueue;
  readonly handler: QueueFunction;
  readonly functionName: string;
  readonly client: QueueClient;
  /** Address of the queue server. */
  readonly serverUrl: string;
  readonly scope: AwsScope;
  readonly log: Log;
  /** 1 to 10. */
  readonly batchSize?: number;
  /** Time limit in the context of the function, in seconds. */
  readonly timeoutSeconds?: number;
  /** Visibility time-out of returned messages, in seconds; by default that of the queue, or as the function sets it. */
  readonly retrySeconds?: number;
  readonly onInvocation?: (invocation: Invocation) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: Sleep;
}

/**
 * Long polls are short, for a quick stop: an aborted poll could lose a message. SQS accepts whole seconds only, fauxqs any
 * number.
 */
const WAIT_SECONDS = 0.2;

/**
 * Lambda's event source mapping between a queue and a function, on this machine.
 *
 * It runs one invocation at a time, and so one per message group. Messages that the function does not return are deleted.
 * Returned messages, or all if the function throws, are received again after their visibility time-out, and go to the
 * dead-letter queue when they were received too often. A function that exceeds its time limit is not stopped: a promise
 * cannot be stopped, and another invocation beside it would be a second writer.
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

  get queueArn(): string {
    return this.#options.queue.arn;
  }

  get functionArn(): string {
    return functionArn(this.#options.functionName, this.#options.scope);
  }

  get enabled(): boolean {
    return this.#on;
  }

  /** Enables the mapping, which is disabled at first. */
  resume(): void {
    if (this.#on) return;
    this.#on = true;
    this.#loop = this.#loop.then(() => this.#run());
  }

  /** Disables the mapping after the current invocation. Messages stay in the queue. */
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
        if (batch !== undefined && this.#on) await this.#process(batch);
        else await batch?.release();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn('queue unreachable, retrying', { queue: queue.name, error });
        await sleep(fullJitter(failures, { baseMs: 50, maxMs: 2_000 }, random));
      }
    }
    await this.#groups
      ?.release()
      .catch((error: unknown) => log.debug('cannot return messages, the queue is gone', { queue: queue.name, error }));
  }

  async #process(batch: QueueBatch): Promise<void> {
    // All its messages were done before, behind one that was retried.
    if (batch.messages.length === 0) return batch.settle(new Set());
    const { onInvocation, functionName, now = Date.now } = this.#options;
    const started = now();
    const { returned, error } = await this.#invoke(batch);
    const durationMs = now() - started;
    await batch.settle(returned);
    onInvocation?.({
      function: functionName,
      records: batch.messages.length,
      returned: returned.size,
      durationMs,
      ...(error === undefined ? {} : { error }),
    });
  }

  async #invoke({ messages }: QueueBatch): Promise<{ returned: Set<string>; error?: unknown }> {
    const { handler, functionName, scope, queue, timeoutSeconds = 120, log, now = Date.now } = this.#options;
    const ids = messages.map((message) => message.MessageId ?? '');
    const event = toSqsEvent(messages, { arn: queue.arn, region: scope.region });
    try {
      const answer = await handler(event, lambdaContext(functionName, scope, timeoutSeconds * 1000, now));
      return { returned: returnedMessages(ids, answer) };
    } catch (error) {
      log.warn('function failed, its whole batch is returned to the queue', {
        function: functionName,
        records: ids.length,
        error,
      });
      return { returned: new Set(ids), error };
    }
  }
}
