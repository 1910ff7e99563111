import { type KeyRange, PREFIXES } from '../contract/index.ts';

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
 * | fit beside those of the prefixes before | taken in |
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
  for (const prefix of PREFIXES.slice(PREFIXES.indexOf(from))) {
    const candidates = candidatesOf(prefix);
    const bytes = candidates.reduce((sum, each) => sum + (each.fits ? each.bytes : each.listedBytes), 0);
    if (used + bytes > limit) {
      if (prefix === from) fill(candidates, limit, ingresses, listed);
      break;
    }
    for (const each of candidates) (each.fits ? ingresses : listed).push(each);
    used += bytes;
    to = prefix;
  }
  return { from, to, ingresses, listed };
}

/** Takes in as many as fit, beside the names of the rest. */
function fill<T extends Candidate>(candidates: readonly T[], limit: number, ingresses: T[], listed: T[]): void {
  let used = candidates.reduce((sum, each) => sum + each.listedBytes, 0);
  for (const each of [...candidates].sort((a, b) => a.bytes - b.bytes)) {
    const growth = each.bytes - each.listedBytes;
    if (each.fits && used + growth <= limit) {
      used += growth;
      ingresses.push(each);
    } else listed.push(each);
  }
}
