import type { ExpiryStage } from '../certificates/index.ts';
import type { Owner } from '../contract/index.ts';
import type { MemberStatus, RouteState } from '../status/index.ts';
import type { HelloRefusal, TrafficCounters } from '../traffic/index.ts';

/**
 * Answers of the console's server, as the page reads them. All are JSON and answer GET only. All times are milliseconds
 * since the epoch.
 *
 * | path | answer |
 * |---|---|
 * | `/api/overview` | {@link ConsoleOverview} |
 * | `/api/routes?search=&state=&page=1` | {@link RoutePage}: searched and cut by the server. `state` may be repeated, and may also be `pending`, `draining`, `findings`, `standby` or `expiring` |
 * | `/api/route?host=&frontend=` | {@link RoutePath}, 404 if there is no such route |
 * | `/api/conflicts?page=1` | {@link ConflictPage} |
 * | `/api/drift` | {@link DriftReport} |
 * | `/api/changes` | {@link ConsoleChange}[], the newest first, at most 200 |
 * | `/api/replay` | {@link ReplayList} |
 * | `/api/events` | server-sent events: `overview` with {@link ConsoleOverview}, `change` with {@link ConsoleChange}, `replay` with {@link ReplayList} |
 *
 * An error has the status 400, 401, 404, 405 or 503 and the body {@link ConsoleError}.
 */
export interface ConsoleOverview {
  /** Grows with each reading that differs from the one before: pages that show older rows load them again. */
  readonly version: number;
  /** Time of the reading, in milliseconds since the epoch. */
  readonly at: number;
  readonly appliance: string;
  /** Why the last reading failed; the other values are then of the last one that succeeded. */
  readonly unreachable?: string;
  readonly total: number;
  readonly states: Readonly<Record<RouteState, number>>;
  readonly conflicts: number;
  /** Ingresses whose record is unfinished. */
  readonly pending: number;
  readonly ingressesWithFindings: number;
  /** Differences of the kind `drift` that the last audit found; undefined before the first one. */
  readonly drift: number | undefined;
  readonly connections: number | undefined;
  /** Undefined without `--certificates`, and before the first round of handshakes has ended. */
  readonly certificates: CertificateCounts | undefined;
  readonly clusters: readonly ConsoleCluster[];
  /** Queues of the deployment; undefined without `--deployment`, or a sentence that says why they were not read. */
  readonly queues: readonly ConsoleQueue[] | string | undefined;
}

export interface ConsoleCluster {
  readonly name: string;
  readonly ingresses: number;
  readonly routes: number;
  /** When the newest state of one of its Ingresses was taken, in milliseconds since the epoch. */
  readonly newest: number | undefined;
}

export interface ConsoleQueue {
  readonly name: string;
  readonly kind: 'work' | 'dead-letters' | 'parking' | 'outcomes' | 'undelivered';
  readonly waiting: number;
  readonly inFlight: number;
}

/** Certificates by how near their expiry is, and those that no back end showed. */
export type CertificateCounts = Readonly<Record<ExpiryStage | 'unseen', number>>;

/** What a back end showed in the last handshake. */
export type RouteCertificate =
  | {
      readonly subject: string;
      /** Milliseconds since the epoch. */
      readonly notAfter: number;
      /** Undefined where it is farther than 30 days. */
      readonly stage: ExpiryStage | undefined;
    }
  /** Why there is none, as a sentence. */
  | { readonly problem: string };

export interface RouteRow {
  readonly host: string;
  /** Key of the front end, for `/api/route`. */
  readonly frontend: string;
  /** `address:port`. */
  readonly vip: string;
  readonly state: RouteState;
  /** `cluster namespace/name` in parts. */
  readonly holder: Owner | undefined;
  /** Creation time of the holder's Ingress: the oldest holds the host (CON-1). */
  readonly since: number | undefined;
  readonly up: number;
  readonly members: number;
  /** Of the back end, over all its hosts; undefined if the user may not read counters, and where there is no back end. */
  readonly traffic: TrafficCounters | undefined;
  /** Undefined without `--certificates`, before the first round has ended, and where no back end can show one. */
  readonly certificate: RouteCertificate | undefined;
  readonly standby: number;
  readonly pending: boolean;
  /** Whether former back ends of the holder keep their connections for a while. */
  readonly draining: boolean;
  readonly findings: boolean;
}

export interface RoutePage {
  readonly version: number;
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly RouteRow[];
}

/** The path of one host, from the client to the members. */
export interface RoutePath {
  readonly route: RouteRow;
  /** ClientHellos that the front end reset, over all its hosts; undefined if they were not read, and for plain HTTP. */
  readonly refused: Readonly<Record<HelloRefusal, number>> | undefined;
  /** Links in the order of the connection: the client's hello, the virtual server, the host's row, the back end. */
  readonly links: readonly PathLink[];
  readonly members: readonly MemberStatus[];
  readonly standby: readonly {
    readonly owner: Owner;
    readonly created: number;
    readonly backend: string | undefined;
  }[];
  readonly drift: readonly DriftItem[];
}

export interface PathLink {
  readonly kind: 'client' | 'frontend' | 'host' | 'backend';
  readonly name: string;
  /** Object of the appliance, as its CLI names it; absent for the client. */
  readonly object?: string;
  readonly ok: boolean;
  readonly text: string;
}

export interface ConflictPage {
  readonly version: number;
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly {
    readonly host: string;
    readonly frontend: string;
    readonly vip: string;
    readonly holder: Owner | undefined;
    readonly since: number | undefined;
    readonly waiting: readonly { readonly owner: Owner; readonly created: number }[];
  }[];
}

export interface DriftReport {
  /** Time of the audit, in milliseconds since the epoch; undefined before the first one. */
  readonly at: number | undefined;
  readonly failed?: string;
  readonly items: readonly DriftItem[];
}

export interface DriftItem {
  readonly code: string;
  /** `drift` counts in {@link ConsoleOverview.drift}; `due` is repaired by the next publication; only a person can act on a `warning`. */
  readonly kind: 'drift' | 'due' | 'warning';
  readonly object: string;
  readonly is: string;
  readonly should: string;
  /** Field by field, where both sides have the object. */
  readonly fields: readonly { readonly field: string; readonly is: string; readonly should: string }[];
  readonly owners: readonly Owner[];
  readonly remedy: string;
}

/** A change of an Ingress that the appliance's ledger showed between two readings. */
export interface ConsoleChange {
  readonly id: number;
  readonly at: number;
  readonly owner: Owner;
  readonly what: 'programmed' | 'pending' | 'changed' | 'removed' | 'waiting' | 'took over';
  readonly hosts: readonly string[];
}

/** Replays of the archive that run or ran last. */
export interface ReplayList {
  /** Undefined without `--deployment`; a sentence where they could not be read. */
  readonly replays: readonly ConsoleReplay[] | string | undefined;
}

export interface ConsoleReplay {
  readonly name: string;
  /** EventBridge's word: `RUNNING`, `COMPLETED` … */
  readonly state: string;
  /** Range that is replayed, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Time of the last event that was replayed. */
  readonly reached: number | undefined;
  /** From 0 to 1. */
  readonly share: number;
}

export interface ConsoleError {
  /** What happened, why, and what to do. */
  readonly error: string;
}
