import { owedWatermarks, type Watermark } from '../../ledger/index.ts';
import { type Applied, apply, type NitroError } from '../../nitro/index.ts';
import { diff, goalOf, NO_GOAL, type PlanContext, type Retirement } from '../../plan/index.ts';
import { frontendsOf } from '../../route/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import { type Task, withoutForeign } from '../decide/task.ts';
import type { Engine, RequestResync } from '../engine.ts';
import { type Marks, madeIn, NO_MARKS, planAgain, trustedIn, unmarkedOf, withoutTakenOver } from '../read/marks.ts';
import { readScope } from '../read/read-scope.ts';
import { affectedOwners } from '../report/affected-owners.ts';
import { resyncOf } from '../report/batch-outcomes.ts';
import type { TaskResult } from '../report/ingress-outcome.ts';
import { resultsOf } from '../report/task-results.ts';
import { writePendingRows } from './ledger-phases.ts';
import { uploadPlaceholder } from './placeholder-certificate.ts';
import type { ApplyResult, PlanResult } from './plan-result.ts';
import type { Whose } from './refused-rows.ts';

/**
 * Plans and applies. Two kinds of tasks are read, planned and applied once more: those for which the appliance was not as
 * the ledger has it, and those whose address the first plan cleared of the other kind of front end (rule 12).
 */
export async function planAndApply(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterBatch[],
  planned: readonly Task[],
  observe: boolean,
  ask: RequestResync,
): Promise<ApplyResult> {
  const first = await makeMarkedPlan(engine, context, parts, planned);
  const owed = new Map(parts.map((part) => [part, owedBy(part, first)] as const));
  const { touched } = first;
  if (observe) {
    return { byKey: new Map(), touched, changes: first.changes, watermarks: owed, refusedMarks: new Map() };
  }

  const done = await execute(engine, context, parts, first, owed, ask);
  const { refusedMarks } = done;
  const watermarks = new Map(
    [...owed].map(([part, marks]) => [part, marks.filter((mark) => !refusedMarks.has(mark))] as const),
  );
  const byKey = new Map(done.results.map((result) => [result.task.decision.key, result]));
  const again = onceMore(context, planned, first, done);
  if (again.length === 0) return { byKey, touched, changes: done.applied.done, watermarks, refusedMarks };

  const second = await refusing(engine, context, await makePlan(engine, context, parts, again, first.goal.retired));
  const settled = await execute(engine, context, parts, second, new Map(), ask);
  for (const result of settled.results) {
    const { key } = result.task.decision;
    byKey.set(key, { ...result, changes: [...(byKey.get(key)?.changes ?? []), ...result.changes] });
  }
  return {
    byKey,
    touched: touched.union(second.touched),
    changes: [...done.applied.done, ...settled.applied.done],
    watermarks,
    refusedMarks,
  };
}

function owedBy(part: ClusterBatch, plan: PlanResult): Watermark[] {
  const changedBy = new Set(
    plan.tasks.filter((task) => plan.touched.has(task.decision.key)).map(({ decision }) => decision.by),
  );
  const changed = new Set(part.snapshots.filter((snapshot) => changedBy.has(snapshot)));
  return owedWatermarks(part.snapshots, part.ledger, part.outvoted, changed);
}

/** A plan that was applied, with the records that precede it. */
interface Executed {
  readonly applied: Applied;
  readonly results: readonly TaskResult[];
  readonly refusedMarks: ReadonlyMap<Watermark, NitroError>;
}

