import { MAX_EVENT_BYTES, TARGET_EVENT_BYTES } from '../contract/index.ts';
import type { GatewaySettings } from '../gateway/index.ts';
import type { SelectionSettings } from '../ingress/index.ts';
import type { BudgetLimits } from './publish/namespace-budget.ts';

/** Defaults in {@link DEFAULT_SETTINGS}. Times are in milliseconds, sizes in bytes. */
export interface ForwarderSettings {
  /** Class names that are ours; empty: every class of the controller, and Ingresses without a class (SEL-2). */
  readonly classNames: NonNullable<SelectionSettings['classNames']>;
  /** Address of a node at which NodePort and LoadBalancer Services are reached (END-2). */
  readonly nodeAddressType: 'InternalIP' | 'ExternalIP';
  /** Reach NodePort and LoadBalancer Services at their pods instead (END-2). */
  readonly podAddressesForNodePort: boolean;
  /** Which GatewayClasses are ours, and what their Gateways may have. */
  readonly gateway: GatewaySettings;
  /** Time in which what follows the first change of an Ingress is gathered; quiet that an Ingress needs in a burst. */
  readonly windowMs: number;
  /** Longest delay of an Ingress that keeps changing. */
  readonly maxDelayMs: number;
  /** Ingresses whose first change may go out at once within a window; more are a burst, and wait for the window. */
  readonly leadingIngresses: number;
  /** Above this number of changed Ingresses (or 4 % of all, if larger) one snapshot replaces single events. */
  readonly stormIngresses: number;
  /** Time between two snapshots that replace single events. */
  readonly stormIntervalMs: number;
  /** Changes that the single events of a namespace may carry at once, and on average in a second. */
  readonly namespaceBudget: BudgetLimits;
  /** Share of the published Ingresses, in percent, that one list may leave without members; more are held. */
  readonly holdPercent: number;
  /** Number of Ingresses that one list may leave without members whatever their share. */
  readonly holdMinimum: number;
  /** Time between two scheduled snapshots. */
  readonly snapshotIntervalMs: number;
  /** Share of the interval that is drawn at random and added, so that clusters spread. */
  readonly snapshotJitter: number;
  /** Size of a snapshot event: less than an entry, because the envelope stands around it. */
  readonly snapshotBytes: number;
  /** Size of the largest entry that the bus accepts. */
  readonly maxEntryBytes: number;
  /** First wait after a failed publish; the wait doubles with each failure. */
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Time after which a flagged snapshot without an answer is reported. */
  readonly answerMs: number;
  /** Time that a stop waits for unpublished changes. */
  readonly stopTimeoutMs: number;
}

export const DEFAULT_SETTINGS: ForwarderSettings = {
  classNames: [],
  nodeAddressType: 'InternalIP',
  podAddressesForNodePort: false,
  gateway: {},
  windowMs: 100,
  maxDelayMs: 1_000,
  leadingIngresses: 10,
  stormIngresses: 200,
  stormIntervalMs: 15_000,
  namespaceBudget: { burst: 200, perSecond: 20 },
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
