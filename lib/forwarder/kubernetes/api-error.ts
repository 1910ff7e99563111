import type { IncomingHttpHeaders } from 'node:http';

/** The API server answered with an error: its `Status`, as far as it sent one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status, or the code of an `ERROR` event of a watch. */
  readonly status: number;
  /** `reason` of the Status: `Expired`, `Conflict`, `Forbidden` …; empty where it is absent. */
  readonly reason: string;
  /** `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The API server went silent: it sent no answer, or nothing more over a watch. */
export class ApiTimeoutError extends Error {
  override readonly name = 'ApiSilent';
}

/** Characters of a message: a proxy may answer with an HTML page. */
const MAX_MESSAGE = 300;

/**
 * Returns the error for an answer.
 *
 * @param body a `Status`, or whatever a proxy sent instead.
 */
export function apiError(status: number, body: string, headers: IncomingHttpHeaders = {}): ApiError {
  let reason = '';
  let message = '';
  try {
    const read = JSON.parse(body) as { reason?: unknown; message?: unknown } | null;
    if (typeof read?.reason === 'string') reason = read.reason;
    if (typeof read?.message === 'string') message = read.message;
  } catch {
    message = body.trim();
  }
  const text = (message || `HTTP ${status}`).slice(0, MAX_MESSAGE);
  return new ApiError(status, reason, text, retryAfter(headers['retry-after']));
}

/** Kubernetes sends whole seconds; the date form of the header is not part of its API. */
function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1_000 : undefined;
}

/**
 * The meaning of an error for the watch of a kind.
 *
 * | error | failure | why |
 * |---|---|---|
 * | 410, `Expired` | `expired` | the version is older than the server's history: list again |
 * | `Too large resource version` | `expired` | the server was restored from a backup: the version is of a lost future |
 * | 401 | `unauthorized` | the token expired: it is read again from the disk |
 * | 403, 404, 405 | `unreadable` | not permitted, or the kind is not served: an operator must act |
 * | any other | `failed` | the server is busy, restarting or unreachable for a while |
 */
export type WatchFailure = 'expired' | 'unauthorized' | 'unreadable' | 'failed';

export function watchFailure(error: unknown): WatchFailure {
  if (!(error instanceof ApiError)) return 'failed';
  if (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone') return 'expired';
  if (error.message.includes('Too large resource version')) return 'expired';
  if (error.status === 401) return 'unauthorized';
  return [403, 404, 405].includes(error.status) ? 'unreadable' : 'failed';
}
