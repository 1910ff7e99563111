import type { Clock, Timer } from '../ports.ts';

export interface CoalescerOptions {
  readonly clock: Clock;
  /** Milliseconds of quiet that a key needs. */
  readonly windowMs: number;
  /** Milliseconds after which a key that is never quiet goes all the same. */
  readonly maxDelayMs: number;
  /** How many keys may wait; more is a storm. Asked each time: what is many depends on how many there are. */
  readonly limit: () => number;
  /** Keys whose time has come. */
  readonly flush: (keys: readonly string[]) => void;
  /** So many keys came that they were not kept apart: any may have changed. */
  readonly overflow: () => void;
}

interface Waiting {
  readonly first: number;
  due: number;
}

/**
 * Gathers changes of the same key over a short window, so that a burst becomes one. When more keys wait than `limit`,
 * they are no longer kept apart: one `storm` is told instead, after a window of its own.
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  readonly #waiting = new Map<string, Waiting>();
  #overflow: Waiting | undefined;
  #timer: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(options: CoalescerOptions) {
    this.#options = options;
  }

  /** How many keys wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether a storm waits to be told. */
  get overflowing(): boolean {
    return this.#overflow !== undefined;
  }

  markChanged(key: string): void {
    if (this.#overflow !== undefined) {
      this.#postpone(this.#overflow);
      return;
    }
    const waiting = this.#waiting.get(key) ?? this.#begin();
    this.#waiting.set(key, waiting);
    this.#postpone(waiting);
    if (this.#waiting.size > this.#options.limit()) {
      this.#waiting.clear();
      this.#overflow = this.#begin();
    }
    this.#arm(waiting.due);
  }

  /** Tells everything that waits, now. */
  flushAll(): void {
    this.#tell(() => true);
  }

  stop(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
    this.#overflow = undefined;
  }

  #begin(): Waiting {
    const now = this.#options.clock.now();
    return { first: now, due: now + this.#options.windowMs };
  }

  #postpone(waiting: Waiting): void {
    const { clock, windowMs, maxDelayMs } = this.#options;
    waiting.due = Math.min(clock.now() + windowMs, waiting.first + maxDelayMs);
  }

  #tell(isDue: (waiting: Waiting) => boolean): void {
    const keys = [...this.#waiting].filter(([, waiting]) => isDue(waiting)).map(([key]) => key);
    for (const key of keys) this.#waiting.delete(key);
    const storm = this.#overflow !== undefined && isDue(this.#overflow);
    if (storm) this.#overflow = undefined;
    this.#arm(
      Math.min(...[...this.#waiting.values(), ...(this.#overflow ? [this.#overflow] : [])].map(({ due }) => due)),
    );
    if (keys.length > 0) this.#options.flush(keys);
    if (storm) this.#options.overflow();
  }

  /** Has the timer fire at `at`, or earlier: one that finds nothing due sets the next. */
  #arm(at: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const { clock } = this.#options;
    const timer = clock.after(Math.max(0, at - clock.now()), () => {
      this.#timer = undefined;
      const now = clock.now();
      this.#tell((waiting) => waiting.due <= now);
    });
    this.#timer = { at, timer };
  }
}
