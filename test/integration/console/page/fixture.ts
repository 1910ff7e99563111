import type {
  CertificateCounts,
  ConflictPage,
  ConsoleChange,
  ConsoleOverview,
  DriftItem,
  DriftReport,
  ReplayList,
  RouteCertificate,
  RoutePage,
  RoutePath,
  RouteRow,
} from '../../../../lib/console/api.ts';
import { ROUTE_STATES, type RouteState } from '../../../../lib/status/index.ts';
import type { TrafficCounters } from '../../../../lib/traffic/index.ts';

const NAMES = ['orders', 'payments', 'search', 'catalog', 'login', 'metrics', 'grafana', 'vault', 'kafka', 'mongo'];
const TEAMS = ['shop', 'billing', 'platform', 'identity', 'data'];
const CLUSTERS = ['prod-eu-1', 'prod-eu-2', 'prod-us-1'];
const PAGE = 50;
const DAY = 86_400_000;

/** An appliance as the console's server would tell of it, for states that no short test can bring about. */
export interface ConsoleFixture {
  overview: ConsoleOverview;
  routes: RouteRow[];
  changes: ConsoleChange[];
  drift: DriftReport;
  replay: ReplayList;
  /** Links of paths, by host; others are whole. */
  paths: Map<string, Partial<RoutePath>>;
}

/** Returns the state of each of so many routes: most serve. */
const stateOf = (index: number): RouteState => {
  if (index % 997 === 3) return 'down';
  if (index % 1_499 === 5) return 'empty';
  if (index % 25 === 7) return 'redirect';
  if (index === 4_001) return 'unbound';
  return index === 8_002 ? 'stray' : 'serving';
};

const trafficOf = (index: number): TrafficCounters => ({
  open: (index * 31) % 900,
  connections: index * 977,
  received: index * 410_000,
  sent: index * 9_700_000,
});

/** Days that certificates last: few are near their expiry. */
const DAYS = [2, 11, 26, -1] as const;
const STAGES = [3, 14, 30, 'expired'] as const;

function certificateOf(index: number, now: number): RouteCertificate {
  if (index % 301 === 19) return { problem: 'The connection was reset.' };
  const near = index % 101 === 21 ? ((index % 4) as 0 | 1 | 2 | 3) : undefined;
  return {
    subject: 'CN=example.com',
    notAfter: now + (near === undefined ? 60 + (index % 300) : DAYS[near]) * DAY,
    stage: near === undefined ? undefined : STAGES[near],
  };
}

function certificateCounts(routes: readonly RouteRow[]): CertificateCounts {
  const counts = { expired: 0, 3: 0, 14: 0, 30: 0, unseen: 0 };
  for (const { certificate } of routes) {
    if (certificate === undefined) continue;
    const stage = 'problem' in certificate ? 'unseen' : certificate.stage;
    if (stage !== undefined) counts[stage] += 1;
  }
  return counts;
}

function route(index: number, now: number): RouteRow {
  const state = stateOf(index);
  const team = TEAMS[index % TEAMS.length] as string;
  const service = NAMES[Math.floor(index / TEAMS.length) % NAMES.length] as string;
  const leads = state === 'serving' || state === 'down';
  return {
    host: `${service}-${String(index).padStart(5, '0')}.${team}.example.com`,
    frontend: `203.0.113.${10 + (index % 3)}|443`,
    vip: `203.0.113.${10 + (index % 3)}:443`,
    state,
    holder:
      state === 'stray'
        ? undefined
        : { cluster: CLUSTERS[index % 3] as string, namespace: team, name: `${service}-${index}` },
    since: state === 'stray' ? undefined : now - ((index * 7_919) % 400) * DAY - index * 1_000,
    up: state === 'serving' ? 3 : 0,
    members: leads ? 3 : 0,
    traffic: leads ? trafficOf(index) : undefined,
    certificate: leads ? certificateOf(index, now) : undefined,
    standby: index % 2_503 === 11 ? 1 : 0,
    pending: index % 3_331 === 13,
    draining: index % 2_003 === 7,
    findings: index % 1_777 === 17,
  };
}

