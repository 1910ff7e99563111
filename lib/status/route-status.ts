import type { Owner } from '../contract/index.ts';
import {
  backendOf,
  type Claim,
  claimOrder,
  decodeClaims,
  decodeHosts,
  decodeLedger,
  hostDigest,
  type IngressRecord,
  type LedgerRow,
  securePortOf,
} from '../ledger/index.ts';
import type { Names } from '../netscaler/index.ts';
import { backendId } from '../netscaler/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';

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
 */
export type RouteState = 'serving' | 'down' | 'empty' | 'redirect' | 'unbound' | 'stray';

export const ROUTE_STATES: readonly RouteState[] = ['serving', 'down', 'empty', 'redirect', 'unbound', 'stray'];

/** A member of a back end, with the state that the appliance reports. */
export interface MemberStatus {
  readonly address: string;
  readonly port: number;
  /** The appliance's word: `UP`, `DOWN`, `OUT OF SERVICE`, `GOING OUT OF SERVICE` … */
  readonly state: string;
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
}

/** One host on one front end. */
export interface RouteStatus {
  /** Undefined where only claims on standby exist whose host did not fit their row. */
  readonly host: string | undefined;
  readonly frontend: Frontend;
  readonly state: RouteState;
  /** Undefined for a stray row. */
  readonly holder: ClaimStatus | undefined;
  readonly standby: readonly ClaimStatus[];
  readonly members: readonly MemberStatus[];
  /** Port that a redirect leads to. */
  readonly securePort: number | undefined;
  /** Open connections of the back end, over all its hosts; undefined if the user may not read them. */
  readonly connections: number | undefined;
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
  /** Virtual server → open connections; undefined if they were not read. */
  readonly connections: ReadonlyMap<string, number> | undefined;
}

/** Returns the state of every host, sorted by host and front end. Pure. */
export function routeStatuses(input: StatusInput): RouteStatus[] {
  const records = new Map(input.ledgers.flatMap(({ rows }) => [...decodeLedger(rows).ingresses]));
  return input.frontends
    .flatMap(({ frontend, rows }) => ofFrontend(input, frontend, rows, records))
    .sort((a, b) => order(a, b));
}

function order(a: RouteStatus, b: RouteStatus): number {
  const text = ({ host = '', frontend }: RouteStatus): string => `${host} ${frontend.vip} ${frontend.port}`;
  return text(a) < text(b) ? -1 : 1;
}

function ofFrontend(
  input: StatusInput,
  frontend: Frontend,
  rows: readonly LedgerRow[],
  records: ReadonlyMap<string, IngressRecord>,
): RouteStatus[] {
  const targets = decodeHosts(rows);
  const hostOf = new Map([...targets.keys()].map((host) => [hostDigest(host), host]));
  const claims = Map.groupBy(decodeClaims(rows, frontendKey(frontend)), (claim) => claim.hostDigest);
  const claimed = [...claims].map(([digest, all]) => {
    const [holder, ...standby] = all.sort(claimOrder) as [Claim, ...Claim[]];
    const host = hostOf.get(digest) ?? all.find((claim) => claim.host !== undefined)?.host;
    const target = host === undefined ? undefined : targets.get(host)?.value;
    return claimedRoute(input, frontend, host, target, holder, standby, records);
  });
  const stray = [...targets.keys()].filter((host) => !claims.has(hostDigest(host)));
  return [...claimed, ...stray.map((host) => strayRoute(frontend, host))];
}

function claimedRoute(
  { names, members, connections }: StatusInput,
  frontend: Frontend,
  host: string | undefined,
  target: string | undefined,
  holder: Claim,
  standby: readonly Claim[],
  records: ReadonlyMap<string, IngressRecord>,
): RouteStatus {
  const backend = backendOf(holder);
  const object = backend === undefined ? undefined : names.backend(holder.owner, backend);
  const list = object === undefined ? [] : (members.get(object) ?? []);
  const leads = backend === undefined ? String(securePortOf(holder)) : backendId(holder.ownerKey, backend);
  return {
    host,
    frontend,
    state: target !== leads ? 'unbound' : backend === undefined ? 'redirect' : stateOf(list),
    holder: claimStatus(holder, records),
    standby: standby.map((claim) => claimStatus(claim, records)),
    members: list,
    securePort: securePortOf(holder),
    connections: object === undefined ? undefined : connections?.get(object),
    object,
  };
}

function stateOf(members: readonly MemberStatus[]): RouteState {
  if (members.length === 0) return 'empty';
  return members.some(({ state }) => state === 'UP') ? 'serving' : 'down';
}

function strayRoute(frontend: Frontend, host: string): RouteStatus {
  return {
    host,
    frontend,
    state: 'stray',
    holder: undefined,
    standby: [],
    members: [],
    securePort: undefined,
    connections: undefined,
    object: undefined,
  };
}

function claimStatus(claim: Claim, records: ReadonlyMap<string, IngressRecord>): ClaimStatus {
  const record = records.get(claim.ownerKey);
  return {
    owner: claim.owner,
    created: claim.created,
    backend: 'service' in claim.target ? `${claim.target.service}:${claim.target.port}` : undefined,
    applied: record?.sequence,
    pending: record === undefined || record.state === 'pending',
    findings: (record?.findings ?? '') !== '',
  };
}
