import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { present } from '../../contract/index.ts';
import { type Clock, systemClock } from '../ports.ts';
import type { ApiAccess, ApiPass } from './access.ts';
import { ApiTimeoutError, apiError } from './api-error.ts';
import { afterOwnTime } from './own-time.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, its segments escaped by {@link segments}. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` where absent; a patch names its own. */
  readonly contentType?: string;
  /** Media types of the answer; JSON where absent. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the first byte of the answer. */
  readonly timeoutMs?: number;
}

/** Builds a path whose inserted values (names of objects) are escaped. */
export function segments(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: strings }, ...values.map((value) => encodeURIComponent(value)));
}

export interface KubernetesApi {
  /**
   * Sends a request with a short answer.
   *
   * @returns the JSON of the answer.
   * @throws {ApiError | ApiTimeoutError} or the error of the connection.
   */
  call<T>(request: ApiRequest): Promise<T>;
  /**
   * Sends a request with a long answer, returned as it arrives. The reader sets the pace: unread data stays with the
   * server. Ending the iteration closes the connection.
   */
  stream(request: ApiRequest): Promise<AsyncIterable<Buffer>>;
  close(): void;
}

export interface ApiOptions {
  readonly access: ApiAccess;
  readonly clock?: Clock;
  readonly userAgent?: string;
  /** Receives the headers of every answer, refusals included. */
  readonly answered?: (headers: IncomingHttpHeaders) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Bytes of a short answer: etcd accepts objects of at most 1.5 MB. */
const MAX_ANSWER = 8 * 1024 * 1024;

/**
 * Creates a client of the API server over `node:https`: client-node sends its requests through undici, which takes
 * 25 MB, and its watch buffers without back-pressure.
 */
export function createApi(options: ApiOptions): KubernetesApi {
  return new HttpApi(options);
}

class HttpApi implements KubernetesApi {
  readonly #access: ApiAccess;
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #answered: ApiOptions['answered'];
  readonly #secure: boolean;
  #agent: { readonly of: string; readonly agent: PlainAgent } | undefined;

  constructor({ access, clock = systemClock, userAgent = 'netscaler-passthrough', answered }: ApiOptions) {
    this.#access = access;
    this.#clock = clock;
    this.#userAgent = userAgent;
    this.#answered = answered;
    this.#secure = access.server.startsWith('https:');
  }

  async call<T>(request: ApiRequest): Promise<T> {
    const response = await this.#send(request);
    const chunks: Buffer[] = [];
    const silent = this.#watchdog(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, (error) => response.destroy(error));
    try {
      let bytes = 0;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER) throw new Error(`the API server's answer has more than ${MAX_ANSWER} bytes`);
        chunks.push(chunk);
      }
    } finally {
      silent.cancel();
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
  }

  async stream(request: ApiRequest): Promise<AsyncIterable<Buffer>> {
    return (await this.#send(request)) as AsyncIterable<Buffer>;
  }

  close(): void {
    this.#agent?.agent.destroy();
    this.#agent = undefined;
  }

  #watchdog(ms: number, expire: (error: ApiTimeoutError) => void) {
    return afterOwnTime(this.#clock, ms, () =>
      expire(new ApiTimeoutError(`the API server did not answer within ${ms} ms`)),
    );
  }

  async #send(request: ApiRequest): Promise<IncomingMessage> {
    const pass = await this.#access.pass();
    const sent = this.#open(request, pass);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve);
      sent.on('error', reject);
    });
    const silent = this.#watchdog(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, (error) => sent.destroy(error));
    try {
      sent.end(request.body === undefined ? undefined : JSON.stringify(request.body));
      const response = await answered;
      this.#answered?.(response.headers);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return response;
      if (status === 401) this.#access.refused();
      throw apiError(status, await errorBody(response), response.headers);
    } finally {
      silent.cancel();
    }
  }

  #open(request: ApiRequest, { tls, headers }: ApiPass): ClientRequest {
    const {
      method = 'GET',
      path,
      query = {},
      body,
      contentType = 'application/json',
      accept = 'application/json',
      signal,
    } = request;
    const url = new URL(this.#access.server + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const options = {
      method,
      agent: this.#agentFor(tls),
      headers: {
        accept,
        'user-agent': this.#userAgent,
        ...headers,
        ...present({ 'content-type': body === undefined ? undefined : contentType }),
      },
      ...present({ signal }),
    };
    return this.#secure ? secureRequest(url, options) : plainRequest(url, options);
  }

  /** Returns an agent that keeps connections until the authority or the client's certificate changes. */
  #agentFor(tls: ApiPass['tls']): PlainAgent {
    const of = JSON.stringify(tls);
    if (this.#agent?.of === of) return this.#agent.agent;
    this.#agent?.agent.destroy();
    const proxy = this.#access.proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: this.#access.proxy } };
    // The kernel notices a dead peer too, although later than the watches' own watchdog.
    const common = { keepAlive: true, keepAliveMsecs: 15_000, ...proxy };
    const agent = this.#secure ? new SecureAgent({ ...common, ...tls }) : new PlainAgent(common);
    this.#agent = { of, agent };
    return agent;
  }
}

/** Bytes of an error's body that are read. */
const MAX_REFUSAL = 16 * 1024;

async function errorBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_REFUSAL) break;
    }
  } catch {
    // The status is enough.
  }
  return Buffer.concat(chunks).toString('utf8');
}
