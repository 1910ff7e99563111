import { membersText } from '../../netscaler/index.ts';
import { canonicalMembers } from '../../route/index.ts';
import { MEMBER } from '../facts.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { patternsOf } from './rows.ts';

/** Members of groups, as the text that the graph compares. */
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
 * Whether a member is on its way out: it is no member of the desired set any more. One that is out of service because
 * its group or its server was disabled is a member still: what is disabled is said and repaired by itself.
 */
export function isLeaving({ state, svrstate }: NitroRow): boolean {
  const now = String(svrstate ?? '').toUpperCase();
  if (/GOING OUT OF SERVICE|TROFS/.test(now)) return true;
  return state === undefined ? now.includes('OUT OF SERVICE') : String(state).toUpperCase() === 'DISABLED';
}

/** Rows of members → group → the text that the graph compares; those that are leaving left out. */
export function memberLists(rows: readonly NitroRow[]): Map<string, string> {
  const groups = Map.groupBy(
    rows.filter((row) => !isLeaving(row)),
    (row) => String(row.servicegroupname),
  );
  return new Map(
    [...groups].map(([group, members]) => [
      group,
      membersText(
        canonicalMembers(members.map((row) => ({ address: String(row.ip ?? row.servername), port: Number(row.port) }))),
      ),
    ]),
  );
}
