/** How patiently something is tried again. */
export interface BackoffBounds {
  /** Ceiling of the first wait, in milliseconds; it doubles with each. */
  readonly baseMs: number;
  /** Ceiling of every wait, in milliseconds. */
  readonly maxMs: number;
}

/**
 * Full jitter: a wait drawn evenly from nothing to an exponential ceiling, so that many that failed together do not
 * come back together.
 *
 * @param attempt attempts that have failed so far, 1 or more.
 * @param random in [0, 1).
 * @returns milliseconds.
 */
export function fullJitter(attempt: number, { baseMs, maxMs }: BackoffBounds, random: () => number): number {
  return Math.floor(random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1)));
}
