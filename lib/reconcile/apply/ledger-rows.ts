import {
  encodeIngress,
  encodeRetired,
  encodeWatermark,
  type FrontendPorts,
  frontendPortsOf,
  type IngressRecord,
  ingressKey,
  type Ledger,
  type LedgerRow,
  obsolete,
  type Retired,
  sameFrontendPorts,
  type Watermark,
  watermarkOver,
} from '../../ledger/index.ts';
import { backendNames, type PlanContext, type Retirement } from '../../plan/index.ts';
import { frontendsOf } from '../../route/index.ts';
import { findingsDigest, type Task } from '../decide/task.ts';

/** What the ledger of one cluster is told at the beginning and at the end of a plan. Pure. */
export interface LedgerChanges {
  readonly add: readonly LedgerRow[];
  readonly removeKeys: readonly string[];
}

/** The record of a task while its plan is being written: whatever happens now, the next reader compares. */
export function pendingRow(task: Task): IngressRecord {
  const { row, key, owner } = task.decision;
  const places = aimOf(task);
  const formerly = formerPlaces(row, places);
  return {
    ...rowOf(task, 'pending'),
    key,
    namespace: owner.namespace,
    name: owner.name,
    ...(places === undefined ? {} : { ports: places }),
    ...(formerly === undefined ? {} : { formerPorts: formerly }),
  };
}

/** The places of what is wanted, or would be. */
function aimOf({ wanted, blocked }: Task): FrontendPorts | undefined {
  const set = wanted ?? blocked;
  return set === undefined ? undefined : frontendPortsOf(frontendsOf(set.routes));
}

/** Whether the record says already that the task waits for its address to come free: nothing is written again. */
export function isWaiting(task: Task): boolean {
  const { row, by, sequence } = task.decision;
  const same = row?.kind === 'live' && row.state === 'pending' && sameFrontendPorts(row.ports, aimOf(task));
  // A snapshot leaves an unchanged record as it is (rule 3).
  return same && (by.kind === 'snapshot' || row.sequence === sequence);
}

/** Where claims may still stand besides the new places: one place is kept, of more only that they are many. */
function formerPlaces(
  row: IngressRecord | undefined,
  places: FrontendPorts | undefined,
): FrontendPorts | 'anywhere' | undefined {
  if (row?.formerPorts === 'anywhere') return 'anywhere';
  const candidates = [row?.ports, row?.formerPorts].filter(
    (place): place is FrontendPorts => place !== undefined && !sameFrontendPorts(place, places),
  );
  const [first, second] = candidates;
  return second !== undefined && !sameFrontendPorts(first, second) ? 'anywhere' : first;
}

/** The record of a task whose plan is written. */
export function appliedRow(task: Task): IngressRecord {
  const places = task.wanted === undefined ? undefined : frontendPortsOf(frontendsOf(task.wanted.routes));
  return { ...rowOf(task, 'applied'), ...(places === undefined ? {} : { ports: places }) };
}

function rowOf({ decision, wanted, blocked, hashes, findings }: Task, state: IngressRecord['state']): IngressRecord {
  const { key, owner, sequence } = decision;
  const remarks = findingsDigest(findings);
  return {
    key,
    namespace: owner.namespace,
    name: owner.name,
    sequence,
    kind: (wanted ?? blocked) === undefined ? 'tombstone' : 'live',
    state,
    hashes,
    created: wanted?.created ?? 0,
    routes: wanted?.routes.length ?? 0,
    ...(remarks === '' ? {} : { findings: remarks }),
  };
}

/** First writes: records as pending, back ends that retire, watermarks (rule 7). */
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

/** A task whose plan is written, and whether a pending record was. */
export interface FinishedTask {
  readonly task: Task;
  readonly begun: boolean;
}

/**
 * Last writes: records as applied or dead, and what a watermark covers goes (rules 3 and 6).
 *
 * @param finished tasks whose plan is written, or that needed none but a record.
 * @param watermarks those written at the beginning.
 * @param open keys of tasks that were not finished: their records stay pending, whatever was recorded before.
 */
export function finalRows(
  context: Pick<PlanContext, 'names'>,
  ledger: Ledger,
  finished: readonly FinishedTask[],
  watermarks: readonly Watermark[],
  open: ReadonlySet<string> = new Set(),
): LedgerChanges {
  const marks = [
    ...ledger.watermarks.filter((known) => !watermarks.some((written) => sameRange(known, written))),
    ...watermarks,
  ];
  const add: LedgerRow[] = [];
  const remove: string[] = [];
  const done = new Set<string>();
  for (const { task, begun } of finished) {
    const { key, sequence, row } = task.decision;
    done.add(key);
    const covered = task.wanted === undefined && watermarkOver(key, marks) >= sequence;
    if (!covered) add.push(encodeIngress(appliedRow(task)));
    else if (row !== undefined || begun) remove.push(ingressKey(key));
  }
  for (const row of ledger.ingresses.values()) {
    const covered =
      row.kind === 'tombstone' && row.state === 'applied' && watermarkOver(row.key, marks) >= row.sequence;
    if (covered && !done.has(row.key) && !open.has(row.key)) remove.push(ingressKey(row.key));
  }
  // Back ends that are wanted again drain no more.
  const draining = Map.groupBy(ledger.retired, ({ ownerKey }) => ownerKey);
  for (const { task } of finished)
    remove.push(...wantedAgain(context, draining, task).map((row) => encodeRetired(row).key));
  // A range has one row: what was just written there must stay.
  const gone = obsolete(marks).filter((mark) => !watermarks.some((written) => sameRange(mark, written)));
  remove.push(...gone.map((mark) => encodeWatermark(mark).key));
  return { add, removeKeys: remove };
}

/**
 * Back ends of a task that drain by the ledger, and are wanted.
 *
 * @param draining by owner's key.
 */
export function wantedAgain(
  context: Pick<PlanContext, 'names'>,
  draining: ReadonlyMap<string, readonly Retired[]>,
  { decision, wanted }: Pick<Task, 'decision' | 'wanted'>,
): Retired[] {
  const own = draining.get(decision.key);
  if (own === undefined) return [];
  const names = backendNames(context, wanted);
  return own.filter(({ backend }) => names.has(backend));
}

const sameRange = (a: Watermark, b: Watermark): boolean => a.from === b.from && a.to === b.to;
