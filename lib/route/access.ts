import { digest } from '../contract/index.ts';

/**
 * Source networks that decide who may connect to the hosts of a back end. Each is an address, or a range in CIDR notation
 * whose bits behind the prefix are 0, of the family of the front end; sorted, without duplicates.
 *
 * A client may connect if a network of `allow` has its address, or there is no `allow`, and none of `deny` has it.
 */
export interface Access {
  /** Not empty. Absent: every client. */
  readonly allow?: readonly string[];
  /** Not empty. Absent: no client. */
  readonly deny?: readonly string[];
}

/** The lists of {@link Access}. */
export const ACCESS_LISTS = ['allow', 'deny'] as const;
export type AccessList = (typeof ACCESS_LISTS)[number];

/** Which lists a back end has, and a digest of both, as the key of the back end holds them. */
interface AccessMark {
  readonly lists: ReadonlySet<AccessList>;
  readonly digest: string;
}

const LETTERS: Readonly<Record<AccessList, string>> = { allow: 'a', deny: 'd' };
const SEPARATOR = '.';
const DIGEST = 6;

/** Returns the digest of both lists. */
export function accessDigest({ allow = [], deny = [] }: Access): string {
  return digest(`${allow.join(' ')}|${deny.join(' ')}`, DIGEST);
}

/** Returns the text that a back end's key holds of its access: `.adxxxxxx`, behind the digest of its other settings. */
export function accessText(access: Access): string {
  const letters = ACCESS_LISTS.filter((list) => access[list] !== undefined).map((list) => LETTERS[list]);
  return `${SEPARATOR}${letters.join('')}${accessDigest(access)}`;
}

const MARK = /\.(a?d?)([a-z2-7]{6})$/;

/** Returns what a back end's key holds of its access. @param settings of the key. @returns undefined: everybody may connect. */
export function accessIn(settings: string): AccessMark | undefined {
  if (!settings.includes(SEPARATOR)) return undefined;
  const [, letters = '', of = ''] = MARK.exec(settings) ?? [];
  return { lists: new Set(ACCESS_LISTS.filter((list) => letters.includes(LETTERS[list]))), digest: of };
}

/** Returns the digest of a back end's settings without its access; empty for none. @param settings of the key. */
export const settingsBesideAccess = (settings: string): string => settings.split(SEPARATOR)[0] as string;
