/** Collects how to undo each step of a start-up. */
export class Cleanup {
  readonly #actions: (() => unknown)[] = [];

  add(action: () => unknown): void {
    this.#actions.push(action);
  }

  /** Runs all actions, the last one first, and forgets them. */
  async run(): Promise<void> {
    for (const action of this.#actions.splice(0).reverse()) await action();
  }
}
