/**
 * The hybrid logical clock that stamps the events of one cluster: `max(now in ms, last + 1)`.
 *
 * It never goes back: not over a clock step (the logical part counts on), and not over a restart, because a
 * writer reserves a range ahead in durable storage before it uses it, and starts above what was reserved.
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

  /** The sequence that was given last. */
  get last(): number {
    return this.#last;
  }

  /** The next sequence: greater than every one before. */
  next(): number {
    this.#last = Math.max(Math.floor(this.#now()), this.#last + 1);
    return this.#last;
  }

  /** Moves above a sequence that somebody else has recorded (protocol rule 14). */
  observe(sequence: number): void {
    if (sequence > this.#last) this.#last = sequence;
  }
}
