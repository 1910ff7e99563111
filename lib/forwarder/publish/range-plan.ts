import { type KeyRange, PREFIXES } from '../../contract/index.ts';

/** An Ingress as a candidate for a snapshot. */
export interface Candidate {
  /** Bytes that its state takes in the event (UTF-8 of the JSON, with a comma). */
  readonly bytes: number;
  /** Bytes that its name takes in the list of those that did not fit. */
  readonly listedBytes: number;
  /** False where no event can carry it: it is only listed (protocol rule 13). */
  readonly fits: boolean;
}

/** One snapshot event to be: complete for its range. */
export interface RangePlan<T extends Candidate> extends KeyRange {
  readonly ingresses: readonly T[];
  /** Listed by name, and to be sent as single events of a later sequence where they fit one. */
  readonly listed: readonly T[];
}

/**
 * The next range: neighbouring prefixes of keys from `from` on, as many as fit. Ranges planned one behind the other,
 * each from `nextPrefix` of the one before, tile the key space.
 *
 * | the Ingresses of a prefix | are |
 * |---|---|
 * | fit beside those of the prefixes before | taken in, one too large for a range apart: it is listed |
 * | do not fit any more | left to the next range |
 * | do not fit even alone | taken in from the smallest on; the others are listed |
 *
 * @param from a two-character prefix.
 * @param candidatesOf all Ingresses whose key has a prefix.
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
    // Where not even one prefix fits, the names of all its Ingresses come first, then the states that fit beside them.
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
