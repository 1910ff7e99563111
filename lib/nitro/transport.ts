import axios, { type AxiosInstance } from 'axios';
import { parseAnswer } from './answer.ts';
import { keepConnections, type TlsTrust } from './connections.ts';
import { NitroUnreachable } from './errors.ts';
import { endpointOf, SILENT, whyUnreachable } from './unreachable.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined for an empty body (some builds answer a write with an empty body). */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Scheme, host and port of the server, for errors. */
  readonly endpoint?: string;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/nitro/v1/`, encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds that the caller has; the transport's own limit applies where it is shorter. */
  readonly timeoutMs?: number;
  /** Lets the call take all the time that the caller has, beyond the transport's own limit. */
  readonly patient?: boolean;
}

/** Sends one HTTP request. @throws {NitroUnreachable} without an answer. */
export type Transport = (call: HttpCall) => Promise<HttpAnswer>;

/** Bytes of the largest answer that is read: a front end of 10,000 hosts is about 5 MB. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** Milliseconds of the longest invocation (Lambda quotas): no call can take longer. */
const LONGEST_MS = 900_000;

/**
 * Creates a transport to one base URL, with kept-alive connections.
 *
 * @param timeoutMs limit of one request, from its start to the last byte of the answer.
 * @param now milliseconds of a clock that never goes back: measures how long a connection is idle.
 */
export function createTransport(
  baseUrl: string,
  tls: TlsTrust,
  timeoutMs: number,
  now: () => number = () => performance.now(),
): Transport {
  const connections = keepConnections(tls, now);
  const http: AxiosInstance = axios.create({
    baseURL: `${baseUrl.replace(/(?<!\/)\/+$/, '')}/nitro/v1/`,
    // The appliance is reached directly: a proxy of the environment is for other traffic.
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER,
    maxBodyLength: MAX_ANSWER,
    validateStatus: () => true,
    responseType: 'text',
    // The body is text already: the default would parse it to find out.
    transformRequest: (data) => data,
    transformResponse: (data) => data,
    httpAgent: connections.http,
    httpsAgent: connections.https,
  });
  const endpoint = endpointOf(baseUrl);
  return async ({ method, path, body, headers, signal, timeoutMs: less = timeoutMs, patient = false }) => {
    const what = `${method} ${path.split('?')[0]} at ${endpoint}`;
    const limit = Math.max(1, Math.min(patient ? LONGEST_MS : timeoutMs, less));
    // axios limits only the idle time of the socket: an answer that trickles in would never end.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), limit);
    connections.dropIdle();
    try {
      const answer = await http.request<string>({
        method,
        url: path,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
        signal: signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]),
      });
      const { status } = answer;
      return { status, headers: flat(answer.headers), body: parseAnswer(answer.data, status, what), endpoint };
    } catch (error) {
      if (error instanceof NitroUnreachable) throw error;
      if (deadline.signal.aborted) {
        throw new NitroUnreachable(what, `no answer within ${timeText(limit)}`, true, SILENT);
      }
      if (signal?.aborted === true) throw new NitroUnreachable(what, 'the request was aborted', true);
      const { reason, sent, advice } = whyUnreachable(error);
      throw new NitroUnreachable(what, reason, sent, advice);
    } finally {
      clearTimeout(timer);
    }
  };
}

function timeText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

function flat(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
