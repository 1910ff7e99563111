/** Limits of the appliance. Limits marked (V) are undocumented and need a check on a real appliance. */
export const LIMITS = {
  /** Names of vservers, groups, policies and actions, in characters (14.1 API reference). */
  name: 127,
  /** `comment`, in bytes (API reference). */
  comment: 255,
  /** Keys and values of string maps, in bytes (V). */
  mapEntry: 255,
  /** A policy's rule, in characters. */
  rule: 1499,
  /** Priorities of SSL policy bindings: 0 to this (14.1 API reference). */
  sslPriority: 64_000,
  /** Items of one bulk call: short enough that a killed function leaves no call running long after. */
  bulk: 500,
} as const;

/**
 * Labels that a many-label wildcard covers, fewest first. Each is a **level**: a look-up of its own, and so a policy of
 * each back end that holds such a wildcard. Six is the most for which the gate's rule fits {@link LIMITS.rule} with the
 * longest name of a map.
 */
export const LEVELS = [1, 2, 3, 4, 5, 6] as const;
export type Level = (typeof LEVELS)[number];
