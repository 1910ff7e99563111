import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type BusEvent, parseTraceparent, SOURCES } from '../contract/index.ts';

/** Most entries of one `PutEvents` request. */
const MAX_ENTRIES = 10;

/** An event as the service receives it, with its size. */
export interface Entry {
  readonly event: BusEvent;
  readonly request: PutEventsRequestEntry;
  readonly bytes: number;
  /** Entries with the same key are sent in the order given. */
  readonly orderKey: string;
}

/** The event is larger than an entry may be. Only its creator may split it (`toEvents`). */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';
  readonly code = 'EntryTooLarge';
  readonly bytes: number;
  readonly limit: number;

  constructor(event: BusEvent, bytes: number, limit: number) {
    super(`${eventLabel(event)} has ${bytes} bytes; an entry may have ${limit}`);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/**
 * Returns the size of an entry as EventBridge counts it: 14 bytes for a time, and the UTF-8 bytes of source, detail-type,
 * detail and resources (EventBridge user guide, *Calculating PutEvents event entry size*).
 */
export function entryBytes(entry: PutEventsRequestEntry): number {
  let bytes = entry.Time === undefined ? 0 : 14;
  for (const text of [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])]) {
    if (text !== undefined) bytes += Buffer.byteLength(text, 'utf8');
  }
  return bytes;
}

export function toEntry(event: BusEvent, busName: string): Entry {
  const request = toRequest(event, busName);
  const { source, subject, id } = event.detail;
  return {
    event,
    request,
    bytes: entryBytes(request),
    orderKey: subject === undefined ? `#${id}` : `${source} ${subject}`,
  };
}

function toRequest(event: BusEvent, busName: string): PutEventsRequestEntry {
  const trace = event.source === SOURCES.forwarder ? traceHeader(event.detail) : undefined;
  return {
    ...(trace === undefined ? {} : { TraceHeader: trace }),
    EventBusName: busName,
    Source: event.source,
    DetailType: event.detailType,
    Detail: JSON.stringify(event.detail),
    // The archive is replayed by this time, so it is the time of the state, not of the request.
    Time: new Date(event.detail.time),
  };
}

/**
 * Returns the X-Ray trace of an event, which bus, queue, function and outcome continue: the trace of its `traceparent` in
 * the form of X-Ray. The receiver decides about sampling.
 *
 * Functions do not need it: the SDK sends the trace of their invocation.
 *
 * @returns undefined for an event without a trace.
 */
export function traceHeader({ traceparent }: Pick<BusEvent['detail'], 'traceparent'>): string | undefined {
  const trace = parseTraceparent(traceparent);
  return trace === undefined ? undefined : `Root=1-${trace.traceId.slice(0, 8)}-${trace.traceId.slice(8)}`;
}

/** Names an event in a log or an error: type, subject and id, without content. */
export function eventLabel(event: BusEvent): string {
  return `"${event.detailType}" about ${event.detail.subject ?? event.detail.source} (${event.detail.id})`;
}

/**
 * Returns the entries of the next request: the first ones in order, one for each order key, within the limits of a request.
 *
 * A request can fail in part, so a second entry of a key could arrive before the first.
 *
 * @param pending in order; not empty, and no entry larger than `maxBytes`.
 */
export function nextBatch(pending: readonly Entry[], maxBytes: number): Entry[] {
  const batch: Entry[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const entry of pending) {
    if (batch.length === MAX_ENTRIES) break;
    if (keys.has(entry.orderKey)) continue;
    keys.add(entry.orderKey);
    // An entry that does not fit still blocks its key, so that a smaller one behind it does not overtake it.
    if (bytes + entry.bytes > maxBytes) continue;
    bytes += entry.bytes;
    batch.push(entry);
  }
  return batch;
}
