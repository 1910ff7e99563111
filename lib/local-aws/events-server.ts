import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../telemetry/index.ts';
import { type Action, parseRequest, REQUESTS } from './events-requests.ts';
import type { EventsService } from './events-service.ts';
import { invalid, ServiceError } from './service-error.ts';

const TARGET_PREFIX = 'AWSEvents.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** Largest body. It exceeds the service's largest request, because JSON escapes make it longer than its entries count. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Serves the actions on loopback, in the AWS JSON 1.1 protocol: `X-Amz-Target: AWSEvents.<action>`, JSON in and out,
 * an error as `__type` and `message`. Signatures are not checked.
 */
export async function serveEvents(
  service: EventsService,
  log: Log,
  port = 0,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = createServer((incoming, outgoing) => {
    handleRequest(service, incoming)
      .catch((error: unknown) => errorResponse(error, log))
      .then(({ status, body }) => respond(outgoing, status, body));
  });
  // Longer than the SDK keeps idle connections: otherwise it would reuse one that this server has just closed.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handleRequest(
  service: EventsService,
  incoming: IncomingMessage,
): Promise<{ status: number; body: object }> {
  const target = incoming.headers['x-amz-target'];
  const action =
    typeof target === 'string' && target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  if (incoming.method !== 'POST' || !Object.hasOwn(REQUESTS, action)) {
    throw new ServiceError(
      'UnknownOperationException',
      `No such action here: ${action === '' ? incoming.url : action}`,
    );
  }
  let input: unknown;
  try {
    input = JSON.parse(await readBody(incoming));
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('SerializationException', 'The request is not JSON.');
  }
  return { status: 200, body: callAction(service, action as Action, input) };
}

function callAction<A extends Action>(service: EventsService, action: A, input: unknown): object {
  return service[action](parseRequest(action, input));
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw invalid('The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function errorResponse(error: unknown, log: Log): { status: number; body: object } {
  if (error instanceof ServiceError) {
    return { status: error.status, body: { __type: error.code, message: error.message } };
  }
  // A client that closed its connection needs no answer, and is not a failure.
  if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET')
    log.error('local EventBridge failed to answer a request', { error });
  return { status: 500, body: { __type: 'InternalException', message: 'See the log.' } };
}

function respond(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': randomUUID() });
  outgoing.end(JSON.stringify(body));
}
