import { hostPort, type Owner } from '../contract/index.ts';
import {
  backendOf,
  type Claim,
  claimOrder,
  decodeClaims,
  decodeHosts,
  decodeLedger,
  hostDigest,
  type IngressRecord,
  isChallengeClaim,
  isListenerClaim,
  type LedgerRow,
  namedFrontends,
  type Retired,
  securePortOf,
} from '../ledger/index.ts';
import { challengeIn, hostValue, type Names, ownerLetThrough } from '../netscaler/index.ts';
import { challengeName, type Frontend, frontendKey } from '../route/index.ts';
import type { ApplianceTraffic, HelloRefusal, TrafficCounters } from '../traffic/index.ts';

/**
 * State of a host on a front end, as clients meet it.
 *
 * | state | a connection that names the host |
 * |---|---|
 * | `serving` | reaches a member that is up |
 * | `down` | finds no member up, although the back end has some |
 * | `empty` | is reset: the back end has no member (VAL-8) |
 * | `redirect` | is answered with a redirect to https |
 * | `unbound` | is reset or served by a wildcard: the host is claimed, and no row leads anywhere |
 * | `stray` | follows a row that no claim explains |
 *
 * A challenge is a route, too (VAL-19). Where another than its Ingress holds the host, its URL is answered as the host is: that
 * one is the holder, and the challenge's claim is on standby.
 */
export type RouteState = 'serving' | 'down' | 'empty' | 'redirect' | 'unbound' | 'stray';

export const ROUTE_STATES: readonly RouteState[] = ['serving', 'down', 'empty', 'redirect', 'unbound', 'stray'];

/** A member of a back end, with the state that the appliance reports. */
export interface MemberStatus {
  readonly address: string;
  readonly port: number;
  /** The appliance's word: `UP`, `DOWN`, `OUT OF SERVICE`, `GOING OUT OF SERVICE` … */
  readonly state: string;
  /** Absent: 1. */
  readonly weight?: number;
}

/** A claim on a host, as people name it. */
export interface ClaimStatus {
  readonly owner: Owner;
  /** Creation time of the Ingress, in seconds since the epoch: the oldest claim holds the host (CON-1). */
  readonly created: number;
  /** `service:port`; undefined for a redirect. */
  readonly backend: string | undefined;
  /** When the state of the Ingress was taken that the appliance has, in milliseconds since the epoch; undefined without a record. */
  readonly applied: number | undefined;
  /** Whether the record of the Ingress is unfinished. */
  readonly pending: boolean;
  /** Whether the Ingress had findings when it was applied. */
  readonly findings: boolean;
  /** Former back ends of the Ingress that drain; absent where none does. */
  readonly draining?: readonly DrainingBackend[];
}

/** A back end that no host leads to any more, kept for its open connections. */
export interface DrainingBackend {
  /** Name of its virtual server and service group. */
  readonly object: string;
  /** Seconds since the epoch from which it may be removed. */
  readonly due: number;
}

/** One host on one front end. */
export interface RouteStatus {
  /** Undefined where only claims on standby exist whose host did not fit their row, and before the first claim is written. */
  readonly host: string | undefined;
  readonly frontend: Frontend;
  readonly state: RouteState;
  /** Undefined for a stray row. */
  readonly holder: ClaimStatus | undefined;
  readonly standby: readonly ClaimStatus[];
  readonly members: readonly MemberStatus[];
  /** Port that a redirect leads to. */
  readonly securePort: number | undefined;
  /** Counters of the back end, over all its hosts; undefined if they were not read or it has none. */
  readonly traffic: TrafficCounters | undefined;
  /**
   * ClientHellos that the front end reset, over all its hosts: the appliance does not count those of one host. Undefined if
   * they were not read, and for plain HTTP.
   */
  readonly refused: Readonly<Record<HelloRefusal, number>> | undefined;
  /** Name of the back end's virtual server and service group; undefined for redirects and stray rows. */
  readonly object: string | undefined;
}

