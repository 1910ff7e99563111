import type { Clock, Timer } from '../ports.ts';

export interface CoalescerOptions {
  readonly clock: Clock;
  /** Milliseconds of quiet that a key needs. */
  readonly windowMs: number;
  /** Longest delay of a key that is never quiet, in milliseconds. */
  readonly maxDelayMs: number;
  /** Returns the group of a key: who changed it. */
  readonly groupOf: (key: string) => string;
  /** Returns how many keys may wait; read at each change, because it depends on the number of Ingresses. */
  readonly limit: () => number;
  /** Takes the keys that are due. */
  readonly flush: (keys: readonly string[]) => void;
  /** More keys came than the limit: any key of a group may have changed, or any key of all. */
  readonly overflow: () => void;
}

interface Waiting {
  readonly first: number;
  due: number;
}

const EVERYBODY = 'everybody';

/**
 * Gathers changes of the same key over a short window, so that a burst becomes one. When more keys wait than `limit`, keys
 * are dropped, and one overflow is reported instead, after a window of its own:
 *
 * | of the keys that wait | are dropped |
 * |---|---|
 * | one group has more than half of the limit | those of the group: nobody else waits for it |
 * | no group has | all: something concerns everybody |
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  readonly #waiting = new Map<string, Waiting>();
  #overflow: (Waiting & { of: Set<string> | typeof EVERYBODY }) | undefined;
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
    if (this.#isDropped(key)) return;
    const waiting = this.#waiting.get(key) ?? this.#begin();
    this.#waiting.set(key, waiting);
    this.#postpone(waiting);
    this.#arm(waiting.due);
    if (this.#waiting.size > this.#options.limit()) this.#drop();
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

  /** Returns whether an overflow reports the key, and lets the overflow wait for it. */
  #isDropped(key: string): boolean {
    const overflow = this.#overflow;
    if (overflow === undefined || (overflow.of !== EVERYBODY && !overflow.of.has(this.#options.groupOf(key))))
      return false;
    this.#postpone(overflow);
    return true;
  }

  #drop(): void {
    const { groupOf, limit } = this.#options;
    const groups = Map.groupBy(this.#waiting.keys(), groupOf);
    const largest = [...groups].reduce((a, b) => (b[1].length > a[1].length ? b : a));
    const overflow = this.#overflow ?? { ...this.#begin(), of: new Set<string>() };
    if (largest[1].length <= limit() / 2) {
      this.#waiting.clear();
      overflow.of = EVERYBODY;
    } else {
      for (const key of largest[1]) this.#waiting.delete(key);
      if (overflow.of !== EVERYBODY) overflow.of.add(largest[0]);
    }
    this.#overflow = overflow;
    this.#arm(overflow.due);
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
