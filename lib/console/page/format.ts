import type { Owner } from '../../contract/index.ts';

const NUMBER = new Intl.NumberFormat('en');
const ABSOLUTE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'long',
});

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Units of a relative time: the largest that fits is used. */
const UNITS: readonly (readonly [number, string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
];

/** Returns a number with separators: `10,000`. */
export const count = (value: number): string => NUMBER.format(value);

/** Returns the form of a noun that agrees with a number. */
export const noun = (value: number, one: string, many = `${one}s`): string => (value === 1 ? one : many);

/** Returns a number with its noun: `1 route`, `10,000 routes`. */
export const counted = (value: number, one: string, many?: string): string =>
  `${count(value)} ${noun(value, one, many)}`;

/**
 * Returns a share as a percentage that never rounds to 0 % or 100 % unless it is exactly that: `99.99 %` is not all.
 *
 * @param whole 0 gives `–`.
 */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (part / whole) * 100;
  if (share === 0 || share === 100) return `${share} %`;
  return `${Math.min(99.99, Math.max(0.01, share)).toFixed(share > 99 || share < 1 ? 2 : 1)} %`;
}

/** Returns how long ago a time was: `just now`, `12 s ago`, `3 d ago`. Times ahead of this clock are `just now`. */
export function ago(at: number, now: number): string {
  const passed = now - at;
  const unit = UNITS.find(([length]) => passed >= length);
  return unit === undefined ? 'just now' : `${count(Math.floor(passed / unit[0]))} ${unit[1]} ago`;
}

/** Returns a time in full, in the reader's time zone. */
export const absolute = (at: number): string => ABSOLUTE.format(at);

/** Returns the day of a time, in the reader's time zone: `5 Jan 2027`. */
export const day = (at: number): string => DATE.format(at);

/** Returns an Ingress as the command names it: `cluster namespace/name`. */
export const ownerText = ({ cluster, namespace, name }: Owner): string => `${cluster} ${namespace}/${name}`;

/**
 * Returns text with its invisible characters shown: control characters, and those that turn the direction of writing or
 * join and separate without a width. A name with them could look like another name.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Returns text of at most so many characters, its middle left out: the ends of a host name say most. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
}
