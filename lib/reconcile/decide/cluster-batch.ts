import { type Owner, ownerKey } from '../../contract/index.ts';
import { decodeLedger, type Identity, identify, type Ledger, ledgerPattern } from '../../ledger/index.ts';
import { readMap, readOwners } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';
import type { Engine } from '../engine.ts';
import type { ClusterStatements, ReceivedStatement } from './batch.ts';
import { type Guarded, guard } from './prune-guard.ts';

/** One cluster's part of a batch, with its ledger. */
export interface ClusterBatch extends Guarded {
  readonly received: ClusterStatements;
  readonly ledger: Ledger;
  /** No row was there: its map may not be, either. */
  readonly isNew: boolean;
  /** Which of the clusters of this name counts (rule 15). */
  readonly identity: Identity | undefined;
  /** Events of another cluster of the same name that it is to be told of. */
  readonly foreignStatements: readonly ReceivedStatement[];
}

/** Reads a cluster's ledger and decides what its events say (rules 1 to 6, 11, 15). */
export async function readClusterBatch(
  engine: Engine,
  context: PlanContext,
  inbox: ClusterStatements,
): Promise<ClusterBatch> {
  const { settings, reader } = engine;
  const keys = inbox.statements.flatMap((statement) =>
    statement.kind === 'single' ? [ownerKey(statement.owner)] : [],
  );
  const all = inbox.statements.filter((statement) => statement.kind === 'snapshot');
  const key = ledgerPattern(keys, all);
  const rows = await readMap(reader, context.names.ledgerMap(inbox.cluster), key === undefined ? undefined : { key });
  const ledger = decodeLedger(rows);

  const identity = identify(inbox.statements, ledger);
  const statements = inbox.statements.filter(({ clusterUid }) => clusterUid === identity?.uid);
  // That a replay brings the former cluster's events again is no news, as with what is stale (rule 14).
  const strangers = inbox.statements.filter(
    ({ clusterUid, replayed, sequence }) =>
      clusterUid !== identity?.uid && !(replayed && sequence < (identity?.acceptedAt ?? 0)),
  );
  const owned = await unrecordedOwners(engine, context, inbox.cluster, statements, ledger);
  return {
    received: inbox,
    ledger,
    isNew: rows.length === 0,
    identity,
    foreignStatements: strangers,
    ...guard(statements, ledger, owned, settings),
  };
}

/**
 * Owners of objects in the ranges of snapshots that compare real objects: no record may name them (rule 2). What drains
 * is no sign of a lost record.
 */
async function unrecordedOwners(
  { reader }: Engine,
  context: PlanContext,
  cluster: string,
  statements: readonly ReceivedStatement[],
  { retired, ingresses }: Ledger,
): Promise<Map<string, Owner>> {
  const ranges = statements.filter((statement) => statement.kind === 'snapshot').filter(({ verify }) => verify);
  if (ranges.length === 0) return new Map();
  const owners = await readOwners(reader, context, cluster, ranges);
  for (const { ownerKey: key } of retired) owners.delete(key);
  for (const key of ingresses.keys()) owners.delete(key);
  return owners;
}
