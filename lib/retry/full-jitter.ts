/** Bounds of the waits between attempts. */
export interface BackoffBounds {
  /** Ceiling of the first wait, in milliseconds; the ceiling doubles with each attempt. */
  readonly baseMs: number;
  /** Ceiling of every wait, in milliseconds. */
  readonly maxMs: number;
}

/** Number of attempts of an action, and bounds of the waits between them. */
export interface RetrySettings extends BackoffBounds {
  /** All attempts, the first included. */
  readonly attempts: number;
}

/**
 * Returns the longest wait after an attempt, in milliseconds: it doubles with each, up to `maxMs`.
 *
 * @param attempt attempts that have failed so far, 1 or more.
 */
export function backoffCeiling(attempt: number, { baseMs, maxMs }: BackoffBounds): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1));
}

/**
 * Draws a wait between nothing and the ceiling, so that clients that failed together do not retry together.
 *
 * @param attempt number of failed attempts, 1 or more.
 * @param random in [0, 1).
 * @returns milliseconds.
 */
export function fullJitter(attempt: number, bounds: BackoffBounds, random: () => number): number {
  return Math.floor(random() * backoffCeiling(attempt, bounds));
}
