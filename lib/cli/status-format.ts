import { stringify } from 'yaml';
import { hostPort, qualifiedName } from '../contract/index.ts';
import type { ClaimStatus, RouteState, RouteStatus } from '../status/index.ts';
import type { Screen, Style } from './terminal.ts';

export const STATUS_FORMATS = ['table', 'wide', 'json', 'yaml'] as const;
export type StatusFormat = (typeof STATUS_FORMATS)[number];

const STYLES: Readonly<Record<RouteState, Style>> = {
  serving: 'green',
  redirect: 'green',
  down: 'red',
  empty: 'red',
  unbound: 'red',
  stray: 'yellow',
};

/** One route as programs read it. Fields are only ever added. */
export function routeJson(route: RouteStatus) {
  const { host, frontend, state, holder, standby, members, securePort } = route;
  return {
    host: host ?? null,
    frontend: `${hostPort(frontend.vip, frontend.port)}`,
    kind: frontend.kind,
    state,
    holder: holder === undefined ? null : claimJson(holder),
    standby: standby.map(claimJson),
    members: members.map((member) => ({ address: hostPort(member.address, member.port), state: member.state })),
    up: members.filter((member) => member.state === 'UP').length,
    ...(route.connections === undefined ? {} : { connections: route.connections }),
    ...(securePort === undefined ? {} : { redirectsTo: securePort }),
  };
}

function claimJson({ owner, created, backend, applied, pending, findings }: ClaimStatus) {
  return {
    cluster: owner.cluster,
    ingress: qualifiedName(owner),
    created: new Date(created * 1000).toISOString(),
    ...(backend === undefined ? {} : { backend }),
    ...(applied === undefined ? {} : { applied: new Date(applied).toISOString() }),
    pending,
    findings,
  };
}

/**
 * Returns routes as text, without a line break at the end.
 *
 * @param now milliseconds since the epoch, for ages.
 */
export function renderStatus(
  format: StatusFormat,
  routes: readonly RouteStatus[],
  screen: Screen,
  now: number,
): string {
  if (format === 'json') return JSON.stringify(routes.map(routeJson), null, 2);
  if (format === 'yaml') return stringify(routes.map(routeJson)).trimEnd();
  const wide = format === 'wide';
  const rows = routes.map((route) => cells(route, wide, now));
  const head = ['HOST', 'FRONT END', 'STATE', 'HOLDER', 'AGE', 'MEMBERS', 'STANDBY'];
  if (wide) head.push('CONNECTIONS', 'BACK END', 'APPLIED', 'OBJECT');
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row, index) => {
    const state = routes[index - 1]?.state;
    return row
      .map((cell, column) => {
        const padded = column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        return column === 2 && state !== undefined ? screen.paint(STYLES[state], padded) : padded;
      })
      .join('  ')
      .trimEnd();
  });
  return [...lines, '', summaryOf(routes)].join('\n');
}

function cells(route: RouteStatus, wide: boolean, now: number): string[] {
  const { host, frontend, holder, standby, members, securePort, object } = route;
  const up = members.filter(({ state }) => state === 'UP').length;
  const row = [
    host ?? '(not recorded)',
    hostPort(frontend.vip, frontend.port),
    route.state + marksOf(holder),
    holder === undefined ? '-' : nameOf(holder),
    holder === undefined || holder.created === 0 ? '-' : age(now - holder.created * 1000),
    securePort === undefined ? `${up}/${members.length}` : `→ :${securePort}`,
    standby.length === 0 ? '-' : standby.map(nameOf).join(', '),
  ];
  if (!wide) return row;
  const applied = holder?.applied;
  return [
    ...row,
    route.connections === undefined ? '-' : String(route.connections),
    holder?.backend ?? '-',
    applied === undefined ? '-' : new Date(applied).toISOString().replace(/\.\d+Z$/, 'Z'),
    object ?? '-',
  ];
}

const marksOf = (holder: ClaimStatus | undefined): string =>
  `${holder?.pending === true ? ', pending' : ''}${holder?.findings === true ? ', findings' : ''}`;

const nameOf = ({ owner }: ClaimStatus): string => `${owner.cluster}/${qualifiedName(owner)}`;

/** Returns a duration as kubectl shows ages: `45s`, `12m`, `5h`, `9d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Returns one line that counts routes by state. */
function summaryOf(routes: readonly RouteStatus[]): string {
  const counts = [...Map.groupBy(routes, ({ state }) => state)].map(([state, all]) => `${all.length} ${state}`);
  const standby = routes.reduce((sum, route) => sum + route.standby.length, 0);
  const waiting = standby === 0 ? '' : `; ${standby} ${standby === 1 ? 'claim' : 'claims'} on standby`;
  return `${routes.length} ${routes.length === 1 ? 'route' : 'routes'}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}${waiting}`;
}
