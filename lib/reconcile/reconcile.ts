import type { ReceivedEvent } from '../contract/index.ts';
import { namesOf } from '../netscaler/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { writeFinalRows } from './apply/ledger-phases.ts';
import { planAndApply } from './apply/plan-and-apply.ts';
import { groupByCluster } from './decide/batch.ts';
import { readClusterBatch } from './decide/cluster-batch.ts';
import type { BatchReport, Engine, RequestResync } from './engine.ts';
import { runMaintenance } from './maintenance.ts';
import { clusterOutcomes, taskOutcomes } from './report/batch-outcomes.ts';
import type { Outcome } from './report/ingress-outcome.ts';
import { withFailures } from './report/task-results.ts';

/**
 * Brings one appliance to what a batch of events says. The batch is one plan: it is written as a whole, or an error
 * is thrown and the queue brings it again; whatever was written until then is found and finished.
 *
 * 1. read the ledger, and decide every key against it;
 * 2. interpret what is new, and read what stands in its way;
 * 3. put desired and actual side by side: the difference is the plan;
 * 4. records as pending, the plan, records as applied;
 * 5. one outcome for each Ingress that was spoken of.
 *
 * @param ask sends requests to the forwarders, for Ingresses whose hosts change although nothing was said of them.
 * @throws {NitroError} {NitroUnreachable} what concerns the appliance as a whole: nothing of the batch is done with.
 */
export async function reconcile(
  engine: Engine,
  events: readonly ReceivedEvent[],
  ask: RequestResync,
): Promise<BatchReport> {
  try {
    return await reconciled({ ...engine, ...keptFor(engine, events) }, events, ask);
  } catch (error) {
    engine.kept?.clear();
    throw error;
  }
}

/** What was read before counts for events that were published before that. */
function keptFor({ kept }: Engine, events: readonly ReceivedEvent[]): Pick<Engine, 'kept'> {
  if (kept === undefined) return {};
  const published = events.map(({ time, replay }) => (replay === undefined ? time : Number.POSITIVE_INFINITY));
  return { kept: kept.publishedBy(published.reduce((newest, time) => Math.max(newest, time), 0)) };
}

async function reconciled(engine: Engine, events: readonly ReceivedEvent[], ask: RequestResync): Promise<BatchReport> {
  const started = engine.now();
  const inbox = groupByCluster(events, engine.settings.appliance);
  const context: PlanContext = {
    system: engine.settings.systemId,
    names: namesOf(engine.settings.systemId),
    drainSeconds: engine.settings.drainSeconds,
    now: Math.floor(started / 1000),
  };
  const parts = await Promise.all(inbox.clusters.map((cluster) => readClusterBatch(engine, context, cluster)));
  const tasks = parts.flatMap((part) => part.tasks);
  const planned = tasks.filter(({ action }) => action === 'plan' || action === 'verify');

  const observe = engine.settings.policy === 'observe';
  const carried = await planAndApply(engine, context, parts, planned, observe, ask);
  const unwritten = observe ? new Map() : await writeFinalRows(engine, context, parts, carried);
  const results = { ...carried, byKey: withFailures(carried.byKey, tasks, unwritten) };

  const work = observe ? [] : await runMaintenance(engine, context, inbox.work);
  const durationMs = engine.now() - started;
  const outcomes: Outcome[] = observe
    ? []
    : [
        ...taskOutcomes(tasks, results, {
          appliance: engine.settings.appliance,
          clusterUid: (cluster) => parts.find(({ received: inbox }) => inbox.cluster === cluster)?.identity?.uid,
          durationMs,
          latencyMs: ({ decision }) => {
            const time = inbox.times.get(`${decision.owner.cluster} ${decision.sequence}`);
            return time === undefined ? undefined : Math.max(0, engine.now() - time);
          },
        }),
        ...parts.flatMap((part) => clusterOutcomes(engine, part, results, durationMs)),
      ];
  return {
    outcomes,
    changes: results.changes,
    stale: parts.reduce((sum, part) => sum + part.stale.length, 0),
    unchanged: tasks.filter(({ action }) => action === 'none').length,
    work,
  };
}
