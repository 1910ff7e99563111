import { type KeyRange, type Owner, ownerKey } from '../../contract/index.ts';
import { type Identity, identify, type Ledger, ledgerPattern } from '../../ledger/index.ts';
import type { ClusterStatements, ReceivedStatement } from './batch.ts';
import type { Guarded } from './prune-guard.ts';

/** One cluster's part of a batch, decided against its ledger. */
export interface ClusterBatch extends Guarded {
  readonly received: ClusterStatements;
  readonly ledger: Ledger;
  /** The ledger has no row: its map may be missing, too. */
  readonly isNew: boolean;
  /** The cluster whose events count (rule 15); undefined when none is recorded and none sent an event. */
  readonly identity: Identity | undefined;
  /** Events of another cluster of the same name that get an outcome. */
  readonly foreignStatements: readonly ReceivedStatement[];
}

/** Returns the pattern of the ledger rows that a cluster's events need; undefined for all rows. */
export function ledgerKey({ statements }: ClusterStatements): string | undefined {
  const keys = statements.flatMap((each) => (each.kind === 'single' ? [ownerKey(each.owner)] : []));
  const snapshots = statements.filter((each) => each.kind === 'snapshot');
  return ledgerPattern(keys, snapshots);
}

/** Statements sorted by the cluster that sent them. */
interface SortedStatements {
  readonly identity: Identity | undefined;
  readonly statements: readonly ReceivedStatement[];
  readonly foreignStatements: readonly ReceivedStatement[];
}

/**
 * Separates the statements that count from those of another cluster of the same name (rule 15). A replay brings events
 * of the former cluster again: those need no outcome, like stale ones (rule 14).
 */
export function sortByIdentity({ statements }: ClusterStatements, ledger: Ledger): SortedStatements {
  const identity = identify(statements, ledger);
  return {
    identity,
    statements: statements.filter(({ clusterUid }) => clusterUid === identity?.uid),
    foreignStatements: statements.filter(
      ({ clusterUid, replayed, sequence }) =>
        clusterUid !== identity?.uid && !(replayed && sequence < (identity?.acceptedAt ?? 0)),
    ),
  };
}

/** Returns the ranges in which a record may be missing for objects that exist: those of verifying snapshots (rule 2). */
export function rangesToSearch(statements: readonly ReceivedStatement[]): KeyRange[] {
  return statements.filter((each) => each.kind === 'snapshot').filter(({ verify }) => verify);
}

/** Returns the owners of objects that no record names. A back end that drains is not a sign of a lost record. */
export function unrecordedOwners(
  owners: ReadonlyMap<string, Owner>,
  { retired, ingresses }: Ledger,
): ReadonlyMap<string, Owner> {
  const draining = new Set(retired.map(({ ownerKey }) => ownerKey));
  return new Map([...owners].filter(([key]) => !draining.has(key) && !ingresses.has(key)));
}
