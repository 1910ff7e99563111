import { DEAD_LETTERS, PARKING, UNDELIVERED } from '../lib/config/topology.ts';
import { METRICS_NAMESPACE, type MetricName } from '../lib/telemetry/index.ts';
import { REGION, type Resources, sub } from './cloudformation.ts';
import { FUNCTIONS, functionName, outcomesQueue, queueName, workQueue } from './names.ts';
import type { Deployment } from './settings.ts';

type Metric = readonly (string | Readonly<Record<string, string | boolean>>)[];

interface Widget {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat?: string;
  readonly view?: 'timeSeries' | 'singleValue';
  /** Seconds (default: a minute). */
  readonly period?: number;
}

/** Columns of CloudWatch's grid. */
const GRID = 24;
const HEIGHT = 6;

/**
 * Returns the dashboard. Each row answers a question: is traffic programmed, what goes through, how fast, where does an event
 * wait, and what do the appliances report. Within a row, the widgets follow the path of an event.
 */
export function dashboard(deployment: Deployment): Resources {
  const rows = [
    programmedRow(deployment),
    tunnelRow(deployment),
    latencyRow(deployment),
    backlogRow(deployment),
    applianceRow(deployment),
  ];
  const widgets = rows.flatMap(({ question, widgets: list }, row) => {
    const y = row * (HEIGHT + 1);
    return [
      { type: 'text', x: 0, y, width: GRID, height: 1, properties: { markdown: `## ${question}` } },
      ...list.map((widget, column) => ({
        type: 'metric',
        x: (column * GRID) / list.length,
        y: y + 1,
        width: GRID / list.length,
        height: HEIGHT,
        properties: {
          region: REGION,
          title: widget.title,
          view: widget.view ?? 'timeSeries',
          stat: widget.stat ?? 'Sum',
          period: widget.period ?? 60,
          metrics: widget.metrics,
        },
      })),
    ];
  });
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardName: deployment.prefix, DashboardBody: sub(JSON.stringify({ widgets })) },
    },
  };
}

interface Row {
  readonly question: string;
  readonly widgets: readonly Widget[];
}

/** Returns one line for each appliance. */
function applianceLines(
  { prefix, appliances }: Deployment,
  name: MetricName,
  options: Record<string, string> = {},
): Metric[] {
  return appliances.map((appliance) => [
    METRICS_NAMESPACE,
    name,
    'service',
    prefix,
    'appliance',
    appliance.name,
    { label: `${appliance.name} ${name}`, ...options },
  ]);
}

/** Returns one line for each cluster of each appliance. */
function snapshotAgeLines({ prefix, appliances }: Deployment): Metric[] {
  return appliances.flatMap(({ name, clusters }) =>
    clusters.map((cluster): Metric => {
      const dimensions = ['service', prefix, 'appliance', name, 'cluster', cluster];
      return [METRICS_NAMESPACE, 'SnapshotAge' satisfies MetricName, ...dimensions, { label: `${name} ${cluster}` }];
    }),
  );
}

/** Returns one line for each metric of each appliance. */
const metricLines = (deployment: Deployment, ...names: MetricName[]): Metric[] =>
  names.flatMap((name) => applianceLines(deployment, name));

function queueLine(name: string, metric: string, label: string): Metric {
  return ['AWS/SQS', metric, 'QueueName', name, { label }];
}

function programmedRow(deployment: Deployment): Row {
  return {
    question: 'Is traffic programmed as the clusters want?',
    widgets: [
      {
        title: 'Ingresses by outcome',
        metrics: metricLines(
          deployment,
          'IngressesProgrammed',
          'IngressesRemoved',
          'IngressesRejected',
          'IngressesFailed',
        ),
      },
      {
        title: 'Routes with traffic; unfinished Ingresses; drift',
        stat: 'Maximum',
        metrics: metricLines(deployment, 'RoutesProgrammed', 'IngressesPending', 'DriftFound'),
      },
      {
        title: 'Snapshots applied, prunes refused, findings',
        metrics: metricLines(deployment, 'SnapshotsApplied', 'PrunesRefused', 'Findings'),
      },
    ],
  };
}

