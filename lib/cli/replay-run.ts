import { DEAD_LETTERS, PARKING, workQueueName } from '../config/topology.ts';
import { messagesIn, queueUrl } from './replay-drained.ts';
import type { ReplayPlan, ReplayRule } from './replay-plan.ts';
import type { ApplianceAudit } from './replay-verify.ts';
import { type ReplayContext, replayWindow, type WatchedQueue, type WindowEnd } from './replay-window.ts';
import { estimate, FLAGGED_MS, nextWindow, type Window } from './replay-windows.ts';

export interface ReplayRun extends ReplayContext {
  readonly deployment: string;
  /** Unused name of a replay in the account; later windows append their number. */
  readonly name: string;
  /** Audits an appliance after each window. */
  readonly auditAppliance?: (appliance: string) => Promise<ApplianceAudit>;
}

/** End of a replay. */
export interface ReplayResult {
  readonly end: WindowEnd;
  /** Differences between the appliances and their records. */
  readonly complaints: readonly string[];
  /** Events that were parked meanwhile: they are unreadable, now and in a later replay. */
  readonly parked: number;
}

/**
 * Replays windows of the archive, newest first, until the appliances have a full snapshot of each cluster: it covers every
 * Ingress of the cluster, so nothing older is needed (protocol rules 1 and 2).
 *
 * @throws {ReplayUnfinished} if EventBridge ended a replay without completing it.
 */
export async function runReplay(plan: ReplayPlan, run: ReplayRun): Promise<ReplayResult> {
  const { sqs, deployment } = run;
  const parking = await queueUrl(sqs, `${deployment}-${PARKING}`);
  const parkedBefore = await messagesIn(sqs, parking);
  const watched = async (name: string): Promise<WatchedQueue> => ({
    name,
    url: await queueUrl(sqs, `${deployment}-${name}`),
  });
  const deadLetters = await watched(DEAD_LETTERS);
  const work = new Map(
    await Promise.all(
      plan.rules.map(async ({ appliance }) => [appliance, await watched(workQueueName(appliance))] as const),
    ),
  );
  const parked = async (): Promise<number> => Math.max(0, (await messagesIn(sqs, parking)) - parkedBefore);

  const done: Window[] = [];
  const complaints = new Map<string, readonly string[]>();
  let rules = plan.rules;
  for (let window = first(plan, run); window !== undefined; window = next(plan, run, done)) {
    announce(plan, window, rules, run);
    const queues = rules.flatMap(({ appliance }) => work.get(appliance) ?? []);
    const name = done.length === 0 ? run.name : `${run.name}-${done.length + 1}`;
    const end = await replayWindow(plan, window, { name, rules, queues: [...queues, deadLetters] }, run);
    if (end !== 'taken') return { end, complaints: [], parked: await parked() };
    done.push(window);
    if (run.auditAppliance === undefined) break;
    const missing = new Map<string, readonly string[]>();
    for (const rule of rules) {
      const audited = await run.auditAppliance(rule.appliance);
      complaints.set(rule.appliance, audited.complaints);
      missing.set(rule.appliance, unseenClusters(plan, rule, audited, window.from));
    }
    rules = rules.filter(({ appliance }) => (missing.get(appliance) ?? []).length > 0);
    if (rules.length === 0) break;
    for (const { appliance } of rules) {
      run.say(`no full snapshot of ${(missing.get(appliance) ?? []).join(', ')} has reached ${appliance} yet`);
    }
  }
  const all = [...complaints].flatMap(([appliance, list]) => list.map((complaint) => `${appliance}: ${complaint}`));
  return { end: 'taken', complaints: all, parked: await parked() };
}

function first(plan: ReplayPlan, run: ReplayRun): Window | undefined {
  const to = plan.to.getTime();
  if (plan.from !== undefined) return { from: plan.from.getTime(), to };
  if (run.auditAppliance !== undefined) return nextWindow([], to, plan.archive.since);
  // Without an audit, nothing shows which snapshots the appliances have.
  return { from: Math.max(plan.archive.since, to - FLAGGED_MS), to };
}

function next(plan: ReplayPlan, run: ReplayRun, done: readonly Window[]): Window | undefined {
  if (plan.from !== undefined || run.auditAppliance === undefined) return undefined;
  return nextWindow(done, plan.to.getTime(), plan.archive.since);
}

/** Returns the clusters of a rule without a full snapshot on the appliance since the window began. */
function unseenClusters(plan: ReplayPlan, rule: ReplayRule, { seen }: ApplianceAudit, from: number): string[] {
  if (seen === undefined) return [];
  return rule.clusters
    .filter((cluster) => plan.clusters.length === 0 || plan.clusters.includes(cluster))
    .filter((cluster) => (seen.get(cluster) ?? Number.NEGATIVE_INFINITY) < from);
}

function announce(plan: ReplayPlan, window: Window, rules: readonly ReplayRule[], { say, now }: ReplayRun): void {
  const time = (ms: number): string => new Date(ms).toISOString();
  const to = rules.map(({ appliance, clusters }) => `${appliance} (${clusters.join(', ')})`).join(', ');
  const events = estimate(window, plan.archive, now());
  say(`replaying from ${time(window.from)} to ${time(window.to)}, about ${events} events, to ${to}`);
}
