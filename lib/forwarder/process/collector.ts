import type { Clock, Timer } from '../ports.ts';

/** Time after the last collection until the heap is made small, in milliseconds. */
const QUIET_MS = 2_000;

/** `gc` of V8, where the flags of the image expose it. */
export type Gc = (options?: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

/**
 * Collects garbage when much of it was just made, and makes the heap small when no more comes. A usual collection keeps the pages
 * that it emptied: 7 MB after a list of 10,000 objects. Only the collection of last resort returns them, and takes longer.
 */
export class Collector {
  readonly #clock: Clock;
  readonly #gc: Gc;
  #timer: Timer | undefined;

  constructor(clock: Clock, gc: Gc) {
    this.#clock = clock;
    this.#gc = gc;
  }

  readonly collect = (): void => {
    this.#gc();
    this.#timer?.cancel();
    this.#timer = this.#clock.after(QUIET_MS, () =>
      this.#gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    );
  };

  stop(): void {
    this.#timer?.cancel();
  }
}
