import type { Clock, Timer } from '../../lib/forwarder/ports.ts';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** Lets all promises that can settle do so: nothing in the world waits for the machine. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/**
 * Time that passes only when it is told to. A timer whose callback returns a promise ends before the next one begins.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** Sorted by time, then by order. */
  readonly #timers: Due[] = [];

  /** @param now milliseconds since the epoch. */
  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, run: () => void | Promise<void>): Timer => {
    this.#order += 1;
    const due: Due = { at: this.#now + Math.max(0, ms), order: this.#order, run };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1] as Due).at > due.at) index -= 1;
    this.#timers.splice(index, 0, due);
    return {
      cancel: () => {
        const found = this.#timers.indexOf(due);
        if (found !== -1) this.#timers.splice(found, 1);
      },
    };
  };

  /** Lets time pass for whoever works now: the timers of others are late by it. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass up to `end`, each timer at its time. */
  async advanceTo(end: number): Promise<void> {
    await settle();
    for (let next = this.#timers[0]; next !== undefined && next.at <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      await next.run();
      await settle();
    }
    this.#now = Math.max(this.#now, end);
  }
}

/** The time of one process: it can be starved of it, and it can die. */
export class ProcessTime implements Clock {
  readonly #clock: VirtualClock;
  #starved = false;
  #dead = false;
  #backlog: (() => void)[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  readonly now = (): number => this.#clock.now();

  readonly after = (ms: number, callback: () => void): Timer => {
    let cancelled = false;
    const timer = this.#clock.after(ms, () => this.whenAwake(() => (cancelled ? undefined : callback())));
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  };

  get alive(): boolean {
    return !this.#dead;
  }

  get starved(): boolean {
    return this.#starved;
  }

  /** Runs it now, or when the process gets time again; never where it is dead. */
  whenAwake(run: () => void): void {
    if (this.#dead) return;
    if (this.#starved) this.#backlog.push(run);
    else run();
  }

  starve(): void {
    this.#starved = true;
  }

  wake(): void {
    this.#starved = false;
    for (const run of this.#backlog.splice(0)) this.whenAwake(run);
  }

  die(): void {
    this.#dead = true;
    this.#backlog = [];
  }
}
