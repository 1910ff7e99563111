import type { Member } from '../contract/index.ts';
export const weightedMembers = (shares: readonly { weight: number; members: readonly Member[] }[]): Member[] =>
  shares.flatMap(({ members }) => members);
