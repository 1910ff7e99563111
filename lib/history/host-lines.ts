import { compareText, type Owner, qualifiedName } from '../contract/index.ts';
import { claimOrder } from '../ledger/index.ts';
import { type RouteClaim, type RouteEntry, type RouteTable, tableOfSets } from '../preview/index.ts';
import type { RouteSet } from '../route/index.ts';
import type { EventRef } from './event-ref.ts';

/** One host on one front end, with its claims. */
export interface HostLine {
  readonly entry: RouteEntry;
  /** The event since which the host leads where it does. */
  readonly since: EventRef;
}

/** The hosts that an event changed, before and after it. */
export interface ChangedHosts {
  readonly before: RouteTable;
  readonly after: RouteTable;
}

const nameOf = (owner: Owner): string => `${owner.cluster}/${qualifiedName(owner)}`;

/** A claim of one owner on one host. */
interface OwnClaim {
  readonly claim: RouteClaim;
  /** The claim as JSON, for comparisons. */
  readonly text: string;
  readonly entry: RouteEntry;
}

const NO_CLAIMS: ReadonlyMap<string, OwnClaim> = new Map();

/** Returns the claims of routes, by line: those that were before, where they are the same. */
const claimsIn = (set: RouteSet, before: ReadonlyMap<string, OwnClaim>): Map<string, OwnClaim> =>
  new Map(
    [...tableOfSets([set])].map(([line, entry]) => {
      const [claim] = entry.claims;
      const text = JSON.stringify(claim);
      const had = before.get(line);
      return [line, had?.text === text ? had : { claim, text, entry }];
    }),
  );

/** The hosts of an appliance. */
export class HostLines {
  readonly #lines = new Map<string, HostLine>();
  /** Owner → its claims, by line. */
  readonly #claims = new Map<string, ReadonlyMap<string, OwnClaim>>();
  /** Lines that changed since {@link takeChanges}, as they were before. */
  #before = new Map<string, RouteEntry | undefined>();

  /** Returns all hosts, by name and front end. */
  sorted(): HostLine[] {
    const order = ({ entry: { host, frontend } }: HostLine): string => `${host} ${frontend.vip} ${frontend.port}`;
    return [...this.#lines.values()].sort((a, b) => compareText(order(a), order(b)));
  }

  /** Replaces the claims of an owner. */
  replace(owner: Owner, to: RouteSet | undefined, by: EventRef): void {
    const name = nameOf(owner);
    const had = this.#claims.get(name) ?? NO_CLAIMS;
    const wants = to === undefined ? NO_CLAIMS : claimsIn(to, had);
    if (to === undefined) this.#claims.delete(name);
    else this.#claims.set(name, wants);
    for (const [line, claim] of had) if (!wants.has(line)) this.#change(line, claim, undefined, by);
    for (const [line, claim] of wants) {
      const before = had.get(line);
      if (before !== claim) this.#change(line, before, claim, by);
    }
  }

  /** Puts one claim on a host in the place of another. */
  #change(line: string, from: OwnClaim | undefined, to: OwnClaim | undefined, by: EventRef): void {
    const known = this.#lines.get(line);
    if (!this.#before.has(line)) this.#before.set(line, known?.entry);
    const others = known?.entry.claims.filter((claim) => claim !== from?.claim) ?? [];
    const [holder, ...standby] = to === undefined ? others : [...others, to.claim].sort(claimOrder);
    const entry = to?.entry ?? known?.entry;
    if (holder === undefined || entry === undefined) {
      this.#lines.delete(line);
      return;
    }
    const { host, frontend } = entry;
    const leadsAsBefore = known !== undefined && known.entry.claims[0] === holder;
    this.#lines.set(line, {
      entry: { host, frontend, claims: [holder, ...standby] },
      since: leadsAsBefore ? known.since : by,
    });
  }

  /** Returns what changed since the last call. */
  takeChanges(): ChangedHosts {
    const lines = [...this.#before];
    this.#before = new Map();
    return {
      before: new Map(lines.flatMap(([line, entry]) => (entry === undefined ? [] : [[line, entry] as const]))),
      after: new Map(
        lines.flatMap(([line]) => {
          const now = this.#lines.get(line);
          return now === undefined ? [] : [[line, now.entry] as const];
        }),
      ),
    };
  }
}
