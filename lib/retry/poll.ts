import { equalJitter } from './equal-jitter.ts';

/** How often something is read, and what reads it. */
export interface PollOptions<T> {
  readonly read: () => Promise<T>;
  /** Milliseconds from the end of a read to the next. */
  readonly intervalMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Returns the milliseconds that an error forbids another read for; undefined for the usual wait. */
  readonly waitAfter?: (error: unknown) => number | undefined;
}

/** Longest wait after reads that failed, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Holds the last value of something that is read again and again. Reads never overlap, and after failures they become
 * rarer, or end. A failure keeps the value.
 */
export class Poll<T> {
  readonly #options: PollOptions<T>;
  #value: { readonly at: number; readonly value: T } | undefined;
  #failure: string | undefined;
  #failures = 0;
  #due = Number.NEGATIVE_INFINITY;
  #running: Promise<boolean> | undefined;

  constructor(options: PollOptions<T>) {
    this.#options = options;
  }

  get value(): T | undefined {
    return this.#value?.value;
  }

  /** Time at which the value was complete, in milliseconds since the epoch. */
  get at(): number | undefined {
    return this.#value?.at;
  }

  /** Why the last read failed; undefined after one that succeeded. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Time of the next read, in milliseconds since the epoch. */
  get due(): number {
    return this.#due;
  }

  /**
   * Reads, if the next read is due. A call during a read waits for that one.
   *
   * @returns whether something was read, with success or not.
   */
  poll(): Promise<boolean> {
    if (this.#running === undefined && this.#options.now() < this.#due) return Promise.resolve(false);
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #read(): Promise<boolean> {
    const { read, intervalMs, now, random, waitAfter } = this.#options;
    try {
      const value = await read();
      this.#value = { at: now(), value };
      this.#failure = undefined;
      this.#failures = 0;
      this.#due = now() + intervalMs;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#failures += 1;
      const bounds = { baseMs: intervalMs, maxMs: Math.max(intervalMs, LONGEST_WAIT_MS) };
      this.#due = now() + (waitAfter?.(error) ?? equalJitter(this.#failures, bounds, random));
    }
    return true;
  }
}
