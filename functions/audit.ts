import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type AuditReport, audit, driftIn, findingKind } from '../lib/audit/index.ts';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import { type BusEvent, SOURCES, toEvents } from '../lib/contract/index.ts';
import { checkCertificates } from '../lib/runtime/check-certificates.ts';
import { Engines } from '../lib/runtime/engines.ts';
import { type Closable, lambdaEntry } from '../lib/runtime/entry.ts';
import { type Runtime, runtimeFromEnvironment } from '../lib/runtime/runtime.ts';
import { tellTraffic } from '../lib/runtime/tell-traffic.ts';
import { silentTracing, tracedStep } from '../lib/tracing/index.ts';
import { readTraffic } from '../lib/traffic/index.ts';

/** Appliances that are audited in parallel: a slow one does not delay the others (LIF-8). */
const SIDE_BY_SIDE = 4;

/** Maximum of findings that are logged per appliance, one line each. The metric counts all. */
const MOST_LINES = 100;

/**
 * Returns the scheduled audit function. It audits every appliance, reports the findings, and requests resyncs and
 * maintenance through the bus. On `observe` it only reports. An appliance that is down does not stop the other audits.
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
    await runtime.tracing?.flush();
  });
  return Object.assign(handler, { close: () => engines.close() });
}

async function auditOne(
  runtime: Runtime,
  engines: Engines,
  appliance: ApplianceConfig,
  context: Context,
): Promise<void> {
  const { log, metrics, now, tracing = silentTracing } = runtime;
  try {
    const { reader } = engines.engineOf(appliance, context.getRemainingTimeInMillis());
    const statistics = engines.statisticsOf(appliance);
    const { name, systemId, drainSeconds, saveAfterSeconds } = appliance;
    // On `observe` no ledger is written, so a missing one is normal.
    const clusters = appliance.policy === 'observe' ? [] : appliance.clusters;
    const span = { name: 'audit', attributes: { 'nspass.appliance': name } };
    const look = { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds, withHosts: true };
    const report = await tracedStep(tracing, now, span, () => audit(reader, look, now()));
    tell(runtime, appliance, report);
    await see(runtime, appliance, report, { reader, statistics });
    if (appliance.policy === 'sync') await ask(runtime, appliance, report);
  } catch (error) {
    metrics.record('AuditsFailed', 1, { appliance: appliance.name });
    log.error('audit failed', { appliance: appliance.name, error });
  }
}

/** Logs findings, one line each. */
function tellFindings({ log }: Runtime, appliance: string, findings: AuditReport['findings']): void {
  for (const finding of findings.slice(0, MOST_LINES)) {
    const { code, object, is, should } = finding;
    const fields = { appliance, code, object, is, should };
    if (findingKind(finding) === 'due') log.info('work is due', fields);
    else log.warn(findingKind(finding) === 'drift' ? 'drift found' : 'finding needs attention', fields);
  }
  const left = findings.length - MOST_LINES;
  if (left > 0) log.warn('further findings not logged', { appliance, left });
}

/** Logs the findings, and records the gauges as metrics. */
function tell(runtime: Runtime, { name: appliance }: ApplianceConfig, { findings, gauges }: AuditReport): void {
  const { metrics } = runtime;
  tellFindings(runtime, appliance, findings);
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

/** Reads and records traffic, and looks at certificates where that is asked for. The audit itself does not depend on either. */
async function see(
  runtime: Runtime,
  { name: appliance, systemId, checkCertificates: looks }: ApplianceConfig,
  { hosts }: AuditReport,
  access: Parameters<typeof readTraffic>[0],
): Promise<void> {
  try {
    tellTraffic(runtime, appliance, await readTraffic(access, systemId), hosts);
    if (!looks) return;
    const { findings, events } = await checkCertificates(appliance, hosts, runtime);
    tellFindings(runtime, appliance, findings);
    await send(runtime, appliance, events);
  } catch (error) {
    // e.g. the user may not read statistics: docs/deploy/netscaler-user.md.
    runtime.log.warn('traffic not read', { appliance, error });
  }
}

/** Publishes requests (rule 10): work for the appliance's own queue, resyncs for the forwarders of its clusters. */
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
  await send({ publisher, log }, appliance, events);
}

async function send(
  { publisher, log }: Pick<Runtime, 'publisher' | 'log'>,
  appliance: string,
  events: readonly BusEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const { failed } = await publisher.publish(events);
  // The next audit finds the same and publishes it again.
  for (const { error } of failed) log.error('cannot publish a request', { appliance, error });
}

/** Entry point of Lambda. */
export const handler = lambdaEntry(() => createAuditHandler(runtimeFromEnvironment()));
