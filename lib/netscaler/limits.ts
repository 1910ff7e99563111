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
 * Priorities at the ClientHello, lower first. The gate rejects unknown names after two look-ups; the policies for exact
 * hosts follow; an exact key that none of them forwarded is rejected before any wildcard (VAL-8); the policies for
 * wildcards follow; the last policy rejects the rest.
 */
export const PRIORITY = {
  gate: 1,
  exact: { first: 2, last: 31_998 },
  exactReset: 31_999,
  wildcard: { first: 32_000, last: 63_999 },
  reset: LIMITS.sslPriority,
} as const;
