/**
 * Keeps when the first change of members happened of each Ingress whose change waits to be published. The next event of the
 * Ingress takes it, so nothing is measured twice, and nothing is kept for what does not change.
 */
export class TriggerTimes {
  readonly #times = new Map<string, number>();

  /** Number of Ingresses whose change waits. */
  get size(): number {
    return this.#times.size;
  }

  /** @param triggeredAt milliseconds since the epoch. */
  add(names: Iterable<string>, triggeredAt: number): void {
    for (const name of names) this.#times.set(name, Math.min(triggeredAt, this.#times.get(name) ?? triggeredAt));
  }

  /** Returns the time of the first change, and forgets it; undefined where no change of members waits. */
  take(name: string): number | undefined {
    const time = this.#times.get(name);
    this.#times.delete(name);
    return time;
  }
}
