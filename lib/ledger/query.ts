import { EVERYTHING, type KeyRange } from '../contract/index.ts';

/**
 * PCREs for filtered reads of the ledger's maps, so that each question is one read. Filters cannot compare names, so a
 * range of keys is a character class of its first two characters.
 */

/** Digits before letters: the order of ASCII, and so of the ranges. No key has a character that lies between them. */
const between = (from: string, to: string): string => `[${from}-${to}]`;
const FIRST = '2';
const LAST = 'z';
const SORTED = '01234567abcdefghijklmnopqrstuvwxyz';

/** Returns a pattern, without anchors, for the two-character prefixes of a range. */
export function rangePattern({ from, to }: KeyRange): string {
  const [a, b] = [from[0] as string, from[1] as string];
  const [c, d] = [to[0] as string, to[1] as string];
  if (a === c) return `${a}${between(b, d)}`;
  const parts = [`${a}${between(b, LAST)}`];
  const next = SORTED[SORTED.indexOf(a) + 1] as string;
  const previous = SORTED[SORTED.indexOf(c) - 1] as string;
  if (next <= previous) parts.push(`${between(next, previous)}.`);
  parts.push(`${c}${between(FIRST, d)}`);
  return `(${parts.join('|')})`;
}

/** Characters of the longest pattern that fits a URL; beyond it the whole map is read. */
export const LONGEST_PATTERN = 3000;

/**
 * Returns a PCRE for the rows of a cluster's ledger that a batch needs: records and draining back ends of these keys and
 * ranges, every watermark, and the cluster's UID.
 *
 * @returns undefined where all rows are needed, or the pattern would not fit a URL.
 */
export function ledgerPattern(keys: readonly string[], ranges: readonly KeyRange[]): string | undefined {
  if (ranges.some(({ from, to }) => from === EVERYTHING.from && to === EVERYTHING.to)) return undefined;
  const which = [...keys, ...ranges.map(rangePattern)];
  const pattern = `/^(U$|W\\.|[IR]\\.(${which.join('|')}))/`;
  return pattern.length > LONGEST_PATTERN ? undefined : pattern;
}
