/** Longest time from a trigger to the event that carries it, in milliseconds: what is older says nothing about delays. */
const MAX_AGE_MS = 86_400_000;

/** Furthest that a trigger may lie after the time of its event, in milliseconds: two clocks differ. */
const MAX_SKEW_MS = 5_000;

/** Longest text that is read: RFC 3339 with nanoseconds and an offset has 35 characters. */
const MAX_TEXT = 64;

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads the time at which Kubernetes observed a change: the first one, where several are gathered.
 *
 * @param text RFC 3339, from an annotation or an event: unchecked.
 * @param at time of the state that carries it, in milliseconds since the epoch.
 * @returns milliseconds since the epoch, not after `at`; undefined for what is no time, older than a day, or further in the
 *   future than clocks may differ.
 */
export function parseTriggerTime(text: unknown, at: number): number | undefined {
  if (typeof text !== 'string' || text.length > MAX_TEXT || !RFC_3339.test(text)) return undefined;
  const time = Date.parse(text);
  return time >= at - MAX_AGE_MS && time <= at + MAX_SKEW_MS ? Math.min(time, at) : undefined;
}
