import { decodeLedger } from '../../ledger/index.ts';
import { readMap, readOwners } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';
import type { ClusterStatements } from '../decide/batch.ts';
import {
  type ClusterBatch,
  ledgerKey,
  rangesToSearch,
  sortByIdentity,
  unrecordedOwners,
} from '../decide/cluster-batch.ts';
import { guard } from '../decide/prune-guard.ts';
import type { Engine } from '../engine.ts';

/** Reads a cluster's ledger and decides what its events change (rules 1 to 6, 11, 15). */
export async function readClusterBatch(
  { settings, reader, judged }: Engine,
  context: PlanContext,
  received: ClusterStatements,
): Promise<ClusterBatch> {
  const { cluster } = received;
  const key = ledgerKey(received);
  const rows = await readMap(reader, context.names.ledgerMap(cluster), key === undefined ? undefined : { key });
  const ledger = decodeLedger(rows);
  const { identity, statements, foreignStatements } = sortByIdentity(received, ledger);
  const ranges = rangesToSearch(statements);
  const owners = ranges.length === 0 ? new Map() : await readOwners(reader, context, cluster, ranges);
  return {
    received,
    ledger,
    isNew: rows.length === 0,
    identity,
    foreignStatements,
    ...guard(statements, ledger, unrecordedOwners(owners, ledger), {
      ...settings,
      ...(judged === undefined ? {} : { judge: (decision) => judged.judge(decision, settings) }),
    }),
  };
}
