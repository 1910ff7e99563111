import type { Log } from '../telemetry/index.ts';
import type { Clock, OutcomeSource, Publisher, Reporter, SequenceStore } from './ports.ts';
import type { SnapshotRequest } from './publish/publish-loop.ts';
import type { ForwarderSettings } from './settings.ts';
import type { ClusterSource } from './source/source.ts';

/** The forwarder as others see it. */

export interface ForwarderOptions {
  /** Name of the cluster: at most 40 of `[a-z0-9.-]`. */
  readonly cluster: string;
  /** UID of the namespace `kube-system` (protocol rule 15). */
  readonly clusterUid: string;
  readonly source: ClusterSource;
  readonly publisher: Publisher;
  /** Without it nothing is reported, and refusals are not seen. */
  readonly outcomes?: OutcomeSource;
  readonly reporter: Reporter;
  readonly sequences: SequenceStore;
  readonly settings?: Partial<ForwarderSettings>;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
}

/** Figures of this moment; times are in milliseconds since the epoch, 0 for never. */
export interface ForwarderMetrics {
  readonly ingresses: number;
  /** Ingresses that the bus was told of and not told that they are gone. */
  readonly announced: number;
  /** Changed Ingresses that wait in their window or to be published. */
  readonly waiting: number;
  readonly published: number;
  readonly failed: number;
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly snapshots: number;
  readonly lastPublishedAt: number;
  readonly lastSnapshotAt: number;
  readonly problems: number;
  readonly synced: boolean;
  /** False while something may be hidden in what cannot be read: no snapshot goes out. */
  readonly complete: boolean;
  /** Ingresses whose members are kept although a list lacks them (LIF-6). */
  readonly held: number;
  /** Outcomes that refused a snapshot of this cluster. */
  readonly refused: number;
  /** Outcomes about another cluster of this name, or an Ingress that had a name before: not reported. */
  readonly foreign: number;
  /** Milliseconds since the oldest flagged snapshot that nobody answered. */
  readonly unansweredMs: number;
}

export interface Forwarder {
  /** Resolves when the source is being watched. Where it or the sequences cannot be used, it throws and leaves nothing running. */
  start(): Promise<void>;
  /** Publishes what is left, within the time of the settings, and ends. */
  stop(): Promise<void>;
  /** Asks for a snapshot. */
  snapshot(reason: string, options?: Omit<SnapshotRequest, 'reason'>): void;
  /** The first state of the source is published, whole. */
  readonly ready: Promise<void>;
  metrics(): ForwarderMetrics;
  /** What an operator should look at, although the forwarder does its work. */
  notes(): string[];
}