/** Makes an appliance with so many routes. */
export function consoleFixture(size: number, now = Date.now()): ConsoleFixture {
  const routes = Array.from({ length: size }, (_, index) => route(index, now)).sort((a, b) =>
    a.host < b.host ? -1 : 1,
  );
  const overview = overviewOf(routes, now);
  return {
    routes,
    overview,
    drift: { at: now - 252_000, items: DRIFT },
    changes: changesOf(routes, now),
    replay: {
      replays: [
        {
          name: 'edge-rebuild-2026-11-29',
          state: 'RUNNING',
          from: now - 2 * DAY,
          to: now - 60_000,
          reached: now - 1.1 * DAY,
          share: 0.45,
        },
        {
          name: 'edge-rebuild-2026-10-02',
          state: 'COMPLETED',
          from: now - 60 * DAY,
          to: now - 58 * DAY,
          reached: now - 58 * DAY,
          share: 1,
        },
      ],
    },
    paths: new Map(),
  };
}

function overviewOf(routes: readonly RouteRow[], now: number): ConsoleOverview {
  const by = Map.groupBy(routes, ({ state }) => state);
  return {
    version: 1,
    at: now - 2_000,
    appliance: 'edge',
    total: routes.length,
    states: Object.fromEntries(
      ROUTE_STATES.map((state) => [state, by.get(state)?.length ?? 0]),
    ) as ConsoleOverview['states'],
    conflicts: routes.filter(({ standby }) => standby > 0).length,
    pending: routes.filter(({ pending }) => pending).length,
    ingressesWithFindings: routes.filter(({ findings }) => findings).length,
    drift: DRIFT.length,
    connections: routes.reduce((sum, { traffic }) => sum + (traffic?.open ?? 0), 0),
    certificates: certificateCounts(routes),
    clusters: CLUSTERS.map((name, index) => {
      const own = routes.filter(({ holder }) => holder?.cluster === name);
      return { name, ingresses: own.length, routes: own.length, newest: now - (index * 190 + 14) * 1_000 };
    }),
    queues: [
      { name: 'nspass-edge-work.fifo', kind: 'work', waiting: 3, inFlight: 1 },
      { name: 'nspass-edge-dead.fifo', kind: 'dead-letters', waiting: 0, inFlight: 0 },
      { name: 'nspass-parked.fifo', kind: 'parking', waiting: 2, inFlight: 0 },
      { name: 'nspass-outcomes-prod-eu-1', kind: 'outcomes', waiting: 0, inFlight: 0 },
    ],
  };
}

function changesOf(routes: readonly RouteRow[], now: number): ConsoleChange[] {
  const kinds: readonly ConsoleChange['what'][] = [
    'programmed',
    'changed',
    'pending',
    'took over',
    'waiting',
    'removed',
  ];
  return kinds
    .map((what, index) => {
      const { holder, host } = routes[index * 700 + 3] ?? routes[0] ?? route(0, now);
      const owner = holder ?? { cluster: 'prod-eu-1', namespace: 'shop', name: 'gone' };
      return { id: kinds.length - index, at: now - index * index * 37_000 - 9_000, owner, what, hosts: [host] };
    })
    .filter(({ hosts }) => hosts.length > 0);
}

const owner = { cluster: 'prod-eu-1', namespace: 'shop', name: 'orders-0' };

const DRIFT: readonly DriftItem[] = [
  {
    code: 'object-differs',
    kind: 'drift',
    object: 'lb vserver nsp_b_4jx2k7q',
    is: 'differs in 2 attributes',
    should: 'as the engine makes it',
    fields: [
      { field: 'lbMethod', is: 'LEASTCONNECTION', should: 'ROUNDROBIN' },
      { field: 'cltTimeout', is: '180', should: '9000' },
    ],
    owners: [owner],
    remedy: 'The next audit requests the repair. To repair it now: nspass resync edge.',
  },
  {
    code: 'host-missing',
    kind: 'drift',
    object: 'policy stringmap nsp_m_203.0.113.10_443',
    is: 'no row for login-00004.data.example.com',
    should: 'a row that leads to nsp_b_9qe1zz3',
    fields: [],
    owners: [owner],
    remedy: 'The next audit requests the repair. To repair it now: nspass resync edge.',
  },
];

