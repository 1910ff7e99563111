/** Limits of the appliance. Those marked (V) are undocumented and still to be checked on a real one. */
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
 * Priorities at the ClientHello, lower first: the gate refuses unknown names after two look-ups; then the exact
 * hosts' policies; a name that is an exact key but was not forwarded is refused before any wildcard is asked
 * (VAL-8); then the wildcards'; the rest is refused.
 */
export const PRIORITY = {
  gate: 1,
  exact: { first: 2, last: 31_998 },
  exactReset: 31_999,
  wildcard: { first: 32_000, last: 63_999 },
  reset: LIMITS.sslPriority,
} as const;
