import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpResponse {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/** Handlers by method and path, such as `GET /healthz`. */
export type Routes = Readonly<Record<string, (query: URLSearchParams) => HttpResponse | Promise<HttpResponse>>>;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

const NOT_FOUND: HttpResponse = { status: 404, body: 'not found\n' };

/** Returns an answer in JSON. */
export function json(status: number, body: unknown): HttpResponse {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}

/**
 * Starts a small server of short answers. It reads no bodies, and closes connections that send their request slowly.
 */
export async function serve(host: string, port: number, routes: Routes): Promise<HttpServer> {
  const server = createServer(
    { requestTimeout: 5_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => void reply(routes, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => closed(server),
  };
}

async function reply(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  request.resume();
  const answer = url === null ? NOT_FOUND : await attempt(() => route(routes, request.method ?? '', url));
  response.writeHead(answer.status, {
    'content-type': answer.type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    ...(answer.status === 405 ? { allow: methods(routes, url?.pathname ?? '').join(', ') } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

/** Answers 500 where a handler throws: a metric that cannot be read must not end the process. */
async function attempt(answer: () => HttpResponse | Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await answer();
  } catch (error) {
    return { status: 500, body: `cannot answer: ${(error as Error).message}\n` };
  }
}

function route(routes: Routes, method: string, url: URL): HttpResponse | Promise<HttpResponse> {
  const key = `${method === 'HEAD' ? 'GET' : method} ${url.pathname}`;
  const handler = Object.hasOwn(routes, key) ? routes[key] : undefined;
  if (handler !== undefined) return handler(url.searchParams);
  if (methods(routes, url.pathname).length > 0) return { status: 405, body: 'method not allowed\n' };
  return NOT_FOUND;
}

function methods(routes: Routes, path: string): string[] {
  return Object.keys(routes)
    .filter((key) => key.endsWith(` ${path}`))
    .map((key) => key.slice(0, key.indexOf(' ')));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
