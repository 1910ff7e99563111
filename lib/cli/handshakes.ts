/** Handshakes at once, and the limit of each in milliseconds: a slow back end does not hold up the others. */
export const HANDSHAKES = { atOnce: 20, timeoutMs: 10_000 } as const;
