import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type NitroReply, type NitroRequest, readBody } from '../http/exchange.ts';

/** Headers that belong to a connection, or that describe a body which is sent anew. */
const OF_ONE_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'host',
  'keep-alive',
  'accept-encoding',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
]);

function passedOn(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !OF_ONE_CONNECTION.has(entry[0]),
    ),
  );
}

/** Where requests are passed on to. */
export interface Upstream {
  /** `https://…` or `http://…`, without a path. */
  readonly url: URL;
  /** PEM of the authority that signed the appliance's certificate; those of Node by default. It is always verified. */
  readonly ca?: string;
  /** Milliseconds without a byte after which a request is given up. */
  readonly idleMs: number;
}

/** An appliance did not answer. The message names it and the reason. */
export class UpstreamFailed extends Error {
  override readonly name = 'UpstreamFailed';
}

function send(request: NitroRequest, { url, ca, idleMs }: Upstream): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const target = new URL(request.url, url);
    // An absolute URL in the request line would lead elsewhere.
    if (target.origin !== url.origin) return reject(new Error('the request names another server'));
    const headers = { ...passedOn(request.headers), 'content-length': request.body.length };
    const options = { method: request.method, headers, timeout: idleMs };
    const outgoing =
      url.protocol === 'https:'
        ? httpsRequest(target, { ...options, ...(ca === undefined ? {} : { ca }) })
        : httpRequest(target, options);
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${idleMs / 1000} s`)));
    outgoing.end(request.body);
  });
}

/** Passes a request on to an appliance, and returns its answer. @throws {UpstreamFailed} */
export async function forward(request: NitroRequest, upstream: Upstream): Promise<NitroReply> {
  try {
    const incoming = await send(request, upstream);
    const body = await readBody(incoming);
    return { status: incoming.statusCode ?? 502, body: body.toString(), headers: passedOn(incoming.headers) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UpstreamFailed(`${upstream.url.origin} did not answer: ${reason}`, { cause: error });
  }
}
