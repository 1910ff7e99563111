import type { QueueLook } from './replay-drained.ts';

/** Nothing moved for so long, in milliseconds: then it is said why, and again after as long. */
export const SAY_AFTER_MS = 3 * 60_000;

/** A queue by its name, and the looks at it since something moved last. */
export interface StalledQueue {
  readonly name: string;
  readonly last: QueueLook;
  /** Whether one of the looks found a message that somebody had taken. */
  readonly everTaken: boolean;
}

/**
 * Returns a sentence for each queue that does not move: why, as far as SQS shows it, and what to do.
 *
 * | messages | why |
 * |---|---|
 * | wait, and nobody takes any | the event source mapping is off, or the function is throttled |
 * | were taken, and are still there | batches go back: the appliance is down, busy or refuses us |
 */
export function whyStalled(queues: readonly StalledQueue[]): string[] {
  return queues
    .filter(({ last }) => last.waiting + last.taken > 0)
    .map(({ name, last, everTaken }) => {
      const count = last.waiting + last.taken;
      return everTaken
        ? `${name}: batches are taken and go back, ${count} events are left. The saved query "Why batches go back" names the cause; they come again after up to 15 minutes (docs/runbooks/appliance-lost.md).`
        : `${name}: nobody takes its ${count} events. Its event source mapping is switched off (is the appliance among custom.nspass.paused?), or the function is throttled (docs/runbooks/function-failing.md).`;
    });
}

/** Remembers what queues looked like since something moved last. */
export class StallWatch {
  readonly #names: readonly string[];
  readonly #sayAfterMs: number;
  #taken = new Set<string>();
  #last: readonly QueueLook[] = [];
  #said = 0;

  constructor(names: readonly string[], sayAfterMs = SAY_AFTER_MS) {
    this.#names = names;
    this.#sayAfterMs = sayAfterMs;
  }

  /**
   * @param stalledMs since something moved.
   * @returns what to say now; nothing where it was said a moment ago.
   */
  note(looks: readonly QueueLook[], stalledMs: number): string[] {
    if (stalledMs === 0) {
      this.#taken = new Set();
      this.#said = 0;
    }
    this.#last = looks;
    for (const [index, { taken }] of looks.entries()) if (taken > 0) this.#taken.add(this.#names[index] ?? '');
    const due = Math.floor(stalledMs / this.#sayAfterMs);
    if (due <= this.#said) return [];
    this.#said = due;
    return this.why();
  }

  why(): string[] {
    return whyStalled(
      this.#names.map((name, index) => ({
        name,
        last: this.#last[index] ?? { waiting: 0, taken: 0 },
        everTaken: this.#taken.has(name),
      })),
    );
  }
}
