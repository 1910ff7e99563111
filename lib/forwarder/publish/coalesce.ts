import type { Clock, Timer } from '../ports.ts';

export interface CoalescerOptions {
  readonly clock: Clock;
  /** Length of a key's first window, in milliseconds. */
  readonly windowMs: number;
  /** Longest window, and the longest delay of a change, in milliseconds. */
  readonly maxDelayMs: number;
  /** Keys whose changes may go out at once within a window; more are a burst. 0: every change waits. */
  readonly leading: number;
  /** Returns whether the change of a quiet key may go out at once. */
  readonly mayLead: (key: string) => boolean;
  /** Returns the group of a key: who changed it. */
  readonly groupOf: (key: string) => string;
  /** Returns how many keys may wait, those that went out at once included; read at each change, because it depends on the number of Ingresses. */
  readonly limit: () => number;
  /** Takes the keys that are due. */
  readonly flush: (keys: readonly string[]) => void;
  /** More keys came than the limit: any key of a group may have changed, or any key of all. */
  readonly overflow: () => void;
}

/** Time in which changes of a key are gathered. */
interface Window {
  readonly opened: number;
  readonly lengthMs: number;
  /** Whether a change went out when the key's first window opened: the next windows grow. */
  readonly led: boolean;
  due: number;
}

const EVERYBODY = 'everybody';

/**
 * Gathers changes of the same key over a window, so that a burst becomes few events and a single change does not wait:
 *
 * | change of a key | goes out |
 * |---|---|
 * | quiet, and fewer than `leading` keys had one at once within the window | at once; a window opens |
 * | quiet, in a burst of many keys, or not to be hurried (`mayLead`) | after `windowMs` of quiet, at the latest after `maxDelayMs`; a window opens then |
 * | within its window | with all others at the end of the window; the next opens, twice as long up to `maxDelayMs` |
 *
 * A key is quiet again after a window without a change. When more keys wait than `limit`, keys are dropped, and one
 * overflow is reported instead, after a window of its own:
 *
 * | of the keys that wait | are dropped |
 * |---|---|
 * | one group has more than half of the limit | those of the group: nobody else waits for it |
 * | no group has | all: something concerns everybody |
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  readonly #windows = new Map<string, Window>();
  /** Keys that changed in their window. */
  readonly #waiting = new Set<string>();
  /** Keys in their first window after a change that went out at once. */
  readonly #leading = new Set<string>();
  #overflow: (Window & { of: Set<string> | typeof EVERYBODY }) | undefined;
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
    const window = this.#windows.get(key);
    if (window === undefined && this.#mayLead(key)) {
      this.#leading.add(key);
      this.#open(key, { lengthMs: this.#options.windowMs, led: true });
      this.#options.flush([key]);
      return;
    }
    const gathering = window ?? this.#open(key, { lengthMs: this.#options.windowMs, led: false });
    this.#waiting.add(key);
    if (!gathering.led) this.#postpone(gathering);
    if (this.#leading.size + this.#waiting.size > this.#options.limit()) this.#drop();
  }

  /** Flushes every key now. */
  flushAll(): void {
    this.#flushDue(() => true);
  }

  stop(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#windows.clear();
    this.#waiting.clear();
    this.#leading.clear();
    this.#overflow = undefined;
  }

  #mayLead(key: string): boolean {
    const { leading, limit, mayLead } = this.#options;
    return this.#leading.size < Math.min(leading, limit() / 2) && mayLead(key);
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
    const { groupOf, limit, windowMs } = this.#options;
    const groups = Map.groupBy(this.#waiting, groupOf);
    const largest = [...groups].reduce((a, b) => (b[1].length > a[1].length ? b : a));
    const overflow = this.#overflow ?? { ...this.#window({ lengthMs: windowMs, led: false }), of: new Set<string>() };
    if (largest[1].length <= limit() / 2) {
      for (const key of this.#waiting) this.#close(key);
      overflow.of = EVERYBODY;
    } else {
      for (const key of largest[1]) this.#close(key);
      if (overflow.of !== EVERYBODY) overflow.of.add(largest[0]);
    }
    this.#overflow = overflow;
    this.#arm(overflow.due);
  }

  #window({ lengthMs, led }: Pick<Window, 'lengthMs' | 'led'>): Window {
    const opened = this.#options.clock.now();
    return { opened, lengthMs, led, due: opened + lengthMs };
  }

  #open(key: string, of: Pick<Window, 'lengthMs' | 'led'>): Window {
    const window = this.#window(of);
    this.#windows.set(key, window);
    this.#arm(window.due);
    return window;
  }

  #close(key: string): void {
    this.#windows.delete(key);
    this.#leading.delete(key);
    this.#waiting.delete(key);
  }

  #postpone(window: Window): void {
    const { clock, windowMs, maxDelayMs } = this.#options;
    window.due = Math.min(clock.now() + windowMs, window.opened + maxDelayMs);
  }

  #flushDue(isDue: (window: Window) => boolean): void {
    const { windowMs, maxDelayMs, flush, overflow } = this.#options;
    const keys: string[] = [];
    for (const [key, window] of [...this.#windows]) {
      if (!isDue(window)) continue;
      const waited = this.#waiting.has(key);
      this.#close(key);
      if (!waited) continue;
      keys.push(key);
      const { led } = window;
      this.#open(key, { lengthMs: led ? Math.min(window.lengthMs * 2, maxDelayMs) : windowMs, led });
    }
    const overflowed = this.#overflow !== undefined && isDue(this.#overflow);
    if (overflowed) this.#overflow = undefined;
    const windows = [...this.#windows.values(), ...(this.#overflow ? [this.#overflow] : [])];
    this.#arm(windows.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY));
    if (keys.length > 0) flush(keys);
    if (overflowed) overflow();
  }

  /** Makes the timer fire at `at` or earlier; a timer that finds nothing due sets the next one. */
  #arm(at: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const { clock } = this.#options;
    const timer = clock.after(Math.max(0, at - clock.now()), () => {
      this.#timer = undefined;
      const now = clock.now();
      this.#flushDue((window) => window.due <= now);
    });
    this.#timer = { at, timer };
  }
}
