import { type IngressState, ownerKey, type ReceivedEvent } from '../contract/index.ts';
import type { ApplianceFilter, Rules } from '../ingress/index.ts';
import {
  decide,
  decodeLedger,
  type Ledger,
  ledgerPattern,
  owedWatermarks,
  type PruneLimit,
  pruneRefusal,
  type Refusal,
  type Row,
  type Snapshot,
  type Stale,
  type Statement,
  UID_KEY,
} from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { type Applied, apply, type NitroReader, type NitroWriter, readMap } from '../nitro/index.ts';
import { type Change, diff, type Goal, goalOf, type PlanContext } from '../plan/index.ts';
import { type ClusterInbox, sortInbox } from './inbox.ts';
import { type Outcome, outcomeOf, type TaskResult } from './outcomes.ts';
import { uploadPlaceholder } from './placeholder.ts';
import { readScope } from './read-scope.ts';
import { beginning, ending, type Finished } from './records.ts';
import { type Task, taskOf, withoutForeign } from './task.ts';
import { doWork, type WorkDone } from './work.ts';
import { removeRows, writeRows } from './write-ledger.ts';

/** What an appliance's configuration says, as the engine needs it. */
export interface EngineSettings {
  readonly appliance: string;
  readonly systemId: string;
  readonly filter: ApplianceFilter;
  readonly rules: Rules;
  readonly policy: 'sync' | 'observe';
  readonly drainSeconds: number;
  readonly prune: PruneLimit;
}

