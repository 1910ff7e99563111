import type { Clock, Timer } from '../ports.ts';

export interface CoalescerOptions {
  readonly clock: Clock;
  /** Milliseconds of quiet that a key needs. */
  readonly windowMs: number;
  /** Longest delay of a key that is never quiet, in milliseconds. */
  readonly maxDelayMs: number;
  /** Returns how many keys may wait; read at each change, because it depends on the number of Ingresses. */
  readonly limit: () => number;
  /** Takes the keys that are due. */
  readonly flush: (keys: readonly string[]) => void;
  /** More keys came than the limit: any key may have changed. */
  readonly overflow: () => void;
}

interface Waiting {
  readonly first: number;
  due: number;
}

/**
 * Gathers changes of the same key over a short window, so that a burst becomes one. When more keys wait than `limit`,
 * they are dropped, and one overflow is reported instead, after a window of its own.
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  readonly #waiting = new Map<string, Waiting>();
  #overflow: Waiting | undefined;
  #timer: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(options: CoalescerOptions) {
    this.#options = options;
  }

  /** Number of keys that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether an overflow waits to be reported. */
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

  /** Flushes every key now. */
  flushAll(): void {
    this.#flushDue(() => true);
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

  #flushDue(isDue: (waiting: Waiting) => boolean): void {
    const keys = [...this.#waiting].filter(([, waiting]) => isDue(waiting)).map(([key]) => key);
    for (const key of keys) this.#waiting.delete(key);
    const overflowed = this.#overflow !== undefined && isDue(this.#overflow);
    if (overflowed) this.#overflow = undefined;
    this.#arm(
      Math.min(...[...this.#waiting.values(), ...(this.#overflow ? [this.#overflow] : [])].map(({ due }) => due)),
    );
    if (keys.length > 0) this.#options.flush(keys);
    if (overflowed) this.#options.overflow();
  }

  /** Makes the timer fire at `at` or earlier; a timer that finds nothing due sets the next one. */
  #arm(at: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const { clock } = this.#options;
    const timer = clock.after(Math.max(0, at - clock.now()), () => {
      this.#timer = undefined;
      const now = clock.now();
      this.#flushDue((waiting) => waiting.due <= now);
    });
    this.#timer = { at, timer };
  }
}
