import type { Clock, Timer } from '../ports.ts';

/** Parts in which a time is waited for. */
const PARTS = 4;

/**
 * Calls back after a time in which this process could run. Where the process is held up, by its own work or by too small a share
 * of a processor, timers come late and before what has arrived meanwhile is read: that time must not count as the silence of
 * others. However long it was held up, a quarter of the time counts.
 */
export function afterOwnTime(clock: Clock, ms: number, callback: () => void): Timer {
  let left = PARTS;
  const next = (): void => {
    left -= 1;
    if (left === 0) callback();
    else timer = clock.after(ms / PARTS, next);
  };
  let timer = clock.after(ms / PARTS, next);
  return { cancel: () => timer.cancel() };
}
