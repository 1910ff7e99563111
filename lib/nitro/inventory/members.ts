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

/** States of a member that is on its way out: it is no member of the desired set any more. */
const LEAVING = /GOING OUT OF SERVICE|OUT OF SERVICE|TROFS/i;

export function isLeaving(row: NitroRow): boolean {
  return String(row.state ?? 'ENABLED').toUpperCase() === 'DISABLED' || LEAVING.test(String(row.svrstate ?? ''));
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
