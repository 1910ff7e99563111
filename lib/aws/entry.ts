import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type BusEvent, SOURCES } from '../contract/index.ts';

/** Entries that one `PutEvents` takes. */
export const MAX_ENTRIES = 10;

/** The entry as the service takes it, with its size. */
export interface Entry {
  readonly event: BusEvent;
  readonly request: PutEventsRequestEntry;
  readonly bytes: number;
  /** Entries with the same key are never sent in another order than they were given. */
  readonly orderKey: string;
}

/** The event is larger than an entry may be. It is never cut here: whoever makes it does (`toEvents`), or reports it. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';
  readonly code = 'EntryTooLarge';
  readonly bytes: number;
  readonly limit: number;

  constructor(event: BusEvent, bytes: number, limit: number) {
    super(`${describe(event)} has ${bytes} bytes; an entry may have ${limit}`);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/**
 * The size of an entry as EventBridge counts it: 14 bytes for a time, and the UTF-8 bytes of source, detail-type,
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
    // The archive is replayed by this time: it must be when the state was taken, not when it was sent.
    Time: new Date(event.detail.time),
  };
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * The X-Ray trace that begins with an event, and that bus, queue, function and outcome continue. Its id follows from
 * the event's, so that one is found by the other; whoever is behind decides whether it is sampled.
 *
 * Functions need none: the SDK sends the trace of their invocation.
 *
 * @param detail with a UUID as id; others have no trace.
 */
export function traceHeader({ id, time }: Pick<BusEvent['detail'], 'id' | 'time'>): string | undefined {
  if (!UUID.test(id)) return undefined;
  const seconds = Math.floor(Date.parse(time) / 1000);
  return `Root=1-${seconds.toString(16).padStart(8, '0')}-${id.replaceAll('-', '').slice(-24)}`;
}

/** An event in a log or an error: what it is and about what, not what it says. */
export function describe(event: BusEvent): string {
  return `"${event.detailType}" about ${event.detail.subject ?? event.detail.source} (${event.detail.id})`;
}

/**
 * The next request: the first entries in order, of each order key only the first, within the limits of a request.
 *
 * One entry of a key in a request, because a request can fail in part: the second could arrive before the first.
 *
 * @param pending in order; never empty, and no entry larger than `maxBytes`.
 */
export function nextBatch(pending: readonly Entry[], maxBytes: number): Entry[] {
  const batch: Entry[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const entry of pending) {
    if (batch.length === MAX_ENTRIES) break;
    if (keys.has(entry.orderKey)) continue;
    keys.add(entry.orderKey);
    // One that does not fit any more still blocks its key: a smaller one behind it must not pass.
    if (bytes + entry.bytes > maxBytes) continue;
    bytes += entry.bytes;
    batch.push(entry);
  }
  return batch;
}