/** Writes the records of a plan, then the plan: without what belongs to tasks whose record was refused. */
async function execute(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterBatch[],
  plan: PlanResult,
  watermarks: ReadonlyMap<ClusterBatch, readonly Watermark[]>,
  ask: RequestResync,
): Promise<Executed> {
  const beginnings: Whose[] = [];
  for (const part of parts) {
    beginnings.push(await writePendingRows(engine, context, part, plan, watermarks.get(part) ?? []));
  }
  const unrecorded = new Map(beginnings.flatMap((whose) => [...whose.unrecorded]));
  const unfinished = new Map(beginnings.flatMap((whose) => [...whose.unfinished]));
  const applied = await write(engine, context, plan, ask, unrecorded);
  return {
    applied,
    results: resultsOf(plan, applied).map((result) => {
      const more = unfinished.get(result.task.decision.key) ?? [];
      return more.length === 0 ? result : { ...result, failures: [...result.failures, ...more] };
    }),
    refusedMarks: new Map(beginnings.flatMap((whose) => [...whose.watermarks])),
  };
}

/** The tasks to be planned once more, as they were before anything was found in their way. */
function onceMore(
  { names }: PlanContext,
  planned: readonly Task[],
  { tasks }: PlanResult,
  { applied }: Executed,
): Task[] {
  const cleared = new Set(
    applied.done.flatMap(({ op, resource }) =>
      op === 'remove' && resource.role === 'front-end-map' ? [String(resource.id.name)] : [],
    ),
  );
  const wasCleared = ({ wanted }: Task): boolean =>
    cleared.size > 0 &&
    wanted !== undefined &&
    frontendsOf(wanted.routes).some((frontend) => cleared.has(names.frontendMap(frontend)));
  return planned.flatMap((task, index): Task[] => {
    const { key } = task.decision;
    const displaced = tasks[index] !== task && !applied.failures.has(key) && wasCleared(task);
    return displaced || applied.outdatedOwners.has(key) ? [{ ...task, action: 'verify' }] : [];
  });
}

/** A plan that touches only what carries our mark (LIF-5). */
async function makeMarkedPlan(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterBatch[],
  tasks: readonly Task[],
): Promise<PlanResult> {
  const { marks, ...plan } = await makePlan(engine, context, parts, tasks);
  const unmarked = await unmarkedOf(engine.reader, context, trustedIn(plan), marks);
  if (unmarked.size === 0) return plan;
  return refusing(engine, context, await makePlan(engine, context, parts, planAgain(plan, unmarked)));
}

/** A plan that says why what is there without our mark cannot be made. */
async function refusing(engine: Engine, context: PlanContext, plan: PlanResult): Promise<PlanResult> {
  const unmarked = await unmarkedOf(engine.reader, context, madeIn(plan));
  return { ...plan, changes: withoutTakenOver(plan.changes, unmarked) };
}

async function makePlan(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterBatch[],
  tasks: readonly Task[],
  justRetired: readonly Retirement[] = [],
): Promise<PlanResult & { readonly marks: Marks }> {
  if (tasks.length === 0) return { tasks, goal: NO_GOAL, changes: [], touched: new Set(), marks: NO_MARKS };
  const retired = [...parts.flatMap((part) => part.ledger.retired), ...justRetired];
  const { scope, foreign, marks } = await readScope(engine.reader, context, tasks, retired, engine.kept);
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
    marks,
  };
}

/** Asked before it is written: whatever breaks off then, the answer comes behind this batch in the appliance's queue. */
async function write(
  engine: Engine,
  context: PlanContext,
  plan: PlanResult,
  ask: RequestResync,
  unrecorded: Whose['unrecorded'],
): Promise<Applied> {
  const requests = resyncOf(affectedOwners(plan.goal, plan.tasks), engine.settings.appliance);
  if (requests.length > 0) await ask(requests);
  if (plan.changes.some(({ op, resource }) => op === 'add' && resource.type === 'sslcertkey')) {
    await uploadPlaceholder(engine, context);
  }
  engine.kept?.forget(plan.changes.flatMap(({ resource }) => Object.values(resource.id).map(String)));
  return apply(
    engine.writer,
    plan.changes,
    plan.tasks.map(({ decision }) => decision.key),
    unrecorded,
  );
}
