import { type Sleep, sleep as sleepFor } from '../aws/sleep.ts';
import { shuffled } from './random.ts';

/** Faults that a bus in the cloud may show at any time, and this one only on request. */
export interface DeliveryFaults {
  /** Events overtake each other: each is delayed by a random time, and replays are shuffled within a minute. */
  readonly unordered: boolean;
  /** Probability, from 0 to 1, that an event is delivered once more. */
  readonly duplicates: number;
  /** Longest delay of an event, in milliseconds. */
  readonly maxDelayMs: number;
}

export const NO_FAULTS: DeliveryFaults = { unordered: false, duplicates: 0, maxDelayMs: 50 };

/** Draws the faults of each event, from one seeded source. */
export class FaultInjector {
  readonly #faults: DeliveryFaults;
  readonly #random: () => number;
  readonly #sleep: Sleep;

  constructor(faults: DeliveryFaults, random: () => number, sleep: Sleep = sleepFor) {
    this.#faults = faults;
    this.#random = random;
    this.#sleep = sleep;
  }

  /** Returns the delay of each delivery of an event, in milliseconds. */
  deliveries(): number[] {
    const { unordered, duplicates } = this.#faults;
    const again = duplicates > 0 && this.#random() < duplicates;
    const delay = () => (unordered ? Math.floor(this.#random() * this.#faults.maxDelayMs) : 0);
    return again ? [delay(), delay()] : [delay()];
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal);
  }

  /** Returns the events of one minute of a replay in the order of their delivery. */
  orderMinute<T>(events: readonly T[]): readonly T[] {
    return this.#faults.unordered ? shuffled(events, this.#random) : events;
  }
}
