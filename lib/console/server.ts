import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConsoleAccess } from './access.ts';
import { type AnswerSource, apiAnswer } from './answers.ts';
import type { PageAssets } from './assets.ts';
import { EventStreams } from './event-streams.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { refusalPage } from './refusal-page.ts';
import { requestRefusal } from './request-check.ts';
import type { ConsoleWatch } from './watch.ts';

export interface ServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly watch: ConsoleWatch;
  readonly sources: AnswerSource['sources'];
  readonly assets: PageAssets;
  /** Receives the new address, after the one before was used. */
  readonly onUsed?: (url: string) => void;
}

/** A page on loopback. */
export interface ConsoleServer {
  readonly port: number;
  /** Address with the token that works once. */
  readonly url: string;
  /** Closes all connections at once. */
  close(): Promise<void>;
}

/** The only address that the server listens on. */
const LOOPBACK = '127.0.0.1';
/** Limits of connections: in bytes, milliseconds, and numbers. */
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
} as const;
/** Silence after which a connection is closed. Events are never silent for so long. */
const IDLE_MS = 60_000;
const MOST_CONNECTIONS = 128;

const NO_SESSION = [
  'This browser has no session with the console.',
  'Open the address that nspass console printed last in its terminal. Each address works once.',
];
const USED = [
  'This address was used before, or belongs to another run: each address works once.',
  'nspass console printed a new one in its terminal: open that.',
];

/** @throws the error of Node if the port cannot be used. */
export async function startConsoleServer(options: ServerOptions): Promise<ConsoleServer> {
  const server = createServer(LIMITS);
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = IDLE_MS;
  const port = await listening(server, options.port);
  const handler = new Handler(options, port);
  server.on('request', (request, response) => void handler.handle(request, response));
  return {
    port,
    get url() {
      return handler.url;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

class Handler {
  readonly #options: ServerOptions;
  readonly #port: number;
  readonly #access: ConsoleAccess;
  readonly #streams: EventStreams;

  constructor(options: ServerOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.#access = new ConsoleAccess(port);
    this.#streams = new EventStreams(options.watch);
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}/?token=${this.#access.token}`;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const refusal = requestRefusal({ method, url, headers }, this.#port);
    if (refusal !== undefined) {
      // What follows on this connection is not read.
      json(response, refusal.status, { error: refusal.error }, { connection: 'close', allow: 'GET, HEAD' });
      return;
    }
    // Joined as text: a path that begins with two slashes must not become a host.
    const { pathname, searchParams } = new URL(`http://${LOOPBACK}${url}`);
    const token = searchParams.get('token');
    if (pathname === '/' && token !== null) this.#exchange(request, response, token);
    else if (this.#access.admits(headers.cookie)) await this.#answer(request, response, pathname, searchParams);
    else if (pathname.startsWith('/api/')) json(response, 401, { error: NO_SESSION.join(' ') });
    else page(response, 401, 'No session', NO_SESSION);
  }

  /** Exchanges a token for a session. The redirect takes the token out of the address bar and the history. */
  #exchange({ method, headers }: IncomingMessage, response: ServerResponse, token: string): void {
    const ahead = headers['sec-purpose'] ?? headers.purpose;
    // A look ahead of a browser or a messenger must not use up the address.
    if (method === 'HEAD' || ahead !== undefined) {
      page(response, 503, 'Not now', ['Open this address yourself.']);
      return;
    }
    const session = this.#access.exchange(token);
    if (session === undefined) {
      page(response, 401, 'Address used', USED);
      return;
    }
    const cookie = `${this.#access.cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    response.writeHead(303, { ...SECURITY_HEADERS, location: '/', 'set-cookie': cookie }).end();
    this.#options.onUsed?.(this.url);
  }

  async #answer(
    { method }: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    if (path === '/api/events') {
      if (method === 'HEAD') response.writeHead(200, SECURITY_HEADERS).end();
      else if (this.#streams.full) json(response, 503, { error: 'Too many pages are open: close one, and try again.' });
      else this.#streams.open(response, SECURITY_HEADERS);
    } else if (path.startsWith('/api/')) {
      const { status, body } = await apiAnswer(this.#options, path, query).catch(() => ({
        status: 500,
        body: { error: 'The console failed to answer: this is a bug of nspass, please report it.' },
      }));
      json(response, status, body);
    } else {
      const asset = this.#options.assets.get(path);
      if (asset === undefined) page(response, 404, 'Not found', ['The console has no such page.']);
      else response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': asset.type }).end(asset.body);
    }
  }
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
}

function page(response: ServerResponse, status: number, title: string, sentences: readonly string[]): void {
  response
    .writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8' })
    .end(refusalPage(title, sentences));
}
