import { MAX_EVENT_BYTES, TARGET_EVENT_BYTES } from '../contract/index.ts';
import type { SelectionSettings } from '../ingress/index.ts';

/** Defaults in {@link DEFAULT_SETTINGS}. Times are in milliseconds, sizes in bytes. */
export interface ForwarderSettings {
  /** Class names that are ours; none: every class of the controller, and Ingresses without a class (SEL-2). */
  readonly classNames: NonNullable<SelectionSettings['classNames']>;
  /** Address of a node that NodePort and LoadBalancer Services are reached at (END-2). */
  readonly nodeAddressType: 'InternalIP' | 'ExternalIP';
  /** Reach NodePort and LoadBalancer Services at their pods instead (END-2). */
  readonly podAddressesForNodePort: boolean;
  /** Quiet that a changed Ingress needs before it is published. */
  readonly windowMs: number;
  /** After which it is published although it is never quiet. */
  readonly maxDelayMs: number;
  /** So many changed Ingresses at once are a storm, and a twenty-fifth of all if that is more: a snapshot is fewer requests then. */
  readonly stormIngresses: number;
  /** Share of the announced Ingresses, in percent, that one list may leave without members; more are held back. */
  readonly holdPercent: number;
  /** So many may be left without members in any case. */
  readonly holdMinimum: number;
  /** Between two scheduled snapshots. */
  readonly snapshotIntervalMs: number;
  /** Share of the interval that is drawn at random and added, so that clusters spread. */
  readonly snapshotJitter: number;
  /** A snapshot event: less than an entry, for the envelope stands around it. */
  readonly snapshotBytes: number;
  /** The largest entry that the bus takes. */
  readonly maxEntryBytes: number;
  /** First wait after a failed publish; it doubles. */
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** After which it is said that no appliance answers a flagged snapshot. */
  readonly answerMs: number;
  /** How long a stop waits for what is not published yet. */
  readonly stopTimeoutMs: number;
}

export const DEFAULT_SETTINGS: ForwarderSettings = {
  classNames: [],
  nodeAddressType: 'InternalIP',
  podAddressesForNodePort: false,
  windowMs: 100,
  maxDelayMs: 1_000,
  stormIngresses: 200,
  holdPercent: 30,
  holdMinimum: 10,
  snapshotIntervalMs: 15 * 60_000,
  snapshotJitter: 0.1,
  snapshotBytes: TARGET_EVENT_BYTES,
  maxEntryBytes: MAX_EVENT_BYTES,
  retryBaseMs: 200,
  retryMaxMs: 30_000,
  answerMs: 15 * 60_000,
  stopTimeoutMs: 5_000,
};
