import { owedWatermarks } from '../ledger/index.ts';
import { type Applied, apply } from '../nitro/index.ts';
import { diff, goalOf, NO_GOAL, type PlanContext, type Retirement } from '../plan/index.ts';
import { bystanders } from './bystanders.ts';
import type { Ask, Engine } from './engine.ts';
import { writeBeginning } from './ledger-writes.ts';
import { madeIn, planAgain, trustedIn, unmarkedOf, withoutTakenOver } from './marks.ts';
import type { TaskResult } from './outcomes.ts';
import type { ClusterPart } from './part.ts';
import { uploadPlaceholder } from './placeholder.ts';
import type { Planned, Results } from './planned.ts';
import { readScope } from './read-scope.ts';
import { resyncOf } from './report.ts';
import { resultsOf } from './results.ts';
import { type Task, withoutForeign } from './task.ts';

/** Plans and writes; what turned out otherwise than recorded is read, planned and written once more. */
export async function carryOut(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  planned: readonly Task[],
  observe: boolean,
  ask: Ask,
): Promise<Results> {
  const first = await makeMarkedPlan(engine, context, parts, planned);
  const watermarks = new Map(
    parts.map((part) => {
      const changedBy = new Set(
        first.tasks.filter((task) => first.touched.has(task.decision.key)).map(({ decision }) => decision.by),
      );
      const changed = new Set(part.snapshots.filter((snapshot) => changedBy.has(snapshot)));
      return [part, owedWatermarks(part.snapshots, part.ledger, part.outvoted, changed)] as const;
    }),
  );
  const { touched } = first;
  if (observe) return { byKey: new Map(), touched, changes: first.changes, watermarks };

  for (const part of parts) await writeBeginning(engine, context, part, first, watermarks.get(part) ?? []);
  const applied = await write(engine, context, first, ask);
  const results = new Map<string, TaskResult>();
  for (const result of resultsOf(first, applied)) results.set(result.task.decision.key, result);

  const surprised = first.tasks.filter(({ decision }) => applied.surprised.has(decision.key));
  if (surprised.length === 0) {
    return { byKey: results, touched, changes: applied.done, watermarks };
  }
  const again = surprised.map((task): Task => ({ ...task, effort: 'verify' }));
  const second = await refusing(engine, context, await makePlan(engine, context, parts, again, first.goal.retired));
  for (const part of parts) await writeBeginning(engine, context, part, second, []);
  const settled = await write(engine, context, second, ask);
  for (const result of resultsOf(second, settled)) {
    const { key } = result.task.decision;
    const before = results.get(key);
    results.set(key, { ...result, changes: [...(before?.changes ?? []), ...result.changes] });
  }
  return {
    byKey: results,
    touched: touched.union(second.touched),
    changes: [...applied.done, ...settled.done],
    watermarks,
  };
}

/** A plan that touches only what carries our mark (LIF-5). */
async function makeMarkedPlan(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  tasks: readonly Task[],
): Promise<Planned> {
  const plan = await makePlan(engine, context, parts, tasks);
  const unmarked = await unmarkedOf(engine.reader, context, trustedIn(plan));
  if (unmarked.size === 0) return plan;
  return refusing(engine, context, await makePlan(engine, context, parts, planAgain(plan, unmarked)));
}

/** A plan that says why what is there without our mark cannot be made. */
async function refusing(engine: Engine, context: PlanContext, plan: Planned): Promise<Planned> {
  const unmarked = await unmarkedOf(engine.reader, context, madeIn(plan));
  return { ...plan, changes: withoutTakenOver(plan.changes, unmarked) };
}

async function makePlan(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  tasks: readonly Task[],
  justRetired: readonly Retirement[] = [],
): Promise<Planned> {
  if (tasks.length === 0) return { tasks, goal: NO_GOAL, changes: [], touched: new Set() };
  const retired = [...parts.flatMap((part) => part.ledger.retired), ...justRetired];
  const { scope, foreign } = await readScope(engine.reader, context, tasks, retired);
  const possible = tasks.map((task) => withoutForeign(task, foreign));
  const goal = goalOf(context, {
    ...scope,
    owners: scope.owners.map((owner, index) => ({ ...owner, wanted: possible[index]?.wanted })),
  });
  const changes = diff(goal.desired, goal.actual, goal.priorities);
  return {
    tasks: possible,
    goal,
    changes,
    touched: new Set(changes.flatMap(({ resource }) => [...resource.owners, ...(resource.alsoFor ?? [])])),
  };
}

/** Asked before it is written: whatever breaks off then, the answer comes behind this batch in the appliance's queue. */
async function write(engine: Engine, context: PlanContext, plan: Planned, ask: Ask): Promise<Applied> {
  const requests = resyncOf(bystanders(plan.goal, plan.tasks), engine.settings.appliance);
  if (requests.length > 0) await ask(requests);
  if (plan.changes.some(({ op, resource }) => op === 'add' && resource.type === 'sslcertkey')) {
    await uploadPlaceholder(engine, context);
  }
  return apply(
    engine.writer,
    plan.changes,
    plan.tasks.map(({ decision }) => decision.key),
  );
}
