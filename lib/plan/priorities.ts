import { prioritiesOf, type Resource, type Tier, tierName, tierOf } from '../netscaler/index.ts';

/** Priorities in use, by vserver. Allocation adds to them, and none is ever released. */
export type Priorities = Map<string, Set<number>>;

/** The priorities in use among the candidates of some policies: nobody looked at the others. */
export class CandidatesInUse extends Set<number> {}

/** Candidates of one policy. Of 10,000 bindings on a front end, three are all in use one time in thirty. */
const CANDIDATES = 3;

/**
 * Returns the priorities that a policy may take where only some bindings of its front end are read: always the same for
 * the same name, and spread over its tier.
 */
export function candidatePriorities(policyname: string): number[] {
  const { first, last } = prioritiesOf(tierOf({ id: { policyname } }));
  return Array.from(
    { length: CANDIDATES },
    (_, index) => first + (hash(`${index} ${policyname}`) % (last - first + 1)),
  );
}

/** Hashes a text to 32 bits (FNV-1a). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/**
 * Returns whether each of these policies has a candidate that is free and that none of the others may take: then they
 * find a place in any order.
 */
export function haveFreeCandidates(policynames: readonly string[], taken: ReadonlySet<number>): boolean {
  const candidates = policynames.map((name) => new Set(candidatePriorities(name)));
  return candidates.every((own) =>
    [...own].some((priority) => !taken.has(priority) && !candidates.some((of) => of !== own && of.has(priority))),
  );
}

/** First priority to try in each bank and tier: every lower one is in use. */
const searched = new WeakMap<ReadonlySet<number>, Map<Tier, number>>();

/**
 * Gives a back end's policy binding the lowest free priority of its tier: dense, and without renumbering others. Where
 * only candidates were looked at, it takes the first of its own that is free. Other bindings have a fixed priority and
 * keep it.
 *
 * @returns the reason where the tier is full: the front end then has as many back ends as the appliance can bind.
 */
export function withPriority(resource: Resource, priorities: Priorities): Resource | { readonly refused: string } {
  if (resource.role !== 'policy-binding') return resource;
  const vserver = String(resource.id.vservername);
  const tier = tierOf(resource);
  const taken = priorities.get(vserver) ?? new Set();
  priorities.set(vserver, taken);
  const { first, last } = prioritiesOf(tier);
  const at = (priority: number): Resource => {
    taken.add(priority);
    return { ...resource, attributes: { ...resource.attributes, priority } };
  };
  if (taken instanceof CandidatesInUse) {
    const free = candidatePriorities(String(resource.id.policyname)).find((priority) => !taken.has(priority));
    if (free !== undefined) return at(free);
    return { refused: `the priorities of ${vserver} that ${String(resource.id.policyname)} may take are in use` };
  }
  const from = searched.get(taken) ?? new Map<Tier, number>();
  searched.set(taken, from);
  for (let priority = from.get(tier) ?? first; priority <= last; priority++) {
    from.set(tier, priority);
    if (!taken.has(priority)) return at(priority);
  }
  return { refused: `all ${last - first + 1} priorities of the ${tierName(tier)} of ${vserver} are in use` };
}
