import type { Task } from '../decide/task.ts';
import type { PublishOutcomes } from '../engine.ts';
import type { Outcome } from './ingress-outcome.ts';

/** The outcomes of a plan. Each is made when it is published: that of a large plan in pieces. */
export class PlannedOutcomes {
  readonly #tasks: readonly Task[];
  readonly #make: (tasks: readonly Task[]) => readonly Outcome[];
  readonly #publish: PublishOutcomes;
  readonly #made = new Map<Task, readonly Outcome[]>();

  constructor(tasks: readonly Task[], make: (tasks: readonly Task[]) => readonly Outcome[], publish: PublishOutcomes) {
    this.#tasks = tasks;
    this.#make = make;
    this.#publish = publish;
  }

  /**
   * Publishes the outcomes that were not published yet.
   *
   * @param later keys of the owners whose outcomes wait.
   * @throws when the bus does not accept one.
   */
  async publish(later: ReadonlySet<string> = new Set()): Promise<void> {
    const some = this.#tasks.filter((task) => !this.#made.has(task) && !later.has(task.decision.key));
    for (const task of some) this.#made.set(task, this.#make([task]));
    const outcomes = some.flatMap((task) => this.#made.get(task) ?? []);
    if (outcomes.length > 0) await this.#publish(outcomes);
  }

  /** The outcomes that were published, in the order of the tasks. */
  get all(): Outcome[] {
    return this.#tasks.flatMap((task) => this.#made.get(task) ?? []);
  }
}
