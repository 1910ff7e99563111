import { type BusEvent, parseTraceparent, type TraceContext } from '../contract/index.ts';
import { type Span, silentTracing, type Tracing } from './span.ts';

/** Returns the span of an event that was published; undefined for an event without a trace. */
function publishedSpan(
  { detailType, detail }: BusEvent,
  startMs: number,
  endMs: number,
  parent?: TraceContext,
): Span | undefined {
  const context = parseTraceparent(detail.traceparent);
  if (context === undefined) return undefined;
  return {
    name: `publish ${detailType}`,
    kind: 'producer',
    context,
    parent: parent?.traceId === context.traceId ? parent : undefined,
    startMs,
    endMs,
    attributes: {
      'messaging.system': 'aws.eventbridge',
      'messaging.operation.type': 'send',
      'cloudevents.event_id': detail.id,
      'cloudevents.event_type': detail.type,
      ...(detail.subject === undefined ? {} : { 'cloudevents.event_subject': detail.subject }),
    },
  };
}

/** Records events that were published, each with the step that it continues. */
export function recordPublished(
  tracing: Tracing,
  events: readonly (readonly [event: BusEvent, cause?: TraceContext])[],
  startMs: number,
  endMs: number,
): void {
  for (const [event, cause] of events) {
    const span = publishedSpan(event, startMs, endMs, cause);
    if (span !== undefined) tracing.record(span);
  }
}

/** Returns a publisher that records a span for each event that the bus accepted; the publisher itself where nothing is recorded. */
export function tracedPublisher<R extends { readonly failed: readonly { readonly event: BusEvent }[] }>(
  publisher: { publish(events: readonly BusEvent[]): Promise<R> },
  tracing: Tracing,
  now: () => number,
): { publish(events: readonly BusEvent[]): Promise<R> } {
  if (tracing === silentTracing) return publisher;
  return {
    async publish(events) {
      const started = now();
      const result = await publisher.publish(events);
      const failed = new Set(result.failed.map(({ event }) => event));
      const accepted = events.filter((event) => !failed.has(event)).map((event) => [event] as const);
      recordPublished(tracing, accepted, started, now());
      return result;
    },
  };
}
