import type { Attributes } from '../route/index.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { MSEC: 1, SEC: 1000, MIN: 60_000 };

/** NITRO's defaults: probe every 5 s, answer within 2 s. */
const DEFAULTS = { interval: 5, resptimeout: 2 };

/**
 * Removes a response time-out that reaches the interval, together with the interval: the appliance rejects a monitor with
 * such a pair. `units3` is the unit of the interval, `units4` that of the response time-out.
 */
export function monitorTiming(attributes: Attributes): { attributes: Attributes; reason?: string } {
  const { interval, resptimeout, units3, units4, ...rest } = attributes;
  const period = Number(interval ?? DEFAULTS.interval) * (MILLISECONDS[units3 ?? 'SEC'] as number);
  const limit = Number(resptimeout ?? DEFAULTS.resptimeout) * (MILLISECONDS[units4 ?? 'SEC'] as number);
  if (limit < period) return { attributes };
  return {
    attributes: rest,
    reason: `the response time-out (${limit} ms) must be shorter than the interval (${period} ms): both are ignored`,
  };
}
