import {
  encodeIdentity,
  encodeIngress,
  encodeRetired,
  encodeWatermark,
  highestOver,
  type IngressRecord,
  ingressKey,
  type Ledger,
  type LedgerRow,
  obsolete,
  type RecordedFrontends,
  type Retired,
  sameFrontends,
  sameHashes,
  type Watermark,
} from '../../ledger/index.ts';
import { backendNames, type PlanContext, type Retirement } from '../../plan/index.ts';
import { countedRoutes, frontendsOf, type RouteSet } from '../../route/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import { findingsDigest, isTombstone, type Task } from '../decide/task.ts';

/** Rows of one cluster's ledger to add and to remove at the end of a plan. Pure. */
interface LedgerChanges {
  readonly add: readonly LedgerRow[];
  readonly removeKeys: readonly string[];
}

/**
 * Returns the row that says which cluster counts: with its first record, and always when another one takes over.
 *
 * @param writesRows the cluster gets a record.
 */
export function identityRow(
  { received, identity, ledger }: Pick<ClusterBatch, 'received' | 'identity' | 'ledger'>,
  writesRows: boolean,
): LedgerRow | undefined {
  if (identity === undefined || identity.uid === '') return undefined;
  const isFirst = ledger.uid === undefined && writesRows;
  return isFirst || identity.acceptedAt !== ledger.acceptedAt ? encodeIdentity(identity, received.cluster) : undefined;
}

/** Returns the record of a task while its plan is written: after a crash, the next plan verifies the Ingress. */
export function pendingRow(task: Task): IngressRecord {
  const { row, key, owner } = task.decision;
  const frontends = wantedFrontends(task);
  const formerFrontends = formerFrontendsOf(row, frontends);
  return {
    ...rowOf(task, 'pending'),
    key,
    namespace: owner.namespace,
    name: owner.name,
    ...(frontends === undefined ? {} : { frontends }),
    ...(formerFrontends === undefined ? {} : { formerFrontends }),
  };
}

/** Returns the front ends that a task wants or waits for. */
const wantedFrontends = ({ wanted, blocked }: Task): RecordedFrontends | undefined => recordable(wanted ?? blocked);

/** Returns the front ends of routes; undefined for none. */
function recordable(set: RouteSet | undefined): RecordedFrontends | undefined {
  const frontends = set === undefined ? [] : frontendsOf(set.routes);
  return frontends.length === 0 ? undefined : frontends;
}

/** Returns whether the record says already that the task waits for its address: nothing is written again. */
export function isWaiting(task: Task): boolean {
  const { row, by, sequence } = task.decision;
  const same = row?.kind === 'live' && row.state === 'pending' && sameFrontends(row.frontends, wantedFrontends(task));
  // A snapshot leaves an unchanged record untouched (rule 3).
  return same && (by.kind === 'snapshot' || row.sequence === sequence);
}

/**
 * Returns the front ends where claims may still stand besides the wanted ones.
 *
 * @returns `anywhere` when earlier moves were not finished.
 */
function formerFrontendsOf(
  row: IngressRecord | undefined,
  wanted: RecordedFrontends | undefined,
): RecordedFrontends | undefined {
  if (row?.formerFrontends === 'anywhere') return 'anywhere';
  const candidates = [row?.frontends, row?.formerFrontends].filter(
    (frontends): frontends is RecordedFrontends => frontends !== undefined && !sameFrontends(frontends, wanted),
  );
  const [first, second] = candidates;
  return second !== undefined && !sameFrontends(first, second) ? 'anywhere' : first;
}

/** Returns the record of a task whose plan is written. */
export function appliedRow(task: Task): IngressRecord {
  const frontends = recordable(task.wanted);
  return { ...rowOf(task, 'applied'), ...(frontends === undefined ? {} : { frontends }) };
}

function rowOf({ decision, wanted, blocked, hashes, findings }: Task, state: IngressRecord['state']): IngressRecord {
  const { key, owner, sequence } = decision;
  const digest = findingsDigest(findings);
  return {
    key,
    namespace: owner.namespace,
    name: owner.name,
    sequence,
    kind: (wanted ?? blocked) === undefined ? 'tombstone' : 'live',
    state,
    hashes,
    created: wanted?.created ?? 0,
    routes: countedRoutes(wanted),
    ...(digest === '' ? {} : { findings: digest }),
  };
}

