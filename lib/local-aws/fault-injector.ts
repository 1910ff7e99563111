import { type Sleep, sleep as sleepFor } from '../aws/backoff.ts';
import { shuffled } from './random.ts';

/** What a bus in the cloud may do at any time, and this one only where it is switched on. */
export interface DeliveryFaults {
  /** Events overtake each other: each is held for a random time; replays are shuffled within a minute. */
  readonly unordered: boolean;
  /** Probability, from 0 to 1, that an event is delivered once more. */
  readonly duplicates: number;
  /** The longest that an event is held, in milliseconds. */
  readonly maxDelayMs: number;
}

export const NO_FAULTS: DeliveryFaults = { unordered: false, duplicates: 0, maxDelayMs: 50 };

/** Draws what happens to each event, from one seeded source. */
export class FaultInjector {
  readonly #disorder: DeliveryFaults;
  readonly #random: () => number;
  readonly #sleep: Sleep;

  constructor(disorder: DeliveryFaults, random: () => number, sleep: Sleep = sleepFor) {
    this.#disorder = disorder;
    this.#random = random;
    this.#sleep = sleep;
  }

  /** One entry for each delivery of an event: its delay in milliseconds. */
  deliveries(): number[] {
    const { unordered, duplicates } = this.#disorder;
    const again = duplicates > 0 && this.#random() < duplicates;
    const delay = () => (unordered ? Math.floor(this.#random() * this.#disorder.maxDelayMs) : 0);
    return again ? [delay(), delay()] : [delay()];
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal);
  }

  /** A minute of a replay. */
  minute<T>(events: readonly T[]): readonly T[] {
    return this.#disorder.unordered ? shuffled(events, this.#random) : events;
  }
}
