import type { ReceivedEvent } from '../contract/index.ts';
import { namesOf } from '../netscaler/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { ApplyContext } from './apply/apply-context.ts';
import type { ApplyResult } from './apply/apply-result.ts';
import { EarlyRecords } from './apply/early-records.ts';
import { writeFinalRows } from './apply/ledger-phases.ts';
import { planAndApply } from './apply/plan-and-apply.ts';
import { withFailures } from './apply/task-results.ts';
import { type Batch, groupByCluster } from './decide/batch.ts';
import type { Task } from './decide/task.ts';
import type { BatchReport, Engine, PublishOutcomes, RequestResync } from './engine.ts';
import { runMaintenance } from './maintenance.ts';
import { type Judging, readClusterBatch } from './read/cluster-reader.ts';
import { clusterOutcomes, refusalReasons } from './report/cluster-outcomes.ts';
import { type Outcome, type OutcomeContext, taskOutcomes } from './report/ingress-outcome.ts';
import { PlannedOutcomes } from './report/planned-outcomes.ts';

/**
 * Brings one appliance to the state that a batch of events describes. The batch is one plan: it is written as a whole,
 * or an error is thrown and the queue delivers the batch again. The next run finds and finishes an interrupted one.
 *
 * 1. Reads the ledger, and decides every key against it.
 * 2. Interprets the new state, and reads the objects that it may change.
 * 3. Computes desired and actual state: the difference is the plan.
 * 4. Writes pending records and the plan.
 * 5. Publishes one outcome for each Ingress that the events name.
 * 6. Writes applied records, and publishes what came of that and of snapshots.
 *
 * An applied record forgets what its Ingress had before, so the outcome that names it comes first: after a crash in
 * between, the pending record still knows it, and the next run publishes the outcome again (REP-1).
 *
 * @param requestResync sends requests to forwarders, for Ingresses that gain or lose a host without an event of theirs.
 * @param publishOutcomes publishes outcomes as soon as they are known; without it they are only returned.
 * @throws {NitroError} {NitroUnreachable} an error of the appliance as a whole: no event of the batch is done.
 */
export async function reconcile(
  engine: Engine,
  events: readonly ReceivedEvent[],
  requestResync: RequestResync,
  publishOutcomes: PublishOutcomes = async () => {},
): Promise<BatchReport> {
  try {
    return await reconcileBatch({ ...engine, ...keptFor(engine, events) }, events, requestResync, publishOutcomes);
  } catch (error) {
    engine.kept?.clear();
    throw error;
  }
}

/** Returns the kept parts that count for these events: only those read after every event was published. */
function keptFor({ kept }: Engine, events: readonly ReceivedEvent[]): Pick<Engine, 'kept'> {
  if (kept === undefined) return {};
  const published = events.map(({ time, replay }) => (replay === undefined ? time : Number.POSITIVE_INFINITY));
  return { kept: kept.publishedBy(published.reduce((newest, time) => Math.max(newest, time), 0)) };
}

async function reconcileBatch(
  engine: Engine,
  events: readonly ReceivedEvent[],
  requestResync: RequestResync,
  publishOutcomes: PublishOutcomes,
): Promise<BatchReport> {
  const { settings } = engine;
  const started = engine.now();
  const batch = groupByCluster(events, settings.appliance);
  const context: PlanContext = {
    system: settings.systemId,
    names: namesOf(settings.systemId),
    drainSeconds: settings.drainSeconds,
    now: Math.floor(started / 1000),
  };
  const early = mayBegin(settings, batch) ? new EarlyRecords(engine, context) : undefined;
  const judging: Judging | undefined = early && ((opened, steps) => early.judging(opened, steps));
  const parts = await Promise.all(batch.clusters.map((cluster) => readClusterBatch(engine, context, cluster, judging)));
  const tasks = parts.flatMap((part) => part.tasks);
  const toPlan = tasks.filter(({ action }) => action === 'plan' || action === 'verify');

  const run: ApplyContext = { engine, context, parts, requestResync, ...(early === undefined ? {} : { early }) };
  const applied = await planAndApply(run, toPlan);
  const observed: BatchReport = {
    outcomes: [],
    refused: parts.flatMap((part) => refusalReasons(settings, part)),
    changes: applied.changes,
    stale: parts.reduce((sum, part) => sum + part.stale.length, 0),
    unchanged: tasks.filter(({ action }) => action === 'none').length,
    work: [],
  };
  if (settings.policy === 'observe') return observed;
  const outcomes = await finish(run, applied, { batch, started, publishOutcomes });
  return { ...observed, outcomes, work: await runMaintenance(engine, context, batch.work) };
}

/** Returns whether records may go out while the batch is interpreted: each cluster has a ledger of its own. */
const mayBegin = ({ policy }: Engine['settings'], { clusters }: Batch): boolean =>
  policy !== 'observe' && clusters.length === 1;

interface Finishing {
  readonly batch: Batch;
  /** Start of the batch, in milliseconds since the epoch. */
  readonly started: number;
  readonly publishOutcomes: PublishOutcomes;
}

/** Publishes what came of the plan, writes the last rows of the ledger, and publishes what came of those. */
async function finish(run: ApplyContext, applied: ApplyResult, finishing: Finishing): Promise<Outcome[]> {
  const { engine, parts } = run;
  const tasks = parts.flatMap((part) => part.tasks);
  const written = outcomeContext(run, finishing);
  const make = (some: readonly Task[]): Outcome[] => taskOutcomes(some, applied.byKey, written);
  const planned = new PlannedOutcomes(tasks, make, finishing.publishOutcomes);
  const unwritten = await writeFinalRows(run, applied, planned);
  const results = { ...applied, byKey: withFailures(applied.byKey, tasks, unwritten) };
  const context = outcomeContext(run, finishing);
  const unrecorded = tasks.filter(({ decision }) => unwritten.has(decision.key));
  const ofClusters = parts.flatMap((part) => clusterOutcomes(engine.settings, part, results, context.durationMs));
  await finishing.publishOutcomes([...taskOutcomes(unrecorded, results.byKey, context), ...ofClusters]);
  const ofTasks = unrecorded.length === 0 ? planned.all : taskOutcomes(tasks, results.byKey, context);
  return [...ofTasks, ...ofClusters];
}

function outcomeContext({ engine, parts }: ApplyContext, { batch, started }: Finishing): OutcomeContext {
  const ended = engine.now();
  return {
    appliance: engine.settings.appliance,
    clusterUid: (cluster) => parts.find(({ received }) => received.cluster === cluster)?.identity?.uid,
    durationMs: ended - started,
    latencyMs: ({ decision }: Task) => {
      const time = batch.times.get(`${decision.owner.cluster} ${decision.sequence}`);
      return time === undefined ? undefined : Math.max(0, ended - time);
    },
    trigger: ({ decision }: Task) => {
      const at = batch.triggers.get(`${decision.owner.cluster} ${decision.sequence}`);
      return at === undefined ? undefined : { at, latencyMs: Math.max(0, ended - at) };
    },
  };
}
