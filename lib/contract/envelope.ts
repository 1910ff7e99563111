import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { type Acceptance, acceptanceOf } from './acceptance.ts';
import { type DetailType, EVENTS, type EventData, type EventOrigin, sourceOf } from './events.ts';
import { present } from './present.ts';
import { visible } from './text.ts';
import { parseTraceparent, type TraceContext, traceOf, traceparentOf } from './trace-context.ts';
import { parseTriggerTime } from './trigger-time.ts';

// The small build of zod reports only "Invalid input" without a locale, and people read these reasons.
z.config(en());

/** CloudEvents 1.0 in JSON form: the content of `detail`. */
export interface CloudEvent<T extends DetailType = DetailType> {
  specversion: '1.0';
  id: string;
  /** `/nspass/<publisher>/<cluster or appliance>`. */
  source: string;
  type: string;
  /** `namespace/name`, or a range of keys. */
  subject?: string;
  /** RFC 3339 time at which the state was taken. */
  time: string;
  datacontenttype: 'application/json';
  /** W3C trace context of the event (CloudEvents, *Distributed Tracing* extension). Older publishers do not send it. */
  traceparent?: string;
  /**
   * RFC 3339 time at which Kubernetes observed the first change of members that the event carries, or that an outcome answers
   * (`endpoints.kubernetes.io/last-change-trigger-time`). Absent where another change caused the event, and in snapshots.
   */
  triggertime?: string;
  data: EventData<T>;
}

/** One entry of `PutEvents`, before the bus is known. */
export interface BusEvent<T extends DetailType = DetailType> {
  source: EventOrigin;
  detailType: T;
  detail: CloudEvent<T>;
}

export interface EventOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly subject?: string;
  /** Default: a new UUID. */
  readonly id?: string;
  /** Trace that the event continues. Default: the event begins one. */
  readonly cause?: TraceContext | undefined;
  /** Time of the first change of members that the event is about, in milliseconds since the epoch. */
  readonly triggeredAt?: number | undefined;
}

/** Returns the event that carries `data`, of any size; {@link toEvents} in `fit.ts` limits the size. */
export function toEvent<T extends DetailType>(
  source: EventOrigin,
  detailType: T,
  data: EventData<T>,
  options: EventOptions,
): BusEvent<T> {
  const scope = 'cluster' in data ? data.cluster : 'appliance' in data ? data.appliance : '';
  const id = options.id ?? randomUUID();
  const time = new Date(options.now()).toISOString();
  const trace = traceOf({ id, time }, options.cause);
  return {
    source,
    detailType,
    detail: {
      specversion: '1.0',
      id,
      source: `/${source.replace('.', '/')}/${scope}`,
      type: EVENTS[detailType].type,
      ...present({ subject: options.subject }),
      time,
      datacontenttype: 'application/json',
      ...(trace === undefined ? {} : { traceparent: traceparentOf(trace) }),
      ...(options.triggeredAt === undefined ? {} : { triggertime: new Date(options.triggeredAt).toISOString() }),
      data,
    },
  };
}

const Envelope = z.object({
  id: z.string(),
  source: z.string(),
  /** Account that put the event on the bus; EventBridge sets it. */
  account: z.optional(z.string()),
  'detail-type': z.string(),
  time: z.string(),
  /** EventBridge sets it on replayed events; its form is that of `StartReplay`. */
  'replay-name': z.optional(z.string().check(z.regex(/^[.\-_A-Za-z0-9]{1,64}$/))),
  detail: z.object({
    specversion: z.literal('1.0'),
    type: z.string(),
    id: z.string(),
    time: z.string(),
    // A trace is no reason to refuse an event: whatever is no context counts as none.
    traceparent: z.optional(z.unknown()),
    // It is only measured.
    triggertime: z.optional(z.unknown()),
    data: z.unknown(),
  }),
});

type Envelope = z.infer<typeof Envelope>;

/** Quick tests of what is read most. */
const acceptsEnvelope = acceptanceOf(Envelope, 'ignored');
const ACCEPTANCES = new Map<DetailType, Acceptance>();

/** Returns the quick test of an event's data. Most processes read few types of events. */
function acceptanceFor(detailType: DetailType): Acceptance {
  const known = ACCEPTANCES.get(detailType) ?? acceptanceOf(EVENTS[detailType].schema);
  ACCEPTANCES.set(detailType, known);
  return known;
}

/** @throws {EventInvalid} with the fields that are not as they should be. */
function envelopeOf(json: unknown): Envelope {
  if (acceptsEnvelope(json)) return json as Envelope;
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) throw new EventInvalid(`not an EventBridge event: ${explain(envelope.error)}`);
  return envelope.data;
}

