import { type Clock, systemClock } from '../ports.ts';

/** A clock that cannot be set, for ages and deadlines. Its `now` is not a date. */
export const monotonicClock: Clock = { now: () => performance.now(), after: systemClock.after };
