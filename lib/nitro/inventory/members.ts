import { membersText } from '../../netscaler/index.ts';
import { canonicalMembers, type WeightedMember } from '../../route/index.ts';
import { MEMBER } from '../facts.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { patternsOf } from './rows.ts';

/** Reads the members of groups, as the text that the graph compares. */
export async function readMembers(
  reader: Pick<NitroReader, 'rows'>,
  groups: readonly string[],
): Promise<Map<string, string>> {
  const rows = await Promise.all(
    patternsOf(groups).map((servicegroupname) => reader.rows(MEMBER, { filter: { servicegroupname } })),
  );
  return memberLists(rows.flat());
}

/**
 * Returns whether a member is leaving: it is not in the desired set any more. A member that is out of service because its
 * group or server was disabled still counts as a member: the disabled object is reported and repaired on its own.
 */
export function isLeaving({ state, svrstate }: NitroRow): boolean {
  const now = String(svrstate ?? '').toUpperCase();
  if (/GOING OUT OF SERVICE|TROFS/.test(now)) return true;
  return state === undefined ? now.includes('OUT OF SERVICE') : String(state).toUpperCase() === 'DISABLED';
}

/** Returns a member of a group; a weight of 1, which is the default, is not named. */
function memberOf({ ip, servername, port, weight }: NitroRow): WeightedMember {
  const named = Number(weight ?? 1);
  return { address: String(ip ?? servername), port: Number(port), ...(named > 1 ? { weight: named } : {}) };
}

/** Maps groups to the text of their members that the graph compares, without leaving members. */
export function memberLists(rows: readonly NitroRow[]): Map<string, string> {
  const groups = Map.groupBy(
    rows.filter((row) => !isLeaving(row)),
    (row) => String(row.servicegroupname),
  );
  return new Map([...groups].map(([group, members]) => [group, membersText(canonicalMembers(members.map(memberOf)))]));
}
