import { type Claim, decodeClaims, isListenerClaim, letsChallengesThrough, securePortOf } from '../../ledger/index.ts';
import type { Names } from '../../netscaler/index.ts';
import type { FrontendInventory } from '../../nitro/index.ts';
import {
  isMadeForChallenges,
  isMadeForListener,
  isMadeForManyLabels,
  provisionedPorts,
  readyMarker,
} from '../../plan/index.ts';
import { frontendKey } from '../../route/index.ts';
import { type ForeignServers, frontendSlot } from '../decide/foreign-address.ts';
import type { FrontendRows } from './row-queries.ts';
import type { TaskIndex } from './task-index.ts';

/**
 * Decides what must be read of front ends beside the rows of their maps. Pure.
 *
 * | read            | needed when                                                             | function                   |
 * | --------------- | ----------------------------------------------------------------------- | -------------------------- |
 * | real objects    | a task verifies them, or no marker says that they were made             | {@link needsInventory}     |
 * | claims by port  | redirects may have lost a secure port                                   | {@link countsOfParts}      |
 * | claims by form  | the front end may have lost its last many-label wildcard                | {@link countsOfParts}      |
 * | claims by kind  | an http front end may have lost its last listener, or the last claim that lets challenges through | {@link countsOfParts} |
 * | claims          | the front end may have lost its last claim                              | {@link needsTotalCount}    |
 * | policy bindings | a policy of a back end comes or goes: its priority must be known        | `policy-needs.ts`          |
 */

/** The claims that a count is of: of redirects to a secure port, those that need a part, or all. */
export type CountOf = number | Part | 'all';

/** A part of a front end that it has only while a claim needs it. */
type Part = 'many-label' | 'listener' | 'challenges';

/** Counted claims of owners outside of the plan. */
export type ClaimCounts = ReadonlyMap<CountOf, number>;

/** A front end as far as it was read. */
export interface FrontendFacts extends FrontendRows {
  /** The claims in its rows, decoded once. */
  readonly claims: readonly Claim[];
  /** The real objects; undefined when the marker in the map is trusted. */
  readonly inventory: FrontendInventory | undefined;
  readonly counts: ClaimCounts;
}

/** Returns the facts of a front end before anything is counted. */
export function factsOf(rows: FrontendRows, inventory: FrontendInventory | undefined): FrontendFacts {
  return { ...rows, claims: decodeClaims(rows.rows, frontendKey(rows.frontend)), inventory, counts: new Map() };
}

/**
 * Returns whether the real objects of a front end must be read. Claims of a verified owner may stand where no record
 * names them: the objects of a front end that the owner gives up must be read, too (LIF-5).
 */
export function needsInventory({ frontend, rows }: FrontendRows, index: TaskIndex): boolean {
  const key = frontendKey(frontend);
  if (readyMarker(rows) === undefined || index.verifiedFrontends.has(key)) return true;
  return index.verifiedKeys.size > 0 && decodeClaims(rows, key).some((claim) => index.verifiedKeys.has(claim.ownerKey));
}

/** Returns the slots where a map says that a front end of the other kind was made. */
export function slotsOfOtherKind(names: Names, frontends: readonly FrontendRows[]): ForeignServers {
  return new Map(
    frontends.flatMap(({ frontend, rows }) => {
      const marker = readyMarker(rows);
      const differs = marker !== undefined && marker.kind !== frontend.kind;
      return differs ? [[frontendSlot(frontend), names.csvserver(frontend)] as const] : [];
    }),
  );
}

/** Returns the slots where an inventory found a foreign vserver. */
export function slotsTaken(inventories: ReadonlyMap<FrontendRows, FrontendInventory>): ForeignServers {
  return new Map(
    [...inventories].flatMap(([{ frontend }, { foreign }]) =>
      foreign === undefined ? [] : [[frontendSlot(frontend), foreign] as const],
    ),
  );
}

/**
 * Returns the secure ports that may have lost their last redirect: those that these tasks give up or, when verifying,
 * every port that the front end was created for.
 */
export function unreferencedPortCandidates(facts: FrontendFacts, index: TaskIndex): ReadonlySet<number> {
  const key = frontendKey(facts.frontend);
  const provisioned = portsOf(facts);
  if (provisioned.size === 0) return provisioned;
  const { claims } = facts;
  const candidates = index.verifiedFrontends.has(key) ? provisioned : provisioned.intersection(securePorts(claims));
  const wanted = (index.wanted.get(key) ?? []).map(({ claim }) => claim);
  return candidates.difference(securePorts([...ofOthers(claims, index), ...wanted]));
}

const portsOf = ({ rows, inventory }: FrontendFacts): ReadonlySet<number> =>
  new Set(provisionedPorts(rows, inventory?.found));