/** Returns lines of what was added to counters from one audit to the next, in a second. */
function rateLines(deployment: Deployment, ...names: MetricName[]): Metric[] {
  return names.flatMap((name, metric) =>
    applianceLines(deployment, name).flatMap((line, appliance): Metric[] => {
      const id = `m${metric}a${appliance}`;
      const label = `${deployment.appliances[appliance]?.name} ${name}`;
      return [[{ expression: `RATE(${id})`, label, id: `r${id}` }], [...line.slice(0, -1), { id, visible: false }]];
    }),
  );
}

function tunnelRow(deployment: Deployment): Row {
  const looking = { ...deployment, appliances: deployment.appliances.filter((each) => each.checkCertificates) };
  return {
    question: 'What goes through the tunnel?',
    widgets: [
      {
        title: 'Open connections; back ends that are down',
        stat: 'Maximum',
        metrics: metricLines(deployment, 'ConnectionsOpen', 'BackEndsDown'),
      },
      {
        title: 'New connections; refused ClientHellos (in a second)',
        stat: 'Maximum',
        period: deployment.settings.auditMinutes * 60,
        metrics: rateLines(deployment, 'ConnectionsAccepted', 'HellosRefused'),
      },
      {
        title: 'Bytes in and out (in a second)',
        stat: 'Maximum',
        period: deployment.settings.auditMinutes * 60,
        metrics: rateLines(deployment, 'BytesReceived', 'BytesSent'),
      },
      ...(looking.appliances.length === 0
        ? []
        : [
            {
              title: 'Time until the first certificate of a back end expires (s)',
              stat: 'Minimum',
              metrics: metricLines(looking, 'CertificateExpiry'),
            },
          ]),
    ],
  };
}

function latencyRow(deployment: Deployment): Row {
  return {
    question: 'How fast?',
    widgets: [
      {
        title: 'Latency from the event to its outcome, 99th percentile (ms)',
        stat: 'p99',
        metrics: applianceLines(deployment, 'OutcomeLatency'),
      },
      {
        title: 'Programming latency from the change of Pods, 99th percentile (ms)',
        stat: 'p99',
        metrics: applianceLines(deployment, 'ProgrammingLatency'),
      },
      {
        title: 'Age of events when their batch starts; duration of a batch (ms)',
        stat: 'p99',
        metrics: metricLines(deployment, 'MessageAge', 'ReconcileDuration'),
      },
      {
        title: 'Duration of the functions (ms)',
        stat: 'Maximum',
        metrics: Object.keys(FUNCTIONS).map((key) => [
          'AWS/Lambda',
          'Duration',
          'FunctionName',
          functionName(deployment.prefix, key as keyof typeof FUNCTIONS),
        ]),
      },
    ],
  };
}

function backlogRow({ prefix, appliances, clusters }: Deployment): Row {
  const age = 'ApproximateAgeOfOldestMessage';
  return {
    question: 'Where do events wait?',
    widgets: [
      {
        title: 'Oldest event queued for each appliance (s)',
        stat: 'Maximum',
        metrics: appliances.map(({ name }) => queueLine(workQueue(prefix, name), age, name)),
      },
      {
        title: 'Oldest outcome queued for each forwarder (s)',
        stat: 'Maximum',
        metrics: clusters.map((cluster) => queueLine(outcomesQueue(prefix, cluster), age, cluster)),
      },
      {
        title: 'Dead letters: new, parked, undelivered',
        stat: 'Maximum',
        metrics: [DEAD_LETTERS, PARKING, UNDELIVERED].map((name) =>
          queueLine(queueName(prefix, name), 'ApproximateNumberOfMessagesVisible', name),
        ),
      },
    ],
  };
}

function applianceRow(deployment: Deployment): Row {
  return {
    question: 'How do the appliances respond?',
    widgets: [
      {
        title: 'Changes; events without a change; returned batches',
        metrics: metricLines(deployment, 'ObjectsWritten', 'EventsUnchanged', 'EventsStale', 'BatchesReturned'),
      },
      {
        title: 'NITRO requests and errors; 99th percentile of a request (ms)',
        metrics: [
          ...metricLines(deployment, 'NitroRequests', 'NitroErrors'),
          ...applianceLines(deployment, 'NitroDuration', { stat: 'p99' }),
        ],
      },
      {
        title: 'Age of unsaved changes; age of the last full snapshot of each cluster (s)',
        stat: 'Maximum',
        metrics: [...applianceLines(deployment, 'UnsavedAge'), ...snapshotAgeLines(deployment)],
      },
    ],
  };
}
