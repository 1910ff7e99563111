/** The last published version of an Ingress. */
export interface PublishedVersion {
  /** Hash of the content; undefined where it is uncertain which content arrived. */
  readonly hash: string | undefined;
  readonly sequence: number;
}

/**
 * Holds the hash of each Ingress that was published. A failed attempt may have arrived all the same: until the next
 * success the content on the bus is uncertain, and the current state is published again.
 */
export class PublishedState {
  readonly #versions = new Map<string, PublishedVersion>();

  get(name: string): PublishedVersion | undefined {
    return this.#versions.get(name);
  }

  /** Records that an attempt with new content begins. */
  attempt(name: string, sequence: number): void {
    this.#versions.set(name, { hash: undefined, sequence });
  }

  /** Records that the bus accepted the content. */
  accept(name: string, hash: string, sequence: number): void {
    this.#versions.set(name, { hash, sequence });
  }

  /** Records that the bus accepted a withdrawal. */
  forget(name: string): void {
    this.#versions.delete(name);
  }

  get size(): number {
    return this.#versions.size;
  }
}
