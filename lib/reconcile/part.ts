import { type IngressState, type Owner, ownerKey } from '../contract/index.ts';
import {
  decide,
  decodeLedger,
  type Identity,
  identify,
  type Ledger,
  ledgerPattern,
  pruneRefusal,
  type Refusal,
  type Snapshot,
  type Stale,
} from '../ledger/index.ts';
import { readMap, readOwners } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import type { Engine } from './engine.ts';
import type { ClusterInbox, Said } from './inbox.ts';
import { type Task, taskOf } from './task.ts';

/** One cluster's part of a batch, with its ledger. */
export interface ClusterPart {
  readonly inbox: ClusterInbox;
  readonly ledger: Ledger;
  /** No row was there: its map may not be, either. */
  readonly isNew: boolean;
  readonly tasks: Task[];
  readonly stale: readonly Stale[];
  readonly snapshots: readonly Snapshot<IngressState>[];
  readonly outvoted: ReadonlySet<Snapshot<IngressState>>;
  readonly refusals: ReadonlyMap<Snapshot<IngressState>, Refusal>;
  /** Which of the clusters of this name counts (rule 15). */
  readonly identity: Identity | undefined;
  /** Events of another cluster of the same name that it is to be told of. */
  readonly strangers: readonly Said[];
}

/** Reads a cluster's ledger and decides what its events say (rules 1 to 6, 11, 15). */
export async function readPart(engine: Engine, context: PlanContext, inbox: ClusterInbox): Promise<ClusterPart> {
  const { settings, reader } = engine;
  const keys = inbox.statements.flatMap((statement) =>
    statement.kind === 'single' ? [ownerKey(statement.owner)] : [],
  );
  const all = inbox.statements.filter((statement) => statement.kind === 'snapshot');
  const key = ledgerPattern(keys, all);
  const rows = await readMap(reader, context.names.ledgerMap(inbox.cluster), key === undefined ? undefined : { key });
  const ledger = decodeLedger(rows);

  const identity = identify(inbox.statements, ledger);
  let statements = inbox.statements.filter(({ clusterUid }) => clusterUid === identity?.uid);
  // That a replay brings the former cluster's events again is no news, as with what is stale (rule 14).
  const strangers = inbox.statements.filter(
    ({ clusterUid, replayed, sequence }) =>
      clusterUid !== identity?.uid && !(replayed && sequence < (identity?.acceptedAt ?? 0)),
  );
  const refusals = new Map<Snapshot<IngressState>, Refusal>();
  const owned = await unrecordedOwners(engine, context, inbox.cluster, statements, ledger);
  let decided = decide(statements, ledger, owned);
  for (;;) {
    const before = refusals.size;
    for (const snapshot of statements.filter((statement) => statement.kind === 'snapshot')) {
      const refusal = pruneRefusal(snapshot, decided.decisions, ledger, settings.prune, new Set(owned.keys()));
      if (refusal !== undefined) refusals.set(snapshot, refusal);
    }
    if (refusals.size === before) break;
    // A refused snapshot records nothing, and so says nothing of any key: now an older one speaks that it had outvoted.
    statements = statements.filter((statement) => statement.kind === 'single' || !refusals.has(statement));
    decided = decide(statements, ledger, owned);
  }
  return {
    inbox,
    ledger,
    isNew: rows.length === 0,
    stale: decided.stale,
    outvoted: decided.outvoted,
    snapshots: statements.filter((statement) => statement.kind === 'snapshot'),
    refusals,
    identity,
    strangers,
    tasks: decided.decisions.flatMap((decision) => taskOf(decision, settings) ?? []),
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
  statements: readonly Said[],
  { retired, ingresses }: Ledger,
): Promise<Map<string, Owner>> {
  const ranges = statements.filter((statement) => statement.kind === 'snapshot').filter(({ verify }) => verify);
  if (ranges.length === 0) return new Map();
  const owners = await readOwners(reader, context, cluster, ranges);
  for (const { ownerKey: key } of retired) owners.delete(key);
  for (const key of ingresses.keys()) owners.delete(key);
  return owners;
}
