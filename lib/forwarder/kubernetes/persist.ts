import { fullJitter, type RetrySettings } from '../../retry/full-jitter.ts';
import type { Clock } from '../ports.ts';
import type { ApiError } from './api-error.ts';
import { pause } from './pause.ts';

export interface PersistOptions {
  readonly retry: RetrySettings;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Ends the waits; the caller checks it. */
  readonly signal?: AbortSignal;
}

/** Attempts of reports to the API server. */
export const REPORT_RETRY: RetrySettings = { attempts: 6, baseMs: 100, maxMs: 5_000 };

const NEVER = new AbortController().signal;

/**
 * Tries until a write succeeds, a retry is useless, or the attempts are used up.
 *
 * | answer | action |
 * |---|---|
 * | 404 | end: the object or its namespace is gone |
 * | 403 `… is being terminated` | end: the namespace is going |
 * | 409 | read again at once: another writer came in between |
 * | 400, 403, 413, 422 | throw at once: a retry is useless |
 * | any other | retry, then throw |
 *
 * @returns the result of the write; undefined where the object is gone.
 */
export async function persist<T>(write: () => Promise<T>, options: PersistOptions): Promise<T | undefined> {
  const { retry, clock, random, signal = NEVER } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const { status = 0, message, retryAfterMs = 0 } = error as Partial<ApiError>;
      if (status === 404 || (status === 403 && message?.includes('being terminated'))) return undefined;
      if ([400, 403, 413, 422].includes(status) || attempt >= retry.attempts || signal.aborted) throw error;
      const wait = status === 409 ? 0 : Math.max(retryAfterMs, fullJitter(attempt, retry, random));
      await pause(clock, wait, signal);
    }
  }
}
