import {
  encodeIdentity,
  encodeIngress,
  ingressKey,
  type LedgerRow,
  sameHashes,
  type Watermark,
} from '../../ledger/index.ts';
import type { Failure } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import { findingsDigest, type Task } from '../decide/task.ts';
import type { Engine } from '../engine.ts';
import type { TaskResult } from '../report/ingress-outcome.ts';
import { type FinishedTask, finalRows, isWaiting, pendingRow, pendingRows, wantedAgain } from './ledger-rows.ts';
import { removeRows, writeRows } from './ledger-writer.ts';
import type { ApplyResult, PlanResult } from './plan-result.ts';
import { type Whose, whoseRows } from './refused-rows.ts';

/**
 * What the ledger is told first: which cluster it is, records as pending, retired back ends, watermarks.
 *
 * @returns whose affair the rows are that were refused.
 */
export async function writePendingRows(
  { writer, settings }: Engine,
  context: PlanContext,
  part: ClusterBatch,
  plan: PlanResult,
  watermarks: readonly Watermark[],
): Promise<Whose> {
  const { cluster } = part.received;
  const mine = plan.tasks.filter(
    (task) =>
      task.decision.owner.cluster === cluster &&
      (plan.touched.has(task.decision.key) || (task.blocked !== undefined && !isWaiting(task))),
  );
  const retired = plan.goal.retired.filter(({ owner }) => owner.cluster === cluster);
  const rows: LedgerRow[] = pendingRows(mine, watermarks, retired, context.now + settings.drainSeconds);
  const anything = rows.length > 0 || part.tasks.some(({ action }) => action === 'record');
  // Before any row that the cluster causes: what is cut off here leaves none of a cluster that does not count (rule 15).
  const refused = await writeRows(writer, context, cluster, [...identityRows(part, anything), ...rows], part.isNew);
  return whoseRows(refused, part, plan.tasks, retired, watermarks);
}

/** The row that says which cluster counts: with the first of its records, and whatever follows where it was accepted. */
function identityRows({ received: inbox, identity, ledger }: ClusterBatch, anything: boolean): LedgerRow[] {
  if (identity === undefined || identity.uid === '') return [];
  const isFirst = ledger.uid === undefined && anything;
  return isFirst || identity.acceptedAt !== ledger.acceptedAt ? [encodeIdentity(identity, inbox.cluster)] : [];
}

/**
 * What the ledger is told last: records as applied or dead, and what watermarks cover goes. Removals come first: they
 * make room for the tombstone of an Ingress that had no record.
 *
 * @returns owner's key → why its record could not be written: it is not finished.
 */
export async function writeFinalRows(
  { writer }: Engine,
  context: PlanContext,
  parts: readonly ClusterBatch[],
  results: ApplyResult,
): Promise<ReadonlyMap<string, Failure>> {
  const unwritten = new Map<string, Failure>();
  const open = new Set([...results.byKey].flatMap(([key, result]) => (isOpen(result) ? [key] : [])));
  for (const part of parts) {
    const draining = Map.groupBy(part.ledger.retired, ({ ownerKey }) => ownerKey);
    const finished = part.tasks.flatMap((task): FinishedTask[] => {
      // A crash may have left the row of a back end that drained and was wanted again.
      if (task.action === 'none')
        return wantedAgain(context, draining, task).length > 0 ? [{ task, begun: false }] : [];
      const result = results.byKey.get(task.decision.key);
      if (result === undefined) return [{ task, begun: false }];
      if (isOpen(result)) return [];
      const begun = result.changes.length > 0 || results.touched.has(task.decision.key);
      return needsRecord(result.task) || begun ? [{ task: result.task, begun }] : [];
    });
    const waiting = part.tasks.flatMap(({ decision }) => {
      const result = results.byKey.get(decision.key);
      return result === undefined ? [] : (waitingRow(result) ?? []);
    });
    const { add, removeKeys } = finalRows(context, part.ledger, finished, results.watermarks.get(part) ?? [], open);
    // A row that stays says nothing wrong, and goes with the next watermark.
    await removeRows(writer, context, part.received.cluster, removeKeys);
    const refused = await writeRows(writer, context, part.received.cluster, [...waiting, ...add], false);
    for (const { decision } of part.tasks) {
      const error = refused.get(ingressKey(decision.key));
      if (error !== undefined) unwritten.set(decision.key, { error });
    }
  }
  return unwritten;
}

/**
 * The record of an Ingress that waits for an address, once all that it had before is gone (rule 12). It is written only
 * where it differs from the record at the beginning: that one still names the former places.
 */
function waitingRow({ task, failures, unsettled }: TaskResult): LedgerRow | undefined {
  if (task.blocked === undefined || failures.length > 0 || unsettled) return undefined;
  const { formerPorts: formerly, ...row } = pendingRow(task);
  return formerly === undefined ? undefined : encodeIngress(row);
}

/** Whether it is to come again: what it has is not what was asked for. */
const isOpen = ({ failures, unsettled, task }: TaskResult): boolean =>
  failures.length > 0 || unsettled || task.blocked !== undefined;

/** Whether the record says anything else than what is recorded already: a repeated event makes no write (LIF-1). */
function needsRecord({ decision, wanted, hashes, findings }: Task): boolean {
  const { row, sequence, by } = decision;
  if (row === undefined) return wanted !== undefined || by.kind === 'single';
  const same =
    row.state === 'applied' &&
    (row.kind === 'live') === (wanted !== undefined) &&
    sameHashes(row.hashes, hashes) &&
    (row.findings ?? '') === findingsDigest(findings);
  // A snapshot leaves an unchanged record as it is (rule 3).
  return !same || (by.kind === 'single' && sequence > row.sequence);
}
