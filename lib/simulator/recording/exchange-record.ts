import { bodyOf } from '../http/body.ts';
import type { NitroReply, NitroRequest } from '../http/exchange.ts';
import { redactBody, redactCookie, redactUrl } from './redact.ts';

/** A request as a recording keeps it: without secrets, and without what differs from run to run. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or the text of a body that is none. */
  readonly body?: unknown;
}

/** One line of a recording. */
export interface ExchangeRecord {
  /** Version of this form. */
  readonly v: 1;
  readonly request: RecordedRequest;
  readonly response: Pick<NitroReply, 'status' | 'headers'> & { readonly body?: unknown };
}

/** A line of a recording cannot be read. The message says why. */
export class RecordInvalid extends Error {
  override readonly name = 'RecordInvalid';
}

/** Headers of a request that change its meaning. Those that name a user, a password or a session are not kept. */
const REQUEST_HEADERS = ['x-nitro-onerror'];
/** Headers of a response that clients read, in lower case. */
const RESPONSE_HEADERS = ['content-type', 'x-nitro-warning', 'set-cookie', 'location'];

function bodyField(text: string): { readonly body?: unknown } {
  try {
    const body = bodyOf(text);
    return body === undefined ? {} : { body: redactBody(body) };
  } catch {
    return { body: redactBody(text) };
  }
}

/** Returns a request as it is recorded, and as it is looked for in a recording. */
export function recordedRequest({ method, url, headers, body }: NitroRequest): RecordedRequest {
  const kept = REQUEST_HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return {
    method,
    url: redactUrl(url),
    ...(kept.length === 0 ? {} : { headers: Object.fromEntries(kept) }),
    ...bodyField(body.toString()),
  };
}

function keptHeaders(headers: NitroReply['headers']): NitroReply['headers'] {
  const kept = Object.entries(headers ?? {}).flatMap(([name, value]): [string, string | string[]][] => {
    if (!RESPONSE_HEADERS.includes(name.toLowerCase())) return [];
    if (name.toLowerCase() !== 'set-cookie') return [[name, value]];
    return [[name, Array.isArray(value) ? value.map(redactCookie) : redactCookie(value)]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Returns the line of a request and its response. */
export function recordOf(request: NitroRequest, { status, body, headers }: NitroReply): ExchangeRecord {
  const kept = keptHeaders(headers);
  return {
    v: 1,
    request: recordedRequest(request),
    response: {
      status,
      ...(kept === undefined ? {} : { headers: kept }),
      ...(body === undefined || body === ''
        ? {}
        : typeof body === 'string'
          ? bodyField(body)
          : { body: redactBody(body) }),
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Reads a line of a recording. @throws {RecordInvalid} */
export function parseRecord(line: string): ExchangeRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new RecordInvalid('it is not JSON');
  }
  if (!isObject(value)) throw new RecordInvalid('it is not an object');
  if (value.v !== 1) throw new RecordInvalid('its "v" is not 1: another version of nspass wrote it');
  const { request, response } = value;
  if (!isObject(request) || typeof request.method !== 'string' || typeof request.url !== 'string')
    throw new RecordInvalid('"request" has no method and url');
  if (
    !isObject(response) ||
    !Number.isInteger(response.status) ||
    Number(response.status) < 200 ||
    Number(response.status) > 599
  )
    throw new RecordInvalid('"response" has no HTTP status');
  return value as unknown as ExchangeRecord;
}
