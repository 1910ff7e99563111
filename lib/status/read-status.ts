import type { LedgerRow } from '../ledger/index.ts';
import { namesOf, parseMark } from '../netscaler/index.ts';
import { mapRow, NitroError, type NitroReader, type NitroRow, type StatisticsReader } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import { type ApplianceTraffic, readTraffic, type TrafficReader } from '../traffic/index.ts';
import { type MemberStatus, type RouteStatus, routeStatuses, type StatusInput } from './route-status.ts';

/**
 * Returns the state of every host of the system on an appliance.
 *
 * @param systemId the configured system id; `nsp` by default.
 * @param statistics reads counters; without it, or without the permission, they are undefined.
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
 * Reads what {@link routeStatuses} judges. Three lists are read, in pages where they are long, and with `statistics` three
 * more. The parameters and errors are those of {@link readStatus}.
 */
export async function readStatusInput(
  reader: Pick<NitroReader, 'rows'>,
  systemId: string,
  statistics?: StatisticsReader,
): Promise<StatusInput> {
  const recorded = await readRecorded(reader, systemId);
  const members = await reader.rows('servicegroup_servicegroupmember_binding', {
    filter: { servicegroupname: `/^${systemId}-/` },
    large: true,
    shape: trimmed,
  });
  const traffic = statistics === undefined ? undefined : await permittedTraffic({ reader, statistics }, systemId);
  return { ...recorded, members: memberStatuses(members), traffic };
}

/**
 * Reads what the maps of the system record: every front end with its hosts and claims, and every ledger. The errors are
 * those of {@link readStatus}.
 */
export async function readRecorded(
  reader: Pick<NitroReader, 'rows'>,
  systemId: string,
): Promise<Pick<StatusInput, 'names' | 'frontends' | 'ledgers'>> {
  // One after the other: an appliance works on one list at a time, and each has its own limit of time.
  const maps = await reader.rows('policystringmap', { filter: { name: `/^${systemId}_/` } });
  const bindings = await reader.rows('policystringmap_pattern_binding', {
    filter: { name: `/^${systemId}_/` },
    large: true,
  });
  const rows = Map.groupBy(bindings, (row) => String(row.name));
  const marked = maps.map((map) => ({ name: String(map.name), mark: parseMark(map.comment) }));
  return {
    names: namesOf(systemId),
    frontends: marked.flatMap(({ name, mark }) =>
      mark?.frontend === undefined ? [] : [{ frontend: mark.frontend as Frontend, rows: ledgerRows(rows.get(name)) }],
    ),
    ledgers: marked.flatMap(({ name, mark }) =>
      mark?.cluster === undefined ? [] : [{ cluster: mark.cluster, rows: ledgerRows(rows.get(name)) }],
    ),
  };
}

/** Returns the counters; undefined if the user may not read statistics. */
async function permittedTraffic(reader: TrafficReader, systemId: string): Promise<ApplianceTraffic | undefined> {
  try {
    return await readTraffic(reader, systemId);
  } catch (error) {
    if (error instanceof NitroError && error.kind === 'denied') return undefined;
    throw error;
  }
}

/** Returns the attributes of a member's row that a status needs. */
const trimmed = ({ servicegroupname, ip, servername, port, weight, svrstate, state }: NitroRow): NitroRow => ({
  servicegroupname,
  ip,
  servername,
  port,
  weight,
  svrstate,
  state,
});

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
        ...(Number(row.weight ?? 1) > 1 ? { weight: Number(row.weight) } : {}),
      })),
    ]),
  );
}
