import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that are checked before anything else is done with it. */
export interface CheckedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Status and sentence of a request that is refused. */
export interface RequestRefusal {
  readonly status: 400 | 403 | 405 | 414;
  readonly error: string;
}

/** Longest URL, in characters. */
const LONGEST_URL = 4_096;

/**
 * Returns why a request is refused, whoever sends it. Pure.
 *
 * | request | because |
 * |---|---|
 * | with another Host | a foreign name that resolves to loopback would make our answers those of a foreign site (DNS rebinding) |
 * | from another site, another port, or a frame | only the page itself may read the answers |
 * | with a body, or another method than GET and HEAD | the console writes nothing |
 *
 * @param port that the server listens on.
 */
export function requestRefusal({ method, url, headers }: CheckedRequest, port: number): RequestRefusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (host === undefined || !hosts.includes(host.toLowerCase())) {
    return { status: 403, error: `The console answers at http://${hosts[0]} only.` };
  }
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) {
    return { status: 403, error: 'The request comes from another site.' };
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, error: 'The request comes from another site: paste the address into the browser instead.' };
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, error: 'The console is read-only: it answers GET and HEAD.' };
  }
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0') {
    return { status: 400, error: 'The console takes no request with a body.' };
  }
  if (url.length > LONGEST_URL) return { status: 414, error: `The address has more than ${LONGEST_URL} characters.` };
  if (!url.startsWith('/')) return { status: 400, error: 'The address must be a path.' };
  return undefined;
}
