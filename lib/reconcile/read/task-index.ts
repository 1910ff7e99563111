import { claimsPattern, LONGEST_PATTERN } from '../../ledger/index.ts';
import { anyOf } from '../../nitro/index.ts';
import { claimsByFrontend, holderText, type WantedClaim } from '../../plan/index.ts';
import { frontendKey, frontendsOf } from '../../route/index.ts';
import type { Task } from '../decide/task.ts';
import { formerFrontends } from './frontend-slots.ts';

/** The tasks of a plan, indexed once for all front ends. */
export interface TaskIndex {
  readonly tasks: readonly Task[];
  /** Keys of all owners. */
  readonly keys: ReadonlySet<string>;
  readonly byKey: ReadonlyMap<string, Task>;
  /** Wanted claims by front end. */
  readonly wanted: ReadonlyMap<string, readonly WantedClaim[]>;
  /** Keys of the tasks that compare the real objects. */
  readonly verifiedKeys: ReadonlySet<string>;
  /** Front ends that these tasks have, had or want. */
  readonly verifiedFrontends: ReadonlySet<string>;
  /** Number of routes that the records of these tasks name, by front end; those at several front ends count at each. */
  readonly recorded: ReadonlyMap<string, number>;
  readonly patterns: OwnerPatterns;
}

/** PCREs that match rows of all owners of a plan; undefined when a URL cannot carry one. */
interface OwnerPatterns {
  /** Matches the keys of their claims; without slashes, as a part of a pattern. */
  readonly claims: string | undefined;
  /** Matches the comments of host rows that they hold. */
  readonly holders: string | undefined;
  /** Matches the values of host rows that lead to them. */
  readonly leading: string | undefined;
}

export function indexTasks(tasks: readonly Task[]): TaskIndex {
  const verified = tasks.filter(({ action }) => action === 'verify');
  return {
    ...byOwnerAndFrontend(tasks),
    recorded: recordedRoutes(tasks),
    patterns: ownerPatterns(tasks),
    verifiedKeys: new Set(verified.map(({ decision }) => decision.key)),
    verifiedFrontends: new Set(verified.flatMap(frontendsOfTask).map(frontendKey)),
  };
}

/**
 * Returns the index with other routes for the same owners: those without what a foreign vserver prevents. The front ends
 * to verify stay, because nobody has looked at the withheld ones yet.
 */
export function replaceTasks(index: TaskIndex, tasks: readonly Task[]): TaskIndex {
  return { ...index, ...byOwnerAndFrontend(tasks) };
}

function byOwnerAndFrontend(tasks: readonly Task[]): Pick<TaskIndex, 'tasks' | 'keys' | 'byKey' | 'wanted'> {
  const byKey = new Map(tasks.map((task) => [task.decision.key, task]));
  return { tasks, keys: new Set(byKey.keys()), byKey, wanted: claimsByFrontend(tasks.map(({ wanted }) => wanted)) };
}

function frontendsOfTask({ wanted, decision }: Task) {
  return [...(wanted === undefined ? [] : frontendsOf(wanted.routes)), ...formerFrontends(decision.row)];
}

function recordedRoutes(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const routes = new Map<string, number>();
  for (const { decision } of tasks) {
    for (const frontend of formerFrontends(decision.row)) {
      const key = frontendKey(frontend);
      routes.set(key, (routes.get(key) ?? 0) + (decision.row?.routes ?? 0));
    }
  }
  return routes;
}

/** Characters of the shortest holder in a pattern: `a b/c|`. */
const SHORTEST_HOLDER = 6;

function ownerPatterns(tasks: readonly Task[]): OwnerPatterns {
  // So many fit no URL in any case.
  if (tasks.length * SHORTEST_HOLDER > LONGEST_PATTERN)
    return { claims: undefined, holders: undefined, leading: undefined };
  const fitting = (text: string): string | undefined => (text.length > LONGEST_PATTERN ? undefined : text);
  const owners = [...new Set(tasks.map(({ decision }) => decision.key))].join('|');
  return {
    claims: fitting(claimsPattern(owners)),
    holders: fitting(anyOf(tasks.map(({ decision }) => holderText(decision.owner)))),
    leading: fitting(`/^(${owners})-/`),
  };
}
