import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApplianceError, REASONS, type Warning } from '../errors.ts';
import { nitroJson } from './layout.ts';

/** A request to the control plane. */
export interface NitroRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly client: string;
}

export interface NitroReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Is told of a request and of the answer that its client gets. An error refuses the request. */
export type OnExchange = (request: NitroRequest, reply: NitroReply) => void;

const DONE = { errorcode: 0, message: 'Done', severity: 'NONE' } as const;

/** Returns a success, with the fields of a read or of a partial result. */
export function done(status: number, fields: Readonly<Record<string, unknown>> = {}): NitroReply {
  return { status, body: { ...DONE, ...fields } };
}

export function errorBody(error: { code: number; message: string }): {
  errorcode: number;
  message: string;
  severity: 'ERROR';
} {
  return { errorcode: error.code, message: error.message, severity: 'ERROR' };
}

export function refusal(error: ApplianceError): NitroReply {
  return { status: error.status, body: errorBody(error) };
}

/** Adds the first warning as header and body (209), for `?warning=yes`. */
export function warned(answer: NitroReply, warnings: readonly Warning[]): NitroReply {
  const [first] = warnings;
  if (first === undefined || answer.status >= 207) return answer;
  const body = { ...(answer.body as object), errorcode: first.code, message: first.message, severity: 'WARNING' };
  return { status: 209, body, headers: { 'X-NITRO-WARNING': `${first.code} - ${first.message}` } };
}

/** Largest body: a file of 2 MB in base64 and large bulk calls fit. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () =>
      size > MAX_BODY_BYTES
        ? reject(new ApplianceError(1238, 'request too large', 413))
        : resolve(Buffer.concat(chunks)),
    );
    request.on('error', reject);
  });
}

/** Headers that the appliance's web server sets. */
const COMMON = {
  Server: 'Apache',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '1; mode=block',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store, no-cache, must-revalidate',
  Pragma: 'no-cache',
} as const;

export function send(response: ServerResponse, answer: NitroReply): void {
  if (response.destroyed || response.headersSent) return;
  const text = answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : nitroJson(answer.body);
  response.writeHead(answer.status, REASONS[answer.status] ?? 'Unknown', {
    ...COMMON,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}