const securePorts = (claims: readonly Claim[]): Set<number> =>
  new Set(claims.flatMap((claim) => securePortOf(claim) ?? []));

const ofOthers = (claims: readonly Claim[], { keys }: TaskIndex): Claim[] =>
  claims.filter(({ ownerKey }) => !keys.has(ownerKey));

/**
 * Returns the counts that decide which parts of a front end are unused: of each secure port, or of all claims when they
 * are all for one port, of many-label wildcards, of listeners, and of those that let challenges through.
 */
export function countsOfParts(facts: FrontendFacts, index: TaskIndex): readonly CountOf[] {
  const candidates = unreferencedPortCandidates(facts, index);
  const onlyRedirects = OF_HTTP.every((part) => !PARTS[part].isMade(facts.rows, facts.inventory?.found));
  if (candidates.size > 0 && portsOf(facts).size === 1 && onlyRedirects) return ['all'];
  return [...candidates, ...(['many-label', ...OF_HTTP] as const).filter((part) => mayLose(part, facts, index))];
}

/** Parts of an http front end beside its redirects. */
const OF_HTTP = ['listener', 'challenges'] as const satisfies readonly Part[];

interface PartFacts {
  /** Returns whether a front end was made with the part. */
  readonly isMade: typeof isMadeForManyLabels;
  /** Returns whether a claim needs the part. */
  readonly needs: (claim: Claim) => boolean;
}

const PARTS: Readonly<Record<Part, PartFacts>> = {
  'many-label': { isMade: isMadeForManyLabels, needs: ({ form }) => form === 'many-label' },
  listener: { isMade: isMadeForListener, needs: isListenerClaim },
  challenges: { isMade: isMadeForChallenges, needs: letsChallengesThrough },
};

/** Returns whether a front end may have lost its last claim for a part: these tasks give one up, or verify the front end. */
function mayLose(part: Part, facts: FrontendFacts, index: TaskIndex): boolean {
  const { isMade, needs } = PARTS[part];
  const { frontend, rows, inventory, claims } = facts;
  if (!isMade(rows, inventory?.found)) return false;
  const key = frontendKey(frontend);
  const wanted = (index.wanted.get(key) ?? []).map(({ claim }) => claim);
  if ([...ofOthers(claims, index), ...wanted].some(needs)) return false;
  return index.verifiedFrontends.has(key) || claims.some(needs);
}

/** Returns whether no claim needs a part that a front end has. */
export function isUnused(part: Part, facts: FrontendFacts, index: TaskIndex): boolean {
  return mayLose(part, facts, index) && facts.counts.get(part) === 0;
}

/** Returns the candidates that no redirect of another owner leads to. */
export function unusedPorts(facts: FrontendFacts, index: TaskIndex): number[] {
  return [...unreferencedPortCandidates(facts, index)].filter((port) => othersOn(facts, port) === 0);
}

const othersOn = ({ counts }: FrontendFacts, port: number): number | undefined => counts.get(port) ?? counts.get('all');

/**
 * Returns the TLS front ends that redirects of other owners lead to: whoever has a redirect has a route there, so such a
 * front end stays.
 */
export function requiredTlsFrontends(facts: readonly FrontendFacts[], index: TaskIndex): ReadonlySet<string> {
  return new Set(
    facts.flatMap((redirects) =>
      [...unreferencedPortCandidates(redirects, index)]
        .filter((port) => othersOn(redirects, port) !== 0)
        .map((port) => frontendKey({ ...redirects.frontend, port })),
    ),
  );
}

/**
 * Returns how many claims of owners outside of the plan are known to stand on a front end: at least so many are there.
 *
 * @param required TLS front ends that redirects of others lead to.
 */
export function knownOtherClaims(
  { frontend, claims, counts }: FrontendFacts,
  index: TaskIndex,
  required: ReadonlySet<string>,
): number {
  const isRequired = frontend.kind === 'tls' && required.has(frontendKey(frontend));
  return Math.max(isRequired ? 1 : 0, ofOthers(claims, index).length, ...counts.values());
}

/** Returns whether all claims must be counted: the front end exists, and no known claim needs it. */
export function needsTotalCount(facts: FrontendFacts, index: TaskIndex, required: ReadonlySet<string>): boolean {
  return mayGo(facts, index, required) && !facts.counts.has('all');
}

/** Returns whether the front end may go with this plan: nobody is known who needs it. */
export function mayGo(facts: FrontendFacts, index: TaskIndex, required: ReadonlySet<string>): boolean {
  const exists = facts.rows.length > 0 || (facts.inventory?.found.length ?? 0) > 0;
  return exists && !index.wanted.has(frontendKey(facts.frontend)) && knownOtherClaims(facts, index, required) === 0;
}
