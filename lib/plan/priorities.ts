import { PRIORITY, type Resource, type Tier, tierOf } from '../netscaler/index.ts';

/** Priorities in use, by vserver. Allocation adds to them, and none is ever released. */
export type Priorities = Map<string, Set<number>>;

/** First priority to try in each bank and tier: every lower one is in use. */
const searched = new WeakMap<ReadonlySet<number>, Record<Tier, number>>();

/**
 * Gives a back end's policy binding the lowest free priority of its tier: dense, and without renumbering others. Other
 * bindings have a fixed priority and keep it.
 *
 * @returns the reason where the tier is full: the front end then has as many back ends as the appliance can bind.
 */
export function withPriority(resource: Resource, priorities: Priorities): Resource | { readonly refused: string } {
  if (resource.role !== 'policy-binding') return resource;
  const vserver = String(resource.id.vservername);
  const tier = tierOf(resource);
  const taken = priorities.get(vserver) ?? new Set();
  priorities.set(vserver, taken);
  const from = searched.get(taken) ?? { exact: PRIORITY.exact.first, wildcard: PRIORITY.wildcard.first };
  searched.set(taken, from);
  for (; from[tier] <= PRIORITY[tier].last; from[tier]++) {
    const priority = from[tier];
    if (!taken.has(priority)) {
      taken.add(priority);
      return { ...resource, attributes: { ...resource.attributes, priority } };
    }
  }
  const all = PRIORITY[tier].last - PRIORITY[tier].first + 1;
  return { refused: `all ${all} priorities of the ${tier} tier of ${vserver} are in use` };
}
