import { MEMBER } from '../command/servicegroups.ts';
import { addressOf, backendsOf } from '../data/states.ts';
import { NitroError } from '../errors.ts';
import type { Node } from '../node/node.ts';
import type { Row } from '../store/store.ts';
import { appliancetime } from './computed.ts';
import type { Live } from './live.ts';
import type { Query } from './read.ts';

export type Statistics = Record<string, unknown> | Record<string, unknown>[];

function vserver(kind: 'csvserver' | 'lbvserver', row: Row, live: Live): Record<string, unknown> {
  const traffic = live.plane.counters.seen(`${kind} ${row.name}`);
  return {
    name: row.name,
    type: row.servicetype,
    state: live.plane.states.vserverState(kind, row, live.store),
    primaryipaddress: row.ipv46 ?? '0.0.0.0',
    primaryport: row.port ?? 0,
    tothits: String(traffic.hits),
    hitsrate: 0,
    establishedconn: traffic.open,
    curclntconnections: String(traffic.open),
    cursrvrconnections: String(traffic.open),
    totalrequestbytes: String(traffic.received),
    totalresponsebytes: String(traffic.sent),
    totalrequests: String(traffic.hits),
    ...(kind === 'lbvserver' ? balancing(row, live) : {}),
  };
}

/** What only a balancing server has: how many of its services are UP, and their share in percent. */
function balancing(row: Row, live: Live): Record<string, unknown> {
  const backends = [...backendsOf(String(row.name), live.store)];
  const up = backends.filter((backend) => live.plane.states.isUp(backend, live.store)).length;
  return {
    vslbhealth: backends.length === 0 ? 0 : Math.floor((100 * up) / backends.length),
    actsvcs: up,
    inactsvcs: backends.length - up,
  };
}

function member(row: Row, live: Live): Record<string, unknown> {
  const traffic = live.plane.counters.seen(`member ${row.servicegroupname}|${row.ip}:${row.port}`);
  return {
    servicegroupname: row.servicegroupname,
    primaryipaddress: row.ip,
    primaryport: row.port,
    state: live.plane.states.memberState(row, live.store),
    svrestablishedconn: String(traffic.open),
    curclntconnections: String(traffic.open),
    totalrequests: String(traffic.hits),
    totalrequestbytes: String(traffic.received),
    totalresponsebytes: String(traffic.sent),
  };
}

function service(row: Row, live: Live): Record<string, unknown> {
  const address = addressOf(row, live.store);
  const traffic = live.plane.counters.seen(`member ${row.name}|${address}:${row.port}`);
  return {
    name: row.name,
    servicetype: row.servicetype,
    state: live.plane.states.serviceState(row, live.store),
    primaryipaddress: address,
    primaryport: row.port,
    svrestablishedconn: String(traffic.open),
    curclntconnections: String(traffic.open),
    totalrequests: String(traffic.hits),
    totalrequestbytes: String(traffic.received),
    totalresponsebytes: String(traffic.sent),
  };
}

function group(row: Row, live: Live, query: Query): Record<string, unknown> {
  const members = [...live.store.bindings(MEMBER, String(row.servicegroupname))];
  const up = members.some((one) => live.plane.states.memberState(one, live.store) === 'UP');
  return {
    servicegroupname: row.servicegroupname,
    servicetype: row.servicetype,
    state: row.state === 'DISABLED' ? 'OUT OF SERVICE' : up ? 'UP' : 'DOWN',
    ...(query.bulk ? { servicegroupmember: members.map((one) => member(one, live)) } : {}),
  };
}

function objects(
  kind: string,
  key: string,
  query: Query,
  live: Live,
  draw: (row: Row) => Record<string, unknown>,
): Statistics {
  if (query.name === undefined) return [...live.store.objects(kind)].map(draw);
  const row = live.store.object(kind, query.name);
  if (row === undefined) throw new NitroError(258, [key, query.name]);
  return [draw(row)];
}

const system = (node: Node): Record<string, unknown> => ({
  starttime: appliancetime(node.startTime),
  starttimelocal: appliancetime(node.startTime),
  timesincestart: duration(node.uptimeSeconds()),
  cpuusagepcnt: 1,
  rescpuusagepcnt: 1,
  memusagepcnt: 10,
  pktcpuusagepcnt: 0,
  mgmtcpuusagepcnt: 1,
  numcpus: 1,
});

/** `0 days, 01:02:03`. */
function duration(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${Math.floor(seconds / 86_400)} days, ${two((seconds % 86_400) / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

const counters: Readonly<Record<string, (node: Node) => number>> = {
  sys_cur_duration_sincestart: (node) => node.uptimeSeconds(),
};

/** `/nitro/v1/stat/<kind>`: objects for the whole, rows for servers and groups. */
export function statistics(kind: string, query: Query, live: Live, node: Node): Statistics {
  switch (kind) {
    case 'system':
      return system(node);
    case 'ns':
      return { ...system(node), ...node.haStatistics() };
    case 'hanode':
      return node.haStatistics();
    case 'csvserver':
    case 'lbvserver':
      return objects(kind, 'name', query, live, (row) => vserver(kind, row, live));
    case 'servicegroup':
      return objects(kind, 'servicegroupname', query, live, (row) => group(row, live, query));
    case 'service':
      return objects(kind, 'name', query, live, (row) => service(row, live));
    case 'servicegroupmember': {
      const rows = [...live.store.bindings(MEMBER, query.args.servicegroupname ?? '')].filter(
        (row) =>
          (query.args.ip === undefined || query.args.ip === row.ip) &&
          (query.args.servername === undefined || query.args.servername === row.servername) &&
          (query.args.port === undefined || query.args.port === String(row.port)),
      );
      if (rows.length === 0) throw new NitroError(258, ['servicegroupname', query.args.servicegroupname ?? '']);
      return rows.map((row) => member(row, live));
    }
    case 'nsglobalcntr': {
      const names = (query.args.counters ?? '').split(';').filter((name) => name !== '');
      if (names.length > 12) throw new NitroError(1112, 'counters');
      return Object.fromEntries(names.map((name) => [name, String(counters[name]?.(node) ?? 0)]));
    }
    default:
      throw new NitroError(1232, kind);
  }
}
