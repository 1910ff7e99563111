import { backendOf, type Claim, decodeClaims } from '../../ledger/index.ts';
import type { Resource } from '../../netscaler/index.ts';
import {
  backendNames,
  type FrontendInScope,
  type OwnerInScope,
  type PlanContext,
  type PlanScope,
  type Retirement,
  usesOf,
} from '../../plan/index.ts';
import { backendText, frontendKey } from '../../route/index.ts';
import { isTombstone, type Task } from '../decide/task.ts';
import { type FrontendFacts, isUnused, knownOtherClaims, unusedPorts } from './needs.ts';
import type { TaskIndex } from './task-index.ts';

/** Builds the scope of a plan from what was read, and decides what must be read of its owners. Pure. */

/** Policy bindings of a front end as far as they were read. */
export type PolicyBindings = Pick<FrontendInScope, 'bindings' | 'onlyCandidates'>;

/** Builds what a plan knows of one front end. */
export function frontendInScope(
  facts: FrontendFacts,
  bound: PolicyBindings,
  index: TaskIndex,
  required: ReadonlySet<string>,
): FrontendInScope {
  return {
    frontend: facts.frontend,
    rows: facts.rows,
    otherClaims: knownOtherClaims(facts, index, required),
    unusedPorts: unusedPorts(facts, index),
    manyLabelsUnused: isUnused('many-label', facts, index),
    listenerUnused: isUnused('listener', facts, index),
    challengesUnused: isUnused('challenges', facts, index),
    found: facts.inventory?.found,
    ...(facts.inventory === undefined ? bound : { bindings: facts.inventory.bindings }),
  };
}

/**
 * Returns the keys of the owners whose back ends are read instead of taken from the ledger.
 *
 * | owner                                         | why                                                     |
 * | --------------------------------------------- | ------------------------------------------------------- |
 * | of a task that verifies                       | its record is not trusted                               |
 * | gives up a back end with settings of its own  | only the appliance knows its monitor (VAL-13)           |
 * | has claims and no live record                 | its record was removed by hand                          |
 */
export function ownersToRead(tasks: readonly Task[], frontends: readonly FrontendInScope[]): string[] {
  const claims = Map.groupBy(
    frontends.flatMap(({ rows, frontend }) => decodeClaims(rows, frontendKey(frontend))),
    ({ ownerKey }) => ownerKey,
  );
  return tasks
    .filter((task) => {
      const own = claims.get(task.decision.key) ?? [];
      return task.action === 'verify' || losesSettings(task, own) || lostItsRecord(task, own);
    })
    .map(({ decision }) => decision.key);
}

/** Returns whether an owner gives up a back end with settings of its own. @param claims of the owner. */
export function losesSettings({ wanted }: Task, claims: readonly Claim[]): boolean {
  const withSettings = claims.flatMap((claim) => {
    const backend = backendOf(claim);
    return backend === undefined || backend.settings === '' ? [] : [backendText(backend)];
  });
  if (withSettings.length === 0) return false;
  const kept = new Set((wanted === undefined ? [] : usesOf(wanted)).map(({ key }) => backendText(key)));
  return withSettings.some((backend) => !kept.has(backend));
}

/** Returns whether an owner has claims and no live record: it was removed by hand. @param claims of the owner. */
export const lostItsRecord = ({ decision: { row } }: Task, claims: readonly Claim[]): boolean =>
  claims.length > 0 && (row === undefined || isTombstone(row));

/** Returns the groups whose members are read: where several could differ, the hash of the record does not say which. */
export function groupsToRead(context: PlanContext, tasks: readonly Task[]): string[] {
  return tasks.filter(severalDiffer).flatMap(({ wanted }) => [...backendNames(context, wanted)]);
}

function severalDiffer({ wanted, decision: { row }, hashes, action }: Task): boolean {
  const trusted = action !== 'verify' && row?.kind === 'live';
  return trusted && wanted !== undefined && wanted.backends.length > 1 && row.hashes.members !== hashes.members;
}

/** Holds everything that was read for a plan. */
export interface ScopeFacts {
  readonly tasks: readonly Task[];
  readonly frontends: readonly FrontendInScope[];
  readonly system: readonly Resource[] | undefined;
  readonly proxyProfiles?: readonly Resource[];
  readonly retired: readonly Retirement[];
  /** Owner's key → the objects of its back ends, of {@link ownersToRead}. */
  readonly backends: ReadonlyMap<string, readonly Resource[]>;
  /** Group → its members, of {@link groupsToRead}. */
  readonly members: ReadonlyMap<string, string>;
}

export function buildScope(context: PlanContext, facts: ScopeFacts): PlanScope {
  const draining = Map.groupBy(facts.retired, ({ ownerKey }) => ownerKey);
  return {
    system: facts.system,
    ...(facts.proxyProfiles === undefined ? {} : { proxyProfiles: facts.proxyProfiles }),
    frontends: facts.frontends,
    owners: facts.tasks.map((task): OwnerInScope => {
      const { key, owner, row } = task.decision;
      return {
        key,
        owner,
        wanted: task.wanted,
        row,
        retiring: (draining.get(key) ?? []).map(({ backend }) => backend),
        found: facts.backends.get(key),
        members: membersKnown(context, task, facts.members),
      };
    }),
  };
}

/** Returns what is known of an owner's members: by the record's hash, or by reading when several groups could differ. */
function membersKnown(context: PlanContext, task: Task, read: ReadonlyMap<string, string>): OwnerInScope['members'] {
  const { wanted, decision, hashes, action } = task;
  if (action === 'verify' || wanted === undefined || decision.row?.kind !== 'live') return 'unknown';
  if (decision.row.hashes.members === hashes.members) return 'equal';
  if (!severalDiffer(task)) return 'unknown';
  return new Map([...backendNames(context, wanted)].map((name) => [name, read.get(name) ?? '']));
}
