import { CredentialsUnavailable } from '../aws/secrets.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import type { ReceivedEvent } from '../contract/index.ts';
import { NitroError, type Transport } from '../nitro/index.ts';
import type { BatchReport, Outcome } from '../reconcile/index.ts';
import type { MetricName, Metrics } from '../telemetry/index.ts';

const OUTCOME_METRICS: Readonly<Record<Outcome['detailType'], MetricName | undefined>> = {
  'Ingress Programmed': 'IngressesProgrammed',
  'Ingress Removed': 'IngressesRemoved',
  'Ingress Rejected': 'IngressesRejected',
  'Ingress Failed': 'IngressesFailed',
  // Counted as `EventsStale` of the report.
  'Ingress Stale': undefined,
  'TLSRoute Programmed': 'TLSRoutesProgrammed',
  'TLSRoute Removed': 'TLSRoutesRemoved',
  'TLSRoute Rejected': 'TLSRoutesRejected',
  'TLSRoute Failed': 'TLSRoutesFailed',
  'TLSRoute Stale': undefined,
  'Gateway Programmed': 'GatewaysProgrammed',
  'Gateway Removed': 'GatewaysRemoved',
  'Gateway Rejected': 'GatewaysRejected',
  'Gateway Failed': 'GatewaysFailed',
  'Gateway Stale': undefined,
  'Snapshot Applied': 'SnapshotsApplied',
  'Prune Refused': 'PrunesRefused',
};

/** Records the age of received events. Replayed events are left out: their age says nothing about current delays. */
export function measureArrival(
  metrics: Metrics,
  { name: appliance }: ApplianceConfig,
  events: readonly ReceivedEvent[],
  now: number,
): void {
  for (const { time, replay } of events) {
    if (replay === undefined) metrics.record('MessageAge', Math.max(0, now - time), { appliance });
  }
}

/** Records the results of one batch. */
export function measureReport(
  metrics: Metrics,
  { name: appliance, policy }: ApplianceConfig,
  report: BatchReport,
): void {
  const dimensions = { appliance };
  const changed: MetricName = policy === 'observe' ? 'ChangesObserved' : 'ObjectsWritten';
  for (const [op, changes] of Map.groupBy(report.changes, (change) => change.op)) {
    metrics.record(changed, changes.length, { appliance, reason: op });
  }
  metrics.record('EventsStale', report.stale, dimensions);
  metrics.record('EventsUnchanged', report.unchanged, dimensions);
  for (const { detailType, data, trigger } of report.outcomes) {
    const metric = OUTCOME_METRICS[detailType];
    if (metric !== undefined) {
      metrics.record(metric, 1, detailType === 'Snapshot Applied' ? { appliance, cluster: data.cluster } : dimensions);
    }
    if ('latencyMs' in data && data.latencyMs !== undefined) {
      metrics.record('OutcomeLatency', data.latencyMs, dimensions);
    }
    if (trigger !== undefined) metrics.record('ProgrammingLatency', trigger.latencyMs, dimensions);
    if (!('findings' in data)) continue;
    for (const { code } of data.findings) metrics.record('Findings', 1, { appliance, reason: code });
  }
}

/** Returns a transport that measures each request and counts those without an answer. */
export function measured(
  transport: Transport,
  metrics: Metrics,
  { name: appliance }: Pick<ApplianceConfig, 'name'>,
  now: () => number,
): Transport {
  return async (call) => {
    const started = now();
    try {
      return await transport(call);
    } catch (error) {
      metrics.record('NitroRequests', 1, { appliance });
      metrics.record('NitroErrors', 1, { appliance, reason: reasonOf(error) });
      throw error;
    } finally {
      metrics.record('NitroDuration', now() - started, { appliance });
    }
  };
}

/** Returns the cause of a returned batch in one word: the kind of a NITRO error, or the name of another error. */
export function reasonOf(error: unknown): string {
  if (error instanceof NitroError) return error.kind;
  // Missing and rejected credentials share one alarm and one runbook.
  if (error instanceof CredentialsUnavailable) return 'credentials';
  return error instanceof Error ? error.name : 'unknown';
}
