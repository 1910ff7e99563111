import { PRIORITY } from './limits.ts';
import { isWildcardPolicy } from './names.ts';
import type { Resource } from './resource.ts';

/** Back ends' policies for exact hosts are asked before those for wildcards. */
export type Tier = 'exact' | 'wildcard';

export const tierOf = ({ id }: Pick<Resource, 'id'>): Tier =>
  isWildcardPolicy(String(id.policyname)) ? 'wildcard' : 'exact';

/**
 * Returns whether a back end's policy is bound outside the priorities of its tier: behind the closing policies it would
 * never be asked, and in the wrong tier a wildcard could win over an exact host.
 */
export function isOutOfTier(binding: Resource): boolean {
  if (binding.role !== 'policy-binding') return false;
  const { first, last } = PRIORITY[tierOf(binding)];
  const priority = Number(binding.attributes.priority);
  return !(first <= priority && priority <= last);
}
