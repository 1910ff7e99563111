import { type BackoffBounds, fullJitter } from './full-jitter.ts';

/** Bounds of the repeats of one action. */
export interface Backoff extends BackoffBounds {
  /** All attempts, the first included. */
  readonly attempts: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that are left for all attempts. */
  readonly remainingMs: () => number;
  /** Called before each wait. */
  readonly onRetry?: (retry: FailedAttempt) => void;
}

/** A failed attempt that will be repeated. */
export interface FailedAttempt {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Number of attempts at most. */
  readonly attempts: number;
  readonly waitMs: number;
  readonly error: unknown;
}

/**
 * Repeats `action` while its error is worth a repeat, attempts are left, and the next wait fits the time that remains.
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
