import { PRIORITY, type Resource } from '../netscaler/index.ts';

/** Priorities in use, by vserver. Allocation adds to it. */
export type Priorities = Map<string, Set<number>>;

/** No priority is left: the front end has as many back ends as the appliance takes. A limit, and permanent. */
export class NoPriorityLeft extends Error {
  override readonly name = 'NoPriorityLeft';
  constructor(vserver: string, tier: 'exact' | 'wildcard') {
    super(
      `${vserver}: no free priority in the ${tier} tier (${PRIORITY[tier].last - PRIORITY[tier].first + 1} in use)`,
    );
  }
}

/**
 * Gives a back end's policy binding the lowest free priority of its tier: dense, and without renumbering others.
 * Bindings that have a fixed place keep it.
 *
 * @throws {NoPriorityLeft}
 */
export function withPriority(resource: Resource, priorities: Priorities): Resource {
  if (resource.role !== 'policy-binding') return resource;
  const vserver = String(resource.id.vservername);
  const tier = String(resource.id.policyname).endsWith('-w') ? 'wildcard' : 'exact';
  const taken = priorities.get(vserver) ?? new Set();
  priorities.set(vserver, taken);
  for (let priority: number = PRIORITY[tier].first; priority <= PRIORITY[tier].last; priority++) {
    if (!taken.has(priority)) {
      taken.add(priority);
      return { ...resource, attributes: { ...resource.attributes, priority } };
    }
  }
  throw new NoPriorityLeft(vserver, tier);
}