/** Searches and cuts the routes, as the server does. */
export function fixturePage({ routes, overview }: ConsoleFixture, query: URLSearchParams): RoutePage {
  const search = (query.get('search') ?? '').toLowerCase();
  const state = query.get('state') ?? '';
  const page = Number(query.get('page') ?? 1);
  const found = routes.filter((row) => has(row, state) && textOf(row).includes(search));
  const rows = found.slice((page - 1) * PAGE, page * PAGE);
  return {
    version: overview.version,
    total: found.length,
    page,
    pages: Math.max(1, Math.ceil(found.length / PAGE)),
    rows,
  };
}

const textOf = ({ host, vip, holder }: RouteRow): string =>
  `${host} ${vip} ${holder?.cluster} ${holder?.namespace}/${holder?.name}`.toLowerCase();

function isExpiring({ certificate }: RouteRow): boolean {
  return certificate !== undefined && ('problem' in certificate || certificate.stage !== undefined);
}

function has(row: RouteRow, state: string): boolean {
  if (state === '') return true;
  if (state === 'expiring') return isExpiring(row);
  if (state === 'pending') return row.pending;
  if (state === 'findings') return row.findings;
  return state === 'standby' ? row.standby > 0 : row.state === state;
}

export function fixtureConflicts({ routes, overview }: ConsoleFixture): ConflictPage {
  const rows = routes
    .filter(({ standby }) => standby > 0)
    .map(({ host, frontend, vip, holder, since }) => ({
      host,
      frontend,
      vip,
      holder,
      since,
      waiting: [waitingFor(host, since)],
    }));
  return { version: overview.version, total: rows.length, page: 1, pages: 1, rows };
}

const waitingFor = (host: string, since: number | undefined) => ({
  owner: { cluster: 'prod-us-1', namespace: 'migration', name: host.split('.')[0] as string },
  created: (since ?? 0) + DAY,
});

export function fixturePath(fixture: ConsoleFixture, query: URLSearchParams): RoutePath | undefined {
  const found = fixture.routes.find(
    ({ host, frontend }) => host === query.get('host') && frontend === query.get('frontend'),
  );
  if (found === undefined) return undefined;
  const { host, vip, state, members, standby, since } = found;
  const object = `nsp_b_${host.split('.')[0]?.replaceAll('-', '')}`;
  const down = state !== 'serving' && state !== 'redirect';
  return {
    route: found,
    refused: { 'unknown-name': 1_204, 'no-member': 17 },
    links: [
      { kind: 'client', name: host, ok: true, text: 'The client names the host in its hello (SNI).' },
      {
        kind: 'frontend',
        name: vip,
        object: `cs vserver nsp_f_${vip}`,
        ok: true,
        text: 'The virtual server is up and reads the hello.',
      },
      {
        kind: 'host',
        name: host,
        object: `stringmap nsp_m_${vip}`,
        ok: true,
        text: 'The row of the host leads to the back end.',
      },
      {
        kind: 'backend',
        name: `${host.split('-')[0]}:8443`,
        object: `lb vserver ${object}`,
        ok: !down,
        text: down ? `0 of ${members} members are up.` : `${members - 1} of ${members} members are up.`,
      },
    ],
    members: Array.from({ length: members }, (_, index) => ({
      address: `10.42.${index + 3}.17`,
      port: 8_443,
      state: down ? 'DOWN' : index === 2 ? 'OUT OF SERVICE' : 'UP',
    })),
    standby: Array.from({ length: standby }, () => ({ ...waitingFor(host, since), backend: 'orders:8443' })),
    drift: [],
    ...fixture.paths.get(host),
  };
}
