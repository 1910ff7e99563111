import type { Log, LogFields, LogLevel } from '../../telemetry/index.ts';

/** One line in this many is written beyond the limit. */
const THEREAFTER = 100;

const INTERVAL_MS = 1_000;

/**
 * Returns a log in which one message cannot drown the others: it writes `after` lines of each message in a second, and
 * of the rest one in a hundred with the number of omitted lines. It writes every error.
 *
 * @param after 0 writes all lines.
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
