/** A value of a fact: yes or no, a NITRO error code, or one of the words that the fact lists. */
export type FactValue = boolean | number | string;

/** Values that a fact can have: `yes-no`, `code` (a NITRO error code), or words. */
export type FactValues = 'yes-no' | 'code' | readonly [string, string, ...string[]];

/** A property of an appliance that no document settles, or that the product takes for granted. */
export interface Fact {
  /** One sentence that is true where the value is `yes`; for other values, the question in words. */
  readonly statement: string;
  readonly values: FactValues;
  /** The value that the product is fastest or simplest with. */
  readonly expected: FactValue;
  /** Says in one sentence what the product does where the value is another. */
  readonly otherwise: string;
  /** The file of the product that depends on it. */
  readonly usedIn: string;
  /** The part of an appliance that a probe needs beside its NITRO API. */
  readonly needs?: 'front end' | 'back end' | 'partition';
}

/** Returns whether a value is one that the fact can have. */
export function isValueOf({ values }: Fact, value: unknown): value is FactValue {
  if (values === 'yes-no') return typeof value === 'boolean';
  if (values === 'code') return Number.isInteger(value) && Number(value) > 0 && Number(value) < 100_000;
  return typeof value === 'string' && values.includes(value);
}

/** Returns a value in words. */
export function valueText(value: FactValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
