import type { Clock, Timer } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';

export interface SnapshotScheduleOptions {
  readonly clock: Clock;
  readonly settings: Pick<ForwarderSettings, 'snapshotIntervalMs' | 'snapshotJitter'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly snapshot: () => void;
}

/** Requests a snapshot after each interval, drawn anew each time so that clusters spread. */
export class SnapshotSchedule {
  readonly #options: SnapshotScheduleOptions;
  #timer: Timer | undefined;

  constructor(options: SnapshotScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, settings, random, snapshot } = this.#options;
    const waitMs = settings.snapshotIntervalMs * (1 + settings.snapshotJitter * random());
    this.#timer = clock.after(waitMs, () => {
      snapshot();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
