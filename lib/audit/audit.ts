import { ownerKey, type ResyncRequested, type WorkRequested } from '../contract/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { type NitroReader, readFrontend, rowsIfAllowed } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { type HostBackend, readHostBackends } from '../status/index.ts';
import type { AuditSettings } from './audit-settings.ts';
import { checkBackends } from './check-backends.ts';
import { checkClaims } from './check-claims.ts';
import { checkClusters, checkPending, primarySince, waitingFor } from './check-clusters.ts';
import { checkFrontends } from './check-frontends.ts';
import { lostMarks, unmarkedLedgers } from './check-marks.ts';
import { checkMembers } from './check-members.ts';
import { disabledServers, foreignPolicies } from './check-others.ts';
import { checkProxyProfiles } from './check-proxy-profiles.ts';
import { checkSettings } from './check-settings.ts';
import { checkFeatures, checkPlaceholder, checkSystem } from './check-system.ts';
import type { AuditFinding } from './findings.ts';
import { type AuditGauges, gaugesOf } from './gauges.ts';
import { resyncsFor } from './requests.ts';
import { type AuditState, auditState, recordRows } from './state.ts';
import { takeView } from './view.ts';
import { workDue } from './work-due.ts';

/** Findings of an audit, and the requests that repair them. The audit itself writes nothing (rule 10). */
export interface AuditReport {
  readonly findings: readonly AuditFinding[];
  /** Requests to the appliance's own queue. */
  readonly work: readonly WorkRequested[];
  /** Requests to the forwarders of its clusters. */
  readonly resyncs: readonly ResyncRequested[];
  readonly gauges: AuditGauges;
  /** Hosts with their back ends, where they were asked for. */
  readonly hosts: readonly HostBackend[];
}

/**
 * Compares one appliance as a whole with its ledger, and requests what is due.
 *
 * 1. Reads everything of the system, each type at once, and the records again at the end.
 * 2. Computes the objects that claims and records stand for, and compares the real ones.
 * 3. Requests a verified publication of what differs, and saves and clean-ups when they are due.
 *
 * The audit keeps nothing from one run to the next.
 *
 * @param now milliseconds since the epoch.
 */
export async function audit(reader: NitroReader, settings: AuditSettings, now: number): Promise<AuditReport> {
  const context: PlanContext = {
    system: settings.systemId,
    names: namesOf(settings.systemId),
    drainSeconds: settings.drainSeconds,
    now: Math.floor(now / 1000),
  };
  const view = await takeView(reader, context);
  const read = await auditState(
    view,
    context,
    settings.clusters,
    await recordRows(reader, context.system, view.isLarge),
  );
  const [config] = await reader.rows('nsconfig');
  const [features] = await rowsIfAllowed(reader, 'nsfeature');
  const since = primarySince(await rowsIfAllowed(reader, 'hanode'), now);
  const taken = await takenAddresses(reader, context, read);

  const claims = checkClaims(read);
  const state = withoutDoubtful(read, claims);
  const members = checkMembers(state, context);
  const objects = [
    ...checkFrontends(state, context),
    ...checkBackends(state, context, new Set(members.flatMap(({ owners }) => owners.map(ownerKey)))),
    ...members,
    ...checkSystem(state, context),
    ...(await checkProxyProfiles(view, context, state)),
  ];
  const findings = [
    ...checkClusters(read, settings.clusters, since),
    ...claims,
    ...(await lostMarks(view, context, objects)),
    ...(await unmarkedLedgers(view, context, read.ledgers.keys())),
    ...checkPending(read, taken, now),
    ...checkSettings(state, now),
    ...(await foreignPolicies(view, context, read)),
    ...(await disabledServers(view)),
    ...checkPlaceholder(read),
    ...checkFeatures(features),
  ];
  return {
    findings,
    work: workDue(settings, { config, ledgers: read.ledgers, findings, now }),
    resyncs: resyncsFor(settings.appliance, settings.clusters, findings),
    gauges: gaugesOf(read, findings, config, now),
    hosts: settings.withHosts === true ? await readHostBackends(view, settings.systemId) : [],
  };
}

/**
 * Excludes the owners whose claims differ from their record: the objects cannot be compared with claims that are wrong
 * themselves. The claims are repaired first.
 */
function withoutDoubtful(state: AuditState, claims: readonly AuditFinding[]): AuditState {
  const doubtful = claims.filter(({ code }) => code === 'ClaimsChanged').flatMap(({ owners }) => owners.map(ownerKey));
  return { ...state, unsettled: new Set([...state.unsettled, ...doubtful]) };
}

/** Reads which foreign vservers hold the addresses that Ingresses wait for. @returns front end → name of the vserver. */
async function takenAddresses(
  reader: NitroReader,
  context: PlanContext,
  state: AuditState,
): Promise<Map<string, string>> {
  const taken = new Map<string, string>();
  for (const [key, { frontend }] of waitingFor(state)) {
    const { foreign } = await readFrontend(reader, context, frontend, []);
    if (foreign !== undefined) taken.set(key, foreign);
  }
  return taken;
}
