import { LEVELS, type Level, LIMITS } from './limits.ts';
import { wildcardTierOf } from './names.ts';
import type { Resource } from './resource.ts';

/**
 * The tiers of back ends' policies, the most specific first: exact hosts, one-label wildcards, then many-label wildcards
 * level by level.
 */
export type Tier = 'exact' | 'wildcard' | Level;

/** Priorities of one tier. */
interface TierPriorities {
  readonly first: number;
  readonly last: number;
}

/** Priorities of one level, the closing policy behind its last back end included. */
const LEVEL_SIZE = 2_000;
const FIRST_LEVEL = LIMITS.sslPriority - LEVELS.length * LEVEL_SIZE;

/**
 * Priorities at the ClientHello, lower first. The gate rejects unknown names; then come the tiers. Behind each tier, a
 * name whose key of that tier exists and that no back end took is rejected, so that it never falls to a less specific
 * wildcard (VAL-8); the last policy rejects the rest. The closing policies of wildcards are bound only while the front
 * end holds a many-label wildcard.
 */
export const PRIORITY = {
  gate: 1,
  exact: { first: 2, last: 31_998 },
  exactReset: 31_999,
  wildcard: { first: 32_000, last: FIRST_LEVEL - 2 },
  wildcardReset: FIRST_LEVEL - 1,
  reset: LIMITS.sslPriority,
} as const;

const levelStart = (level: Level): number => FIRST_LEVEL + (level - 1) * LEVEL_SIZE;

/** Returns the priority of the policy that closes a level. */
export const levelReset = (level: Level): number => levelStart(level) + LEVEL_SIZE - 1;

/** Returns the priorities of the policies of back ends in a tier. */
export function prioritiesOf(tier: Tier): TierPriorities {
  return typeof tier === 'string' ? PRIORITY[tier] : { first: levelStart(tier), last: levelReset(tier) - 1 };
}

/** Returns the name of a tier for people. */
export const tierName = (tier: Tier): string => (typeof tier === 'string' ? `${tier} tier` : `tier of level ${tier}`);

export const tierOf = ({ id }: Pick<Resource, 'id'>): Tier => wildcardTierOf(String(id.policyname)) ?? 'exact';

/**
 * Returns whether a back end's policy is bound outside the priorities of its tier: behind the closing policies it would
 * never be asked, and in the wrong tier a less specific host could win.
 */
export function isOutOfTier(binding: Resource): boolean {
  if (binding.role !== 'policy-binding') return false;
  const { first, last } = prioritiesOf(tierOf(binding));
  const priority = Number(binding.attributes.priority);
  return !(first <= priority && priority <= last);
}
