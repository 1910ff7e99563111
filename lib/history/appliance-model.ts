import { type Owner, ownerKey, type SourceState } from '../contract/index.ts';
import { type Decision, type Ledger, owedWatermarks, type Single, type Snapshot, sameHashes } from '../ledger/index.ts';
import { type Names, namesOf } from '../netscaler/index.ts';
import {
  chooseFrontends,
  type EngineSettings,
  finalRecords,
  formerFrontends,
  type Guarded,
  guard,
  isWaiting,
  type JudgedState,
  NO_HASHES,
  needsRecord,
  pendingRow,
  type ReceivedStatement,
  refusalReason,
  sortByIdentity,
  statementOf,
  type Task,
  withoutForeign,
} from '../reconcile/index.ts';
import { type Frontend, frontendKey, frontendsOf } from '../route/index.ts';
import { ClusterLedger } from './cluster-ledger.ts';
import { confirmationOf } from './confirmation.ts';
import type { DesiredEvent, EventRef } from './event-ref.ts';
import { type ChangedHosts, HostLines, NO_HOSTS } from './host-lines.ts';
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

const NO_SNAPSHOTS: ReadonlySet<Snapshot<SourceState>> = new Set();
const NO_OWNERS: ReadonlyMap<string, Owner> = new Map();
/** An object that has nothing on the appliance. */
const NOTHING: Programmed = { routes: undefined, hashes: NO_HASHES, blocked: false };

/**
 * An appliance that takes one event after the other, as the engine would program it. What counts is decided by the engine's
 * own pure parts; only reading from and writing to an appliance is left out. Each event is a batch of its own: an archive
 * does not tell batches.
 */
export class ApplianceModel {
  readonly rules: ApplianceRules;
  readonly hosts = new HostLines();
  readonly objects: KnownObjects;
  /** Events that were decided as a whole. */
  decided = 0;
  readonly #names: Names;
  readonly #clusters = new Map<string, ClusterLedger>();
  readonly frontends = new OpenFrontends();

  constructor(rules: ApplianceRules) {
    this.rules = rules;
    this.objects = new KnownObjects(rules);
    this.#names = namesOf(rules.systemId);
  }

  /**
   * Folds an event. What changes only members, or confirms what is known, is not decided as a whole: the result is the same.
   *
   * @param by the name of the event.
   */
  apply(event: DesiredEvent, by: EventRef): Effect {
    return this.#fold(event, by, {
      judge: this.objects.judge.bind(this.objects),
      shortcut: (statement, book) =>
        statement.kind === 'single' ? this.#repeats(statement, book, by) : this.#confirms(statement, book, by),
    });
  }

  /** Folds an event as {@link apply} does, without its shortcuts. */
  applyAsWhole(event: DesiredEvent, by: EventRef): Effect {
    return this.#fold(event, by, { judge: this.objects.judgeAsWhole.bind(this.objects), shortcut: () => false });
  }

  #fold(event: DesiredEvent, by: EventRef, { judge, shortcut }: FoldMethod): Effect {
    const { cluster, statement } = statementOf(event, this.rules.appliance) ?? {};
    if (cluster === undefined || statement === undefined) return { hosts: NO_HOSTS, foreign: false };
    const book = this.#clusters.get(cluster) ?? new ClusterLedger();
    this.#clusters.set(cluster, book);
    const counts = statement.clusterUid === book.identity.uid && !statement.takesOver;
    if (counts && shortcut(statement, book)) return { hosts: this.hosts.takeChanges(), foreign: false };
    this.decided += 1;
    const ledger = book.rowsFor(statement);
    const { identity, statements } = sortByIdentity({ cluster, statements: [statement] }, ledger);
    if (identity?.acceptedAt !== ledger.acceptedAt) book.identity = identity ?? {};
    if (statements.length === 0) return { hosts: NO_HOSTS, foreign: true };
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

  /** Takes an event of an object that has routes, and keeps them where they are: nobody else can win or lose by it. */
  #repeats({ owner, sequence, state }: Single<SourceState>, book: ClusterLedger, by: EventRef): boolean {
    const key = ownerKey(owner);
    const known = this.objects.get(key);
    const row = book.recordOf(key);
    if (state === undefined || known === undefined || row?.kind !== 'live' || row.state === 'pending') return false;
    if (sequence <= row.sequence || sequence < book.watermarkOver(key)) return false;
    // Not all that it wants is there: an address has another kind (rule 12).
    const { wanted, hashes } = known.judged;
    if (known.blocked || known.routes !== wanted || row.hashes !== hashes) return false;
    const judged = this.objects.judgeAgain(known, state);
    if (judged?.wanted === undefined) return false;
    this.hosts.replaceMembers(key, judged.wanted, by);
    this.objects.recordAgain(key, state, judged, by);
    book.put({ ...row, sequence, hashes: judged.hashes });
    return true;
  }

  /** Takes a snapshot that changes nothing on the appliance. */
  #confirms(snapshot: Snapshot<SourceState>, book: ClusterLedger, by: EventRef): boolean {
    const ledger = book.rowsFor(snapshot);
    const objectAt = this.objects.get.bind(this.objects);
    const confirmation = confirmationOf(snapshot, { ledger, objectAt, filter: this.rules.filter });
    if (confirmation === undefined) return false;
    const watermarks = owedWatermarks([snapshot], ledger, NO_SNAPSHOTS, NO_SNAPSHOTS);
    book.settle(finalRecords(ledger, { finished: [], watermarks }), watermarks);
    this.objects.confirm(confirmation.same, by);
    this.objects.forget(confirmation.gone);
    return true;
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
    book.settle(finalRecords(ledger, { finished, watermarks, open }), watermarks);
    const settled = new Set(done.map(({ task }) => task.decision.key));
    for (const { decision } of tasks) {
      const now = this.objects.get(decision.key) ?? NOTHING;
      if (!settled.has(decision.key)) this.objects.record(decision, by, now);
    }
  }

  /** Carries out tasks as one plan, and once more those whose address that plan cleared of the other kind (rule 12). */
  #plan(tasks: readonly Task[], by: EventRef): DoneTask[] {
    const open = this.frontends.existing(tasks.flatMap(namedFrontends));
    const first = this.#possible(tasks).map((task) => this.#carryOut(task, by));
    const cleared = new Set(open.filter((frontend) => !this.frontends.has(frontend)).map(frontendKey));
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
    const existing = this.frontends.existing(tasks.flatMap(namedFrontends));
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
      this.hosts.replace(decision.key, wanted, by);
      this.frontends.replace(decision.owner, from, wanted, by);
    }
    this.objects.record(decision, by, { routes: wanted, hashes, blocked: blocked !== undefined });
    return { task, changed };
  }
}

/** A way to fold an event. */
interface FoldMethod {
  readonly judge: (decision: Decision<SourceState>) => JudgedState;
  /** Takes a statement of the cluster that counts. Returns false where it must be decided as a whole. */
  readonly shortcut: (statement: ReceivedStatement, book: ClusterLedger) => boolean;
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
