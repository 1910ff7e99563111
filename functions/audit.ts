import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type AuditReport, audit, driftIn, findingKind } from '../lib/audit/index.ts';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import { type BusEvent, SOURCES, toEvents } from '../lib/contract/index.ts';
import { type Closable, lambdaEntry } from '../lib/runtime/entry.ts';
import { Engines, type Runtime, runtimeFromEnvironment } from '../lib/runtime/runtime.ts';

/** Appliances audited in parallel, so that a slow one does not delay the others (LIF-8). */
const SIDE_BY_SIDE = 4;

/** Most findings of one appliance in the log, one per line; the metric counts them all. */
const MOST_LINES = 100;

/**
 * Creates the scheduled audit: it reads every appliance, reports differences, and requests due work through the queues.
 * With `observe` it only reports. An appliance that is down does not stop the audit of the others.
 */
export function createAuditHandler(runtime: Runtime): Closable<(event: unknown, context: Context) => Promise<void>> {
  const engines = new Engines(runtime);
  const handler = middy<unknown, void>().handler(async (_event, context) => {
    const waiting = [...runtime.appliances];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await auditOne(runtime, engines, next, context);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    runtime.metrics.flush();
  });
  return Object.assign(handler, { close: () => engines.close() });
}

async function auditOne(
  runtime: Runtime,
  engines: Engines,
  appliance: ApplianceConfig,
  context: Context,
): Promise<void> {
  const { log, metrics, now } = runtime;
  try {
    const { reader } = engines.engineOf(appliance, context.getRemainingTimeInMillis());
    const { name, systemId, drainSeconds, saveAfterSeconds } = appliance;
    // With `observe` nothing is recorded, so a missing ledger is not a finding.
    const clusters = appliance.policy === 'observe' ? [] : appliance.clusters;
    const report = await audit(reader, { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds }, now());
    tell(runtime, appliance, report);
    if (appliance.policy === 'sync') await ask(runtime, appliance, report);
  } catch (error) {
    metrics.record('AuditsFailed', 1, { appliance: appliance.name });
    log.error('audit failed', { appliance: appliance.name, error });
  }
}

/** Writes findings to the log, and gauges to the metrics. */
function tell(
  { log, metrics }: Runtime,
  { name: appliance }: ApplianceConfig,
  { findings, gauges }: AuditReport,
): void {
  for (const finding of findings.slice(0, MOST_LINES)) {
    const { code, object, is, should } = finding;
    const fields = { appliance, code, object, is, should };
    if (findingKind(finding) === 'due') log.info('work is due', fields);
    else log.warn(findingKind(finding) === 'drift' ? 'drift found' : 'finding needs attention', fields);
  }
  const left = findings.length - MOST_LINES;
  if (left > 0) log.warn('further findings not logged', { appliance, left });

  metrics.record('RoutesProgrammed', gauges.routes, { appliance });
  metrics.record('IngressesLive', gauges.ingresses.live, { appliance });
  metrics.record('IngressesPending', gauges.ingresses.pending, { appliance });
  metrics.record('Tombstones', gauges.ingresses.withdrawn, { appliance });
  metrics.record('BackEndsRetired', gauges.retired, { appliance });
  metrics.record('UnsavedAge', gauges.unsavedSeconds, { appliance });
  for (const [cluster, seconds] of gauges.seenSeconds) metrics.record('SnapshotAge', seconds, { appliance, cluster });
  const drift = driftIn(findings);
  if (drift.length === 0) metrics.record('DriftFound', 0, { appliance });
  for (const [reason, all] of Map.groupBy(drift, ({ code }) => code)) {
    metrics.record('DriftFound', all.length, { appliance, reason });
  }
}

/** Requests work from the appliance's own queue, and resyncs from the forwarders of its clusters (protocol rule 10). */
async function ask(
  { publisher, log, now }: Runtime,
  { name: appliance }: ApplianceConfig,
  { work, resyncs }: AuditReport,
): Promise<void> {
  const events: BusEvent[] = [
    ...work.flatMap((data) => toEvents(SOURCES.functions, 'Work Requested', data, { now, subject: appliance })),
    ...resyncs.flatMap((data) => toEvents(SOURCES.functions, 'Resync Requested', data, { now, subject: appliance })),
  ];
  if (events.length === 0) return;
  for (const { work: what, reason } of work) log.info('work requested', { appliance, work: what, reason });
  for (const { cluster, ingresses, reason } of resyncs) {
    log.info('resync requested', { appliance, cluster, ingresses: ingresses?.length ?? 'all', reason });
  }
  const { failed } = await publisher.publish(events);
  // The next audit finds the same work due, and requests it again.
  for (const { error } of failed) log.error('cannot publish a request', { appliance, error });
}

/** Lambda's entry point. */
export const handler = lambdaEntry(() => createAuditHandler(runtimeFromEnvironment()));