/** Reading and writing are separate ports: what plans cannot write. */
export interface Engine {
  readonly settings: EngineSettings;
  readonly reader: NitroReader;
  readonly writer: NitroWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Report {
  readonly outcomes: readonly Outcome[];
  /** Everything that was written to the appliance, in order; on `observe`: that would have been. */
  readonly changes: readonly Change[];
  readonly stale: number;
  readonly unchanged: number;
  readonly work: readonly WorkDone[];
}

/** One cluster's part of a batch, with its ledger. */
interface ClusterPart {
  readonly inbox: ClusterInbox;
  readonly ledger: Ledger;
  /** No row was there: its map may not be, either. */
  readonly isNew: boolean;
  readonly tasks: Task[];
  readonly stale: readonly Stale[];
  readonly snapshots: readonly Snapshot<IngressState>[];
  readonly outvoted: ReadonlySet<Snapshot<IngressState>>;
  readonly refusals: ReadonlyMap<Snapshot<IngressState>, Refusal>;
  /** Events of another cluster of the same name (rule 15). */
  readonly strangers: readonly Statement<IngressState>[];
}

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
 * @throws {NitroError} {NitroUnreachable} what concerns the appliance as a whole: nothing of the batch is done with.
 */
export async function reconcile(engine: Engine, events: readonly ReceivedEvent[]): Promise<Report> {
  const started = engine.now();
  const inbox = sortInbox(events, engine.settings.appliance);
  const context: PlanContext = {
    system: engine.settings.systemId,
    names: namesOf(engine.settings.systemId),
    drainSeconds: engine.settings.drainSeconds,
    now: Math.floor(started / 1000),
  };
  const parts = await Promise.all(inbox.clusters.map((cluster) => readPart(engine, context, cluster)));
  const tasks = parts.flatMap((part) => part.tasks);
  const planned = tasks.filter(({ effort }) => effort === 'plan' || effort === 'verify');

  const observe = engine.settings.policy === 'observe';
  const results = await carryOut(engine, context, parts, planned, observe);
  if (!observe) await writeEndings(engine, context, parts, results);

  const work = observe ? [] : await doWork(engine, context, inbox.work);
  const durationMs = engine.now() - started;
  const outcomes: Outcome[] = observe
    ? []
    : [
        ...taskOutcomes(tasks, results, {
          appliance: engine.settings.appliance,
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
    unchanged: tasks.filter(({ effort }) => effort === 'none').length,
    work,
  };
}

/** Reads a cluster's ledger and decides what its events say (rules 1 to 6, 11). */
async function readPart(engine: Engine, context: PlanContext, inbox: ClusterInbox): Promise<ClusterPart> {
  const { settings, reader } = engine;
  const keys = inbox.statements.flatMap((statement) =>
    statement.kind === 'single' ? [ownerKey(statement.owner)] : [],
  );
  const all = inbox.statements.filter((statement) => statement.kind === 'snapshot');
  const key = ledgerPattern(keys, all);
  const rows = await readMap(reader, context.names.ledgerMap(inbox.cluster), key === undefined ? undefined : { key });
  const ledger = decodeLedger(rows);

  const known = ledger.uid ?? inbox.statements[0]?.clusterUid;
  let statements = inbox.statements.filter(({ clusterUid }) => clusterUid === known);
  const strangers = inbox.statements.filter(({ clusterUid }) => clusterUid !== known);
  const refusals = new Map<Snapshot<IngressState>, Refusal>();
  let decided = decide(statements, ledger);
  for (const snapshot of statements.filter((statement) => statement.kind === 'snapshot')) {
    const refusal = pruneRefusal(snapshot, decided.decisions, ledger, settings.prune);
    if (refusal !== undefined) refusals.set(snapshot, refusal);
  }
  if (refusals.size > 0) {
    // A refused snapshot records nothing, and so says nothing of any key.
    statements = statements.filter((statement) => statement.kind === 'single' || !refusals.has(statement));
    decided = decide(statements, ledger);
  }
  return {
    inbox,
    ledger,
    isNew: rows.length === 0,
    stale: decided.stale,
    outvoted: decided.outvoted,
    snapshots: statements.filter((statement) => statement.kind === 'snapshot'),
    refusals,
    strangers,
    tasks: decided.decisions.flatMap((decision) => taskOf(decision, ledger, settings) ?? []),
  };
}

interface Results {
  /** Owner's key → its result; of planned tasks only. */
  readonly byKey: ReadonlyMap<string, TaskResult>;
  readonly changes: readonly Change[];
  readonly watermarks: ReadonlyMap<ClusterPart, ReturnType<typeof owedWatermarks>>;
}

/** Plans and writes; what turned out otherwise than recorded is read, planned and written once more. */
async function carryOut(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  planned: readonly Task[],
  observe: boolean,
): Promise<Results> {
  const first = await makePlan(engine, context, parts, planned);
  const watermarks = new Map(
    parts.map((part) => {
      const changedBy = new Set(
        first.tasks.filter((task) => first.touched.has(task.decision.key)).map(({ decision }) => decision.by),
      );
      const changed = new Set(part.snapshots.filter((snapshot) => changedBy.has(snapshot)));
      return [part, owedWatermarks(part.snapshots, part.ledger, part.outvoted, changed)] as const;
    }),
  );
  if (observe) return { byKey: new Map(), changes: first.changes, watermarks };

  for (const part of parts) await writeBeginning(engine, context, part, first, watermarks.get(part) ?? []);
  const applied = await write(engine, context, first);
  const results = new Map<string, TaskResult>();
  for (const task of first.tasks) results.set(task.decision.key, resultOf(task, first, applied));

  const surprised = first.tasks.filter(({ decision }) => applied.surprised.has(decision.key));
  if (surprised.length === 0) return { byKey: results, changes: applied.done, watermarks };
  const again = surprised.map((task): Task => ({ ...task, effort: 'verify' }));
  const second = await makePlan(engine, context, parts, again);
  const settled = await write(engine, context, second);
  for (const task of second.tasks) {
    const result = resultOf(task, second, settled);
    const before = results.get(task.decision.key);
    results.set(task.decision.key, { ...result, changes: [...(before?.changes ?? []), ...result.changes] });
  }
  return { byKey: results, changes: [...applied.done, ...settled.done], watermarks };
}

interface Planned {
  /** As they can be carried out: without what sits on somebody else's address. */
  readonly tasks: readonly Task[];
  readonly goal: Goal;
  readonly changes: readonly Change[];
  /** Keys that a change is for. */
  readonly touched: ReadonlySet<string>;
}

async function makePlan(
  engine: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  tasks: readonly Task[],
): Promise<Planned> {
  const empty: Goal = { desired: [], actual: [], priorities: new Map(), holdings: [], retired: [] };
  if (tasks.length === 0) return { tasks, goal: empty, changes: [], touched: new Set() };
  const retired = parts.flatMap((part) => part.ledger.retired);
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
    touched: new Set(changes.flatMap(({ resource }) => resource.owners)),
  };
}

async function writeBeginning(
  { writer, settings }: Engine,
  context: PlanContext,
  part: ClusterPart,
  plan: Planned,
  watermarks: ReturnType<typeof owedWatermarks>,
): Promise<void> {
  const { cluster, statements } = part.inbox;
  const uid = statements[0]?.clusterUid ?? '';
  const mine = plan.tasks.filter(
    ({ decision }) => decision.owner.cluster === cluster && plan.touched.has(decision.key),
  );
  const retired = plan.goal.retired.filter(({ owner }) => owner.cluster === cluster);
  const rows: Row[] = beginning(mine, watermarks, retired, context.now + settings.drainSeconds);
  const anything = rows.length > 0 || part.tasks.some(({ effort }) => effort === 'record');
  if (anything && part.ledger.uid === undefined && uid !== '')
    rows.push({ key: UID_KEY, value: uid, comment: cluster });
  await writeRows(writer, context, cluster, rows, part.isNew);
}

async function write(engine: Engine, context: PlanContext, plan: Planned): Promise<Applied> {
  if (plan.changes.some(({ op, resource }) => op === 'add' && resource.type === 'sslcertkey')) {
    await uploadPlaceholder(engine, context);
  }
  return apply(
    engine.writer,
    plan.changes,
    plan.tasks.map(({ decision }) => decision.key),
  );
}

function resultOf(task: Task, plan: Planned, applied: Applied): TaskResult {
  const { key } = task.decision;
  return {
    task,
    holdings: plan.goal.holdings,
    changes: applied.done.filter(({ resource }) => resource.owners.length === 0 || resource.owners.includes(key)),
    failures: applied.failures.get(key) ?? [],
    unsettled: applied.surprised.has(key),
  };
}

async function writeEndings(
  { writer }: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  results: Results,
): Promise<void> {
  for (const part of parts) {
    const finished = part.tasks.flatMap((task): Finished[] => {
      if (task.effort === 'none') return [];
      const result = results.byKey.get(task.decision.key);
      if (result === undefined) return [{ task, begun: false }];
      if (result.failures.length > 0 || result.unsettled) return [];
      const begun = result.changes.length > 0;
      return needsRecord(result.task) || begun ? [{ task: result.task, begun }] : [];
    });
    const { add, removeKeys } = ending(part.ledger, finished, results.watermarks.get(part) ?? []);
    await writeRows(writer, context, part.inbox.cluster, add, false);
    await removeRows(writer, context, part.inbox.cluster, removeKeys);
  }
}

/** Whether the record says anything else than what is recorded already: a repeated event makes no write (LIF-1). */
function needsRecord({ decision, wanted, hashes }: Task): boolean {
  const { row, sequence, by } = decision;
  if (row === undefined) return wanted !== undefined || by.kind === 'single';
  const same =
    row.state === 'applied' &&
    (row.life === 'live') === (wanted !== undefined) &&
    row.hashes.frontEnd === hashes.frontEnd &&
    row.hashes.routes === hashes.routes &&
    row.hashes.members === hashes.members;
  // A snapshot leaves an unchanged record as it is (rule 3).
  return !same || (by.kind === 'single' && sequence > row.sequence);
}

function taskOutcomes(tasks: readonly Task[], results: Results, context: Parameters<typeof outcomeOf>[1]): Outcome[] {
  return tasks.flatMap((task) => {
    const result = results.byKey.get(task.decision.key);
    if (result === undefined && (task.effort === 'none' || task.decision.row?.life === 'live')) return [];
    if (result === undefined) {
      // A record only: nothing was there, and nothing is.
      return [outcomeOf({ task, holdings: [], changes: [], failures: [], unsettled: false }, context)];
    }
    return [outcomeOf(result, context)];
  });
}

function clusterOutcomes(engine: Engine, part: ClusterPart, results: Results, durationMs: number): Outcome[] {
  const { appliance, prune } = engine.settings;
  const { cluster } = part.inbox;
  const outcomes: Outcome[] = part.stale.map(({ owner, sequence, recorded }) => ({
    detailType: 'Ingress Stale',
    data: { cluster, appliance, namespace: owner.namespace, name: owner.name, sequence, recorded },
  }));
  for (const snapshot of part.snapshots) {
    const mine = part.tasks.filter(({ decision }) => decision.by === snapshot);
    const changed = mine.filter(({ decision }) => (results.byKey.get(decision.key)?.changes.length ?? 0) > 0);
    outcomes.push({
      detailType: 'Snapshot Applied',
      data: {
        cluster,
        appliance,
        sequence: snapshot.sequence,
        from: snapshot.from,
        to: snapshot.to,
        ingresses: snapshot.present.size,
        changed: changed.length,
        removed: changed.filter(({ wanted }) => wanted === undefined).length,
        durationMs,
      },
    });
  }
  for (const [snapshot, { routes, removes }] of part.refusals) {
    outcomes.push({
      detailType: 'Prune Refused',
      data: {
        cluster,
        appliance,
        sequence: snapshot.sequence,
        from: snapshot.from,
        to: snapshot.to,
        routes,
        removes,
        limitPercent: prune.percent,
        reason: `the snapshot would remove ${removes} of ${routes} routes of its range, more than ${prune.percent} %: nothing was changed. Approve it with a confirmed snapshot, or wait until the view is complete`,
      },
    });
  }
  const refused =
    'belongs to another cluster of this name: its UID is not the recorded one. Give one of them another name';
  for (const stranger of part.strangers) {
    outcomes.push(
      stranger.kind === 'snapshot'
        ? {
            detailType: 'Prune Refused',
            data: {
              cluster,
              appliance,
              sequence: stranger.sequence,
              from: stranger.from,
              to: stranger.to,
              routes: 0,
              removes: 0,
              limitPercent: prune.percent,
              reason: `the snapshot ${refused}`,
            },
          }
        : {
            detailType: 'Ingress Failed',
            data: {
              cluster,
              appliance,
              namespace: stranger.owner.namespace,
              name: stranger.owner.name,
              sequence: stranger.sequence,
              programmed: [],
              removed: [],
              hosts: [],
              findings: [],
              changes: [],
              durationMs,
              reason: `the event ${refused}`,
              retry: false,
            },
          },
    );
  }
  return outcomes;
}
