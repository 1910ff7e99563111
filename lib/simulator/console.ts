import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ApplianceError } from './errors.ts';
import { done, type NitroReply, type NitroRequest, readBody, refusal, send } from './http/exchange.ts';

export interface ConsoleOptions {
  readonly listen?: { readonly host?: string; readonly port?: number };
  /** Credentials of the Console itself; in the cloud `ID` and `Secret`. */
  readonly username?: string;
  readonly password?: string;
  /** The appliance that the Console manages, with the account that it uses there. */
  readonly instance?: {
    readonly ip?: string;
    readonly name?: string;
    readonly id?: string;
    readonly username?: string;
    readonly password?: string;
  };
}

const PROXY = '_mps_api_proxy_managed_instance_';

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function sessionOf(request: IncomingMessage): string | undefined {
  const cookies = header(request, 'cookie') ?? '';
  return /(?:SESSID|NITRO_AUTH_TOKEN|sessionid)=([^;]+)/i.exec(cookies)?.[1];
}

/** A NetScaler Console as proxy: own login, the same NITRO URLs, headers that name the appliance. */
class ConsoleServer {
  readonly #options: ConsoleOptions;
  readonly #pass: (request: NitroRequest) => Promise<NitroReply>;
  /** Maps a session of the Console to its session at the appliance, which keeps the partition. */
  readonly #sessions = new Map<string, string | undefined>();

  constructor(options: ConsoleOptions, pass: (request: NitroRequest) => Promise<NitroReply>) {
    this.#options = options;
    this.#pass = pass;
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await this.#answer(incoming, await readBody(incoming)));
    } catch (error) {
      send(response, refusal(error instanceof ApplianceError ? error : new ApplianceError(1239)));
    }
  }

  #answer(incoming: IncomingMessage, body: Buffer): Promise<NitroReply> | NitroReply {
    const proxied = ['ip', 'name', 'id'].some((key) => header(incoming, PROXY + key) !== undefined);
    const path = (incoming.url ?? '').replace(/(?<!\/)\/+$/, '');
    if (!proxied && /^\/nitro\/v[12]\/config\/login$/.test(path)) return this.#login(body);
    const session = sessionOf(incoming);
    const known = session !== undefined && this.#sessions.has(session);
    if (!known && !this.#isBasic(incoming)) throw new ApplianceError(session === undefined ? 1027 : 444);
    if (!proxied) {
      if (!/\/config\/logout$/.test(path)) throw new ApplianceError(1232, path);
      this.#sessions.delete(session ?? '');
      return done(201);
    }
    this.#checkInstance(incoming);
    return this.#proxy(incoming, body, known ? session : undefined);
  }

  #checkCredentials(username: unknown, password: unknown): void {
    if (username !== (this.#options.username ?? 'nsroot') || password !== (this.#options.password ?? 'nsroot'))
      throw new ApplianceError(354);
  }

  #isBasic(incoming: IncomingMessage): boolean {
    const match = /^Basic\s+(\S+)$/i.exec(header(incoming, 'authorization') ?? '');
    if (match === null) return false;
    const [username, ...password] = Buffer.from(match[1]!, 'base64').toString().split(':');
    this.#checkCredentials(username, password.join(':'));
    return true;
  }

  #login(body: Buffer): NitroReply {
    let given: Record<string, unknown>;
    try {
      given = (JSON.parse(body.toString()) as { login: Record<string, unknown> }).login;
      if (Array.isArray(given)) given = given[0] as Record<string, unknown>;
    } catch {
      throw new ApplianceError(1233);
    }
    this.#checkCredentials(given?.username ?? given?.ID, given?.password ?? given?.Secret);
    const session = randomBytes(24).toString('hex');
    this.#sessions.set(session, undefined);
    return {
      ...done(201, { login: [{ sessionid: session }] }),
      headers: { 'Set-Cookie': `SESSID=${session}; path=/nitro` },
    };
  }

  /** Refuses a request for another appliance than the managed one. */
  #checkInstance(incoming: IncomingMessage): void {
    const { instance } = this.#options;
    for (const key of ['ip', 'name', 'id'] as const) {
      const wanted = header(incoming, PROXY + key);
      if (wanted !== undefined && instance?.[key] !== wanted) throw new ApplianceError(258, wanted);
    }
  }

  async #proxy(incoming: IncomingMessage, body: Buffer, session: string | undefined): Promise<NitroReply> {
    const headers = { ...incoming.headers };
    for (const name of Object.keys(headers))
      if (name.startsWith('_mps_') || name === 'authorization' || name === 'cookie') delete headers[name];
    const request = {
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      headers,
      body,
      client: incoming.socket.remoteAddress ?? '',
    };
    if (session === undefined) return this.#pass({ ...request, headers: { ...headers, ...this.#account(incoming) } });
    let token = this.#sessions.get(session);
    if (token === undefined) token = await this.#open(session, incoming);
    const answer = await this.#pass({ ...request, headers: { ...headers, cookie: `NITRO_AUTH_TOKEN=${token}` } });
    if (answer.status !== 401) return answer;
    token = await this.#open(session, incoming);
    return this.#pass({ ...request, headers: { ...headers, cookie: `NITRO_AUTH_TOKEN=${token}` } });
  }

  #account(incoming: IncomingMessage): { 'x-nitro-user': string; 'x-nitro-pass': string } {
    const { instance } = this.#options;
    return {
      'x-nitro-user': header(incoming, `${PROXY}username`) ?? instance?.username ?? 'nsroot',
      'x-nitro-pass': header(incoming, `${PROXY}password`) ?? instance?.password ?? 'nsroot',
    };
  }

  async #open(session: string, incoming: IncomingMessage): Promise<string> {
    const account = this.#account(incoming);
    const login = { login: { username: account['x-nitro-user'], password: account['x-nitro-pass'] } };
    const answer = await this.#pass({
      method: 'POST',
      url: '/nitro/v1/config/login',
      headers: {},
      body: Buffer.from(JSON.stringify(login)),
      client: incoming.socket.remoteAddress ?? '',
    });
    if (answer.status !== 201) throw new ApplianceError(354);
    const token = encodeURIComponent(String((answer.body as { sessionid: string }).sessionid));
    this.#sessions.set(session, token);
    return token;
  }
}

/** @param pass hands a request to the appliance */
export function startConsole(
  options: ConsoleOptions,
  pass: (request: NitroRequest) => Promise<NitroReply>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const consoleServer = new ConsoleServer(options, pass);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void consoleServer.serve(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const host = options.listen?.host ?? '127.0.0.1';
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: options.listen?.port ?? 0 }, () => {
      const bound = server.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
      resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, stop });
    });
  });
}
