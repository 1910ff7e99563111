import { inRange, type KeyRange, nextPrefix } from '../contract/index.ts';
import type { Watermark } from './rows.ts';

/** The highest watermark over a key; 0 where there is none. */
export function watermarkOver(key: string, watermarks: readonly Watermark[]): number {
  return Math.max(0, ...watermarks.filter((mark) => inRange(key, mark)).map(({ sequence }) => sequence));
}

/** Sorts behind every prefix. */
const BEHIND = '~';

/** Whether these ranges together cover `range` without a gap. */
export function covers(ranges: readonly KeyRange[], range: KeyRange): boolean {
  let next = range.from;
  for (const candidate of [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (candidate.from <= next && candidate.to >= next) next = nextPrefix(candidate.to) ?? BEHIND;
  }
  return next > range.to;
}

/**
 * The watermarks that can go: those whose range newer (or equal, other) ones together cover. Dropping one that is
 * only overlapped would bring deleted Ingresses back; dropping only contained ones would leak.
 */
export function obsolete(watermarks: readonly Watermark[]): Watermark[] {
  const newestFirst = [...watermarks].sort((a, b) => b.sequence - a.sequence);
  const kept: Watermark[] = [];
  const gone: Watermark[] = [];
  for (const mark of newestFirst) {
    if (covers(kept, mark)) gone.push(mark);
    else kept.push(mark);
  }
  return gone;
}
