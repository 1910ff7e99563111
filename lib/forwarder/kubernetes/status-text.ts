import { list, record } from '../../ingress/shape.ts';

/** Stands for every time of a transition. */
const ANY_TIME = '-';

/** Returns a value of a status without the times of its transitions. */
function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return list(value).map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(record(value)).map(([key, each]) => [
      key,
      key === 'lastTransitionTime' ? ANY_TIME : withoutTimes(each),
    ]),
  );
}

/**
 * Returns a status as JSON without times of transitions. Most statuses of a kind are equal then, and equal texts are kept
 * once: a status of 600 bytes for each of 10,000 routes would take 6 MB.
 */
export function comparableStatus(status: unknown): string {
  return JSON.stringify(withoutTimes(status) ?? {});
}
