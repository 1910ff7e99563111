import { type DoctorCheck, failed, ok, unseen } from './check.ts';

/** A clock of another machine, read between two moments of this one. All are milliseconds since the epoch. */
export interface ClockReading {
  readonly before: number;
  readonly after: number;
  /** In whole seconds, as `Date` headers and appliances have it. */
  readonly theirs: number;
}

/** Clocks that differ by no more are the same: the engine allows publishers as much (`lib/nitro/inventory/kept-parts.ts`). */
const TOLERATED_MS = 10_000;
const SECOND_MS = 1_000;

/**
 * Returns by how much the other clock is surely ahead, in milliseconds. The length of the request and the missing fraction
 * of a second are in its favour.
 *
 * @returns less than 0 if it is behind, and 0 if the readings fit.
 */
function skewOf({ before, after, theirs }: ClockReading): number {
  if (theirs > after) return theirs - after;
  return Math.min(0, theirs + SECOND_MS - before);
}

/**
 * Returns the clock of a `Date` header.
 *
 * @returns undefined if there is none, or if it is not a date.
 */
export function dateReading(header: string | undefined, before: number, after: number): ClockReading | undefined {
  const theirs = Date.parse(header ?? '');
  return Number.isNaN(theirs) ? undefined : { before, after, theirs };
}

/** Judges a clock. @param remedy what to do if it is wrong. */
export function clockCheck(reading: ClockReading | undefined, remedy: string): DoctorCheck {
  if (reading === undefined) return unseen('clock', 'its time is not in the answer');
  const skew = skewOf(reading);
  if (Math.abs(skew) <= TOLERATED_MS)
    return ok('clock', `differs from this machine’s by less than ${TOLERATED_MS / SECOND_MS} s`);
  const seconds = Math.round(Math.abs(skew) / SECOND_MS);
  return failed('clock', `is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this machine’s`, remedy);
}
