import { backendsOf, isIngress, type Owner, type SourceState } from '../../contract/index.ts';
import {
  type Decision,
  decide,
  hasEmptyBackend,
  type Ledger,
  type PruneCandidate,
  type PruneCause,
  type PruneLimit,
  pruneRefusal,
  type Refusal,
  type Snapshot,
  type Stale,
  sameHashes,
} from '../../ledger/index.ts';
import { inOne } from '../../plan/index.ts';
import { backendRef, countedRoutes, type RouteSet } from '../../route/index.ts';
import type { ReceivedStatement } from './batch.ts';
import { NO_HASHES, type Task, type TaskContext, taskOf } from './task.ts';

/** A refused snapshot: its counts, and a description of one Ingress that it would reject. */
export interface RefusedSnapshot extends Refusal {
  readonly example?: string;
}

/** The decisions about a cluster's events, without the snapshots that the prune guard refuses. */
export interface Guarded {
  readonly tasks: readonly Task[];
  readonly stale: readonly Stale[];
  readonly snapshots: readonly Snapshot<SourceState>[];
  readonly outvoted: ReadonlySet<Snapshot<SourceState>>;
  readonly refusals: ReadonlyMap<Snapshot<SourceState>, RefusedSnapshot>;
}

interface Interpreted {
  readonly decision: Decision<SourceState>;
  readonly task: Task | undefined;
}

/**
 * Decides a cluster's events and interprets them for this appliance (rules 1 to 6). Leaves out snapshots that would
 * remove too much, and decides again without them: a refused snapshot records nothing, so an older one that it had
 * outvoted counts (rule 11).
 *
 * @param owned owners, by key, of objects that no record names.
 */
export function guard(...input: Parameters<typeof guardInSteps>): Guarded {
  return inOne(guardInSteps(...input));
}

/** Decisions that are interpreted in one step. */
const STEP = 250;

/**
 * The same step by step. Where no snapshot can be refused, because nothing is recorded that it could remove, each step yields
 * its tasks: they are final.
 */
export function* guardInSteps(
  received: readonly ReceivedStatement[],
  ledger: Ledger,
  owned: ReadonlyMap<string, Owner>,
  settings: TaskContext & { readonly prune: PruneLimit },
): Generator<readonly Task[], Guarded, void> {
  const refusals = new Map<Snapshot<SourceState>, RefusedSnapshot>();
  const unrecorded = new Set(owned.keys());
  for (;;) {
    const statements = received.filter((statement) => statement.kind === 'single' || !refusals.has(statement));
    const { decisions, stale, outvoted } = decide(statements, ledger, owned);
    const snapshots = statements.filter((statement) => statement.kind === 'snapshot');
    if (unrecorded.size === 0 && ledger.ingresses.values().every(({ kind }) => kind !== 'live')) {
      const tasks: Task[] = [];
      for (let start = 0; start < decisions.length; start += STEP) {
        const some = decisions.slice(start, start + STEP).flatMap((decision) => taskOf(decision, settings) ?? []);
        for (const task of some) tasks.push(task);
        yield some;
      }
      return { tasks, stale, snapshots, outvoted, refusals };
    }
    const all = decisions.map((decision): Interpreted => ({ decision, task: taskOf(decision, settings) }));
    const judged = snapshots.length === 0 ? [] : all.map(judge);
    const before = refusals.size;
    for (const snapshot of snapshots) {
      const refusal = pruneRefusal(snapshot, judged, ledger, settings.prune, unrecorded);
      if (refusal !== undefined) refusals.set(snapshot, { ...refusal, ...exampleOf(snapshot, all) });
    }
    if (refusals.size === before) {
      return { tasks: all.flatMap(({ task }) => task ?? []), stale, snapshots, outvoted, refusals };
    }
  }
}

function judge({ decision, task }: Interpreted): PruneCandidate<SourceState> {
  if (task === undefined) return { decision, keeps: undefined, cause: 'missing' };
  const { row } = decision;
  // The same as recorded: all of its routes stay.
  const same = row?.kind === 'live' && task.hashes !== NO_HASHES && sameHashes(row.hashes, task.hashes);
  if (same) return { decision, keeps: row.routes, cause: 'reduced' };
  const { closed, emptied } = resetRoutes(task);
  const keeps = countedRoutes(task.wanted) - closed - emptied;
  const reset = emptied > 0 ? 'emptied' : 'closed';
  return { decision, keeps, cause: closed + emptied > 0 ? reset : causeOf(task) };
}

function causeOf({ decision, wanted, skipped }: Task): PruneCause {
  if (decision.state === undefined) return 'missing';
  return wanted === undefined ? (skipped ?? 'rejected') : 'reduced';
}

/**
 * Counts the routes whose back ends lose all members, so that their hosts would be reset (VAL-8).
 *
 * | the state names | the appliance allows | the route counts as |
 * | --------------- | -------------------- | ------------------- |
 * | members         | none of them (VAL-15) | `closed`           |
 * | no members      |                      | `emptied`           |
 *
 * Counts nothing when some back end was empty before: the record does not tell which one.
 */
function resetRoutes({ decision: { state, row }, wanted }: Task): {
  readonly closed: number;
  readonly emptied: number;
} {
  if (state === undefined || wanted === undefined || row === undefined || hasEmptyBackend(row.hashes)) {
    return { closed: 0, emptied: 0 };
  }
  const served = servedBackends(state, wanted);
  const empty = new Set(wanted.backends.filter(({ members }) => members.length === 0).map(backendRef));
  const reset = wanted.routes.filter((route) => route.kind === 'passthrough' && empty.has(route.backend));
  const closed = reset.filter((route) => route.kind === 'passthrough' && served.has(route.backend)).length;
  return { closed, emptied: reset.length - closed };
}

/** Returns the back ends for which the state names members. All Services of a TLSRoute are one back end. */
function servedBackends(state: SourceState, wanted: RouteSet): ReadonlySet<string> {
  if (!isIngress(state)) {
    const named = backendsOf(state).some(({ members }) => members.length > 0);
    return new Set(named ? wanted.backends.map(backendRef) : []);
  }
  return new Set(
    state.backends
      .filter(({ members }) => members.length > 0)
      .map(({ service, port }) => backendRef({ service, port: String(port) })),
  );
}

/** Describes the first recorded Ingress of which the snapshot would leave no valid route. */
function exampleOf(snapshot: Snapshot<SourceState>, all: readonly Interpreted[]): { example?: string } {
  for (const { decision, task } of all) {
    if (decision.by !== snapshot || task === undefined || decision.row?.kind !== 'live') continue;
    const error = task.findings.find(({ severity }) => severity === 'error');
    if (causeOf(task) !== 'rejected' || error === undefined) continue;
    return { example: `${decision.owner.namespace}/${decision.owner.name}: ${error.code}, ${error.message}` };
  }
  return {};
}
