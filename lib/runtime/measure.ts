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
  // Counted by the report itself.
  'Ingress Stale': undefined,
  'Snapshot Applied': 'SnapshotsApplied',
  'Prune Refused': 'PrunesRefused',
};

/** How old what came is. What a replay brings is as old as it is, and says nothing of today. */
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

/** What one batch did. */
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
  for (const { detailType, data } of report.outcomes) {
    const metric = OUTCOME_METRICS[detailType];
    if (metric !== undefined) {
      metrics.record(metric, 1, detailType === 'Snapshot Applied' ? { appliance, cluster: data.cluster } : dimensions);
    }
    if ('latencyMs' in data && data.latencyMs !== undefined) {
      metrics.record('OutcomeLatency', data.latencyMs, dimensions);
    }
    if (!('findings' in data)) continue;
    for (const { code } of data.findings) metrics.record('Findings', 1, { appliance, reason: code });
  }
}

/** A transport that measures each request, and counts those that had no answer. */
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

/** Why a batch went back, in one word: what the appliance's errors mean, or the name of another. */
export function reasonOf(error: unknown): string {
  if (error instanceof NitroError) return error.kind;
  // Not to be had, or not taken by the appliance: one alarm, one runbook.
  if (error instanceof CredentialsUnavailable) return 'credentials';
  return error instanceof Error ? error.name : 'unknown';
}
