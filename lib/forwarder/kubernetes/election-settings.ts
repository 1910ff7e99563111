/** Times are in milliseconds; they keep `renewMs < deadlineMs < durationMs`. */
export interface ElectionSettings {
  /** Others take over after this time without a renewal. */
  readonly durationMs: number;
  /** The leader publishes nothing after this time without a renewal: before anyone takes over. Its term ends at `durationMs`. */
  readonly deadlineMs: number;
  /** Time between two renewals. */
  readonly renewMs: number;
  /** Time between two reads of the Lease by a replica that waits. */
  readonly retryMs: number;
}

/** A take-over after a crash takes at most `durationMs`, two reads and two requests: 13 s. */
export const DEFAULT_ELECTION: ElectionSettings = {
  durationMs: 10_000,
  deadlineMs: 7_000,
  renewMs: 2_000,
  retryMs: 1_000,
};
