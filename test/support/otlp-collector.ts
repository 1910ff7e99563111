import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as it travels: OTLP in JSON (opentelemetry-proto, `trace.proto`). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

export interface OtlpCollector extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly OtlpSpan[];
  /** Every body as it came. */
  readonly bodies: readonly string[];
  /** Values of the header `authorization`, one of each request. */
  readonly authorizations: readonly (string | undefined)[];
  /** Name of the service of each span. */
  serviceOf(span: OtlpSpan): string | undefined;
  /** Status of the answers; 200 at first. */
  status: number;
}

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** Starts a collector that takes OTLP over HTTP, with JSON, and keeps all spans. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: OtlpSpan[] = [];
  const bodies: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const services = new Map<OtlpSpan, string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    authorizations.push(request.headers.authorization);
    if (collector.status === 200 && request.method === 'POST' && request.url === '/v1/traces') {
      bodies.push(text);
      for (const { resource, scopeSpans } of (JSON.parse(text) as Body).resourceSpans) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push(span);
          services.set(span, String(service));
        }
      }
    }
    response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const collector: OtlpCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    authorizations,
    serviceOf: (span) => services.get(span),
    status: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return collector;
}
