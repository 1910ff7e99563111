import { inRange, type KeyRange } from '../contract/index.ts';

/**
 * Returns a function that returns the ranges that a key lies in, in their order. Keys of one prefix lie in the same ranges, which
 * are looked for once: every key of a snapshot is asked for, and a batch has many snapshots.
 */
export function overKeys<R extends KeyRange>(ranges: readonly R[]): (key: string) => readonly R[] {
  const byPrefix = new Map<string, readonly R[]>();
  return (key) => {
    const prefix = key.slice(0, 2);
    const known = byPrefix.get(prefix);
    if (known !== undefined) return known;
    const over = ranges.filter((range) => inRange(prefix, range));
    byPrefix.set(prefix, over);
    return over;
  };
}
