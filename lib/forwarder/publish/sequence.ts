import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { HybridClock } from '../../contract/index.ts';
import type { SequenceStore } from '../ports.ts';

/** Keeps sequences in memory: for tests, and where nothing behind the bus outlives the process. */
export class MemorySequences implements SequenceStore {
  #upTo = 0;

  async read(): Promise<number> {
    return this.#upTo;
  }

  async reserve(upTo: number): Promise<void> {
    this.#upTo = upTo;
  }
}

/** The file of sequences is damaged. Starting at zero could go back, so nothing starts. */
export class SequencesUnreadable extends Error {
  override readonly name = 'SequencesUnreadable';
}

/** Keeps sequences in `sequence.json` of a folder. */
export class FileSequences implements SequenceStore {
  readonly #folder: string;
  readonly #file: string;

  /** @param folder is created where it does not exist. */
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
    if (match === null) throw new SequencesUnreadable(`${this.#file} is damaged: expected {"reserved":<number>}`);
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

/** A reservation reaches this far ahead, so that the store is written once in this time; milliseconds. */
const AHEAD_MS = 60_000;

/**
 * Gives sequences that never go back, over crashes and clock steps. It reserves a range durably before it uses one
 * of it, and starts above everything that was ever reserved.
 *
 * @example
 * await sequencer.ensure(2);
 * // no waiting from here to the last use: a sequence stamps the state of its own step (protocol rule 14)
 * const events = states.map((state) => stamp(state, sequencer.next()));
 */
export class Sequencer {
  readonly #store: SequenceStore;
  readonly #now: () => number;
  readonly #clock: HybridClock;
  #reserved: number;
  /** The physical clock counts up to here, so that as many sequences are left as `ensure` was asked for. */
  #ceiling: number;

  private constructor(store: SequenceStore, now: () => number, reserved: number) {
    this.#store = store;
    this.#now = now;
    this.#reserved = reserved;
    this.#ceiling = reserved;
    this.#clock = new HybridClock(() => Math.min(now(), this.#ceiling), reserved);
  }

  /** @param now milliseconds since the epoch. */
  static async open(store: SequenceStore, now: () => number): Promise<Sequencer> {
    return new Sequencer(store, now, await store.read());
  }

  /** The last sequence, or the highest that may have been used before this process. */
  get last(): number {
    return this.#clock.last;
  }

  /** Reserves until `count` sequences can be taken. */
  async ensure(count: number): Promise<void> {
    // Checked again after each wait: the clock may have been set meanwhile.
    while (Math.max(this.#now(), this.#clock.last) + count > this.#reserved) {
      const upTo = Math.max(this.#now(), this.#clock.last + count) + AHEAD_MS;
      await this.#store.reserve(upTo);
      this.#reserved = upTo;
    }
    // The physical clock may run on between here and the last `next`.
    this.#ceiling = this.#reserved - count;
  }

  /** Returns the next sequence. It may be called as often as `ensure` was asked for. */
  next(): number {
    if (this.#clock.last >= this.#reserved) throw new Error('no reserved sequence is left: call ensure first');
    return this.#clock.next();
  }

  /** Moves above a sequence that somebody else has recorded (protocol rule 14). */
  observe(sequence: number): void {
    this.#clock.observe(sequence);
  }

  /** Gives unused sequences back, at the end of this process. */
  async release(): Promise<void> {
    if (this.#reserved > this.#clock.last) {
      this.#reserved = this.#clock.last;
      await this.#store.reserve(this.#reserved);
    }
  }
}
