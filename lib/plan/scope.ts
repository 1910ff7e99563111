import type { Owner } from '../contract/index.ts';
import type { IngressRecord, LedgerRow } from '../ledger/index.ts';
import type { Names, Resource } from '../netscaler/index.ts';
import type { Frontend, RouteSet } from '../route/index.ts';

/** What a plan is made for: the owners that events speak of, and all that is known of where they stand. */

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
  /** Canonical. Undefined: it is to have nothing. */
  readonly wanted: RouteSet | undefined;
  readonly row: IngressRecord | undefined;
  /**
   * The objects of its back ends as they were read; undefined where the ledger is trusted instead: its record is
   * applied, and nobody asked to verify.
   */
  readonly found: readonly Resource[] | undefined;
  /** Names of its back ends whose drain time runs: they stay, unless they are wanted again. */
  readonly retiring: readonly string[];
  /**
   * The members that its groups have, where the ledger is trusted: equal to those wanted (by the record's hash),
   * unknown, or as they were read, by group.
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
  /** Claims of owners out of scope that `rows` need not contain. */
  readonly otherClaims: number;
  /** Secure ports that redirects led to and that no claim names any more. */
  readonly unusedPorts: readonly number[];
  /** The objects of the front end as they were read; undefined where the ready row is trusted. */
  readonly found: readonly Resource[] | undefined;
  /** Bindings of SSL policies as they are, where that was worth a request. */
  readonly bindings: readonly Resource[] | undefined;
}

export interface PlanScope {
  /** What exists once for the system, as it was read; undefined where nothing of it can be missing. */
  readonly system: readonly Resource[] | undefined;
  readonly owners: readonly OwnerInScope[];
  readonly frontends: readonly FrontendInScope[];
}

/** A back end that stays for its connections until its drain time is over. */
export interface Retirement {
  readonly owner: Owner;
  readonly ownerKey: string;
  /** Name of its objects. */
  readonly backend: string;
}
