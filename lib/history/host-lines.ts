import { compareText } from '../contract/index.ts';
import { claimOrder } from '../ledger/index.ts';
import { memberTexts, type RouteClaim, type RouteEntry, type RouteTable, tableOfSets } from '../preview/index.ts';
import { backendRef, type RouteSet } from '../route/index.ts';
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

export const NO_HOSTS: ChangedHosts = { before: new Map(), after: new Map() };

/** Returns whether a host has one claim, and this is it. */
const isAlone = ({ entry: { claims } }: HostLine, own: OwnClaim | undefined): boolean =>
  claims.length === 1 && claims[0] === own?.claim;

/** A claim of one owner on one host. */
interface OwnClaim {
  readonly claim: RouteClaim;
  /** The host with this claim alone. */
  readonly entry: RouteEntry;
}

const ownClaim = (claim: RouteClaim, { host, frontend }: Omit<RouteEntry, 'claims'>): OwnClaim => ({
  claim,
  entry: { host, frontend, claims: [claim] },
});

/** Returns whether two claims of one owner are the same. */
const sameClaim = (a: RouteClaim, b: RouteClaim): boolean =>
  a.created === b.created &&
  a.target === b.target &&
  a.settings === b.settings &&
  sameMembers(a.members ?? [], b.members ?? []);

const sameMembers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((member, index) => member === b[index]);

/** Returns the members of a back end, by the target of claims on it: most Ingresses have one, which needs no map. */
function membersByTarget({ backends }: RouteSet): (target: string) => readonly string[] | undefined {
  const [only, ...others] = backends;
  if (only === undefined || others.length > 0) {
    const all = new Map(backends.map((backend) => [backendRef(backend), memberTexts(backend.members)]));
    return (target) => all.get(target);
  }
  const texts = memberTexts(only.members);
  const target = backendRef(only);
  return (other) => (other === target ? texts : undefined);
}

/** Returns the claims of routes, by line: those that were before, where they are the same. */
const claimsIn = (set: RouteSet, before: ReadonlyMap<string, OwnClaim>): Map<string, OwnClaim> =>
  new Map(
    [...tableOfSets([set])].map(([line, entry]) => {
      const [claim] = entry.claims;
      const had = before.get(line);
      return [line, had !== undefined && sameClaim(had.claim, claim) ? had : ownClaim(claim, entry)];
    }),
  );

/** The hosts of an appliance. */
export class HostLines {
  readonly #lines = new Map<string, HostLine>();
  /** Owner's key → its claims, by line. */
  readonly #claims = new Map<string, Map<string, OwnClaim>>();
  /** Lines that changed since {@link takeChanges}, as they were before. */
  readonly #before = new Map<string, RouteEntry | undefined>();

  /** Returns all hosts, by name and front end. */
  sorted(): HostLine[] {
    const order = ({ entry: { host, frontend } }: HostLine): string => `${host} ${frontend.vip} ${frontend.port}`;
    return [...this.#lines.values()].sort((a, b) => compareText(order(a), order(b)));
  }

  /** Replaces the claims of an owner. @param key of the owner. */
  replace(key: string, to: RouteSet | undefined, by: EventRef): void {
    const had = this.#claims.get(key) ?? new Map<string, OwnClaim>();
    const wants = to === undefined ? new Map<string, OwnClaim>() : claimsIn(to, had);
    if (to === undefined) this.#claims.delete(key);
    else this.#claims.set(key, wants);
    for (const [line, claim] of had) if (!wants.has(line)) this.#change(line, claim, undefined, by);
    for (const [line, claim] of wants) {
      const before = had.get(line);
      if (before !== claim) this.#change(line, before, claim, by);
    }
  }

  /**
   * Replaces the members of an owner's claims, and nothing else.
   *
   * @param key of the owner.
   * @param to where its hosts lead: to the same back ends, each with at least one member.
   */
  replaceMembers(key: string, to: RouteSet, by: EventRef): void {
    const claims = this.#claims.get(key) ?? new Map<string, OwnClaim>();
    const membersOf = membersByTarget(to);
    for (const [line, before] of claims) {
      const { claim, entry } = before;
      // A redirect has no members, and leads to no back end.
      const members = claim.members?.length === 0 ? undefined : membersOf(claim.target);
      if (members === undefined || sameMembers(members, claim.members ?? [])) continue;
      const after = ownClaim({ ...claim, members }, entry);
      claims.set(line, after);
      this.#change(line, before, after, by);
    }
  }

  /** Puts one claim on a host in the place of another. */
  #change(line: string, from: OwnClaim | undefined, to: OwnClaim | undefined, by: EventRef): void {
    const known = this.#lines.get(line);
    if (!this.#before.has(line)) this.#before.set(line, known?.entry);
    // As a rule nobody else claims the host.
    if (to !== undefined && (known === undefined || isAlone(known, from))) {
      this.#lines.set(line, { entry: to.entry, since: by });
      return;
    }
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
    if (this.#before.size === 0) return NO_HOSTS;
    const before = new Map<string, RouteEntry>();
    const after = new Map<string, RouteEntry>();
    for (const [line, entry] of this.#before) {
      if (entry !== undefined) before.set(line, entry);
      const now = this.#lines.get(line);
      if (now !== undefined) after.set(line, now.entry);
    }
    this.#before.clear();
    return { before, after };
  }
}
