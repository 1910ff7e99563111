import { encodeIngress, ingressKey, type LedgerRow, ownerKeyOfRow, type Watermark } from '../../ledger/index.ts';
import { LIMITS } from '../../netscaler/index.ts';
import { CallsUnderWay, type Failure, type NitroError } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import { yieldToCalls } from './alongside.ts';
import type { ApplyContext } from './apply-context.ts';
import type { ApplyResult } from './apply-result.ts';
import type { EarlyWrites } from './early-writes.ts';
import {
  type FinishedTask,
  finalRows,
  identityRow,
  isWaiting,
  needsRecord,
  pendingRow,
  pendingRows,
  wantedAgain,
} from './ledger-rows.ts';
import { type RefusedRows, removeRows, writeRows } from './ledger-writer.ts';
import type { PlanResult } from './plan-result.ts';
import { type RefusedWrites, refusedWrites } from './refused-rows.ts';
import type { TaskResult } from './task-results.ts';

/**
 * Writes the first rows of a cluster's ledger: which cluster it is, pending records, retired back ends, watermarks.
 *
 * @param early the records and objects that were written already; undefined for none.
 * @returns the owners and snapshots that refused rows belong to.
 */
export async function writePendingRows(
  { engine: { writer, settings }, context }: ApplyContext,
  part: ClusterBatch,
  plan: PlanResult,
  watermarks: readonly Watermark[],
  early?: EarlyWrites,
): Promise<RefusedWrites> {
  const { cluster } = part.received;
  const records = early?.records;
  const hasBegun = records?.hasBegun === true;
  const mine = plan.tasks.filter(
    (task) =>
      task.decision.owner.cluster === cluster &&
      // A record that was sent before the address of its front end was found to be taken is another one now.
      (records?.has(task.decision.key) !== true || task.blocked !== undefined) &&
      (plan.touched.has(task.decision.key) || (task.blocked !== undefined && !isWaiting(task))),
  );
  const retired = plan.goal.retired.filter(({ owner }) => owner.cluster === cluster);
  const rows = pendingRows(mine, watermarks, retired, context.now + settings.drainSeconds);
  const writesRows = rows.length > 0 || part.tasks.some(({ action }) => action === 'record');
  const identity = hasBegun ? undefined : identityRow(part, writesRows);
  const before = (await early?.end()) ?? new Map();
  // The identity comes first: an interruption then leaves no row without it (rule 15).
  const refused = await writeRows(writer, context, { cluster, isNew: part.isNew && !hasBegun }, [
    ...(identity === undefined ? [] : [identity]),
    ...rows,
  ]);
  return refusedWrites(new Map([...before, ...refused]), part, { tasks: plan.tasks, retired, watermarks });
}

/** The outcomes of a plan. */
interface Outcomes {
  /** Publishes those that were not published yet, except those of `later` owners. */
  publish(later?: ReadonlySet<string>): Promise<void>;
}

/**
 * Writes the last rows of each cluster's ledger: applied records and tombstones. Removes the rows that watermarks cover
 * first: that makes room for the tombstone of an Ingress without a record. The outcome of an Ingress is published before its
 * record is written or removed (REP-1).
 *
 * @returns owner's key → why its record could not be written: it is unfinished.
 */
export async function writeFinalRows(
  { engine: { writer }, context, parts }: ApplyContext,
  results: ApplyResult,
  outcomes: Outcomes,
): Promise<ReadonlyMap<string, Failure>> {
  const unwritten = new Map<string, Failure>();
  const open = new Set([...results.byKey].flatMap(([key, result]) => (isOpen(result) ? [key] : [])));
  for (const part of parts) {
    const { cluster } = part.received;
    const finished = finishedTasks(context, part, results);
    const waiting = part.tasks.flatMap(({ decision }) => {
      const result = results.byKey.get(decision.key);
      return result === undefined ? [] : (waitingRow(result) ?? []);
    });
    const watermarks = results.watermarks.get(part) ?? [];
    const { add, removeKeys } = finalRows(context, part.ledger, { finished, watermarks, open });
    const rows = [...waiting, ...add];
    if (removeKeys.length > 0 || parts.length > 1) await outcomes.publish();
    // A covered row does no harm: when its removal is refused, the next watermark removes it.
    await removeRows(writer, context, cluster, removeKeys);
    const refused = await writeAsPublished(rows, outcomes, (some) =>
      writeRows(writer, context, { cluster, isNew: false }, some),
    );
    for (const { decision } of part.tasks) {
      const error = refused.get(ingressKey(decision.key));
      if (error !== undefined) unwritten.set(decision.key, { error });
    }
  }
  return unwritten;
}

/** Writes records; the outcomes of the next ones are made and published while the appliance works on these. */
async function writeAsPublished(
  rows: readonly LedgerRow[],
  outcomes: Outcomes,
  write: (some: readonly LedgerRow[]) => Promise<RefusedRows>,
): Promise<RefusedRows> {
  const refused = new Map<string, NitroError>();
  const calls = new CallsUnderWay();
  const later = new Set(rows.map(({ key }) => ownerKeyOfRow(key)));
  try {
    for (const some of callsOf(rows)) {
      for (const { key } of some) later.delete(ownerKeyOfRow(key));
      await outcomes.publish(later);
      await calls.start(true, async () => {
        for (const [key, error] of await write(some)) refused.set(key, error);
      });
      if (later.size > 0) await yieldToCalls();
    }
  } finally {
    // Nothing goes on after an error is thrown.
    await calls.end();
  }
  return refused;
}

/** Returns rows by call, spread evenly. There is one call at least: outcomes without a row are published before it. */
function callsOf(rows: readonly LedgerRow[]): LedgerRow[][] {
  const calls = Math.max(1, Math.ceil(rows.length / LIMITS.bulk));
  const size = Math.ceil(rows.length / calls);
  return Array.from({ length: calls }, (_, call) => rows.slice(call * size, (call + 1) * size));
}

/** Returns the tasks of a cluster whose record may change now. */
function finishedTasks(context: PlanContext, { tasks, ledger }: ClusterBatch, results: ApplyResult): FinishedTask[] {
  const draining = Map.groupBy(ledger.retired, ({ ownerKey }) => ownerKey);
  return tasks.flatMap((task): FinishedTask[] => {
    // A crash may have left the row of a back end that drained and was wanted again.
    if (task.action === 'none') {
      return wantedAgain(context, draining, task).length > 0 ? [{ task, begun: false }] : [];
    }
    const result = results.byKey.get(task.decision.key);
    if (result === undefined) return [{ task, begun: false }];
    if (isOpen(result)) return [];
    const begun = result.changes.length > 0 || results.touched.has(task.decision.key);
    return needsRecord(result.task) || begun ? [{ task: result.task, begun }] : [];
  });
}

/**
 * Returns the record of an Ingress that waits for an address, once everything that it had is removed (rule 12).
 *
 * @returns undefined when the pending record is right already: it names no former front end.
 */
function waitingRow({ task, failures, unsettled }: TaskResult): LedgerRow | undefined {
  if (task.blocked === undefined || failures.length > 0 || unsettled) return undefined;
  const { formerFrontends, ...row } = pendingRow(task);
  return formerFrontends === undefined ? undefined : encodeIngress(row);
}

/** Returns whether an Ingress is unfinished: it must be planned again. */
const isOpen = ({ failures, unsettled, task }: TaskResult): boolean =>
  failures.length > 0 || unsettled || task.blocked !== undefined;
