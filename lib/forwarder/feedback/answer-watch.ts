import type { Log } from '../../telemetry/index.ts';
import type { Clock, Timer } from '../ports.ts';

/**
 * Notices that nobody answers: a bus takes every event, also one whose rule, queue or function does nothing with it.
 * Each flagged snapshot is answered by each appliance, `Snapshot Applied` or `Prune Refused`; one answer will do.
 */
export class AnswerWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #timeoutMs: number;
  /** The oldest flagged snapshot that nobody answered, nor a later one. */
  #asked: { readonly above: number; readonly at: number } | undefined;
  #timer: Timer | undefined;
  #overdue = false;

  /** @param timeoutMs after which silence is said. */
  constructor(clock: Clock, log: Log, timeoutMs: number) {
    this.#clock = clock;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
  }

  /** A flagged snapshot is published. @param above every sequence of it is above this one. */
  asked(above: number): void {
    if (this.#asked !== undefined) return;
    this.#asked = { above, at: this.#clock.now() };
    this.#timer = this.#clock.after(this.#timeoutMs, () => {
      this.#overdue = true;
      this.#log.warn('no appliance answers: look at the bus, its rule, the queue and the function', {
        minutes: this.#minutes,
      });
    });
  }

  answered(sequence: number): void {
    if (this.#asked === undefined || sequence <= this.#asked.above) return;
    if (this.#overdue) this.#log.info('an appliance answers again', { afterMinutes: this.#minutes });
    this.stop();
  }

  /** Milliseconds since the oldest flagged snapshot without an answer; 0 where there is none. */
  get waitingMs(): number {
    return this.#asked === undefined ? 0 : this.#clock.now() - this.#asked.at;
  }

  /** In a sentence, where it is overdue. */
  get note(): string | undefined {
    if (!this.#overdue) return undefined;
    return `no answer from any appliance for ${this.#minutes} min: bus, rule, queue or function`;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#asked = undefined;
    this.#overdue = false;
  }

  get #minutes(): number {
    return Math.round(this.waitingMs / 60_000);
  }
}
