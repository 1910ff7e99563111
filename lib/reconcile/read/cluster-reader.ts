import { decodeLedger } from '../../ledger/index.ts';
import { readMap, readOwners } from '../../nitro/index.ts';
import { inOne, type PlanContext } from '../../plan/index.ts';
import type { ClusterStatements } from '../decide/batch.ts';
import {
  type ClusterBatch,
  ledgerKey,
  rangesToSearch,
  sortByIdentity,
  unrecordedOwners,
} from '../decide/cluster-batch.ts';
import { type Guarded, guardInSteps } from '../decide/prune-guard.ts';
import type { Engine } from '../engine.ts';

/** One cluster's part of a batch before its events are interpreted. */
export type OpenedBatch = Pick<ClusterBatch, 'received' | 'ledger' | 'isNew' | 'identity' | 'foreignStatements'>;

/** Runs the steps that interpret a cluster's events. */
export type Judging = (batch: OpenedBatch, steps: ReturnType<typeof guardInSteps>) => Guarded | Promise<Guarded>;

/**
 * Reads a cluster's ledger and decides what its events change (rules 1 to 6, 11, 15).
 *
 * @param judging does something else between two steps; without it, all steps are one.
 */
export async function readClusterBatch(
  { settings, reader, judged }: Engine,
  context: PlanContext,
  received: ClusterStatements,
  judging: Judging = (_batch, steps) => inOne(steps),
): Promise<ClusterBatch> {
  const { cluster } = received;
  const key = ledgerKey(received);
  const rows = await readMap(reader, context.names.ledgerMap(cluster), key === undefined ? undefined : { key });
  const ledger = decodeLedger(rows);
  const { identity, statements, foreignStatements } = sortByIdentity(received, ledger);
  const ranges = rangesToSearch(statements);
  const owners = ranges.length === 0 ? new Map() : await readOwners(reader, context, cluster, ranges);
  const opened: OpenedBatch = { received, ledger, isNew: rows.length === 0, identity, foreignStatements };
  const steps = guardInSteps(statements, ledger, unrecordedOwners(owners, ledger), {
    ...settings,
    ...(judged === undefined ? {} : { judge: (decision) => judged.judge(decision, settings) }),
  });
  return { ...opened, ...(await judging(opened, steps)) };
}
