import type { Part } from './parts.ts';

/** Milliseconds after which a reading is outdated. */
const LONGEST_MS = 60_000;
/** Milliseconds by which the clocks of publishers and of this machine may differ. */
const CLOCKS_MS = 10_000;
/** Back ends and characters of members that are kept at most: some tens of megabytes. */
const MOST = { parts: 100_000, characters: 40_000_000 };

interface Store {
  parts: Map<string, Part> | undefined;
  /** Start of the reading, in milliseconds since the epoch. */
  readAt: number;
  session: number;
}

/**
 * Keeps the objects without a mark that one reading of the whole system found, so that the batches of one verification
 * share the reading.
 *
 * | kept parts do not count                        | because                                                          |
 * | ---------------------------------------------- | ---------------------------------------------------------------- |
 * | for events published after the reading         | changes by hand before them must be seen (rule 10)               |
 * | for events of a replay                         | their time does not say when they were sent                      |
 * | after 60 seconds                               | another instance of the function may have written since          |
 * | on another session                             | the node may be another                                          |
 * | after an error, or a clean-up                  | nobody knows how far it came                                     |
 * | of a back end that was used or is written      | its objects may have changed                                     |
 */
export class KeptParts {
  readonly #now: () => number;
  readonly #session: () => number;
  readonly #store: Store;
  readonly #published: number;

  /**
   * @param now milliseconds since the epoch.
   * @param session number of the session with the appliance.
   */
  constructor(
    now: () => number,
    session: () => number,
    store: Store = { parts: undefined, readAt: 0, session: 0 },
    published = Number.POSITIVE_INFINITY,
  ) {
    this.#now = now;
    this.#session = session;
    this.#store = store;
    this.#published = published;
  }

  /** Returns the same store for a batch. @param published time of its newest event; infinite where nothing may be kept. */
  publishedBy(published: number): KeptParts {
    return new KeptParts(this.#now, this.#session, this.#store, published);
  }

  /** Hands out the parts of these back ends, once. Names without kept parts are left out. */
  take(names: readonly string[]): Map<string, Part> {
    const { parts, readAt, session } = this.#store;
    const taken = new Map<string, Part>();
    if (parts === undefined) return taken;
    const isOld = this.#now() - readAt > LONGEST_MS || session !== this.#session();
    if (isOld) this.clear();
    if (isOld || this.#published + CLOCKS_MS > readAt) return taken;
    for (const name of names) {
      const part = parts.get(name);
      if (part !== undefined) taken.set(name, part);
      parts.delete(name);
    }
    return taken;
  }

  /** Starts a reading of everything. @returns a function that takes the result. */
  reading(): (parts: Map<string, Part>) => void {
    const [readAt, session] = [this.#now(), this.#session()];
    this.clear();
    return (parts) => {
      const characters = [...parts.values()].reduce((sum, { members }) => sum + (members?.length ?? 0), 0);
      if (parts.size > MOST.parts || characters > MOST.characters || session !== this.#session()) return;
      Object.assign(this.#store, { parts, readAt, session });
    };
  }

  /** Drops the parts of back ends that are written. */
  forget(names: Iterable<string>): void {
    const { parts } = this.#store;
    if (parts === undefined) return;
    for (const name of names) parts.delete(name);
  }

  clear(): void {
    this.#store.parts = undefined;
  }
}
