import { get } from 'node:http';
import type { ClientEndpoint } from './endpoint.ts';

/** An answer on the port without TLS; undefined where nothing answered. */
export interface PlainAnswer {
  readonly status: number;
  readonly location: string;
}

/** Sends one plain HTTP request; redirects are not followed. */
export function plainRequest(
  { host: address, port }: ClientEndpoint,
  host: string,
  path: string,
  timeoutMs: number,
): Promise<PlainAnswer | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: address, port, path, headers: { host }, timeout: timeoutMs, agent: false },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '' });
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}
