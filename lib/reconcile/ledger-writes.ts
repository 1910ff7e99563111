import { encodeIdentity, type Row, sameHashes, type Watermark } from '../ledger/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Engine } from './engine.ts';
import type { TaskResult } from './outcomes.ts';
import type { ClusterPart } from './part.ts';
import type { Planned, Results } from './planned.ts';
import { beginning, ending, type Finished, isWaiting, wantedAgain } from './records.ts';
import { findingsDigest, type Task } from './task.ts';
import { removeRows, writeRows } from './write-ledger.ts';

/** What the ledger is told first: which cluster it is, records as pending, retired back ends, watermarks. */
export async function writeBeginning(
  { writer, settings }: Engine,
  context: PlanContext,
  part: ClusterPart,
  plan: Planned,
  watermarks: readonly Watermark[],
): Promise<void> {
  const { cluster } = part.inbox;
  const mine = plan.tasks.filter(
    (task) =>
      task.decision.owner.cluster === cluster &&
      (plan.touched.has(task.decision.key) || (task.blocked !== undefined && !isWaiting(task))),
  );
  const retired = plan.goal.retired.filter(({ owner }) => owner.cluster === cluster);
  const rows: Row[] = beginning(mine, watermarks, retired, context.now + settings.drainSeconds);
  const anything = rows.length > 0 || part.tasks.some(({ effort }) => effort === 'record');
  // Before any row that the cluster causes: what is cut off here leaves none of a cluster that does not count (rule 15).
  await writeRows(writer, context, cluster, [...identityRows(part, anything), ...rows], part.isNew);
}

/** The row that says which cluster counts: with the first of its records, and whatever follows where it was accepted. */
function identityRows({ inbox, identity, ledger }: ClusterPart, anything: boolean): Row[] {
  if (identity === undefined || identity.uid === '') return [];
  const isFirst = ledger.uid === undefined && anything;
  return isFirst || identity.acceptedAt !== ledger.acceptedAt ? [encodeIdentity(identity, inbox.cluster)] : [];
}

/** What the ledger is told last: records as applied or dead, and what watermarks cover goes. */
export async function writeEndings(
  { writer }: Engine,
  context: PlanContext,
  parts: readonly ClusterPart[],
  results: Results,
): Promise<void> {
  const open = new Set([...results.byKey].flatMap(([key, result]) => (isOpen(result) ? [key] : [])));
  for (const part of parts) {
    const draining = Map.groupBy(part.ledger.retired, ({ ownerKey }) => ownerKey);
    const finished = part.tasks.flatMap((task): Finished[] => {
      // A crash may have left the row of a back end that drained and was wanted again.
      if (task.effort === 'none')
        return wantedAgain(context, draining, task).length > 0 ? [{ task, begun: false }] : [];
      const result = results.byKey.get(task.decision.key);
      if (result === undefined) return [{ task, begun: false }];
      if (isOpen(result)) return [];
      const begun = result.changes.length > 0 || results.touched.has(task.decision.key);
      return needsRecord(result.task) || begun ? [{ task: result.task, begun }] : [];
    });
    const { add, removeKeys } = ending(context, part.ledger, finished, results.watermarks.get(part) ?? [], open);
    await writeRows(writer, context, part.inbox.cluster, add, false);
    await removeRows(writer, context, part.inbox.cluster, removeKeys);
  }
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
    (row.life === 'live') === (wanted !== undefined) &&
    sameHashes(row.hashes, hashes) &&
    (row.findings ?? '') === findingsDigest(findings);
  // A snapshot leaves an unchanged record as it is (rule 3).
  return !same || (by.kind === 'single' && sequence > row.sequence);
}
