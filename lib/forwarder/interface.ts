import type { Log } from '../telemetry/index.ts';
import type { HistogramCounts } from './feedback/histogram.ts';
import type { Clock, OutcomeSource, Publisher, Reporter, SequenceStore, StatusWriter } from './ports.ts';
import type { SnapshotRequest } from './publish/snapshot-request.ts';
import type { ForwarderSettings } from './settings.ts';
import type { ClusterSource } from './source/source.ts';

export interface ForwarderOptions {
  /** Name of the cluster: at most 40 of `[a-z0-9.-]`. */
  readonly cluster: string;
  /** UID of the namespace `kube-system` (protocol rule 15). */
  readonly clusterUid: string;
  readonly source: ClusterSource;
  readonly publisher: Publisher;
  /** Absent: nothing is reported, and refused snapshots go unnoticed. */
  readonly outcomes?: OutcomeSource;
  readonly reporter: Reporter;
  /** Absent: statuses of objects of the Gateway API are not written. */
  readonly statuses?: StatusWriter;
  readonly sequences: SequenceStore;
  readonly settings?: Partial<ForwarderSettings>;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
}

/** Gauges and counters of this moment; times are in milliseconds since the epoch, 0 for never. */
export interface ForwarderMetrics {
  readonly ingresses: number;
  /** Ingresses that were published and not withdrawn since. */
  readonly announced: number;
  /** Changed Ingresses that wait in their window or to be published. */
  readonly waiting: number;
  readonly published: number;
  readonly failed: number;
  /** Failed attempts in a row. */
  readonly failures: number;
  readonly snapshots: number;
  readonly lastPublishedAt: number;
  readonly lastSnapshotAt: number;
  readonly problems: number;
  readonly synced: boolean;
  /** False while part of the source cannot be read: no snapshot is published. */
  readonly complete: boolean;
  /** Ingresses whose members are kept although a list lacks them (LIF-6). */
  readonly held: number;
  /** Outcomes that refused a snapshot of this cluster. */
  readonly refused: number;
  /** Outcomes about another cluster of this name, or an Ingress that had a name before: not reported. */
  readonly foreign: number;
  /** From changes of Pods, as Kubernetes observed them, to their outcomes `Programmed`, of all appliances. */
  readonly programming: HistogramCounts;
  /** Milliseconds since the oldest flagged snapshot without an answer. */
  readonly unansweredMs: number;
}

/** The forwarder of one cluster. */
export interface Forwarder {
  /**
   * Resolves when the source is being watched.
   *
   * @throws the error of the source or of the sequences where one cannot be used; nothing keeps running then.
   */
  start(): Promise<void>;
  /** Publishes the rest, within the time of the settings, and ends. */
  stop(): Promise<void>;
  /** Requests a snapshot. */
  snapshot(reason: string, options?: Omit<SnapshotRequest, 'reason'>): void;
  /** Resolves when the whole first state of the source is published. */
  readonly ready: Promise<void>;
  metrics(): ForwarderMetrics;
  /** Returns conditions that an operator should look at although the forwarder works. */
  notes(): string[];
}
