import { prioritiesOf, type Resource, type Tier, tierName, tierOf } from '../netscaler/index.ts';

/** Priorities in use, by vserver. Allocation adds to them, and none is ever released. */
export type Priorities = Map<string, Set<number>>;

/** First priority to try in each bank and tier: every lower one is in use. */
const searched = new WeakMap<ReadonlySet<number>, Map<Tier, number>>();

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
  const { first, last } = prioritiesOf(tier);
  const from = searched.get(taken) ?? new Map<Tier, number>();
  searched.set(taken, from);
  for (let priority = from.get(tier) ?? first; priority <= last; priority++) {
    from.set(tier, priority);
    if (!taken.has(priority)) {
      taken.add(priority);
      return { ...resource, attributes: { ...resource.attributes, priority } };
    }
  }
  return { refused: `all ${last - first + 1} priorities of the ${tierName(tier)} of ${vserver} are in use` };
}
