import type { Family, Sample } from '../../telemetry/prometheus.ts';
import { type HistogramCounts, LATENCY_BOUNDS_MS } from '../feedback/histogram.ts';
import type { ForwarderMetrics } from '../interface.ts';
import type { KindHealth } from '../kubernetes/index.ts';

/** The values of the metrics. */
export interface ForwarderGauges {
  readonly kinds: readonly KindHealth[];
  readonly leading: boolean;
  readonly terms: number;
  readonly ready: boolean;
  /** Metrics of the leading forwarder, its counters added to those of earlier terms; undefined where it does not lead. */
  readonly forwarder: ForwarderMetrics | undefined;
  readonly reports: { readonly status: number; readonly events: number; readonly failed: number };
  readonly process: {
    readonly residentBytes: number;
    readonly heapBytes: number;
    readonly cpuSeconds: number;
    /** Seconds since the epoch. */
    readonly startSeconds: number;
    /** 99th percentile of the delay of timers, in seconds. */
    readonly eventLoopLagSeconds: number;
    /** The longest delay of a timer since the start, in seconds. */
    readonly eventLoopLagMaxSeconds: number;
  };
}

const PREFIX = 'nspass_forwarder';

/** Returns all families of the forwarder. Names of Ingresses and hosts are not labels: there are too many. */
export function families(gauges: ForwarderGauges): Family[] {
  const { kinds, forwarder, reports, process } = gauges;
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
    gauge('leader', 'Whether this replica leads.', flag(gauges.leading)),
    counter('terms', 'Terms of leadership of this replica.', one(gauges.terms)),
    gauge('ready', 'Whether /readyz answers 200.', flag(gauges.ready)),
    gauge(
      'watch_objects',
      'Known objects of a kind.',
      byKind(({ objects }) => objects),
    ),
    gauge(
      'watch_listed',
      'Whether a kind was listed completely since the start.',
      byKind(({ listed }) => (listed ? 1 : 0)),
    ),
    gauge(
      'watch_doubted',
      'Whether the list of a kind is empty and not believed, so that nothing is published.',
      byKind(({ doubted }) => (doubted ? 1 : 0)),
    ),
    gauge(
      'watch_readable',
      'Whether a kind can be read.',
      byKind(({ problem }) => (problem === undefined ? 1 : 0)),
    ),
    gauge(
      'watch_silence_seconds',
      'Time since the API server last sent anything for a kind; a bookmark comes about once a minute.',
      byKind(({ silentMs }) => (silentMs === undefined ? undefined : silentMs / 1_000)),
    ),
    counter(
      'watch_restarts',
      'Watches and lists that began anew, by reason.',
      kinds.flatMap(({ kind, restarts }) =>
        Object.entries(restarts).map(([reason, value]) => ({ labels: { kind, reason }, value: value ?? 0 })),
      ),
    ),
    gauge('ingresses', 'Ingresses in the cluster, selected or not.', one(forwarder?.ingresses)),
    gauge('announced_ingresses', 'Ingresses that are published and not withdrawn.', one(forwarder?.announced)),
    gauge('waiting_ingresses', 'Changed Ingresses that are not published yet.', one(forwarder?.waiting)),
    gauge(
      'view_complete',
      'Whether the whole source can be read; if not, no snapshot is published.',
      flag(forwarder?.complete),
    ),
    gauge('held_ingresses', 'Ingresses whose members are kept although a list lacks them.', one(forwarder?.held)),
    counter('events_published', 'Events that the bus accepted.', one(forwarder?.published)),
    counter(
      'events_failed',
      'Events that the bus did not accept; each is retried with the current state.',
      one(forwarder?.failed),
    ),
    gauge('publish_failures', 'Failed attempts to publish in a row.', one(forwarder?.failures)),
    counter('snapshots', 'Snapshots of which all ranges were published.', one(forwarder?.snapshots)),
    counter('snapshots_refused', 'Ranges of snapshots that an appliance refused.', one(forwarder?.refused)),
    gauge(
      'unanswered_snapshot_seconds',
      'Time since the oldest flagged snapshot that no appliance answered; 0 where all are answered.',
      one(forwarder === undefined ? undefined : forwarder.unansweredMs / 1_000),
    ),
    counter(
      'outcomes_foreign',
      'Dropped outcomes about another cluster of this name, or an earlier Ingress of its name.',
      one(forwarder?.foreign),
    ),
    {
      name: `${PREFIX}_programming_duration_seconds`,
      type: 'histogram',
      help: 'From a change of Pods, as Kubernetes observed it, to its outcome Programmed; of all appliances.',
      samples: forwarder === undefined ? [] : inSeconds(forwarder.programming),
    },
    gauge(
      'last_publish_timestamp_seconds',
      'Time at which the bus last accepted an event.',
      time(forwarder?.lastPublishedAt),
    ),
    gauge(
      'last_snapshot_timestamp_seconds',
      'Time at which the last snapshot was complete.',
      time(forwarder?.lastSnapshotAt),
    ),
    counter(
      'status_writes',
      'Statuses that were written, of Ingresses and of objects of the Gateway API.',
      one(reports.status),
    ),
    counter('kubernetes_events', 'Kubernetes Events that were written.', one(reports.events)),
    counter('report_failures', 'Reports to the API server that failed for good.', one(reports.failed)),
    gauge('event_loop_lag_seconds', '99th percentile of the delay of timers.', one(process.eventLoopLagSeconds)),
    gauge(
      'event_loop_lag_max_seconds',
      'The longest delay of a timer since the start: no step of work took longer.',
      one(process.eventLoopLagMaxSeconds),
    ),
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

/** Returns the samples of a histogram of durations. */
function inSeconds({ buckets, count, sumMs }: HistogramCounts): Sample[] {
  const bounds = LATENCY_BOUNDS_MS.map((ms) => String(ms / 1_000));
  return [
    ...bounds.map((le, index): Sample => ({ series: 'bucket', labels: { le }, value: buckets[index] ?? 0 })),
    { series: 'bucket', labels: { le: '+Inf' }, value: count },
    { series: 'sum', value: sumMs / 1_000 },
    { series: 'count', value: count },
  ];
}
