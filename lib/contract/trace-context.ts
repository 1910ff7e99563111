/** Place in a distributed trace (W3C, *Trace Context*). */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** Whether the one who began the trace records it. */
  readonly sampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ZEROS = /^0+$/;

/**
 * Returns the context of an event. A trace that begins with the event has an id that is derived from the event's, so that
 * each is found by the other: eight digits of seconds since the epoch, as X-Ray expects them, then the last 24 digits of
 * the event's id. The span's id is the first 16 digits of the event's id.
 *
 * @param event id, and RFC 3339 time at which the state was taken.
 * @param cause context that the event continues; without it the event begins a trace.
 * @returns undefined for an id that is not a UUID, and for a time that is none.
 */
export function traceOf(
  { id, time }: { readonly id: string; readonly time: string },
  cause?: TraceContext,
): TraceContext | undefined {
  const digits = id.replaceAll('-', '');
  const seconds = Math.floor(Date.parse(time) / 1000);
  if (!UUID.test(id) || !(seconds >= 0)) return undefined;
  const spanId = digits.slice(0, 16);
  if (ZEROS.test(spanId)) return undefined;
  if (cause !== undefined) return { traceId: cause.traceId, spanId, sampled: cause.sampled };
  const traceId = `${seconds.toString(16).padStart(8, '0').slice(-8)}${digits.slice(-24)}`;
  return ZEROS.test(traceId) ? undefined : { traceId, spanId, sampled: true };
}

/** Returns the header of a context: `00-<trace>-<span>-<flags>`. */
export function traceparentOf({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/**
 * Reads a `traceparent`. Of a later version it reads the fields that this one has, as the recommendation asks.
 *
 * @returns undefined if it is invalid, or absent: then the reader begins a trace of its own.
 */
export function parseTraceparent(text: unknown): TraceContext | undefined {
  if (typeof text !== 'string') return undefined;
  const [, version = 'ff', traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(text) ?? [];
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
