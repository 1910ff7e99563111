import { setImmediate as breathe } from 'node:timers/promises';

/**
 * Divides long work into parts, each in a turn of the event loop of its own, so that requests in between are answered: the
 * leader renews its Lease while it reads a list of thousands.
 */
export class Turns {
  #held: Promise<void> | undefined;

  /** Whether {@link exclusive} work is under way. */
  get held(): boolean {
    return this.#held !== undefined;
  }

  /** Does a part of some work in a later turn, and not while exclusive work is under way. */
  async run<T>(part: () => T): Promise<T> {
    await breathe();
    while (this.#held !== undefined) await this.#held;
    return part();
  }

  /** Does work in parts, a turn after each, while nobody else has one. @param parts one for each part; it may be given up. */
  async exclusive(parts: Iterator<unknown>): Promise<void> {
    while (this.#held !== undefined) await this.#held;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    try {
      while (parts.next().done !== true) await breathe();
    } finally {
      this.#held = undefined;
      resolve();
    }
  }
}
