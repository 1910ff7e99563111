import type { QueueCounts } from './replay-drained.ts';

/** Time without progress after which the cause is reported, and then again after each, in milliseconds. */
export const REPORT_AFTER_MS = 3 * 60_000;

/** A queue, as observed since the last progress. */
export interface StalledQueue {
  readonly name: string;
  readonly last: QueueCounts;
  /** Whether a message was in flight at any poll. */
  readonly everInFlight: boolean;
}

/**
 * Explains each queue without progress, as far as the counts of SQS show the cause, and names a remedy.
 *
 * | messages | cause |
 * |---|---|
 * | wait, and none was ever in flight | the event source mapping is disabled, or the function is throttled |
 * | were in flight, and are still there | batches are returned: the appliance is down, busy or rejects requests |
 */
function stallCauses(queues: readonly StalledQueue[]): string[] {
  return queues
    .filter(({ last }) => last.waiting + last.inFlight > 0)
    .map(({ name, last, everInFlight }) => {
      const count = last.waiting + last.inFlight;
      return everInFlight
        ? `${name}: batches are received and returned, ${count} events are left. The saved query "Why batches are returned" names the cause; they are delivered again after up to 15 minutes (docs/runbooks/appliance-lost.md).`
        : `${name}: nothing receives its ${count} events. Its event source mapping is disabled (is the appliance in custom.nspass.paused?), or the function is throttled (docs/runbooks/function-failing.md).`;
    });
}

/** Tracks queues since the last progress, and reports why they stall. */
export class StallWatch {
  readonly #names: readonly string[];
  readonly #reportAfterMs: number;
  #inFlight = new Set<string>();
  #last: readonly QueueCounts[] = [];
  #reports = 0;

  constructor(names: readonly string[], reportAfterMs = REPORT_AFTER_MS) {
    this.#names = names;
    this.#reportAfterMs = reportAfterMs;
  }

  /**
   * @param stalledMs since the last progress.
   * @returns sentences to print now; empty until the next report is due.
   */
  note(counts: readonly QueueCounts[], stalledMs: number): string[] {
    if (stalledMs === 0) {
      this.#inFlight = new Set();
      this.#reports = 0;
    }
    this.#last = counts;
    for (const [index, { inFlight }] of counts.entries()) {
      if (inFlight > 0) this.#inFlight.add(this.#names[index] ?? '');
    }
    const due = Math.floor(stalledMs / this.#reportAfterMs);
    if (due <= this.#reports) return [];
    this.#reports = due;
    return this.#causes();
  }

  #causes(): string[] {
    return stallCauses(
      this.#names.map((name, index) => ({
        name,
        last: this.#last[index] ?? { waiting: 0, inFlight: 0 },
        everInFlight: this.#inFlight.has(name),
      })),
    );
  }
}
