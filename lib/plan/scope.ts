import type { Owner } from '../contract/index.ts';
import type { Claim, IngressRecord, LedgerRow, Setting } from '../ledger/index.ts';
import type { Names, Resource } from '../netscaler/index.ts';
import type { Frontend, RouteSet } from '../route/index.ts';

/** The input of a plan: the owners that events name, and everything known of their objects. */

export interface PlanContext {
  readonly system: string;
  readonly names: Names;
  readonly drainSeconds: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

export interface OwnerInScope {
  readonly key: string;
  readonly owner: Owner;
  /** Canonical. Undefined: the owner shall have nothing. */
  readonly wanted: RouteSet | undefined;
  readonly row: IngressRecord | undefined;
  /**
   * The objects of its back ends as they were read; undefined where the ledger is trusted instead: the record is
   * applied, and nobody asked to verify.
   */
  readonly found: readonly Resource[] | undefined;
  /** Names of its back ends that drain: they stay, unless they are wanted again. */
  readonly retiring: readonly string[];
  /**
   * The members of its groups, where the ledger is trusted: equal to those wanted (by the record's hash), unknown, or as
   * they were read, by group.
   */
  readonly members: 'equal' | 'unknown' | ReadonlyMap<string, string>;
}

export interface FrontendInScope {
  readonly frontend: Frontend;
  /**
   * Rows of its map: at least the claims of the owners in scope, and every claim and the row of every host that they
   * have or want. Empty where the map is missing.
   */
  readonly rows: readonly LedgerRow[];
  /** Number of claims of owners out of scope that `rows` may lack. */
  readonly otherClaims: number;
  /** Secure ports that redirects led to and that no claim names any more. */
  readonly unusedPorts: readonly number[];
  /** Many-label wildcards were claimed, and no claim is on one any more. */
  readonly manyLabelsUnused: boolean;
  /** Listeners claimed it, and no claim is that of a listener any more (`http` only). */
  readonly listenerUnused: boolean;
  /** Challenges were let through, and no claim lets any through any more (`http` only). */
  readonly challengesUnused: boolean;
  /** The objects of the front end as they were read; undefined where the ready row is trusted. */
  readonly found: readonly Resource[] | undefined;
  /** Bindings of SSL policies as they were read; undefined where no policy moves. */
  readonly bindings: readonly Resource[] | undefined;
  /**
   * Only some bindings were read: those of the owners in scope, and those at the candidate priorities of policies that
   * come.
   */
  readonly onlyCandidates?: true;
}

export interface PlanScope {
  /** Objects that exist once for the system, as they were read; undefined where none can be missing. */
  readonly system: readonly Resource[] | undefined;
  /** The net profiles of the PROXY protocol, as they were read; absent where no owner wants one. */
  readonly proxyProfiles?: readonly Resource[];
  readonly owners: readonly OwnerInScope[];
  readonly frontends: readonly FrontendInScope[];
}

/** The owners in scope, indexed once for all front ends. */
export interface OwnersInScope {
  readonly byKey: ReadonlyMap<string, OwnerInScope>;
  /** Comments of the rows of hosts that they hold. */
  readonly holders: ReadonlySet<string>;
  /** Settings that they request, by front end (CON-5). */
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
}

/** A claim with its host: a claim that was read names the host only where its row had room. */
export interface WantedClaim {
  readonly claim: Claim;
  /** Absent for a listener. */
  readonly host?: string;
}

/** The input of the plan of one front end. */
export interface FrontendInput {
  readonly context: PlanContext;
  readonly scope: FrontendInScope;
  /** Name of the front end's map. */
  readonly map: string;
  readonly owners: OwnersInScope;
  /** Claims that the owners in scope want on this front end. */
  readonly wanted: readonly WantedClaim[];
}

/** A back end that stays for its connections until its drain time is over. */
export interface Retirement {
  readonly owner: Owner;
  readonly ownerKey: string;
  /** Name of its objects. */
  readonly backend: string;
}
