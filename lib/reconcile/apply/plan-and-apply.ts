import { owedWatermarks, type Watermark } from '../../ledger/index.ts';
import type { Resource } from '../../netscaler/index.ts';
import { type Applied, apply, type NitroError } from '../../nitro/index.ts';
import {
  type Change,
  diff,
  goalInSteps,
  goalOf,
  NO_GOAL,
  order,
  type PlanContext,
  type Retirement,
} from '../../plan/index.ts';
import { frontendsOf } from '../../route/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { Task } from '../decide/task.ts';
import { type Marks, NO_MARKS } from '../read/marks.ts';
import { readScope, readUnmarked } from '../read/reader.ts';
import { affectedOwners, resyncRequests } from './affected-owners.ts';
import { alongside, yieldToCalls } from './alongside.ts';
import type { ApplyContext } from './apply-context.ts';
import type { ApplyResult } from './apply-result.ts';
import { EarlyWrites } from './early-writes.ts';
import { writePendingRows } from './ledger-phases.ts';
import { makePlaceholder, uploadPlaceholder } from './placeholder-certificate.ts';
import type { PlanResult } from './plan-result.ts';
import type { RefusedWrites } from './refused-rows.ts';
import { addedIn, planAgain, trustedIn, withoutTakenOver } from './taken-over.ts';
import { afterwards, resultsOf, type TaskResult } from './task-results.ts';

/**
 * Plans and applies. Two kinds of tasks are read, planned and applied once more: those whose appliance state differed
 * from the ledger, and those whose address the first plan cleared of the other kind of front end (rule 12).
 *
 * @param tasks those that need a plan.
 */
export async function planAndApply(run: ApplyContext, tasks: readonly Task[]): Promise<ApplyResult> {
  const early = run.early === undefined ? undefined : new EarlyWrites(run.engine.writer, run.early);
  const first = await markedPlan(run, tasks, early);
  const owed = new Map(run.parts.map((part) => [part, owedBy(part, first)] as const));
  const { touched } = first;
  if (run.engine.settings.policy === 'observe') {
    return { byKey: new Map(), touched, changes: first.changes, watermarks: owed, refusedMarks: new Map() };
  }

  const done = await execute(run, first, owed, early);
  const { refusedMarks } = done;
  const watermarks = new Map(
    [...owed].map(([part, marks]) => [part, marks.filter((mark) => !refusedMarks.has(mark))] as const),
  );
  const byKey = new Map(done.results.map((result) => [result.task.decision.key, result]));
  const again = tasksToRepeat(run.context, tasks, first, done);
  if (again.length === 0) return { byKey, touched, changes: done.applied.done, watermarks, refusedMarks };

  const second = await refuseTakenOver(run, await plan(run, again, { justRetired: first.goal.retired }));
  const settled = await execute(run, second, new Map());
  for (const result of settled.results) {
    const { key } = result.task.decision;
    byKey.set(key, afterwards(byKey.get(key), result));
  }
  return {
    byKey,
    touched: touched.union(second.touched),
    changes: [...done.applied.done, ...settled.applied.done],
    watermarks,
    refusedMarks,
  };
}

