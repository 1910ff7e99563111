import { closingPolicies, namesOf } from '../netscaler/index.ts';
import type { NitroReader, NitroRow, StatisticsReader } from '../nitro/index.ts';
import type { ApplianceTraffic, BackendTraffic, FrontendTraffic, TrafficCounters } from './traffic.ts';

/** How an appliance is read: its configuration, and its counters over the same session. */
export interface TrafficReader {
  readonly reader: Pick<NitroReader, 'rows'>;
  readonly statistics: StatisticsReader;
}

/**
 * Reads the counters of every object of the system in three requests, however many there are: those of back ends with the
 * states of their members, those of front ends, and the hits of the policies that reset. No document says that statistics
 * can be filtered (V), so those of other people's servers come along and are dropped.
 *
 * @param systemId the configured system id; `nsp` by default.
 * @throws {NitroError} e.g. where the user may not read statistics. @throws {NitroUnreachable}
 */
export async function readTraffic({ reader, statistics }: TrafficReader, systemId: string): Promise<ApplianceTraffic> {
  // One after the other: an appliance works on one list at a time, and each has its own limit of time.
  const backends = await statistics.statistics('lbvserver');
  const frontends = await statistics.statistics('csvserver');
  const policies = await reader.rows('sslpolicy', {
    filter: { name: `/^${systemId}-((gate|exact|wildcard[0-9]?)-|reset$)/` },
    attrs: ['name', 'hits'],
  });
  return trafficOf({ backends, frontends, policies }, systemId);
}

/** Rows as the appliance answers them. */
interface TrafficRows {
  readonly backends: readonly NitroRow[];
  readonly frontends: readonly NitroRow[];
  readonly policies: readonly NitroRow[];
}

/** Returns the traffic of the system's objects. Pure. */
export function trafficOf({ backends, frontends, policies }: TrafficRows, systemId: string): ApplianceTraffic {
  const hits = new Map(policies.map((row) => [String(row.name), count(row.hits)] as const));
  const ours = (row: NitroRow): boolean => String(row.name).startsWith(`${systemId}-`);
  return {
    backends: backends.filter(ours).map(backendTraffic),
    frontends: frontends.filter(ours).flatMap((row) => frontendTraffic(row, systemId, hits)),
    refusedLast: hits.get(namesOf(systemId).reset) ?? 0,
  };
}

function backendTraffic(row: NitroRow): BackendTraffic {
  return {
    object: String(row.name),
    ...counters(row),
    up: isUp(row),
    membersUp: count(row.actsvcs),
    membersDown: count(row.inactsvcs),
  };
}

/** @returns none where the name is not that of a front end. */
function frontendTraffic(row: NitroRow, systemId: string, hits: ReadonlyMap<string, number>): FrontendTraffic[] {
  const name = String(row.name).slice(systemId.length + 1);
  const cut = name.lastIndexOf('-');
  const [vip, port] = [name.slice(0, cut), Number(name.slice(cut + 1))];
  if (cut < 1 || !Number.isInteger(port) || port < 1) return [];
  const at = { vip, port };
  const names = namesOf(systemId);
  const gate = names.gate(at);
  const unknown = hits.get(gate);
  const withoutMember = closingPolicies(names, { ...at, kind: 'tls' })
    .filter((policy) => policy !== gate)
    .reduce((sum, policy) => sum + (hits.get(policy) ?? 0), 0);
  return [
    {
      ...at,
      ...counters(row),
      up: isUp(row),
      refused: unknown === undefined ? undefined : { 'unknown-name': unknown, 'no-member': withoutMember },
    },
  ];
}

const isUp = (row: NitroRow): boolean => String(row.state).toUpperCase() === 'UP';

const counters = (row: NitroRow): TrafficCounters => ({
  open: count(row.curclntconnections),
  connections: count(row.tothits),
  received: count(row.totalrequestbytes),
  sent: count(row.totalresponsebytes),
});

/** Returns a counter, which appliances send as a text. One that a build does not have is 0. */
function count(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) && number >= 0 ? number : 0;
}
