import { type BackoffBounds, fullJitter } from '../retry/full-jitter.ts';

/** How often and how long a call waits for an appliance that is busy, within the invocation's time. */
export interface Backoff extends BackoffBounds {
  /** All attempts, the first included. */
  readonly attempts: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that the invocation still has. */
  readonly remainingMs: () => number;
  /** Hears of every repeat before the wait for it. */
  readonly onRetry?: (retry: FailedAttempt) => void;
}

/** An attempt that failed and will be repeated. */
export interface FailedAttempt {
  /** Which one failed, from 1. */
  readonly attempt: number;
  /** How many there are at most. */
  readonly attempts: number;
  readonly waitMs: number;
  readonly error: unknown;
}

/**
 * Repeats `action` while its error is worth a repeat, attempts are left, and the wait fits the time that remains.
 *
 * @throws the error of the last attempt.
 */
export async function withBackoff<T>(
  backoff: Backoff,
  action: () => Promise<T>,
  worthRepeating: (error: unknown) => boolean,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt >= backoff.attempts || !worthRepeating(error)) throw error;
      const wait = fullJitter(attempt, backoff, backoff.random);
      if (wait >= backoff.remainingMs()) throw error;
      backoff.onRetry?.({ attempt, attempts: backoff.attempts, waitMs: wait, error });
      await backoff.sleep(wait, signal);
      if (signal?.aborted === true) throw error;
    }
  }
}
