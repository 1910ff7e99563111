/**
 * Ingresses that may have been lost without anybody saying so: a list lacks them, or their class is another one than
 * before. All other losses were seen: the Ingress was deleted, or says itself that it is not ours.
 *
 * | loss | goes out |
 * |---|---|
 * | seen | as `Ingress Withdrawn`, never within a snapshot |
 * | doubted | within a flagged snapshot alone, which the prune guard may refuse |
 *
 * (LIF-6, protocol rule 11)
 */
export class Doubts {
  readonly #names = new Set<string>();

  add(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /**
   * The Ingress says itself what it is, or was seen to be deleted.
   *
   * @returns whether it was doubted.
   */
  clear(name: string): boolean {
    return this.#names.delete(name);
  }

  /** An operator believes every loss so far. */
  clearAll(): void {
    this.#names.clear();
  }
}
