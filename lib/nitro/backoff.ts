/** How often and how long a call waits for an appliance that is busy, within the invocation's time. */
export interface Backoff {
  /** All attempts, the first included. */
  readonly attempts: number;
  /** Ceiling of the first wait, in milliseconds; it doubles with each. */
  readonly baseMs: number;
  /** Ceiling of every wait, in milliseconds. */
  readonly maxMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that the invocation still has. */
  readonly remainingMs: () => number;
}

/** Full jitter: a random share of an exponentially growing bound. */
export function delay(
  attempt: number,
  { baseMs, maxMs, random }: Pick<Backoff, 'baseMs' | 'maxMs' | 'random'>,
): number {
  return Math.floor(random() * Math.min(maxMs, baseMs * 2 ** attempt));
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
  for (let attempt = 0; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt + 1 >= backoff.attempts || !worthRepeating(error)) throw error;
      const wait = delay(attempt, backoff);
      if (wait >= backoff.remainingMs()) throw error;
      await backoff.sleep(wait, signal);
      if (signal?.aborted === true) throw error;
    }
  }
}
