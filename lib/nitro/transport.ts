import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { NitroUnreachable } from './errors.ts';

/** How TLS to the appliance is verified: always, unless a laboratory says otherwise. */
export interface TlsTrust {
  /** PEM of the authority that signed the appliance's certificate; the system's authorities where absent. */
  readonly ca?: string;
  readonly verify: boolean;
  readonly serverName?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined for an empty or other body (some builds answer a write with nothing). */
  readonly body: Record<string, unknown> | undefined;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/nitro/v1/`, encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends one HTTP request. @throws {NitroUnreachable} where there is no answer. */
export type Transport = (call: HttpCall) => Promise<HttpAnswer>;

/** Bytes of one answer that are read at most: a full front end of 10,000 hosts is about 5 MB. */
const MAX_ANSWER = 64 * 1024 * 1024;

/**
 * HTTP to one base URL with kept-alive connections.
 *
 * @param timeoutMs for one request, from connect to the last byte.
 */
export function createTransport(baseUrl: string, tls: TlsTrust, timeoutMs: number): Transport {
  const keepAlive = { keepAlive: true, maxSockets: 8 };
  const http: AxiosInstance = axios.create({
    baseURL: `${baseUrl.replace(/\/+$/, '')}/nitro/v1/`,
    timeout: timeoutMs,
    // An appliance is reached directly: a proxy of the environment is for other traffic.
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER,
    maxBodyLength: MAX_ANSWER,
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: (data) => data,
    httpAgent: new HttpAgent(keepAlive),
    httpsAgent: new HttpsAgent({
      ...keepAlive,
      rejectUnauthorized: tls.verify,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    }),
  });
  return async ({ method, path, body, headers, signal }) => {
    try {
      const answer = await http.request<string>({
        method,
        url: path,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { status: answer.status, headers: flat(answer.headers), body: parse(answer.data) };
    } catch (error) {
      // Only the reason's code: axios errors hold the whole request, credentials included.
      const reason = isAxiosError(error) ? (error.code ?? error.message) : (error as Error).message;
      throw new NitroUnreachable(`${method} ${path.split('?')[0]}`, reason);
    }
  };
}

function flat(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function parse(text: string): Record<string, unknown> | undefined {
  if (text === '') return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
