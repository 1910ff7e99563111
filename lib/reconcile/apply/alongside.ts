import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop in which an answer that has come is taken, and the next call is sent. */
const TURNS = 2;

/** Lets answers be taken, and calls be sent. */
export async function yieldToCalls(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

/**
 * Runs steps of a computation. Between two of them, answers are taken and calls are sent.
 *
 * @param take is told what each step found. @returns whether calls are under way.
 */
export async function alongside<S, T>(steps: Generator<S, T, void>, take: (step: S) => boolean): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (take(value)) await yieldToCalls();
  }
}
