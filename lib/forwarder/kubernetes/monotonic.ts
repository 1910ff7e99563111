import { type Clock, systemClock } from '../ports.ts';

/** A clock that no one sets: for ages and deadlines. Its `now` is no date. */
export const monotonicClock: Clock = { now: () => performance.now(), after: systemClock.after };
