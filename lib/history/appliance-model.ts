import type { Owner } from '../contract/index.ts';
import { type Ledger, owedWatermarks, sameHashes } from '../ledger/index.ts';
import { type Names, namesOf } from '../netscaler/index.ts';
import {
  chooseFrontends,
  type EngineSettings,
  finalRecords,
  formerFrontends,
  type Guarded,
  groupByCluster,
  guard,
  isWaiting,
  NO_HASHES,
  needsRecord,
  pendingRow,
  refusalReason,
  sortByIdentity,
  type Task,
  withoutForeign,
} from '../reconcile/index.ts';
import { type Frontend, frontendKey, frontendsOf } from '../route/index.ts';
import { ClusterLedger } from './cluster-ledger.ts';
import type { DesiredEvent, EventRef } from './event-ref.ts';
import { type ChangedHosts, HostLines } from './host-lines.ts';
import { KnownObjects, type Programmed } from './known-objects.ts';
import { OpenFrontends } from './open-frontends.ts';

/** What an appliance selects and allows, by its configuration. */
export type ApplianceRules = Pick<EngineSettings, 'appliance' | 'systemId' | 'filter' | 'rules' | 'policy' | 'prune'>;

/** What an event did to an appliance. */
export interface Effect {
  readonly hosts: ChangedHosts;
  /** Why the prune guard refuses the snapshot (rule 11); absent where it does not. */
  readonly refused?: string;
  /** The event is of another cluster of the same name (rule 15). */
  readonly foreign: boolean;
}

const NO_OWNERS: ReadonlyMap<string, Owner> = new Map();
/** An object that has nothing on the appliance. */
const NOTHING: Programmed = { routes: undefined, hashes: NO_HASHES, blocked: false };
const NO_HOSTS: ChangedHosts = { before: new Map(), after: new Map() };

/**
 * An appliance that takes one event after the other, as the engine would program it. What counts is decided by the engine's
 * own pure parts; only reading from and writing to an appliance is left out. Each event is a batch of its own: an archive
 * does not tell batches.
 */
export class ApplianceModel {
  readonly rules: ApplianceRules;
  readonly hosts = new HostLines();
  readonly objects: KnownObjects;
  readonly #names: Names;
  readonly #clusters = new Map<string, ClusterLedger>();
  readonly #frontends = new OpenFrontends();

  constructor(rules: ApplianceRules) {
    this.rules = rules;
    this.objects = new KnownObjects(rules);
    this.#names = namesOf(rules.systemId);
  }

  /** @param by the name of the event. */
  apply(event: DesiredEvent, by: EventRef): Effect {
    const [received] = groupByCluster([event], this.rules.appliance).clusters;
    const [statement] = received?.statements ?? [];
    if (received === undefined || statement === undefined) return { hosts: NO_HOSTS, foreign: false };
    const book = this.#clusters.get(received.cluster) ?? new ClusterLedger();
    this.#clusters.set(received.cluster, book);
    const ledger = book.rowsFor(statement);
    const { identity, statements } = sortByIdentity(received, ledger);
    if (identity?.acceptedAt !== ledger.acceptedAt) book.identity = identity ?? {};
    if (statements.length === 0) return { hosts: NO_HOSTS, foreign: true };
    const judge = this.objects.judge.bind(this.objects);
    const guarded = guard(statements, ledger, NO_OWNERS, { ...this.rules, judge, plansSingles: true });
    this.#program(guarded, { book, ledger, by });
    // The row of the identity comes with the first record (rule 15).
    if (book.identity.uid === undefined && book.written) book.identity = identity ?? {};
    this.objects.settle();
    const [refusal] = guarded.refusals.values();
    return {
      hosts: this.hosts.takeChanges(),
      foreign: false,
      ...(refusal === undefined ? {} : { refused: refusalReason(refusal, this.rules.prune.percent) }),
    };
  }

