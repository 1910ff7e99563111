import type { VirtualClock } from './clock.ts';

/** A message in a queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  receives: number;
  /** Milliseconds since the epoch until which it is hidden. */
  hiddenUntil: number;
}

/** The receipt of a batch: what its consumer may say of it afterwards. */
export interface Receipt {
  readonly messages: readonly QueuedMessage[];
}

const BATCH = 10;

/**
 * A FIFO queue with one message group, by the semantics of SQS: nothing is delivered while a message of the group is
 * hidden; what is not deleted comes again. Duplicates pass, as they do after five minutes.
 */
export class FifoQueue {
  readonly #clock: VirtualClock;
  readonly #visibilityMs: number;
  readonly #arrived: () => void;
  #messages: QueuedMessage[] = [];
  #count = 0;
  /** Deletions that get lost. */
  lostDeletions = 0;

  /** @param arrived called when a message may be received now or later. */
  constructor(clock: VirtualClock, visibilityMs: number, arrived: () => void) {
    this.#clock = clock;
    this.#visibilityMs = visibilityMs;
    this.#arrived = arrived;
  }

  get size(): number {
    return this.#messages.length;
  }

  send(body: string): void {
    this.#count += 1;
    this.#messages.push({ id: `m${this.#count}`, body, receives: 0, hiddenUntil: 0 });
    this.#arrived();
  }

  /** Milliseconds until something can be received; undefined where the queue is empty. */
  get waitMs(): number | undefined {
    if (this.#messages.length === 0) return undefined;
    const hidden = Math.max(...this.#messages.map(({ hiddenUntil }) => hiddenUntil));
    return Math.max(0, hidden - this.#clock.now());
  }

  receive(): Receipt | undefined {
    if (this.waitMs !== 0) return undefined;
    const messages = this.#messages.slice(0, BATCH);
    for (const message of messages) {
      message.receives += 1;
      message.hiddenUntil = this.#clock.now() + this.#visibilityMs;
    }
    return { messages };
  }

  hide(id: string, ms: number): void {
    const message = this.#messages.find((each) => each.id === id);
    if (message !== undefined) message.hiddenUntil = this.#clock.now() + ms;
  }

  /** Deletes the messages of a batch but these. */
  done({ messages }: Receipt, kept: ReadonlySet<string>): void {
    const gone = new Set(messages.filter(({ id }) => !kept.has(id)));
    if (gone.size > 0 && this.lostDeletions > 0) {
      this.lostDeletions -= 1;
      return;
    }
    this.#messages = this.#messages.filter((message) => !gone.has(message));
  }

  /** Takes out what was received more often than this. */
  expel(most: number): QueuedMessage[] {
    const dead = this.#messages.filter(({ receives }) => receives >= most);
    this.#messages = this.#messages.filter((message) => !dead.includes(message));
    return dead;
  }
}
