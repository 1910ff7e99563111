import { type KeyRange, keySpaceOf } from '../../contract/index.ts';

/** An Ingress or TLSRoute as a candidate for a snapshot. */
export interface Candidate {
  /** Bytes of its state in the event (UTF-8 of the JSON, with a comma). */
  readonly bytes: number;
  /** Bytes of its name in the list of objects without a state. */
  readonly listedBytes: number;
  /** Whether an event can carry its state; if not, it is only listed (protocol rule 13). */
  readonly fits: boolean;
}

/** The content of one snapshot event, complete for its range. */
export interface RangePlan<T extends Candidate> extends KeyRange {
  readonly states: readonly T[];
  /** Listed by name; those that fit an event follow as single events of a later sequence. */
  readonly listed: readonly T[];
}

/**
 * Plans the next range: as many neighbouring key prefixes from `from` on as fit. Ranges that each start at the
 * `nextPrefix` of the one before tile the key space. A range holds objects of one kind.
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
  const states: T[] = [];
  const listed: T[] = [];
  let to = from;
  let used = 0;
  const cost = (each: T): number => (each.fits && each.bytes <= limit ? each.bytes : each.listedBytes);
  const space = keySpaceOf(from);
  for (const prefix of space.slice(space.indexOf(from))) {
    const candidates = [...candidatesOf(prefix)].sort((a, b) => a.bytes - b.bytes);
    const fitting = used + candidates.reduce((sum, each) => sum + cost(each), 0) <= limit;
    if (!fitting && prefix !== from) break;
    // One prefix that does not fit: reserve room for the names of all its Ingresses, then add the states that fit.
    if (!fitting) used = candidates.reduce((sum, each) => sum + each.listedBytes, 0);
    for (const each of candidates) {
      const growth = fitting ? cost(each) : each.bytes - each.listedBytes;
      const inline = each.fits && each.bytes <= limit && used + growth <= limit;
      (inline ? states : listed).push(each);
      if (fitting || inline) used += growth;
    }
    to = prefix;
  }
  return { from, to, states, listed };
}
