import { PRIORITY, type Resource } from '../netscaler/index.ts';

/** Priorities in use, by vserver. Allocation adds to it, and nothing is ever taken out. */
export type Priorities = Map<string, Set<number>>;

type Tier = 'exact' | 'wildcard';

/** Of each bank and tier, where the next search begins: everything below is in use. */
const searched = new WeakMap<ReadonlySet<number>, Record<Tier, number>>();

/**
 * Gives a back end's policy binding the lowest free priority of its tier: dense, and without renumbering others.
 * Bindings that have a fixed place keep it.
 *
 * @returns why there is none where the tier is full: the front end then has as many back ends as the appliance takes.
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
  const places = PRIORITY[tier].last - PRIORITY[tier].first + 1;
  return { refused: `all ${places} priorities of the ${tier} tier of ${vserver} are in use` };
}

const tierOf = ({ id }: Resource): Tier => (String(id.policyname).endsWith('-w') ? 'wildcard' : 'exact');

/** A binding outside its tier: in the wrong one, an exact host could fall to a wildcard. */
export function misplaced(binding: Resource): boolean {
  if (binding.role !== 'policy-binding') return false;
  const { first, last } = PRIORITY[tierOf(binding)];
  const priority = Number(binding.attributes.priority);
  return !(first <= priority && priority <= last);
}