/** Everything that {@link routeStatuses} looks at. */
export interface StatusInput {
  readonly names: Names;
  readonly frontends: readonly { readonly frontend: Frontend; readonly rows: readonly LedgerRow[] }[];
  readonly ledgers: readonly { readonly cluster: string; readonly rows: readonly LedgerRow[] }[];
  /** Service group → its members. */
  readonly members: ReadonlyMap<string, readonly MemberStatus[]>;
  /** Counters of all objects; undefined if they were not read. */
  readonly traffic: ApplianceTraffic | undefined;
}

/** Returns the state of every host, sorted by host and front end. Listeners of Gateways have no host, and no state. Pure. */
export function routeStatuses(input: StatusInput): RouteStatus[] {
  const ledgers = input.ledgers.map(({ cluster, rows }) => ({ cluster, ...decodeLedger(rows) }));
  const records = recordsOf(ledgers);
  const claimed = input.frontends.flatMap(({ frontend, rows }) => ofFrontend(input, frontend, rows, records));
  const routes = [...claimed, ...begun(ledgers, claimed)]
    .map((route) => ({ route, key: sortKey(route) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ route }) => route);
  return input.traffic === undefined ? routes : withCounters(routes, input.traffic);
}

/** Returns routes with what was counted for their back ends and front ends. */
function withCounters(routes: readonly RouteStatus[], { backends, frontends }: ApplianceTraffic): RouteStatus[] {
  const ofBackend = new Map(
    backends.map(({ object, open, connections, received, sent }) => [object, { open, connections, received, sent }]),
  );
  const ofFrontend = new Map(frontends.map((each) => [hostPort(each.vip, each.port), each.refused]));
  return routes.map((route) => ({
    ...route,
    traffic: route.object === undefined ? undefined : ofBackend.get(route.object),
    refused: ofFrontend.get(hostPort(route.frontend.vip, route.frontend.port)),
  }));
}

/**
 * Returns a route without host for each Ingress whose first change was begun and has no claim yet: the ledger does not
 * hold its hosts, and without it nobody would see that something is unfinished.
 */
function begun(ledgers: readonly ClusterLedger[], claimed: readonly RouteStatus[]): RouteStatus[] {
  const known = new Set(
    claimed.flatMap(({ holder, standby }) => [...(holder === undefined ? [] : [holder]), ...standby]).map(ownerText),
  );
  return ledgers.flatMap(({ cluster, ingresses }) =>
    [...ingresses.values()].flatMap(({ kind, state, frontends, namespace, name, created, sequence }) => {
      const holder = {
        owner: { cluster, namespace, name },
        created,
        backend: undefined,
        applied: sequence,
        pending: true,
        findings: false,
      };
      const [frontend] = namedFrontends(frontends).filter((each) => each.kind === 'tls');
      if (kind !== 'live' || state !== 'pending' || frontend === undefined || known.has(ownerText(holder))) return [];
      return [{ ...withoutBackend(frontend), state: 'unbound', holder } as const];
    }),
  );
}

const ownerText = ({ owner: { cluster, namespace, name } }: ClaimStatus): string => `${cluster}/${namespace}/${name}`;

const sortKey = ({ host = '', frontend }: RouteStatus): string => `${host} ${frontend.vip} ${frontend.port}`;

/** What the ledgers of all clusters record, by owner's key. */
interface Records {
  readonly ingresses: ReadonlyMap<string, IngressRecord>;
  readonly retired: ReadonlyMap<string, readonly Retired[]>;
}

type ClusterLedger = { readonly cluster: string } & ReturnType<typeof decodeLedger>;

function recordsOf(decoded: readonly ClusterLedger[]): Records {
  return {
    ingresses: new Map(decoded.flatMap(({ ingresses }) => [...ingresses])),
    retired: Map.groupBy(
      decoded.flatMap(({ retired }) => retired),
      ({ ownerKey }) => ownerKey,
    ),
  };
}