  /** Programs what an event decided, and records it. */
  #program({ tasks, snapshots, outvoted }: Guarded, { book, ledger, by }: Programming): void {
    const planned = tasks.filter(({ action }) => action === 'plan' || action === 'verify');
    const done = this.#plan(planned, by);
    const touched = new Set(done.filter(({ changed }) => changed).map(({ task }) => task.decision.key));
    const changed = new Set(
      snapshots.filter((snapshot) =>
        done.some(({ task }) => task.decision.by === snapshot && touched.has(task.decision.key)),
      ),
    );
    const watermarks = owedWatermarks(snapshots, ledger, outvoted, changed);
    const waiting = done.filter(({ task }) => task.blocked !== undefined);
    for (const { task } of waiting) {
      const { formerFrontends: _, ...row } = pendingRow(task);
      if (touched.has(task.decision.key) || !isWaiting(task)) book.put(row);
    }
    const finished = [
      ...tasks.filter(({ action }) => action === 'record').map((task) => ({ task, begun: false })),
      ...done
        .filter(({ task }) => task.blocked === undefined)
        .map(({ task }) => ({ task, begun: touched.has(task.decision.key) }))
        .filter(({ task, begun }) => begun || needsRecord(task)),
    ];
    const open = new Set(waiting.map(({ task }) => task.decision.key));
    const records = finalRecords(ledger, { finished, watermarks, open });
    for (const record of records.written) book.put(record);
    for (const key of records.removed) book.remove(key);
    for (const mark of watermarks) book.mark(mark);
    for (const mark of records.obsolete) book.unmark(mark);
    const settled = new Set(done.map(({ task }) => task.decision.key));
    for (const { decision } of tasks) {
      const now = this.objects.get(decision.key) ?? NOTHING;
      if (!settled.has(decision.key)) this.objects.record(decision, by, now);
    }
  }

  /** Carries out tasks as one plan, and once more those whose address that plan cleared of the other kind (rule 12). */
  #plan(tasks: readonly Task[], by: EventRef): DoneTask[] {
    const open = this.#frontends.existing(tasks.flatMap(namedFrontends));
    const first = this.#possible(tasks).map((task) => this.#carryOut(task, by));
    const cleared = new Set(open.filter((frontend) => !this.#frontends.has(frontend)).map(frontendKey));
    const wasCleared = ({ wanted }: Task): boolean =>
      frontendsOf(wanted?.routes ?? []).some((frontend) => cleared.has(frontendKey(frontend)));
    const again = tasks.filter((task, index) => first[index]?.task !== task && wasCleared(task));
    const second = new Map(this.#possible(again).map((task) => [task.decision.key, this.#carryOut(task, by)] as const));
    return first.map((done) => {
      const repeated = second.get(done.task.decision.key);
      return repeated === undefined ? done : { ...repeated, changed: done.changed || repeated.changed };
    });
  }

  /** Returns the tasks without what front ends of another kind prevent. */
  #possible(tasks: readonly Task[]): Task[] {
    const existing = this.#frontends.existing(tasks.flatMap(namedFrontends));
    const { foreign } = chooseFrontends(this.#names, tasks, existing);
    return tasks.map((task) => withoutForeign(task, foreign));
  }

  #carryOut(task: Task, by: EventRef): DoneTask {
    const { decision, wanted, blocked, hashes } = task;
    const { routes: from, hashes: before } = this.objects.get(decision.key) ?? NOTHING;
    // Whether a single event changed anything decides nothing: it is recorded in any case, and owes no watermark.
    const differs = (): boolean => decision.by.kind === 'single' || !sameHashes(before, hashes);
    const changed = from !== wanted && (from === undefined || wanted === undefined || differs());
    if (changed) {
      this.hosts.replace(decision.owner, wanted, by);
      this.#frontends.move(decision.key, frontendsOf(from?.routes ?? []), frontendsOf(wanted?.routes ?? []));
    }
    this.objects.record(decision, by, { routes: wanted, hashes, blocked: blocked !== undefined });
    return { task, changed };
  }
}

/** A task as far as it can be carried out. */
interface DoneTask {
  readonly task: Task;
  /** Whether anything on the appliance changed. */
  readonly changed: boolean;
}

/** What an event is decided against, and recorded in. */
interface Programming {
  readonly book: ClusterLedger;
  readonly ledger: Ledger;
  readonly by: EventRef;
}

/** Returns the front ends that a task wants, or had. */
const namedFrontends = ({ wanted, decision: { row } }: Task): Frontend[] => [
  ...frontendsOf(wanted?.routes ?? []),
  ...formerFrontends(row),
];
