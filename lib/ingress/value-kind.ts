import { NEVER_ALLOWED } from './cidr.ts';

/** One of some words, in any case. */
export interface WordKind {
  readonly kind: 'word';
  readonly words: readonly string[];
}

/** A decimal number without a sign, with at most as many digits as the largest one. */
export interface WholeNumberKind {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
}

/** One IPv4 or IPv6 address outside of some ranges. */
export interface AddressKind {
  readonly kind: 'address';
  readonly except: readonly { readonly range: string; readonly kind: string }[];
}

/**
 * A form of annotation values. The rules read values by these descriptions, and the admission policy of the chart is
 * generated from them (`scripts/admission-rules.ts`), so that both accept the same.
 */
export type ValueKind = WordKind | WholeNumberKind | AddressKind;

export const BOOLEAN = { kind: 'word', words: ['true', 'false'] } as const satisfies WordKind;

/** Values of `insecure-termination` that ask for something that exists (VAL-11). */
export const TERMINATION = { kind: 'word', words: ['redirect', 'disallow'] } as const satisfies WordKind;

/** VAL-10. */
export const PORT = { kind: 'number', min: 1, max: 65_535 } as const satisfies WholeNumberKind;

/** VAL-9. */
export const FRONTEND_ADDRESS: AddressKind = { kind: 'address', except: NEVER_ALLOWED };

/** Returns the word that a text is, in lower case; undefined for any other text. */
export function readWord<T extends string>(kind: { readonly words: readonly T[] }, input: string): T | undefined {
  const lower = input.toLowerCase();
  return kind.words.find((word) => word === lower);
}

/** Returns the number that a text is; undefined for any other text, and for a number out of range. */
export function readNumber({ min, max }: WholeNumberKind, input: string): number | undefined {
  const number = Number(input);
  const digits = /^[0-9]+$/.test(input) && input.length <= String(max).length;
  return digits && number >= min && number <= max ? number : undefined;
}