/** @throws {EventInvalid} with the fields that do not fit the schema. */
function dataOf<T extends DetailType>(detailType: T, json: unknown): EventData<T> {
  if (acceptanceFor(detailType)(json)) return json as EventData<T>;
  const data = EVENTS[detailType].schema.safeParse(json);
  if (!data.success) throw new EventInvalid(`"${detailType}" does not fit its schema: ${explain(data.error)}`);
  return data.data as EventData<T>;
}

/** An event as a consumer receives it, with validated data. */
export type ReceivedEvent = {
  [T in DetailType]: {
    detailType: T;
    data: EventData<T>;
    /** CloudEvents id: redelivery and replay do not change it. */
    id: string;
    /** Time at which the state was taken, in milliseconds since the epoch; never NaN. */
    time: number;
    /** Name of the replay that delivered the event; absent for live events. */
    replay?: string;
    /** Trace of the change: redelivery and replay continue it. Absent if the publisher sent none. */
    trace?: TraceContext;
    /** Time of the first change of members that the event is about, in milliseconds since the epoch, not after `time`. */
    triggeredAt?: number;
  };
}[DetailType];

/** Thrown for an event that cannot be used. The event goes to the dead-letter queue with the message as its reason. */
export class EventInvalid extends Error {
  override readonly name = 'EventInvalid';

  constructor(message: string) {
    // It quotes an event that anybody on the bus may have made.
    super(visible(message));
  }
}

/** An event as an archive keeps it. */
export interface ArchivedEvent {
  readonly event: ReceivedEvent;
  /** Time at which the bus had it, in milliseconds since the epoch: whole seconds; never NaN. */
  readonly published: number;
}

/**
 * Reads an EventBridge envelope: the JSON body of a queue's message.
 *
 * @param expected.account only account whose events are accepted; an event without one came over no bus.
 * @throws {EventInvalid} with a reason that names the offending field.
 */
export function parseEnvelope(body: string, expected: { readonly account?: string } = {}): ReceivedEvent {
  return archivedEvent(envelopeJson(body), expected).event;
}

/** Returns the JSON of an envelope, of which nothing is checked yet. @throws {EventInvalid} it is no JSON. */
export function envelopeJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new EventInvalid(`not JSON: ${(error as Error).message}`);
  }
}

/** Reads what {@link envelopeJson} returned, with the time of the bus. @throws {EventInvalid} as {@link parseEnvelope}. */
export function archivedEvent(json: unknown, expected: { readonly account?: string } = {}): ArchivedEvent {
  const envelope = envelopeOf(json);
  const { source, account, detail } = envelope;
  const detailType = envelope['detail-type'];
  if (!isDetailType(detailType)) throw new EventInvalid(`unknown detail-type "${detailType}"`);
  const owner = sourceOf(detailType);
  if (source !== owner) throw new EventInvalid(`"${detailType}" from the source "${source}": only ${owner} may say it`);
  if (expected.account !== undefined && account !== expected.account) {
    throw new EventInvalid(
      `"${detailType}" from the account ${account ?? '(none)'}: only ${expected.account} may put events`,
    );
  }
  const { type } = EVENTS[detailType];
  if (detail.type !== type) {
    throw new EventInvalid(`"${detailType}" of type "${detail.type}": this version reads ${type}`);
  }
  const data = dataOf(detailType, detail.data);
  const time = Date.parse(detail.time);
  if (Number.isNaN(time)) throw new EventInvalid(`time "${detail.time}" is no date`);
  const replay = envelope['replay-name'];
  const trace = parseTraceparent(detail.traceparent);
  const triggeredAt = parseTriggerTime(detail.triggertime, time);
  const event = {
    detailType,
    data,
    id: detail.id,
    time,
    ...(replay === undefined ? {} : { replay }),
    ...(trace === undefined ? {} : { trace }),
    ...(triggeredAt === undefined ? {} : { triggeredAt }),
  } as ReceivedEvent;
  const published = Date.parse(envelope.time);
  return { event, published: Number.isNaN(published) ? time : published };
}

const isDetailType = (text: string): text is DetailType => Object.hasOwn(EVENTS, text);

/** Returns the first three issues of a zod error in one line, each with its path. */
export function explain(error: z.core.$ZodError): string {
  const parts = error.issues.slice(0, 3).map((issue) => {
    const where = issue.path.map(String).join('.');
    const what = issue.code === 'unrecognized_keys' ? `unknown key ${issue.keys.join(', ')}` : issue.message;
    return where === '' ? what : `${where}: ${what}`;
  });
  const more = error.issues.length - parts.length;
  return parts.join('; ') + (more > 0 ? ` (and ${more} more)` : '');
}
