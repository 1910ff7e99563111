import { backendOf, decodeClaims, LONGEST_PATTERN } from '../../ledger/index.ts';
import { anyOf, type KeptParts, type NitroReader, readBackends, readMembers } from '../../nitro/index.ts';
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
import type { Task } from '../decide/task.ts';
import { readFrontendScopes } from './frontend-scopes.ts';
import type { Marks } from './marks.ts';
import { frontendsOfTasks, isTombstone, sortTasks } from './planned-tasks.ts';

/** Everything that a plan for these tasks needs to know of the appliance, in as few requests as that takes. */
export interface ReadScope {
  readonly scope: PlanScope;
  /** `vip_port/kind` → name of the vserver of somebody else that sits there. */
  readonly foreign: ReadonlyMap<string, string>;
  /** Marks of objects that are likely to go, where they came with another read. */
  readonly marks: Marks;
}

export async function readScope(
  reader: NitroReader,
  context: PlanContext,
  tasks: readonly Task[],
  retired: readonly Retirement[],
  kept?: KeptParts,
): Promise<ReadScope> {
  const foreign = new Map<string, string>();
  const frontends = await frontendsOfTasks(reader, context, tasks, foreign);
  const all = sortTasks(tasks);
  const { scopes: places, system, marks } = await readFrontendScopes(reader, context, frontends, all, foreign);
  const draining = Map.groupBy(retired, ({ ownerKey }) => ownerKey);
  const losers = losingSettings(tasks, places);
  const lost = unrecorded(tasks, places);
  const verified = tasks
    .filter(({ action, decision }) => action === 'verify' || losers.has(decision.key) || lost.has(decision.key))
    .map(({ decision }) => decision.key);
  const [found, members] = await Promise.all([
    readBackends(reader, context, verified, kept),
    readMembersOf(reader, context, tasks),
  ]);
  return {
    foreign,
    marks,
    scope: {
      system,
      frontends: places,
      owners: tasks.map(
        (task): OwnerInScope => ({
          key: task.decision.key,
          owner: task.decision.owner,
          wanted: task.wanted,
          row: task.decision.row,
          retiring: (draining.get(task.decision.key) ?? []).map(({ backend }) => backend),
          found: found.get(task.decision.key),
          members: membersKnown(context, task, members),
        }),
      ),
    },
  };
}

/**
 * Keys of the tasks that give up a back end with settings: what those made, a monitor for one, is known to the
 * appliance alone.
 */
function losingSettings(tasks: readonly Task[], places: readonly FrontendInScope[]): Set<string> {
  const set = places.flatMap(({ rows, frontend }) =>
    decodeClaims(rows, frontendKey(frontend)).flatMap((claim) => {
      const backend = backendOf(claim);
      return backend === undefined || backend.settings === '' ? [] : [{ key: claim.ownerKey, backend }];
    }),
  );
  const before = Map.groupBy(set, ({ key }) => key);
  const losing = tasks.filter(({ wanted, decision }) => {
    const own = before.get(decision.key) ?? [];
    if (own.length === 0) return false;
    const kept = new Set((wanted === undefined ? [] : usesOf(wanted)).map(({ key }) => backendText(key)));
    return own.some(({ backend }) => !kept.has(backendText(backend)));
  });
  return new Set(losing.map(({ decision }) => decision.key));
}

/** Keys of the tasks without a live record of which claims are there all the same: somebody took the record away. */
function unrecorded(tasks: readonly Task[], places: readonly FrontendInScope[]): Set<string> {
  const without = new Set(
    tasks.filter(({ decision: { row } }) => row === undefined || isTombstone(row)).map(({ decision }) => decision.key),
  );
  if (without.size === 0) return without;
  const claims = places.flatMap(({ rows, frontend }) => decodeClaims(rows, frontendKey(frontend)));
  return new Set(claims.map((claim) => claim.ownerKey).filter((key) => without.has(key)));
}

/** Whether the members of an owner's groups are worth reading: where several could differ, the record's hash does not say which. */
function severalDiffer({ wanted, decision: { row }, hashes, action }: Task): boolean {
  const trusted = action !== 'verify' && row?.kind === 'live';
  return trusted && wanted !== undefined && wanted.backends.length > 1 && row.hashes.members !== hashes.members;
}

/** The members of groups that may differ, by group: as many groups in one request as fit a URL. */
async function readMembersOf(
  reader: NitroReader,
  context: PlanContext,
  tasks: readonly Task[],
): Promise<Map<string, string>> {
  const names = tasks.filter(severalDiffer).flatMap(({ wanted }) => [...backendNames(context, wanted)]);
  const chunks: string[][] = [];
  for (const name of names) {
    const last = chunks.at(-1);
    if (last !== undefined && anyOf([...last, name]).length <= LONGEST_PATTERN) last.push(name);
    else chunks.push([name]);
  }
  const read = await Promise.all(chunks.map((chunk) => readMembers(reader, chunk)));
  return new Map(read.flatMap((lists) => [...lists]));
}

/** What is known of an owner's members: by the record's hash, or, where several groups could differ, by reading. */
function membersKnown(context: PlanContext, task: Task, read: ReadonlyMap<string, string>): OwnerInScope['members'] {
  const { wanted, decision, hashes, action } = task;
  if (action === 'verify' || wanted === undefined || decision.row?.kind !== 'live') return 'unknown';
  if (decision.row.hashes.members === hashes.members) return 'equal';
  if (!severalDiffer(task)) return 'unknown';
  return new Map([...backendNames(context, wanted)].map((name) => [name, read.get(name) ?? '']));
}
