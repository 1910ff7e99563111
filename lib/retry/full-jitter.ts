/** Bounds of the waits between attempts. */
export interface BackoffBounds {
  /** Ceiling of the first wait, in milliseconds; the ceiling doubles with each attempt. */
  readonly baseMs: number;
  /** Ceiling of every wait, in milliseconds. */
  readonly maxMs: number;
}

/**
 * Draws a wait evenly between 0 and an exponential ceiling (full jitter), so that clients that failed together do not
 * return together.
 *
 * @param attempt number of failed attempts, 1 or more.
 * @param random in [0, 1).
 * @returns milliseconds.
 */
export function fullJitter(attempt: number, { baseMs, maxMs }: BackoffBounds, random: () => number): number {
  return Math.floor(random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1)));
}
