import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { ApplianceError } from '../errors.ts';
import { type Fault, faultError, type RequestInfo } from '../faults.ts';
import { type NitroReply, type NitroRequest, type OnExchange, readBody, refusal, send } from './exchange.ts';
import { parseTarget } from './url.ts';

/** Counts requests by type. */
export class RequestCounts {
  total = 0;
  reads = 0;
  writes = 0;
  byKind: Record<string, number> = {};

  count(info: RequestInfo): void {
    this.total += 1;
    if (info.operation === 'get') this.reads += 1;
    else if (info.operation !== 'login' && info.operation !== 'logout') this.writes += 1;
    this.byKind[info.kind] = (this.byKind[info.kind] ?? 0) + 1;
  }

  reset(): void {
    this.total = 0;
    this.reads = 0;
    this.writes = 0;
    this.byKind = {};
  }
}

interface ControlServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly https: { readonly key: string; readonly cert: string } | undefined;
  readonly keepAliveMs: number;
  readonly counts: RequestCounts;
  readonly handle: (request: NitroRequest) => Promise<NitroReply>;
  /** Returns the fault to apply to a request. */
  readonly intervene: (info: RequestInfo) => Promise<Fault | undefined>;
  /** Answers requests on the simulator's own paths. */
  readonly admin: (request: NitroRequest) => Promise<NitroReply> | undefined;
  readonly onExchange: OnExchange | undefined;
}

function describe(request: NitroRequest, n: number): RequestInfo {
  let target: ReturnType<typeof parseTarget>;
  try {
    target = parseTarget(request.url);
  } catch {
    target = undefined;
  }
  const { body, objects } = parsed(request.body);
  const kind = target?.kind ?? '';
  const action = target?.parameters.get('action')?.toLowerCase();
  const read = request.method === 'GET' || (kind === 'batchapi' && action === 'get');
  const plain = { POST: 'add', PUT: 'update', DELETE: 'delete' }[request.method] ?? request.method.toLowerCase();
  const operation = read ? 'get' : kind === 'login' || kind === 'logout' ? kind : (action ?? plain);
  return { n, method: request.method, operation, kind, url: request.url, body, objects };
}

function parsed(bytes: Buffer): { body: unknown; objects: number } {
  if (bytes.length === 0) return { body: undefined, objects: 1 };
  try {
    const body = JSON.parse(bytes.toString()) as unknown;
    const values = typeof body === 'object' && body !== null ? Object.values(body) : [];
    const objects = values.reduce((sum: number, value) => sum + (Array.isArray(value) ? value.length : 1), 0);
    return { body, objects };
  } catch {
    return { body: undefined, objects: 1 };
  }
}

/** The management web server of a node. */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: ControlServerOptions) {
    this.#options = options;
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server =
      options.https === undefined ? createServer(listener) : createTlsServer({ ...options.https }, listener);
    this.#server.keepAliveTimeout = options.keepAliveMs;
    // Closes on time: by default Node adds a second for late clients.
    this.#server.keepAliveTimeoutBuffer = 0;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** @returns base URL without a slash at its end */
  listen(): Promise<string> {
    const { host, port } = this.#options.listen;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        const bound = this.#server.address();
        const name = host.includes(':') ? `[${host}]` : host;
        const scheme = this.#options.https === undefined ? 'http' : 'https';
        resolve(`${scheme}://${name}:${bound !== null && typeof bound === 'object' ? bound.port : port}`);
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(incoming);
      const request: NitroRequest = {
        method: incoming.method ?? 'GET',
        url: incoming.url ?? '/',
        headers: incoming.headers,
        body,
        client: incoming.socket.remoteAddress ?? '',
      };
      const admin = this.#options.admin(request);
      if (admin !== undefined) return send(response, await admin);
      await this.#answer(request, incoming, response);
    } catch (error) {
      if (error instanceof ApplianceError) return send(response, refusal(error));
      send(response, {
        status: 500,
        body: { errorcode: 1239, message: 'NITRO command Execution failed', severity: 'ERROR' },
      });
    }
  }

  async #answer(request: NitroRequest, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { counts } = this.#options;
    const info = describe(request, counts.total + 1);
    counts.count(info);
    const fault = await this.#options.intervene(info);
    if (lost(fault) && fault.when === 'before') return lose(fault, incoming);
    const reply = refused(fault) ?? (await this.#options.handle(request));
    if (lost(fault)) return lose(fault, incoming);
    this.#options.onExchange?.(request, reply);
    send(response, reply);
  }
}

type Lost = Extract<Fault, { when: unknown }>;

const lost = (fault: Fault | undefined): fault is Lost => fault?.type === 'reset' || fault?.type === 'hang';

/** Returns the answer of a fault that does nothing else. */
function refused(fault: Fault | undefined): NitroReply | undefined {
  if (fault?.type === 'error') return refusal(faultError(fault));
  if (fault?.type === 'status') return { status: fault.status, body: '', headers: { 'Content-Type': 'text/html' } };
  return undefined;
}

function lose(fault: Lost, incoming: IncomingMessage): void {
  if (fault.type === 'reset') incoming.socket.resetAndDestroy();
}
