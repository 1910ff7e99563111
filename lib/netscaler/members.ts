import type { WeightedMember } from '../route/index.ts';

/**
 * The members of a group as one text, because a list of members is compared and written as a whole: a line with address,
 * port and, where it is named, weight for each.
 */

/** A member of a group as NITRO names it. */
export interface GroupMember {
  readonly ip: string;
  readonly port: number;
  /** Absent: the appliance's default of 1, which is then not written. */
  readonly weight?: number;
}

export function membersText(members: readonly WeightedMember[]): string {
  return members
    .map(({ address, port, weight }) => `${address} ${port}${weight === undefined ? '' : ` ${weight}`}`)
    .join('\n');
}

export function parseMembers(text: string): GroupMember[] {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const [ip = '', port = '0', weight] = line.split(' ');
    return { ip, port: Number(port), ...(weight === undefined ? {} : { weight: Number(weight) }) };
  });
}

/** Returns whether two texts mean the same members: a weight of 1 may be named or not. */
export const sameMembers = (a: string, b: string): boolean => withoutOnes(a) === withoutOnes(b);

const withoutOnes = (text: string): string => text.replaceAll(/^(\S+ \d+) 1$/gm, '$1');

/**
 * Returns the text with the weight of each member where the group has weights: no document says what becomes of a
 * member's weight when a list no longer names it (V).
 *
 * @param found the members that the group has.
 */
export function withWeightsOf(text: string, found: string): string {
  return NAMES_WEIGHT.test(found) ? text.replaceAll(/^(\S+ \d+)$/gm, '$1 1') : text;
}

const NAMES_WEIGHT = /^\S+ \d+ \d+$/m;