/** Returns whether the record differs from the one that exists: a repeated event writes nothing (LIF-1). */
export function needsRecord({ decision, wanted, hashes, findings }: Task): boolean {
  const { row, sequence, by } = decision;
  if (row === undefined) return wanted !== undefined || by.kind === 'single';
  // A snapshot leaves an unchanged record untouched (rule 3).
  if (by.kind === 'single' && sequence > row.sequence) return true;
  const same =
    row.state === 'applied' &&
    (row.kind === 'live') === (wanted !== undefined) &&
    sameHashes(row.hashes, hashes) &&
    (row.findings ?? '') === findingsDigest(findings);
  return !same;
}

/** Returns the first rows: pending records, retired back ends, watermarks (rule 7). */
export function pendingRows(
  tasks: readonly Task[],
  watermarks: readonly Watermark[],
  retired: readonly Retirement[],
  due: number,
): LedgerRow[] {
  return [
    ...tasks.map((task) => encodeIngress(pendingRow(task))),
    ...retired.map((retirement) => encodeRetired({ ...retirement, due })),
    ...watermarks.map(encodeWatermark),
  ];
}

/** A task whose plan is written, and whether a pending record precedes it. */
export interface FinishedTask {
  readonly task: Task;
  readonly begun: boolean;
}

/** A plan that is written. */
interface FinishedPlan {
  /** Tasks whose plan is written, or that need only a record. */
  readonly finished: readonly FinishedTask[];
  /** Watermarks that were written before the plan. */
  readonly watermarks: readonly Watermark[];
  /** Keys of unfinished tasks: their records stay pending. */
  readonly open?: ReadonlySet<string>;
}

/** What the ledger of a cluster is to hold when a plan is written. */
export interface FinalRecords {
  /** Records to write, over those of the same keys. */
  readonly written: readonly IngressRecord[];
  /** Keys of the owners whose records a watermark replaces. */
  readonly removed: readonly string[];
  /** Watermarks that newer ones replace. */
  readonly obsolete: readonly Watermark[];
}

/** Returns the last records: applied ones and tombstones, and what watermarks replace (rules 3 and 6). Pure. */
export function finalRecords(
  ledger: Pick<Ledger, 'ingresses' | 'watermarks'>,
  { finished, watermarks, open = new Set() }: FinishedPlan,
): FinalRecords {
  const marks = [
    ...ledger.watermarks.filter((known) => !watermarks.some((written) => sameRange(known, written))),
    ...watermarks,
  ];
  const highest = highestOver(marks);
  const isCovered = (key: string, sequence: number): boolean => highest(key) >= sequence;
  const written: IngressRecord[] = [];
  const removed: string[] = [];
  for (const { task, begun } of finished) {
    const { key, sequence, row } = task.decision;
    if (task.wanted !== undefined || !isCovered(key, sequence)) written.push(appliedRow(task));
    else if (row !== undefined || begun) removed.push(key);
  }
  const done = new Set(finished.map(({ task }) => task.decision.key));
  const covered = [...ledger.ingresses.values()].filter(
    (row) => isTombstone(row) && isCovered(row.key, row.sequence) && !done.has(row.key) && !open.has(row.key),
  );
  for (const { key } of covered) removed.push(key);
  // Only a new watermark makes others obsolete. A range has one row: the one that was just written there must stay.
  const gone = (watermarks.length === 0 ? [] : obsolete(marks)).filter(
    (mark) => !watermarks.some((written) => sameRange(mark, written)),
  );
  return { written, removed, obsolete: gone };
}

/** Returns the last rows: the records, and the rows to remove because something newer replaces them. */
export function finalRows(context: Pick<PlanContext, 'names'>, ledger: Ledger, plan: FinishedPlan): LedgerChanges {
  const { written, removed, obsolete: gone } = finalRecords(ledger, plan);
  const draining = Map.groupBy(ledger.retired, ({ ownerKey }) => ownerKey);
  const again = plan.finished.flatMap(({ task }) => wantedAgain(context, draining, task));
  return {
    add: written.map(encodeIngress),
    removeKeys: [
      ...removed.map(ingressKey),
      ...again.map((row) => encodeRetired(row).key),
      ...gone.map((mark) => encodeWatermark(mark).key),
    ],
  };
}

/**
 * Returns the rows of a task's back ends that drain by the ledger and are wanted again.
 *
 * @param draining by owner's key.
 */
export function wantedAgain(
  context: Pick<PlanContext, 'names'>,
  draining: ReadonlyMap<string, readonly Retired[]>,
  task: Pick<Task, 'decision' | 'wanted'>,
): Retired[] {
  const own = draining.get(task.decision.key);
  // As a rule nothing drains: routes that were not made are not made for this.
  if (own === undefined) return [];
  const names = backendNames(context, task.wanted);
  return own.filter(({ backend }) => names.has(backend));
}

const sameRange = (a: Watermark, b: Watermark): boolean => a.from === b.from && a.to === b.to;
