import type { BackoffBounds } from '../retry/full-jitter.ts';

/** How often and how patiently something is tried. */
export interface RetrySettings extends BackoffBounds {
  /** All attempts, the first included. */
  readonly attempts: number;
}

export const DEFAULT_RETRY: RetrySettings = { attempts: 8, baseMs: 100, maxMs: 20_000 };

/** Waits, or returns at once when the signal is aborted. It never throws: the caller looks at the signal. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
