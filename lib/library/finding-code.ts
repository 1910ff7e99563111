import { FINDING_CODES } from '../ingress/index.ts';
import { nearest } from '../ingress/nearest.ts';

const KNOWN: ReadonlySet<string> = new Set(FINDING_CODES);

/** Returns whether the catalogue has a finding with exactly this code. */
export function isFindingCode(text: string): boolean {
  return KNOWN.has(text);
}

/** Returns a sentence about an unknown code, with the one that was probably meant. It begins in lower case. */
export function unknownFinding(text: string): string {
  const meant = nearest(text, FINDING_CODES);
  const hint = meant === undefined ? 'nspass explain lists all codes.' : `did you mean ${meant}?`;
  return `unknown finding "${text}": ${hint}`;
}
