/** A span of event times, in milliseconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3_600_000;

/**
 * Length of the first window if the appliances are audited. A forwarder publishes a snapshot every 15 minutes by default,
 * so an hour nearly always holds one of each cluster.
 */
export const FIRST_WINDOW_MS = HOUR;

/**
 * Length of a window that certainly holds a flagged snapshot of each cluster whose forwarder runs: one is published each
 * day, with the next scheduled one (protocol rule 4).
 */
export const FLAGGED_MS = 26 * HOUR;

/**
 * Returns the window to replay next: the last hour, then back to 26 hours, then twice as far each time, until the
 * start of the archive. No event is in two of them.
 *
 * The newest comes first: older events are then stale, and clients get correct routes after the first window.
 *
 * @param done the windows that were replayed, in this order.
 * @param to end of the first window.
 * @param beginning start of the archive.
 * @returns undefined if nothing is left.
 */
export function nextWindow(done: readonly Window[], to: number, beginning: number): Window | undefined {
  const last = done.at(-1);
  if (last === undefined) return clipped(to - FIRST_WINDOW_MS, to, beginning);
  const reached = to - last.from;
  return clipped(to - (reached < FLAGGED_MS ? FLAGGED_MS : 2 * reached), last.from, beginning);
}

function clipped(from: number, to: number, beginning: number): Window | undefined {
  const start = Math.max(wholeSecond(from), beginning);
  return start < to ? { from: start, to } : undefined;
}

/** Events have their time in whole seconds. */
const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;

/** Estimates the events of a window, at an even rate since the archive began. */
export function estimate(window: Window, archive: { readonly events: number; readonly since: number }, now: number) {
  const life = Math.max(1, now - archive.since);
  return Math.round(archive.events * Math.min(1, (window.to - window.from) / life));
}
