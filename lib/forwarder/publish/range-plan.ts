import { type KeyRange, PREFIXES } from '../../contract/index.ts';

/** An Ingress as a candidate for a snapshot. */
export interface Candidate {
  /** Bytes of its state in the event (UTF-8 of the JSON, with a comma). */
  readonly bytes: number;
  /** Bytes of its name in the list of Ingresses without a state. */
  readonly listedBytes: number;
  /** Whether an event can carry its state; if not, it is only listed (protocol rule 13). */
  readonly fits: boolean;
}

/** The content of one snapshot event, complete for its range. */
export interface RangePlan<T extends Candidate> extends KeyRange {
  readonly ingresses: readonly T[];
  /** Listed by name; those that fit an event follow as single events of a later sequence. */
  readonly listed: readonly T[];
}

/**
 * Plans the next range: as many neighbouring key prefixes from `from` on as fit. Ranges that each start at the
 * `nextPrefix` of the one before tile the key space.
 *
 * | the Ingresses of a prefix | are |
 * |---|---|
 * | fit beside those of the prefixes before | included; one that is larger than a range is listed |
 * | no longer fit | left to the next range |
 * | do not fit even alone | included from the smallest on; the others are listed |
 *
 * @param from a two-character prefix.
 * @param candidatesOf returns all Ingresses whose key has the prefix.
 * @param limit bytes for all of them together.
 */
export function planRange<T extends Candidate>(
  from: string,
  candidatesOf: (prefix: string) => readonly T[],
  limit: number,
): RangePlan<T> {
  const ingresses: T[] = [];
  const listed: T[] = [];
  let to = from;
  let used = 0;
  const cost = (each: T): number => (each.fits && each.bytes <= limit ? each.bytes : each.listedBytes);
  for (const prefix of PREFIXES.slice(PREFIXES.indexOf(from))) {
    const candidates = [...candidatesOf(prefix)].sort((a, b) => a.bytes - b.bytes);
    const fitting = used + candidates.reduce((sum, each) => sum + cost(each), 0) <= limit;
    if (!fitting && prefix !== from) break;
    // One prefix that does not fit: reserve room for the names of all its Ingresses, then add the states that fit.
    if (!fitting) used = candidates.reduce((sum, each) => sum + each.listedBytes, 0);
    for (const each of candidates) {
      const growth = fitting ? cost(each) : each.bytes - each.listedBytes;
      const inline = each.fits && each.bytes <= limit && used + growth <= limit;
      (inline ? ingresses : listed).push(each);
      if (fitting || inline) used += growth;
    }
    to = prefix;
  }
  return { from, to, ingresses, listed };
}
