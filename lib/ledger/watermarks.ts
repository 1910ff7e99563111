import { inRange, type KeyRange, nextPrefix } from '../contract/index.ts';
import type { Watermark } from './rows.ts';

/** The highest watermark over a key; 0 where there is none. */
export function watermarkOver(key: string, watermarks: readonly Watermark[]): number {
  return watermarks.reduce((high, mark) => (inRange(key, mark) && mark.sequence > high ? mark.sequence : high), 0);
}

/** Whether these ranges together cover `range` without a gap. */
export function covers(ranges: readonly KeyRange[], range: KeyRange): boolean {
  let next: string | undefined = range.from;
  for (const candidate of [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (next === undefined || next > range.to) return true;
    if (candidate.from <= next && candidate.to >= next) next = nextPrefix(candidate.to);
  }
  return next === undefined || next > range.to;
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
