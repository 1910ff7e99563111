import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { HybridClock } from '../../contract/index.ts';
import type { SequenceStore } from '../ports.ts';

/** Sequences that are forgotten with the process: for tests, and where nothing durable stands behind the bus. */
export class MemorySequences implements SequenceStore {
  #upTo = 0;

  async read(): Promise<number> {
    return this.#upTo;
  }

  async reserve(upTo: number): Promise<void> {
    this.#upTo = upTo;
  }
}

/** The file of sequences does not hold what was written to it: starting at zero could go back, so nothing starts. */
export class SequencesUnreadable extends Error {
  override readonly name = 'SequencesUnreadable';
}

/** Sequences in `sequence.json` of a folder. */
export class FileSequences implements SequenceStore {
  readonly #folder: string;
  readonly #file: string;

  /** @param folder is made where it does not exist. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'sequence.json');
  }

  async read(): Promise<number> {
    let text: string;
    try {
      text = await readFile(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw new SequencesUnreadable(`${this.#file} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    const match = /^\{"reserved":(\d{1,15})\}\s*$/.exec(text);
    if (match === null) throw new SequencesUnreadable(`${this.#file} is damaged: {"reserved":<number>} is expected`);
    return Number(match[1]);
  }

  async reserve(upTo: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const draft = `${this.#file}.draft`;
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ reserved: upTo })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A rename replaces the file in one step: a crash leaves the old or the new one, never a half.
    await rename(draft, this.#file);
  }
}

/** How far a reservation goes ahead: one write to the store in this time, in milliseconds of the clock. */
const AHEAD_MS = 60_000;

/**
 * Gives sequences that never go back, over crashes and clock steps: a range is reserved durably before one of it is
 * used, and a new process starts above all that was ever reserved.
 *
 * @example
 * await sequencer.ensure(2);
 * // from here to the last use without waiting: a sequence stamps the state of its own step (protocol rule 14)
 * const events = states.map((state) => stamp(state, sequencer.next()));
 */
export class Sequencer {
  readonly #store: SequenceStore;
  readonly #now: () => number;
  readonly #clock: HybridClock;
  #reserved: number;

  private constructor(store: SequenceStore, now: () => number, reserved: number) {
    this.#store = store;
    this.#now = now;
    this.#reserved = reserved;
    // Held below what is reserved: the physical clock may run past it between `ensure` and `next`.
    this.#clock = new HybridClock(() => Math.min(now(), this.#reserved), reserved);
  }

  /** @param now milliseconds since the epoch. */
  static async open(store: SequenceStore, now: () => number): Promise<Sequencer> {
    return new Sequencer(store, now, await store.read());
  }

  /** The sequence that was given last, or the highest that may have been given before this process. */
  get last(): number {
    return this.#clock.last;
  }

  /** Makes sure that `count` sequences can be taken. */
  async ensure(count: number): Promise<void> {
    // Again after each wait: the clock may have been moved meanwhile.
    while (this.#clock.last + count > this.#reserved || this.#now() > this.#reserved) {
      const upTo = Math.max(this.#now(), this.#clock.last + count) + AHEAD_MS;
      await this.#store.reserve(upTo);
      this.#reserved = upTo;
    }
  }

  /** The next sequence; at most as many as were ensured. */
  next(): number {
    if (this.#clock.last >= this.#reserved) throw new Error('a sequence was taken that was not reserved');
    return this.#clock.next();
  }

  /** Moves above a sequence that somebody else has recorded (protocol rule 14). */
  observe(sequence: number): void {
    this.#clock.observe(sequence);
  }

  /** Gives back what was reserved and not used, at the end of this process. */
  async release(): Promise<void> {
    if (this.#reserved > this.#clock.last) {
      this.#reserved = this.#clock.last;
      await this.#store.reserve(this.#reserved);
    }
  }
}
