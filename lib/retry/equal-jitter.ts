import { type BackoffBounds, backoffCeiling } from './full-jitter.ts';

/**
 * Draws a wait between half of the ceiling and the ceiling. Unlike with full jitter, a bounded number of attempts lasts for
 * a known time at least.
 *
 * @param attempt attempts that have failed so far, 1 or more.
 * @param random in [0, 1).
 * @returns milliseconds.
 */
export function equalJitter(attempt: number, bounds: BackoffBounds, random: () => number): number {
  return backoffCeiling(attempt, bounds) * (0.5 + random() / 2);
}
