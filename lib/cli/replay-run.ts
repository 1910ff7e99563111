import { DEAD_LETTERS, PARKING, workQueueName } from '../config/topology.ts';
import { messagesIn, queueUrl } from './replay-drained.ts';
import type { ReplayPlan, ReplayRule } from './replay-plan.ts';
import type { ApplianceLook } from './replay-verify.ts';
import { type ReplayContext, replayWindow, type WatchedQueue, type WindowEnd } from './replay-window.ts';
import { estimate, FLAGGED_MS, nextWindow, type Window } from './replay-windows.ts';

export interface ReplayRun extends ReplayContext {
  readonly deployment: string;
  /** Of the account, never used before; the number of the window is added. */
  readonly name: string;
  /** Looks at an appliance afterwards. */
  readonly look?: (appliance: string) => Promise<ApplianceLook>;
}

/** How a replay ended. */
export interface ReplayResult {
  readonly end: WindowEnd;
  /** What is not as it should be on the appliances. */
  readonly complaints: readonly string[];
  /** Events that came to be parked meanwhile: they cannot be read, now or in a later replay. */
  readonly parked: number;
}

/**
 * Replays windows of the archive, newest first, until the appliances have everything: a snapshot speaks for every
 * Ingress of its cluster, so nothing older than it is needed (protocol rules 1 and 2).
 *
 * @throws {ReplayUnfinished} where a replay itself ended otherwise than completed.
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
    if (run.look === undefined) break;
    const missing = new Map<string, readonly string[]>();
    for (const rule of rules) {
      const look = await run.look(rule.appliance);
      complaints.set(rule.appliance, look.complaints);
      missing.set(rule.appliance, uncovered(plan, rule, look, window.from));
    }
    rules = rules.filter(({ appliance }) => (missing.get(appliance) ?? []).length > 0);
    if (rules.length === 0) break;
    for (const { appliance } of rules) {
      run.say(`${appliance} has not seen all of ${(missing.get(appliance) ?? []).join(', ')} in what was replayed`);
    }
  }
  const all = [...complaints].flatMap(([appliance, list]) => list.map((complaint) => `${appliance}: ${complaint}`));
  return { end: 'taken', complaints: all, parked: await parked() };
}

function first(plan: ReplayPlan, run: ReplayRun): Window | undefined {
  const to = plan.to.getTime();
  if (plan.from !== undefined) return { from: plan.from.getTime(), to };
  if (run.look !== undefined) return nextWindow([], to, plan.archive.since);
  // Nobody can say what the appliances have seen.
  return { from: Math.max(plan.archive.since, to - FLAGGED_MS), to };
}

function next(plan: ReplayPlan, run: ReplayRun, done: readonly Window[]): Window | undefined {
  if (plan.from !== undefined || run.look === undefined) return undefined;
  return nextWindow(done, plan.to.getTime(), plan.archive.since);
}

/** Clusters of a rule that the appliance has not seen whole since the window began. */
function uncovered(plan: ReplayPlan, rule: ReplayRule, { seen }: ApplianceLook, from: number): string[] {
  if (seen === undefined) return [];
  return rule.clusters
    .filter((cluster) => plan.clusters.length === 0 || plan.clusters.includes(cluster))
    .filter((cluster) => (seen.get(cluster) ?? Number.NEGATIVE_INFINITY) < from);
}

function announce(plan: ReplayPlan, window: Window, rules: readonly ReplayRule[], { say, now }: ReplayRun): void {
  const time = (ms: number): string => new Date(ms).toISOString();
  const to = rules.map(({ appliance, clusters }) => `${appliance} (${clusters.join(', ')})`).join(', ');
  const events = estimate(window, plan.archive, now());
  say(`from ${time(window.from)} to ${time(window.to)}, about ${events} events, to ${to}`);
}
