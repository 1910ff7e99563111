import { setTimeout as delay } from 'node:timers/promises';
import { patient } from './patience.ts';

/**
 * Polls until something is so. The limit only ends a wait for what never comes, and scales with the machine.
 *
 * @param look returns what was waited for; undefined and false mean not yet. What it throws ends the wait.
 * @param what is named by the error when it never comes.
 * @param ms limit on a fast and idle machine.
 */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  ms = 30_000,
): Promise<T> {
  const limit = patient(ms);
  const end = performance.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${limit} ms: ${what}`);
    await delay(5);
  }
}

/** Polls until nothing is thrown any more: for a wait whose failure should show the last difference. */
export async function settles(check: () => unknown, ms = 30_000): Promise<void> {
  const end = performance.now() + patient(ms);
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await delay(5);
  }
}
