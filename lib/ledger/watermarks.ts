import { inRange, type KeyRange, nextPrefix } from '../contract/index.ts';
import { SEPARATOR, wholeNumber } from './fields.ts';
import { overKeys } from './over-keys.ts';
import { type LedgerRow, VERSION } from './rows.ts';

/** The record of a snapshot: row `W`. */
export interface Watermark extends KeyRange {
  readonly sequence: number;
}

export function encodeWatermark({ from, to, sequence }: Watermark): LedgerRow {
  return { key: `W.${from}-${to}`, value: `${VERSION}${SEPARATOR}${sequence}`, comment: '' };
}

/** @returns undefined for a row that this version cannot read. */
export function decodeWatermark(row: LedgerRow): Watermark | undefined {
  const match = /^W\.([a-z0-7][a-z2-7])-([a-z0-7][a-z2-7])$/.exec(row.key);
  if (match === null) return undefined;
  const [version, sequence] = row.value.split(SEPARATOR);
  const number = wholeNumber(sequence);
  if (version !== VERSION || number === undefined) return undefined;
  return { from: match[1] as string, to: match[2] as string, sequence: number };
}

/** Returns the highest sequence of the watermarks over a key; 0 where there is none. */
export function watermarkOver(key: string, watermarks: readonly Watermark[]): number {
  let highest = 0;
  // Every key of a snapshot is asked for.
  for (const mark of watermarks) if (mark.sequence > highest && inRange(key, mark)) highest = mark.sequence;
  return highest;
}

/** Returns {@link watermarkOver} for many keys. */
export function highestOver(watermarks: readonly Watermark[]): (key: string) => number {
  const marksOver = overKeys(watermarks);
  return (key) => marksOver(key).reduce((highest, { sequence }) => Math.max(highest, sequence), 0);
}

/** Sorts behind every prefix. */
const BEHIND = '~';

/** Returns whether these ranges together cover `range` without a gap. */
export function covers(ranges: readonly KeyRange[], range: KeyRange): boolean {
  let next = range.from;
  for (const candidate of [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (candidate.from <= next && candidate.to >= next) next = nextPrefix(candidate.to) ?? BEHIND;
  }
  return next > range.to;
}

/**
 * Returns the watermarks that may be removed: those whose range newer (or equal, other) ones together cover. Removing
 * one that is only overlapped would bring deleted Ingresses back; removing only contained ones would leak.
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
