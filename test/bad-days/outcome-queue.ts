import { parseEnvelope, type ReceivedEvent } from '../../lib/contract/index.ts';
import type { OutcomeSource } from '../../lib/forwarder/ports.ts';
import type { ProcessTime, VirtualClock } from './clock.ts';

const VISIBILITY_MS = 30_000;

interface Outcome {
  readonly body: string;
  receives: number;
}

/** The queue of outcomes of a cluster: what its forwarder does not take comes again, until it was received too often. */
export class OutcomeQueue {
  readonly #clock: VirtualClock;
  readonly #maxReceives: number;
  readonly #lost: (body: string) => void;
  readonly #messages: Outcome[] = [];
  #reader: { readonly time: ProcessTime; readonly handle: (event: ReceivedEvent) => Promise<void> } | undefined;
  #busy = false;

  /** @param lost told of what was received too often. */
  constructor(clock: VirtualClock, maxReceives: number, lost: (body: string) => void) {
    this.#clock = clock;
    this.#maxReceives = maxReceives;
    this.#lost = lost;
  }

  get size(): number {
    return this.#messages.length + (this.#busy ? 1 : 0);
  }

  send(body: string): void {
    this.#messages.push({ body, receives: 0 });
    void this.#pump();
  }

  /** The source of one process. */
  source(time: ProcessTime): OutcomeSource {
    return {
      start: (handle) => {
        this.#reader = { time, handle };
        void this.#pump();
      },
      stop: () => {
        if (this.#reader?.time === time) this.#reader = undefined;
      },
    };
  }

  /** Its reader died: what it had in hand comes again. */
  leave(time: ProcessTime): void {
    if (this.#reader?.time !== time) return;
    this.#reader = undefined;
    if (this.#hand !== undefined) this.#messages.unshift(this.#hand);
    this.#hand = undefined;
    this.#busy = false;
  }

  #hand: Outcome | undefined;

  async #pump(): Promise<void> {
    const reader = this.#reader;
    if (this.#busy || reader === undefined) return;
    const message = this.#messages.shift();
    if (message === undefined) return;
    this.#busy = true;
    this.#hand = message;
    message.receives += 1;
    try {
      await new Promise<void>((resolve) => reader.time.whenAwake(resolve));
      await reader.handle(parseEnvelope(message.body));
    } catch {
      if (this.#hand === message) this.#again(message);
    }
    if (this.#hand !== message) return;
    this.#hand = undefined;
    this.#busy = false;
    void this.#pump();
  }

  #again(message: Outcome): void {
    if (message.receives >= this.#maxReceives) {
      this.#lost(message.body);
      return;
    }
    this.#clock.after(VISIBILITY_MS, () => {
      this.#messages.push(message);
      void this.#pump();
    });
  }
}
