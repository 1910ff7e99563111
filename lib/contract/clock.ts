/**
 * The hybrid logical clock that stamps the events of one cluster: `max(now in ms, last + 1)`.
 *
 * The clock never goes back: not when the physical clock steps back (the logical part counts on), and not after a restart, because a
 * writer reserves a range in durable storage before it uses the range, and starts above the last reservation.
 */
export class HybridClock {
  #last: number;
  readonly #now: () => number;

  /**
   * @param now the physical clock, in milliseconds since the epoch.
   * @param reserved the highest sequence that may have been used before: the clock starts above it.
   */
  constructor(now: () => number, reserved = 0) {
    this.#now = now;
    this.#last = reserved;
  }

  /** Returns the last sequence that was issued. */
  get last(): number {
    return this.#last;
  }

  /** Returns the next sequence, greater than every earlier one. */
  next(): number {
    this.#last = Math.max(Math.floor(this.#now()), this.#last + 1);
    return this.#last;
  }

  /** Moves the clock above a sequence that another writer recorded (protocol rule 14). */
  observe(sequence: number): void {
    if (sequence > this.#last) this.#last = sequence;
  }
}
