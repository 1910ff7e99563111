import { FINDING_CODES } from '../ingress/index.ts';
import { nearest } from '../ingress/nearest.ts';

const KNOWN: ReadonlySet<string> = new Set(FINDING_CODES);

/** Returns whether the catalogue has a finding of this code, in exactly these letters. */
export function isFindingCode(text: string): boolean {
  return KNOWN.has(text);
}

/** Returns a sentence, without a capital, about a code that no finding has, with the one that was probably meant. */
export function noSuchFinding(text: string): string {
  const meant = nearest(text, FINDING_CODES);
  const hint = meant === undefined ? 'nspass explain lists them.' : `did you mean ${meant}?`;
  return `there is no finding "${text}": ${hint}`;
}
