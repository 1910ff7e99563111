import type { Log } from '../../telemetry/index.ts';
import type { Clock, Timer } from '../ports.ts';

/**
 * Detects that no appliance answers: a bus accepts every event, even if its rule, queue or function drops the event.
 * Each appliance answers each flagged snapshot with `Snapshot Applied` or `Prune Refused`; one answer is enough.
 */
export class AnswerWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #timeoutMs: number;
  /** The oldest flagged snapshot since which no appliance answered. */
  #expected: { readonly above: number; readonly at: number } | undefined;
  #timer: Timer | undefined;
  #overdue = false;

  /** @param timeoutMs silence after which the watch warns. */
  constructor(clock: Clock, log: Log, timeoutMs: number) {
    this.#clock = clock;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
  }

  /** @param above a flagged snapshot was published whose sequences are all above this one. */
  expect(above: number): void {
    if (this.#expected !== undefined) return;
    this.#expected = { above, at: this.#clock.now() };
    this.#timer = this.#clock.after(this.#timeoutMs, () => {
      this.#overdue = true;
      this.#log.warn(
        'no appliance has answered a flagged snapshot: check the bus, its rule, the queue and the function',
        {
          minutes: this.#minutes,
        },
      );
    });
  }

  answered(sequence: number): void {
    if (this.#expected === undefined || sequence <= this.#expected.above) return;
    if (this.#overdue) this.#log.info('an appliance answers again', { afterMinutes: this.#minutes });
    this.stop();
  }

  /** Milliseconds since the oldest flagged snapshot without an answer; 0 where there is none. */
  get waitingMs(): number {
    return this.#expected === undefined ? 0 : this.#clock.now() - this.#expected.at;
  }

  /** A sentence for the operator where an answer is overdue. */
  get note(): string | undefined {
    if (!this.#overdue) return undefined;
    return `no appliance has answered for ${this.#minutes} min: check the bus, its rule, the queue and the function`;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#expected = undefined;
    this.#overdue = false;
  }

  get #minutes(): number {
    return Math.round(this.waitingMs / 60_000);
  }
}
