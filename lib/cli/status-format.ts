import { hostPort, qualifiedName } from '../contract/index.ts';
import type { ClaimStatus, RouteState, RouteStatus, SeenRoute } from '../status/index.ts';
import { byteText } from '../traffic/index.ts';
import { blockYaml } from './block-yaml.ts';
import { certificateSummary, certificateText } from './certificate-text.ts';
import { refusalRows } from './refusals-table.ts';
import type { StatusChange } from './status-change.ts';
import { routeJson } from './status-json.ts';
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

/**
 * Returns routes as text, without a line break at the end.
 *
 * @param now milliseconds since the epoch, for ages.
 */
export function renderStatus(format: StatusFormat, routes: readonly SeenRoute[], screen: Screen, now: number): string {
  if (format === 'json') return JSON.stringify(routes.map(routeJson), null, 2);
  if (format === 'yaml') return blockYaml(routes.map(routeJson)).trimEnd();
  const seen = routes.some(({ certificate }) => certificate !== undefined);
  const rows = routes.map((route) => {
    const { cells, style } = rowOf(route, format, now);
    if (!seen) return { cells, style };
    const last = certificateText(route.certificate, now);
    return { cells: [...cells, last.text], style, lastStyle: last.style };
  });
  const head = seen ? [...headOf(format), 'CERTIFICATE'] : headOf(format);
  const summary = `${summaryOf(routes)}${certificateSummary(routes, now)}`;
  const refusals = format === 'wide' ? aligned(refusalRows(routes).map(cellsOnly), screen) : [];
  return [
    ...aligned([{ cells: head }, ...rows], screen),
    '',
    ...(refusals.length === 0 ? [] : [...refusals, '']),
    summary,
  ].join('\n');
}

/**
 * Returns what has changed since the last reading: rows as `kubectl get --watch` prints them, or for programs the whole
 * list again, as a document of its own.
 */
export function renderChange(format: StatusFormat, change: StatusChange, screen: Screen, now: number): string {
  if (format === 'yaml') return `---\n${renderStatus(format, change.routes, screen, now)}`;
  if (format === 'json') return renderStatus(format, change.routes, screen, now);
  const rows = [
    ...change.changed.map((route) => rowOf(route, format, now)),
    ...change.gone.map((route) => ({ ...rowOf(route, format, now, 'gone'), style: 'yellow' as const })),
  ];
  // The widths are those of the whole lists, so that the columns stay where they are.
  const others = [...change.before, ...change.routes].map((route) => rowOf(route, format, now));
  return aligned([{ cells: headOf(format) }, ...others, ...rows], screen)
    .slice(-rows.length)
    .join('\n');
}

/** Cells of a line, and the colour of its state. */
interface Row {
  readonly cells: readonly string[];
  readonly style?: Style | undefined;
  /** Colour of the last cell. */
  readonly lastStyle?: Style | undefined;
}

const cellsOnly = (cells: readonly string[]): Row => ({ cells });

function headOf(format: StatusFormat): string[] {
  const head = ['HOST', 'FRONT END', 'STATE', 'HOLDER', 'AGE', 'MEMBERS', 'STANDBY'];
  const counters = ['CONNECTIONS', 'TOTAL', 'IN', 'OUT'];
  return format === 'wide' ? [...head, ...counters, 'BACK END', 'APPLIED', 'OBJECT'] : head;
}

function rowOf(route: RouteStatus, format: StatusFormat, now: number, state?: string): Row {
  return { cells: cells(route, format === 'wide', now, state), style: STYLES[route.state] };
}

const STATE_COLUMN = 2;

/** Returns lines with columns of one width each. */
function aligned(rows: readonly Row[], screen: Screen): string[] {
  const widths = (rows[0]?.cells ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, (row.cells[column] ?? '').length), 0),
  );
  return rows.map(({ cells: row, style, lastStyle }) =>
    row
      .map((cell, column) => {
        if (column === row.length - 1) return lastStyle === undefined ? cell : screen.paint(lastStyle, cell);
        const padded = cell.padEnd(widths[column] ?? 0);
        return column === STATE_COLUMN && style !== undefined ? screen.paint(style, padded) : padded;
      })
      .join('  ')
      .trimEnd(),
  );
}

function cells(route: RouteStatus, wide: boolean, now: number, state: string | undefined): string[] {
  const { host, frontend, holder, standby, members, securePort, object, traffic } = route;
  const up = members.filter(({ state }) => state === 'UP').length;
  const row = [
    host ?? '(not recorded)',
    hostPort(frontend.vip, frontend.port),
    state ?? route.state + marksOf(holder),
    holder === undefined ? '-' : nameOf(holder),
    holder === undefined || holder.created === 0 ? '-' : age(now - holder.created * 1000),
    securePort === undefined ? `${up}/${members.length}` : `→ :${securePort}`,
    standby.length === 0 ? '-' : standby.map(nameOf).join(', '),
  ];
  if (!wide) return row;
  const applied = holder?.applied;
  return [
    ...row,
    ...(traffic === undefined ? NO_COUNTERS : countersOf(traffic)),
    holder?.backend ?? '-',
    applied === undefined ? '-' : new Date(applied).toISOString().replace(/\.\d+Z$/, 'Z'),
    object ?? '-',
  ];
}

const NO_COUNTERS = ['-', '-', '-', '-'];

const countersOf = ({ open, connections, received, sent }: NonNullable<RouteStatus['traffic']>): string[] => [
  String(open),
  String(connections),
  byteText(received),
  byteText(sent),
];

const marksOf = (holder: ClaimStatus | undefined): string =>
  [
    holder?.pending === true ? ', pending' : '',
    holder?.draining === undefined ? '' : ', draining',
    holder?.findings === true ? ', findings' : '',
  ].join('');

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