/** Returns the watermarks that a cluster's snapshots must record. */
function owedBy(part: ClusterBatch, { tasks, touched }: PlanResult): Watermark[] {
  const changedBy = new Set(
    tasks.filter(({ decision }) => touched.has(decision.key)).map(({ decision }) => decision.by),
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

/** Writes the records of a plan, then the plan; tasks whose record was refused change nothing. */
async function execute(
  run: ApplyContext,
  plan: PlanResult,
  watermarks: ReadonlyMap<ClusterBatch, readonly Watermark[]>,
  early?: EarlyWrites,
): Promise<Executed> {
  // It is made while the appliance takes the records.
  const certificate = needsPlaceholder(plan) ? makePlaceholder(run.engine) : undefined;
  // Its error counts where the certificate is needed.
  certificate?.catch(() => undefined);
  const recording = writeRecords(run, plan, watermarks, early);
  // Its error counts below.
  recording.catch(() => undefined);
  const ordered = order(plan.changes);
  const refused = await recording;
  const unrecorded = new Map(refused.flatMap((each) => [...each.unrecorded]));
  const unfinished = new Map(refused.flatMap((each) => [...each.unfinished]));
  const begun = early?.begun;
  const options = { failed: unrecorded, isOrdered: true, ...(begun === undefined ? {} : { begun }) } as const;
  const applied = await write(run, { ...plan, changes: ordered }, options, certificate);
  return {
    applied,
    results: resultsOf(plan, applied).map((result) => {
      const more = unfinished.get(result.task.decision.key) ?? [];
      return more.length === 0 ? result : { ...result, failures: [...result.failures, ...more] };
    }),
    refusedMarks: new Map(refused.flatMap((each) => [...each.watermarks])),
  };
}

/** Writes the records that precede a plan. */
async function writeRecords(
  run: ApplyContext,
  plan: PlanResult,
  watermarks: ReadonlyMap<ClusterBatch, readonly Watermark[]>,
  early: EarlyWrites | undefined,
): Promise<RefusedWrites[]> {
  const refused: RefusedWrites[] = [];
  for (const part of run.parts) {
    refused.push(await writePendingRows(run, part, plan, watermarks.get(part) ?? [], early));
  }
  return refused;
}

/** Returns the tasks to plan once more, with the routes that they had before a foreign vserver was found. */
function tasksToRepeat(
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

/** Returns a plan that touches only objects with our mark (LIF-5). */
async function markedPlan(
  run: ApplyContext,
  tasks: readonly Task[],
  early: EarlyWrites | undefined,
): Promise<PlanResult> {
  try {
    const { marks, ...first } = await plan(run, tasks, early === undefined ? {} : { early });
    const unmarked = await readUnmarked(run.engine.reader, run.context, trustedIn(first), marks);
    if (unmarked.size === 0) return first;
    await early?.discard();
    return refuseTakenOver(run, await plan(run, planAgain(first, unmarked)));
  } catch (error) {
    await early?.settle();
    throw error;
  }
}

/** Returns the plan; additions under the name of an object without our mark are refused. */
async function refuseTakenOver({ engine, context }: ApplyContext, plan: PlanResult): Promise<PlanResult> {
  const unmarked = await readUnmarked(engine.reader, context, addedIn(plan));
  return { ...plan, changes: withoutTakenOver(plan.changes, unmarked) };
}

interface Planning {
  /** Back ends that an earlier plan of this batch retired. */
  readonly justRetired?: readonly Retirement[];
  /** Objects that are written while the plan is computed. */
  readonly early?: EarlyWrites;
}

async function plan(
  { engine, context, parts }: ApplyContext,
  tasks: readonly Task[],
  { justRetired = [], early }: Planning = {},
): Promise<PlanResult & { readonly marks: Marks }> {
  if (tasks.length === 0) return { tasks, goal: NO_GOAL, changes: [], touched: new Set(), marks: NO_MARKS };
  const retired = [...parts.flatMap((part) => part.ledger.retired), ...justRetired];
  const read = await readScope(engine, context, tasks, retired);
  const goal =
    early === undefined
      ? goalOf(context, read.scope)
      : await alongside(goalInSteps(context, read.scope), (goals) => early.offer(goals));
  const changes = diff(goal.desired, goal.actual, goal.priorities);
  if (early?.records.hasBegun === true) await yieldToCalls();
  return { tasks: read.tasks, goal, changes, touched: touchedBy(changes), marks: read.marks };
}

/** Returns the keys of the owners that changes are for. */
function touchedBy(changes: readonly Change[]): Set<string> {
  const touched = new Set<string>();
  let last: Resource['owners'] | undefined;
  for (const { resource } of changes) {
    // Neighbouring objects of one owner, and all of a front end, share one list.
    if (resource.owners !== last) for (const key of resource.owners) touched.add(key);
    for (const key of resource.alsoFor ?? []) touched.add(key);
    last = resource.owners;
  }
  return touched;
}

/** Returns whether a plan creates the object of the placeholder certificate. */
const needsPlaceholder = ({ changes }: PlanResult): boolean =>
  changes.some(({ op, resource }) => op === 'add' && resource.type === 'sslcertkey');

/** Yields the names in the identities of rows. */
function* namesIn(changes: readonly Change[]): Iterable<string> {
  for (const { resource } of changes) yield* Object.values(resource.id).map(String);
}

/**
 * Writes the changes of a plan. Requests to forwarders go out first: even when writing breaks off, the answers come
 * behind this batch in the appliance's queue.
 */
async function write(
  { engine, context, requestResync }: ApplyContext,
  { goal, tasks, changes }: PlanResult,
  options: Parameters<typeof apply>[3],
  certificate: ReturnType<typeof makePlaceholder> | undefined,
): Promise<Applied> {
  const requests = resyncRequests(affectedOwners(goal, tasks), engine.settings.appliance);
  if (requests.length > 0) await requestResync(requests);
  if (certificate !== undefined) await uploadPlaceholder(engine, context, await certificate);
  engine.kept?.forget(namesIn(changes));
  const keys = tasks.map(({ decision }) => decision.key);
  return apply(engine.writer, changes, keys, options);
}
