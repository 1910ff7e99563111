import type { EventSpan } from '../history/index.ts';

/** What a replay has brought. */
interface ReadEvents extends EventSpan {
  readonly count: number;
  /** Milliseconds without an event, after which the reading ended. */
  readonly quietMs: number;
}

const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Returns what was read of a replay, and what that says nothing about. */
export function readLines({ count, first, last, quietMs }: ReadEvents): string[] {
  const seconds = Math.round(quietMs / 1000);
  const what = count === 1 ? '1 event' : `${count.toLocaleString('en-US')} events`;
  const when =
    first === undefined || last === undefined ? '' : `, published from ${timeText(first)} to ${timeText(last)}`;
  return [
    `read ${what}${when}; none came in the last ${seconds} seconds`,
    'EventBridge does not say how many a replay has: events that it delivers later are missing. --quiet-time waits longer for them',
  ];
}
