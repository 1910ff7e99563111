import { type HrTime, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TraceContext } from '../contract/index.ts';
import type { SendSpans } from './buffered-tracing.ts';
import type { Span } from './span.ts';

/** A function waits for this at the end of each batch, so it is shorter than OpenTelemetry's ten seconds. */
const TIMEOUT_MS = 2_000;

const KINDS: Readonly<Record<Span['kind'], SpanKind>> = {
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

/**
 * Returns what sends spans by OTLP over HTTP. Address, headers, certificates and compression are those of
 * `OTEL_EXPORTER_OTLP_*` (OpenTelemetry, *OTLP Exporter Configuration*); the time-out is two seconds if none is given.
 *
 * @param resource attributes of the process, as `service.name`.
 */
export function otlpExporter(
  resource: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): SendSpans {
  const timeout = env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? env.OTEL_EXPORTER_OTLP_TIMEOUT;
  const exporter = new OTLPTraceExporter(timeout === undefined ? { timeoutMillis: TIMEOUT_MS } : {});
  const about = resourceFromAttributes(resource);
  return (spans) =>
    new Promise((resolve, reject) => {
      exporter.export(
        spans.map((span) => readable(span, about)),
        ({ error, code }) => (code === 0 ? resolve() : reject(error ?? new Error('the collector did not accept them'))),
      );
    });
}

function readable(span: Span, resource: ReadableSpan['resource']): ReadableSpan {
  const { name, kind, context, parent, links = [], startMs, endMs, attributes, error } = span;
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => contextOf(context),
    ...(parent === undefined ? {} : { parentSpanContext: contextOf(parent) }),
    startTime: timeOf(startMs),
    endTime: timeOf(endMs),
    duration: timeOf(Math.max(0, endMs - startMs)),
    ended: true,
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes,
    links: links.map((link) => ({ context: contextOf(link) })),
    events: [],
    resource,
    instrumentationScope: { name: 'nspass' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf({ traceId, spanId, sampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}

/** Returns seconds and nanoseconds. */
function timeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1_000_000)];
}
