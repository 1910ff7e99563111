import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventSource } from './event-source.ts';

/** Lambda's API for event source mappings, on loopback. */
export interface LambdaServer {
  readonly url: string;
  /** Adds a mapping. */
  add(source: EventSource): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** A mapping under its identifier, which follows from the order of creation. */
interface Mapping {
  readonly uuid: string;
  readonly source: EventSource;
}

const PATH = /^\/2015-03-31\/event-source-mappings(?:\/([0-9a-f-]{36}))?\/?$/;

/**
 * Serves three operations of Lambda: `ListEventSourceMappings`, `GetEventSourceMapping`, and `UpdateEventSourceMapping`
 * with `Enabled`. The state is that of the pollers of this cloud, so to disable a mapping is to pause its appliance.
 * Functions themselves cannot be called: they run in this process.
 */
export async function startLambdaServer(): Promise<LambdaServer> {
  const mappings: Mapping[] = [];
  const server = createServer((incoming, outgoing) => {
    answer(mappings, incoming)
      .catch((error: Error): Answer => failure(400, 'InvalidParameterValueException', error.message))
      .then(({ status, body }) => {
        const { Type } = body as { Type?: string };
        const type = Type === undefined ? {} : { 'x-amzn-errortype': Type };
        outgoing.writeHead(status, { 'content-type': 'application/json', ...type }).end(JSON.stringify(body));
      });
  });
  // Longer than the SDK keeps idle connections.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add(source) {
      const number = String(mappings.length + 1).padStart(12, '0');
      mappings.push({ uuid: `00000000-0000-4000-8000-${number}`, source });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const failure = (status: number, type: string, message: string): Answer => ({
  status,
  body: { Type: type, Message: message },
});

async function answer(mappings: readonly Mapping[], incoming: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const path = PATH.exec(pathname);
  if (path === null) return failure(404, 'UnknownOperationException', `No such operation here: ${pathname}`);
  const [, uuid] = path;
  if (uuid === undefined) {
    const queue = searchParams.get('EventSourceArn');
    const name = searchParams.get('FunctionName');
    const found = mappings.filter(
      ({ source }) =>
        (queue === null || source.queueArn === queue) && (name === null || source.functionArn.endsWith(`:${name}`)),
    );
    return { status: 200, body: { EventSourceMappings: found.map(description) } };
  }
  const mapping = mappings.find((each) => each.uuid === uuid);
  if (mapping === undefined) {
    return failure(404, 'ResourceNotFoundException', 'The resource you requested does not exist.');
  }
  if (incoming.method === 'PUT') {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { Enabled } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { Enabled?: boolean };
    if (Enabled === true) mapping.source.resume();
    // The current invocation ends by itself.
    if (Enabled === false) void mapping.source.pause();
  }
  return { status: 200, body: description(mapping) };
}

function description({ uuid, source }: Mapping): object {
  return {
    UUID: uuid,
    EventSourceArn: source.queueArn,
    FunctionArn: source.functionArn,
    State: source.enabled ? 'Enabled' : 'Disabled',
  };
}
