import type { Log, LogFields, LogLevel } from '../../telemetry/index.ts';

/** Of lines beyond the limit one in so many is written. */
const THEREAFTER = 100;

/** A second of the log. */
const INTERVAL_MS = 1_000;

/**
 * A log in which one message cannot drown the others: of each message, so many lines a second are written, of the
 * rest one in a hundred, which says how many were left out. Errors are always written.
 *
 * @param after lines of one message for each second; 0 writes all.
 */
export function sampledLog(log: Log, after: number, now: () => number): Log {
  if (after === 0) return log;
  let interval = 0;
  let counts = new Map<string, number>();
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    const current = Math.floor(now() / INTERVAL_MS);
    if (current !== interval) {
      interval = current;
      counts = new Map();
    }
    const count = (counts.get(message) ?? 0) + 1;
    counts.set(message, count);
    if (count <= after) log[level](message, fields);
    else if ((count - after) % THEREAFTER === 0) log[level](message, { ...fields, leftOut: THEREAFTER - 1 });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: (message, fields) => log.error(message, fields),
  };
}
