import type { LedgerRow } from '../ledger/index.ts';
import { namesOf, parseMark } from '../netscaler/index.ts';
import { mapRow, NitroError, type NitroReader, type NitroRow, type StatisticsReader } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import { type MemberStatus, type RouteStatus, routeStatuses, type StatusInput } from './route-status.ts';

/** Attributes of a member row that a status needs. */
const MEMBER_ATTRIBUTES = ['servicegroupname', 'ip', 'servername', 'port', 'svrstate', 'state'] as const;

/**
 * Returns the state of every host of the system on an appliance.
 *
 * @param systemId the configured system id; `nsp` by default.
 * @param statistics reads open connections; without it, or without the permission, they are undefined.
 * @throws {NitroError} {NitroUnreachable}
 */
export async function readStatus(
  reader: Pick<NitroReader, 'rows'>,
  systemId: string,
  statistics?: StatisticsReader,
): Promise<RouteStatus[]> {
  return routeStatuses(await readStatusInput(reader, systemId, statistics));
}

/**
 * Reads what {@link routeStatuses} judges. Three lists are read, in pages where they are long. The parameters and errors
 * are those of {@link readStatus}.
 */
export async function readStatusInput(
  reader: Pick<NitroReader, 'rows'>,
  systemId: string,
  statistics?: StatisticsReader,
): Promise<StatusInput> {
  const names = namesOf(systemId);
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${systemId}_/` } });
  const rows = Map.groupBy(
    await reader.rows('policystringmap_pattern_binding', { filter: { name: `/^${systemId}_/` }, large: true }),
    (row) => String(row.name),
  );
  const members = await reader.rows('servicegroup_servicegroupmember_binding', {
    filter: { servicegroupname: `/^${systemId}-/` },
    large: true,
    shape: trimmed,
  });
  const marked = maps.map((map) => ({ name: String(map.name), mark: parseMark(map.comment) }));
  return {
    names,
    frontends: marked.flatMap(({ name, mark }) =>
      mark?.frontend === undefined ? [] : [{ frontend: mark.frontend as Frontend, rows: ledgerRows(rows.get(name)) }],
    ),
    ledgers: marked.flatMap(({ name, mark }) =>
      mark?.cluster === undefined ? [] : [{ cluster: mark.cluster, rows: ledgerRows(rows.get(name)) }],
    ),
    members: memberStatuses(members),
    connections: statistics === undefined ? undefined : await openConnections(statistics),
  };
}

/** Returns open connections by virtual server; undefined if the user may not read statistics. */
async function openConnections(statistics: StatisticsReader): Promise<Map<string, number> | undefined> {
  try {
    const rows = await statistics.statistics('lbvserver');
    return new Map(rows.map((row) => [String(row.name), Number(row.curclntconnections ?? 0)]));
  } catch (error) {
    if (error instanceof NitroError && error.kind === 'denied') return undefined;
    throw error;
  }
}

const trimmed = (row: NitroRow): NitroRow => Object.fromEntries(MEMBER_ATTRIBUTES.map((name) => [name, row[name]]));

const ledgerRows = (rows: readonly NitroRow[] = []): LedgerRow[] => rows.map(mapRow);

function memberStatuses(rows: readonly NitroRow[]): Map<string, MemberStatus[]> {
  const groups = Map.groupBy(rows, (row) => String(row.servicegroupname));
  return new Map(
    [...groups].map(([group, members]) => [
      group,
      members.map((row) => ({
        address: String(row.ip ?? row.servername),
        port: Number(row.port),
        state: String(row.svrstate ?? row.state ?? 'UNKNOWN').toUpperCase(),
      })),
    ]),
  );
}
