import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../ports.ts';

/** Time after the last collection until the heap is made small, in milliseconds. */
const QUIET_MS = 2_000;

/** Share of its time in which a process that rests does something. */
const QUIET_SHARE = 0.5;

/** `gc` of V8, where the flags of the image expose it. */
export type Gc = (options?: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

/** Returns what returns the share of the time since its last call in which the event loop did not wait. */
export function loopShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const { utilization } = performance.eventLoopUtilization(last);
    last = performance.eventLoopUtilization();
    return utilization;
  };
}

/**
 * Collects garbage when much of it was just made, and makes the heap small when no more comes. A usual collection keeps the pages
 * that it emptied: 7 MB after a list of 10,000 objects. Only the collection of last resort returns them, and takes longer.
 *
 * A process with a small share of a processor takes longer than the time of quiet from one page or event to the next. It does not
 * rest meanwhile, and so does not collect: that took as much as all other work.
 */
export class Collector {
  readonly #clock: Clock;
  readonly #gc: Gc;
  readonly #busyShare: () => number;
  #timer: Timer | undefined;

  /** @param busyShare returns the share of the time since its last call in which the process did something. */
  constructor(clock: Clock, gc: Gc, busyShare: () => number) {
    this.#clock = clock;
    this.#gc = gc;
    this.#busyShare = busyShare;
  }

  readonly collect = (): void => {
    this.#gc();
    this.#awaitQuiet();
  };

  stop(): void {
    this.#timer?.cancel();
  }

  #awaitQuiet(): void {
    this.#timer?.cancel();
    this.#busyShare();
    this.#timer = this.#clock.after(QUIET_MS, () => {
      if (this.#busyShare() > QUIET_SHARE) this.#awaitQuiet();
      else this.#gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    });
  }
}
