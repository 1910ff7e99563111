/** How often and how long a call waits for an appliance that is busy, within the invocation's time. */
export interface Backoff {
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
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
 */
export async function withBackoff<T>(
  backoff: Backoff,
  action: () => Promise<T>,
  worthRepeating: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      const wait = delay(attempt, backoff);
      if (attempt + 1 >= backoff.attempts || !worthRepeating(error) || wait >= backoff.remainingMs()) throw error;
      await backoff.sleep(wait);
    }
  }
}
