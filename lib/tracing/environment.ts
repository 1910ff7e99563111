import { bufferedTracing, type SendSpans } from './buffered-tracing.ts';
import { silentTracing, type Tracing } from './span.ts';

/** Message of the log line about `onLoss`. */
export const SPANS_LOST = 'spans lost: the collector did not take them';

/** Traces cannot be sent as the environment asks for. */
export class TracingInvalid extends Error {
  override readonly name = 'TracingInvalid';
}

export interface ProcessTracing {
  /** `service.name`, if `OTEL_SERVICE_NAME` names none. */
  readonly service: string;
  /** Milliseconds at which spans are sent by themselves; absent where `flush` is called. */
  readonly intervalMs?: number;
  readonly onLoss: (spans: number, reason: string) => void;
}

/**
 * Returns the tracing that OpenTelemetry's variables ask for: spans go to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`
 * by OTLP over HTTP, with JSON. Without that variable nothing is recorded, and nothing is loaded.
 *
 * @throws {TracingInvalid} if the address is no URL.
 */
export function tracingFromEnvironment(
  { service, ...options }: ProcessTracing,
  env: NodeJS.ProcessEnv = process.env,
): Tracing {
  const variable =
    (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? '') === ''
      ? 'OTEL_EXPORTER_OTLP_ENDPOINT'
      : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  const address = env[variable] ?? '';
  if (address === '' || env.OTEL_SDK_DISABLED === 'true') return silentTracing;
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw new TracingInvalid(
      `${variable} must be the URL of a collector that takes OTLP over HTTP, as http://collector:4318`,
    );
  }
  const resource = { 'service.name': env.OTEL_SERVICE_NAME ?? service };
  let exporter: SendSpans | undefined;
  return bufferedTracing({
    ...options,
    load: async () => {
      exporter ??= (await import('./otlp-exporter.ts')).otlpExporter(resource, env);
      return exporter;
    },
  });
}
