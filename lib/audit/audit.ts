import { ownerKey, type ResyncRequested, type WorkRequested } from '../contract/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { NitroError, type NitroReader, type NitroRow, readFrontend } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { checkBackends } from './check-backends.ts';
import { checkClaims } from './check-claims.ts';
import { checkClusters, checkPending, primarySince, waitingFor } from './check-clusters.ts';
import { checkFrontends } from './check-frontends.ts';
import { lostMarks, unmarkedLedgers } from './check-marks.ts';
import { checkMembers } from './check-members.ts';
import { disabledServers, foreignPolicies } from './check-others.ts';
import { checkSettings } from './check-settings.ts';
import { checkFeatures, checkPlaceholder, checkSystem } from './check-system.ts';
import type { AuditFinding } from './findings.ts';
import { type AuditGauges, gaugesOf } from './gauges.ts';
import { resyncsFor } from './requests.ts';
import { type AuditState, auditState, recordRows } from './state.ts';
import { takeView } from './view.ts';
import { workDue } from './work-due.ts';

export interface AuditSettings {
  readonly appliance: string;
  readonly systemId: string;
  /** The clusters that the appliance serves: they have ledgers, and are asked. */
  readonly clusters: readonly string[];
  /** Part of what every group is given, so a difference is drift. */
  readonly drainSeconds: number;
  readonly saveAfterSeconds: number | 'never';
}

/** What a look at an appliance found, and what it asks for. It writes nothing: rule 10. */
export interface AuditReport {
  readonly findings: readonly AuditFinding[];
  /** To the appliance's own queue. */
  readonly work: readonly WorkRequested[];
  /** To the forwarders of its clusters. */
  readonly resyncs: readonly ResyncRequested[];
  readonly gauges: AuditGauges;
}

/**
 * Looks at one appliance as a whole, compares what is there with what its ledger says, and asks for what is due:
 *
 * 1. read everything of the system, each type at once, and the records again at the end;
 * 2. recompute what claims and records stand for, and hold the objects against it;
 * 3. what differs is asked for again, to be verified; saves and clean-ups when their time has come.
 *
 * It keeps nothing from one look to the next.
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
  const seen = await auditState(
    view,
    context,
    settings.clusters,
    await recordRows(reader, context.system, view.isLarge),
  );
  const [config] = await reader.rows('nsconfig');
  const [features] = await rowsIfAllowed(reader, 'nsfeature');
  const since = primarySince(await rowsIfAllowed(reader, 'hanode'), now);
  const taken = await takenAddresses(reader, context, seen);

  const claims = checkClaims(seen);
  const state = withoutDoubtful(seen, claims);
  const members = checkMembers(state, context);
  const objects = [
    ...checkFrontends(state, context),
    ...checkBackends(state, context, new Set(members.flatMap(({ owners }) => owners.map(ownerKey)))),
    ...members,
    ...checkSystem(state, context),
  ];
  const findings = [
    ...checkClusters(seen, settings.clusters, since),
    ...claims,
    ...(await lostMarks(view, context, objects)),
    ...(await unmarkedLedgers(view, context, seen.ledgers.keys())),
    ...checkPending(seen, taken, now),
    ...checkSettings(state, now),
    ...(await foreignPolicies(view, context, seen)),
    ...(await disabledServers(view)),
    ...checkPlaceholder(seen),
    ...checkFeatures(features),
  ];
  return {
    findings,
    work: workDue(settings, config, seen, findings, now),
    resyncs: resyncsFor(settings.appliance, settings.clusters, findings),
    gauges: gaugesOf(seen, findings, config, now),
  };
}

/** Rows of a type that an administrator of a partition may not be allowed to see: the audit goes on without. */
async function rowsIfAllowed(reader: NitroReader, type: string): Promise<NitroRow[]> {
  try {
    return await reader.rows(type);
  } catch (error) {
    if (error instanceof NitroError && !error.transient) return [];
    throw error;
  }
}

/** Where claims are not those of the record, what they stand for is no measure of anything: they come back first. */
function withoutDoubtful(state: AuditState, claims: readonly AuditFinding[]): AuditState {
  const doubtful = claims.filter(({ code }) => code === 'ClaimsChanged').flatMap(({ owners }) => owners.map(ownerKey));
  return { ...state, unsettled: new Set([...state.unsettled, ...doubtful]) };
}

/** Who sits on the addresses that Ingresses wait for: looked at only while one waits. */
async function takenAddresses(
  reader: NitroReader,
  context: PlanContext,
  state: AuditState,
): Promise<Map<string, string>> {
  const taken = new Map<string, string>();
  for (const [place, { frontend }] of waitingFor(state)) {
    const { foreign } = await readFrontend(reader, context, frontend, []);
    if (foreign !== undefined) taken.set(place, foreign);
  }
  return taken;
}
