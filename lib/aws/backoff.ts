/** How often and how patiently something is tried. */
export interface Retry {
  /** All attempts, the first included. */
  readonly attempts: number;
  /** Ceiling of the first wait, in milliseconds; it doubles with each. */
  readonly baseMs: number;
  /** Ceiling of every wait, in milliseconds. */
  readonly maxMs: number;
}

export const DEFAULT_RETRY: Retry = { attempts: 8, baseMs: 100, maxMs: 20_000 };

/**
 * Full jitter: a wait drawn evenly from nothing to an exponential ceiling, so that many that failed together do not
 * come back together.
 *
 * @param attempt attempts that have failed so far, 1 or more.
 * @param random in [0, 1).
 * @returns milliseconds.
 */
export function fullJitter(attempt: number, retry: Pick<Retry, 'baseMs' | 'maxMs'>, random: () => number): number {
  const ceiling = Math.min(retry.maxMs, retry.baseMs * 2 ** (attempt - 1));
  return Math.floor(random() * ceiling);
}

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
