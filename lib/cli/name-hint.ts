import { firstOf } from '../contract/index.ts';
import { nearest } from '../ingress/nearest.ts';

/** Returns the end of a sentence about an unknown name: the nearest known one, or the known ones. */
export function nameHint(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? `expected one of ${firstOf(known, 10)}.` : `did you mean ${meant}?`;
}
