/**
 * Holds Ingresses whose loss was not seen: a list lacks them, or their class changed. All other losses were seen: the
 * Ingress was deleted, or its own fields deselect it.
 *
 * | loss | published |
 * |---|---|
 * | seen | as `Ingress Withdrawn`, never within a snapshot |
 * | doubted | only within a flagged snapshot, which the prune guard may refuse |
 *
 * (LIF-6, protocol rule 11)
 */
export class Doubts {
  readonly #names = new Set<string>();

  get size(): number {
    return this.#names.size;
  }

  add(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /**
   * Ends the doubt: the Ingress was seen, or seen to be deleted.
   *
   * @returns whether it was doubted.
   */
  clear(name: string): boolean {
    return this.#names.delete(name);
  }

  /** An operator confirms every loss so far. */
  clearAll(): void {
    this.#names.clear();
  }
}
