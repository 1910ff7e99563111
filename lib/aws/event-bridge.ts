import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type BusEvent, MAX_EVENT_BYTES } from '../contract/index.ts';
import { fullJitter } from '../retry/full-jitter.ts';
import { DEFAULT_RETRY, type RetrySettings, type Sleep, sleep as sleepFor } from './backoff.ts';
import { type AwsClientOptions, clientConfig } from './client-config.ts';
import { describe, type Entry, EntryTooLarge, nextBatch, toEntry } from './entry.ts';

/** The bus did not take an event, and sending it again is of no use or was tried often enough. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused';
  /** The service's error code, `Aborted`, or the name of the client's error. */
  readonly code: string;
  readonly attempts: number;

  constructor(event: BusEvent, code: string, message: string, attempts: number) {
    super(`${describe(event)}: ${code} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${message}`);
    this.code = code;
    this.attempts = attempts;
  }
}

export interface PublishFailure {
  readonly event: BusEvent;
  readonly error: EntryTooLarge | EntryRefused;
}

export interface PublishResult {
  /** Events that the bus accepted. */
  readonly published: number;
  /** Entries that were sent again. */
  readonly retried: number;
  /** What the bus will never have, and why; in the order given. */
  readonly failed: readonly PublishFailure[];
}

export interface EventBridgePublisher {
  /** Publishes in order. It does not throw for the bus's sake: the result names what failed. */
  publish(events: readonly BusEvent[]): Promise<PublishResult>;
}

export interface PublisherOptions {
  client?: Pick<EventBridgeClient, 'send'>;
  /** Name or ARN of the bus. */
  busName: string;
  /** Another address than AWS's, where no client is given. */
  endpoint?: string;
  region?: string;
  retry?: RetrySettings;
  random?: () => number;
  sleep?: Sleep;
  /** Largest entry, and largest sum of a request's entries, in bytes. */
  maxEntryBytes?: number;
  /** Ends waiting and sending: what is not published then has failed with `Aborted`. */
  signal?: AbortSignal;
}

/**
 * A publisher to an EventBridge bus.
 *
 * A request that fails in part is not an exception: the response names the entries. Only these are sent again, after
 * a wait with full jitter. Events about the same subject never overtake each other, over calls too: calls are served
 * one after the other.
 *
 * @example
 * const { failed } = await createPublisher({ busName: 'nspass' }).publish(events);
 * for (const { event, error } of failed) log.error('event lost', { event: event.detail.id, error });
 */
export function createPublisher(options: PublisherOptions): EventBridgePublisher {
  const client =
    options.client ??
    eventBridgeClient({
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.region === undefined ? {} : { region: options.region }),
    });
  let last: Promise<unknown> = Promise.resolve();
  return {
    publish(events) {
      const result = last.then(() => publishAll(client, options, events));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

/** One attempt inside the SDK: the publisher retries itself, entry by entry. */
export function eventBridgeClient(options: AwsClientOptions = {}): EventBridgeClient {
  return new EventBridgeClient(clientConfig(options, 'EVENTBRIDGE', 10_000, 1));
}

/** Codes that stay as they are however often the entry is sent (EventBridge API, `PutEventsResultEntry`). */
const PERMANENT = new Set([
  'AccessDeniedException',
  'InvalidAccountIdException',
  'InvalidArgument',
  'MalformedDetail',
  'NotAuthorizedForDetailTypeException',
  'NotAuthorizedForSourceException',
  'RedactionFailure',
  'ResourceNotFoundException',
  'ValidationException',
]);

async function publishAll(
  client: Pick<EventBridgeClient, 'send'>,
  options: PublisherOptions,
  events: readonly BusEvent[],
): Promise<PublishResult> {
  const { retry = DEFAULT_RETRY, random = Math.random, sleep = sleepFor, signal } = options;
  const maxBytes = options.maxEntryBytes ?? MAX_EVENT_BYTES;
  const errors = new Map<Entry, PublishFailure['error']>();
  const attempts = new Map<Entry, number>();
  const entries = events.map((event) => toEntry(event, options.busName));
  for (const entry of entries) {
    if (entry.bytes > maxBytes) errors.set(entry, new EntryTooLarge(entry.event, entry.bytes, maxBytes));
  }
  let pending = entries.filter((entry) => !errors.has(entry));
  let retried = 0;
  while (pending.length > 0 && signal?.aborted !== true) {
    const batch = nextBatch(pending, maxBytes);
    const answers = await put(client, batch, signal);
    const settled = new Set<Entry>();
    let failedAttempts = 0;
    batch.forEach((entry, index) => {
      const tried = (attempts.get(entry) ?? 0) + 1;
      attempts.set(entry, tried);
      const answer = answers[index];
      if (answer === undefined) {
        settled.add(entry);
      } else if (PERMANENT.has(answer.code) || tried >= retry.attempts) {
        settled.add(entry);
        errors.set(entry, new EntryRefused(entry.event, answer.code, answer.message, tried));
      } else {
        failedAttempts = Math.max(failedAttempts, tried);
        retried += 1;
      }
    });
    pending = pending.filter((entry) => !settled.has(entry));
    if (failedAttempts > 0) await sleep(fullJitter(failedAttempts, retry, random), signal);
  }
  for (const entry of pending) {
    errors.set(entry, new EntryRefused(entry.event, 'Aborted', 'the publisher was stopped', attempts.get(entry) ?? 0));
  }
  const failed = entries.flatMap((entry) => {
    const error = errors.get(entry);
    return error === undefined ? [] : [{ event: entry.event, error }];
  });
  return { published: entries.length - failed.length, retried, failed };
}

/** Sends one request; for each entry, undefined where the bus took it, or why it did not. */
async function put(
  client: Pick<EventBridgeClient, 'send'>,
  batch: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<({ code: string; message: string } | undefined)[]> {
  try {
    const command = new PutEventsCommand({ Entries: batch.map((entry) => entry.request) });
    const response = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return batch.map((_, index) => {
      const answer = response.Entries?.[index];
      if (answer?.EventId !== undefined) return undefined;
      return {
        code: answer?.ErrorCode ?? 'NoAnswer',
        message: answer?.ErrorMessage ?? 'the response has no such entry',
      };
    });
  } catch (error) {
    const { name, message } = error as Error;
    return batch.map(() => ({ code: name, message }));
  }
}
