/** What was last said of an Ingress. */
export interface PublishedVersion {
  /** Hash of the content; undefined where it is not certain what arrived. */
  readonly hash: string | undefined;
  readonly sequence: number;
}

/**
 * What the bus was told of each Ingress: its hash, not its state. An attempt that failed may have arrived all the
 * same; then it is uncertain what was said, and whatever is true next is said again.
 */
export class PublishedState {
  readonly #said = new Map<string, PublishedVersion>();

  get(name: string): PublishedVersion | undefined {
    return this.#said.get(name);
  }

  /** An attempt begins that says something else than before. */
  attempt(name: string, sequence: number): void {
    this.#said.set(name, { hash: undefined, sequence });
  }

  /** The bus took it. */
  published(name: string, hash: string, sequence: number): void {
    this.#said.set(name, { hash, sequence });
  }

  /** The bus took that it is gone. */
  forget(name: string): void {
    this.#said.delete(name);
  }

  get size(): number {
    return this.#said.size;
  }
}
