import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type BusEvent, MAX_EVENT_BYTES } from '../contract/index.ts';
import { fullJitter, type RetrySettings } from '../retry/full-jitter.ts';
import { type AwsClientOptions, clientConfig } from './client-config.ts';
import { type Entry, EntryTooLarge, eventLabel, nextBatch, toEntry } from './entry.ts';
import { type Sleep, sleep as sleepFor } from './sleep.ts';

const DEFAULT_RETRY: RetrySettings = { attempts: 8, baseMs: 100, maxMs: 20_000 };

/** The bus did not accept an event, and further attempts are useless or exhausted. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused';
  /** The service's error code, `Aborted`, or the name of the client's error. */
  readonly code: string;
  readonly attempts: number;

  constructor(event: BusEvent, code: string, message: string, attempts: number) {
    super(`${eventLabel(event)}: ${code} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${message}`);
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
  /** Events that were not published, with the reason, in the order given. */
  readonly failed: readonly PublishFailure[];
}

export interface EventBridgePublisher {
  /** Publishes in order. Failures of the bus are in the result, not thrown. */
  publish(events: readonly BusEvent[]): Promise<PublishResult>;
}

export interface PublisherOptions {
  client?: Pick<EventBridgeClient, 'send'>;
  /** Name or ARN of the bus. */
  busName: string;
  /** Endpoint to use instead of that of AWS, if no client is given. */
  endpoint?: string;
  region?: string;
  retry?: RetrySettings;
  random?: () => number;
  sleep?: Sleep;
  /** Largest entry, and largest sum of a request's entries, in bytes. */
  maxEntryBytes?: number;
  /** Ends waiting and sending; events that are not published by then fail with `Aborted`. */
  signal?: AbortSignal;
}

/**
 * Creates a publisher to an EventBridge bus.
 *
 * If a request fails in part, only the failed entries are sent again, after a wait with full jitter. Events about the same
 * subject never overtake each other, also across calls, which run one after the other.
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

/** Creates a client with one attempt inside the SDK, because publishers retry themselves, entry by entry. */
export function eventBridgeClient(options: AwsClientOptions = {}): EventBridgeClient {
  return new EventBridgeClient(clientConfig(options, 'EVENTBRIDGE', 10_000, 1));
}

/** Codes that further attempts do not change (EventBridge API, `PutEventsResultEntry`). */
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

/** Sends one request. @returns for each entry, undefined if the bus accepted it, or else the error. */
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