function ofFrontend(
  input: StatusInput,
  frontend: Frontend,
  rows: readonly LedgerRow[],
  records: Records,
): RouteStatus[] {
  const targets = new Map(
    [...decodeHosts(rows)].map(([host, { value }]) => [hostDigest(host), { host, leads: value }] as const),
  );
  const onHosts = decodeClaims(rows, frontendKey(frontend)).filter((claim) => !isListenerClaim(claim));
  const claims = Map.groupBy(onHosts, (claim) => claim.hostDigest);
  const claimed = [...claims].map(([digest, all]) => {
    const [holder, ...standby] = all.sort(claimOrder) as [Claim, ...Claim[]];
    const target = targets.get(digest);
    const host = target?.host ?? all.find((claim) => claim.host !== undefined)?.host;
    return { host, leads: target?.leads, holder, standby };
  });
  const byHost = new Map(claimed.map((each) => [each.host, each]));
  const stray = [...targets].filter(([digest]) => !claims.has(digest));
  return [
    ...claimed.map((each) => claimedRoute(input, frontend, asAnswered(each, byHost), records)),
    ...stray.map(([, { host }]) => strayRoute(frontend, shownHost(host))),
  ];
}

/** The claims on a host, and where the host's row leads. */
interface ClaimedHost {
  readonly host: string | undefined;
  readonly leads: string | undefined;
  readonly holder: Claim;
  readonly standby: readonly Claim[];
}

/** Returns claims as clients meet them: a challenge counts only while its owner holds the host, and its row alone says nothing. */
function asAnswered(claimed: ClaimedHost, byHost: ReadonlyMap<string | undefined, ClaimedHost>): ClaimedHost {
  const { host: key, holder } = claimed;
  if (!isChallengeClaim(holder)) return claimed;
  const challenge = key === undefined ? undefined : challengeIn(key);
  const ofHost = challenge === undefined ? undefined : byHost.get(challenge.host);
  if (ofHost?.leads !== undefined && ownerLetThrough(ofHost.leads) === holder.ownerKey) return claimed;
  if (ofHost === undefined || ofHost.holder.ownerKey === holder.ownerKey) return { ...claimed, leads: undefined };
  return { ...ofHost, host: key, standby: [holder] };
}

function claimedRoute(
  { names, members }: StatusInput,
  frontend: Frontend,
  { host, leads, holder, standby }: ClaimedHost,
  records: Records,
): RouteStatus {
  const backend = backendOf(holder);
  const object = backend === undefined ? undefined : names.backend(holder.owner, backend);
  const list = object === undefined ? [] : (members.get(object) ?? []);
  const wanted = hostValue(names, holder, backend);
  return {
    host: host === undefined ? undefined : shownHost(host),
    frontend,
    state: leads !== wanted ? 'unbound' : backend === undefined ? 'redirect' : stateOf(list),
    holder: claimStatus(holder, records),
    standby: standby.map((claim) => claimStatus(claim, records)),
    members: list,
    securePort: securePortOf(holder),
    traffic: undefined,
    refused: undefined,
    object,
  };
}

/** Returns what the key of a row is of: a host, or the URL of a challenge without its scheme (VAL-19). */
function shownHost(key: string): string {
  const challenge = challengeIn(key);
  return challenge === undefined ? key : challengeName(challenge);
}

function stateOf(members: readonly MemberStatus[]): RouteState {
  if (members.length === 0) return 'empty';
  return members.some(({ state }) => state === 'UP') ? 'serving' : 'down';
}

const strayRoute = (frontend: Frontend, host: string): RouteStatus => ({
  ...withoutBackend(frontend),
  host,
  state: 'stray',
  holder: undefined,
});

/** Returns what a route has that leads to no back end of ours. */
function withoutBackend(frontend: Frontend): Omit<RouteStatus, 'state' | 'holder'> {
  return {
    host: undefined,
    frontend,
    standby: [],
    members: [],
    securePort: undefined,
    traffic: undefined,
    refused: undefined,
    object: undefined,
  };
}

function claimStatus(claim: Claim, { ingresses, retired }: Records): ClaimStatus {
  const record = ingresses.get(claim.ownerKey);
  const draining = retired.get(claim.ownerKey)?.map(({ backend, due }) => ({ object: backend, due }));
  return {
    owner: claim.owner,
    created: claim.created,
    backend: 'service' in claim.target ? `${claim.target.service}:${claim.target.port}` : undefined,
    applied: record?.sequence,
    pending: record === undefined || record.state === 'pending',
    findings: (record?.findings ?? '') !== '',
    ...(draining === undefined ? {} : { draining }),
  };
}
