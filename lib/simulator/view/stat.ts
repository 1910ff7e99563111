import { MEMBER } from '../command/servicegroups.ts';
import { isAddressable } from '../command/vservers.ts';
import { ApplianceError } from '../errors.ts';
import type { LiveState } from '../node/live-state.ts';
import type { SimulatedNode } from '../node/node.ts';
import { notFound } from '../schema/not-found.ts';
import type { StoredRow } from '../store/store.ts';
import { applianceTime } from './appliance-time.ts';
import { haStatistics } from './ha.ts';
import type { ViewQuery } from './read.ts';
import { group, member, service, sslView, vserver } from './stat-rows.ts';

type Statistics = Record<string, unknown> | Record<string, unknown>[];

function objects(
  kind: string,
  query: ViewQuery,
  live: LiveState,
  render: (row: StoredRow) => Record<string, unknown>,
): Statistics {
  if (query.name === undefined) return [...live.store.objects(kind)].map(render);
  const row = live.store.object(kind, query.name);
  if (row === undefined) throw notFound(kind, query.name);
  return [render(row)];
}

/** Load, memory and disks. Names are those that public exporters read, values and types are from memory (V). */
const system = (node: SimulatedNode): Record<string, unknown> => ({
  starttime: applianceTime(node.startTime),
  starttimelocal: applianceTime(node.startTime),
  timesincestart: duration(node.uptimeSeconds()),
  cpuusagepcnt: 1,
  rescpuusagepcnt: 1,
  memusagepcnt: 10,
  pktcpuusagepcnt: 0,
  mgmtcpuusagepcnt: 1,
  numcpus: '1',
  cpuusage: '1',
  mgmtcpu0usagepcnt: 1,
  addimgmtcpuusagepcnt: 0,
  memuseinmb: '205',
  memsizemb: '2048',
  disk0size: '1585',
  disk0used: '317',
  disk0avail: '1142',
  disk0perusage: 22,
  disk1size: '14179',
  disk1used: '1702',
  disk1avail: '11343',
  disk1perusage: 13,
});

/** Returns the network and HTTP figures of the whole appliance. */
function network(live: LiveState): Record<string, unknown> {
  const open = String(live.engine.connectionCount);
  let [received, sent, requests] = [0, 0, 0];
  for (const kind of ['csvserver', 'lbvserver']) {
    for (const row of live.store.objects(kind)) {
      const seen = live.engine.counters.totals(`${kind} ${row.name}`);
      if (isAddressable(row)) [received, sent] = [received + seen.received, sent + seen.sent];
      if (/^(HTTP|SSL)$/.test(String(row.servicetype))) requests += seen.hits;
    }
  }
  const megabits = (bytes: number): string => String(Math.floor((bytes * 8) / 1_000_000));
  return {
    totrxmbits: megabits(received),
    tottxmbits: megabits(sent),
    rxmbitsrate: 0,
    txmbitsrate: 0,
    tcpcurclientconn: open,
    tcpcurclientconnestablished: open,
    tcpcurserverconn: open,
    tcpcurserverconnestablished: open,
    httptotrequests: String(requests),
    httptotresponses: String(requests),
    httprequestsrate: 0,
    httpresponsesrate: 0,
    sslnumcardsup: '0',
  };
}

/** Returns a duration as `0 days, 01:02:03`. */
function duration(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${Math.floor(seconds / 86_400)} days, ${two((seconds % 86_400) / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

const counters: Readonly<Record<string, (node: SimulatedNode) => number>> = {
  sys_cur_duration_sincestart: (node) => node.uptimeSeconds(),
};

type Read = (query: ViewQuery, live: LiveState, node: SimulatedNode, kind: string) => Statistics;

const servers =
  (kind: 'csvserver' | 'lbvserver'): Read =>
  (query, live) =>
    objects(kind, query, live, (row) => vserver(kind, row, live));

const readers: Readonly<Record<string, Read>> = {
  system: (_query, _live, node) => system(node),
  ns: (_query, live, node) => ({ ...system(node), ...network(live), ...haStatistics(node) }),
  hanode: (_query, _live, node) => haStatistics(node),
  csvserver: servers('csvserver'),
  lbvserver: servers('lbvserver'),
  servicegroup: (query, live, _node, kind) => objects(kind, query, live, (row) => group(row, live, query.bulk)),
  service: (query, live, _node, kind) => objects(kind, query, live, (row) => service(row, live)),
  sslvserver: (query, live, _node, kind) => objects(kind, query, live, (row) => sslView(row, live)),
  servicegroupmember: ({ args }, live) => {
    const rows = [...live.store.bindings(MEMBER, args.servicegroupname ?? '')].filter(
      (row) =>
        (args.ip === undefined || args.ip === row.ip) &&
        (args.servername === undefined || args.servername === row.servername) &&
        (args.port === undefined || args.port === String(row.port)),
    );
    if (rows.length === 0) throw new ApplianceError(258, ['servicegroupname', args.servicegroupname ?? '']);
    return rows.map((row) => member(row, live));
  },
  nsglobalcntr: ({ args }, _live, node) => {
    const names = (args.counters ?? '').split(';').filter((name) => name !== '');
    if (names.length > 12) throw new ApplianceError(1112, 'counters');
    return Object.fromEntries(names.map((name) => [name, String(counters[name]?.(node) ?? 0)]));
  },
};

/** Types that have statistics. */
export const STATISTICS: readonly string[] = Object.keys(readers);

/** Returns `/nitro/v1/stat/<kind>`: an object for the whole, rows for servers and groups. */
export function statistics(kind: string, query: ViewQuery, live: LiveState, node: SimulatedNode): Statistics {
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (read === undefined) throw new ApplianceError(1232, kind);
  return read(query, live, node, kind);
}
