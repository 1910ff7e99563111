import type { ForwarderMetrics } from '../interface.ts';
import type { KindHealth } from '../kubernetes/index.ts';
import type { Family, Sample } from './prometheus.ts';

/** What the metrics are made of. */
export interface ForwarderGauges {
  readonly kinds: readonly KindHealth[];
  readonly leading: boolean;
  readonly terms: number;
  readonly ready: boolean;
  /** Of the forwarder that leads now, its counters added to those of earlier terms. */
  readonly forwarder: ForwarderMetrics | undefined;
  readonly reports: { readonly status: number; readonly events: number; readonly failed: number };
  readonly process: {
    readonly residentBytes: number;
    readonly heapBytes: number;
    readonly cpuSeconds: number;
    /** Seconds since the epoch. */
    readonly startSeconds: number;
    /** 99th percentile of how late timers fire, in seconds. */
    readonly eventLoopLagSeconds: number;
  };
}

const PREFIX = 'nspass_forwarder';

/** All families of the forwarder. Names of Ingresses and hosts are no labels: there are too many. */
export function families(figures: ForwarderGauges): Family[] {
  const { kinds, forwarder, reports, process } = figures;
  const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ value }]);
  const flag = (value: boolean | undefined): Sample[] => (value === undefined ? [] : [{ value: value ? 1 : 0 }]);
  const byKind = (value: (kind: KindHealth) => number | undefined): Sample[] =>
    kinds.flatMap((kind) => {
      const sample = value(kind);
      return sample === undefined ? [] : [{ labels: { kind: kind.kind }, value: sample }];
    });
  const gauge = (name: string, help: string, samples: Sample[]): Family => ({
    name: `${PREFIX}_${name}`,
    type: 'gauge',
    help,
    samples,
  });
  const counter = (name: string, help: string, samples: Sample[]): Family => ({
    name: `${PREFIX}_${name}_total`,
    type: 'counter',
    help,
    samples,
  });
  const time = (ms: number | undefined): Sample[] => one(ms === undefined || ms === 0 ? undefined : ms / 1_000);
  return [
    gauge('leader', 'Whether this replica leads.', flag(figures.leading)),
    counter('terms', 'How often this replica became the leader.', one(figures.terms)),
    gauge('ready', 'Whether /readyz says yes.', flag(figures.ready)),
    gauge(
      'watch_objects',
      'Objects of a kind that are known.',
      byKind(({ objects }) => objects),
    ),
    gauge(
      'watch_listed',
      'Whether a kind was read completely since the start.',
      byKind(({ listed }) => (listed ? 1 : 0)),
    ),
    gauge(
      'watch_doubted',
      'Whether the list of a kind holds nothing at all and is not believed: nothing is published.',
      byKind(({ doubted }) => (doubted ? 1 : 0)),
    ),
    gauge(
      'watch_readable',
      'Whether a kind can be read.',
      byKind(({ problem }) => (problem === undefined ? 1 : 0)),
    ),
    gauge(
      'watch_silence_seconds',
      'Time since the API server said anything of a kind; a bookmark comes about once a minute.',
      byKind(({ silentMs }) => (silentMs === undefined ? undefined : silentMs / 1_000)),
    ),
    counter(
      'watch_restarts',
      'Watches and lists begun anew, and why.',
      kinds.flatMap(({ kind, restarts }) =>
        Object.entries(restarts).map(([reason, value]) => ({ labels: { kind, reason }, value: value ?? 0 })),
      ),
    ),
    gauge('ingresses', 'Ingresses in the cluster, selected or not.', one(forwarder?.ingresses)),
    gauge('announced_ingresses', 'Ingresses that the bus was told of.', one(forwarder?.announced)),
    gauge('waiting_ingresses', 'Changed Ingresses that are not published yet.', one(forwarder?.waiting)),
    gauge('view_complete', 'Whether nothing may be hidden: if not, no snapshot goes out.', flag(forwarder?.complete)),
    gauge('held_ingresses', 'Ingresses whose members are kept although a list lacks them.', one(forwarder?.held)),
    counter('events_published', 'Events that the bus took.', one(forwarder?.published)),
    counter('events_failed', 'Attempts that the bus did not take; each is made anew.', one(forwarder?.failed)),
    gauge('publish_failures', 'Attempts to publish in a row that failed.', one(forwarder?.failures)),
    counter('snapshots', 'Snapshots that were published, all ranges of them.', one(forwarder?.snapshots)),
    counter('snapshots_refused', 'Ranges of snapshots that an appliance refused.', one(forwarder?.refused)),
    gauge(
      'unanswered_snapshot_seconds',
      'Time since the oldest flagged snapshot that no appliance answered; 0 where all are answered.',
      one(forwarder === undefined ? undefined : forwarder.unansweredMs / 1_000),
    ),
    counter(
      'outcomes_foreign',
      'Outcomes about another cluster of this name, or an Ingress that had its name before: not reported.',
      one(forwarder?.foreign),
    ),
    gauge('last_publish_timestamp_seconds', 'When the bus last took an event.', time(forwarder?.lastPublishedAt)),
    gauge('last_snapshot_timestamp_seconds', 'When the last snapshot was complete.', time(forwarder?.lastSnapshotAt)),
    counter('status_writes', 'Changes of status.loadBalancer that were written.', one(reports.status)),
    counter('kubernetes_events', 'Kubernetes Events that were written.', one(reports.events)),
    counter('report_failures', 'Reports to the API server that were given up.', one(reports.failed)),
    gauge('event_loop_lag_seconds', '99th percentile of how late timers fire.', one(process.eventLoopLagSeconds)),
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      help: 'Resident memory.',
      samples: one(process.residentBytes),
    },
    { name: 'nodejs_heap_size_used_bytes', type: 'gauge', help: 'Used heap.', samples: one(process.heapBytes) },
    { name: 'process_cpu_seconds_total', type: 'counter', help: 'CPU time.', samples: one(process.cpuSeconds) },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'Start of the process.',
      samples: one(process.startSeconds),
    },
  ];
}
