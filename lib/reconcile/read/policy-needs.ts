import { type Claim, hasEmptyBackend } from '../../ledger/index.ts';
import { type BackendUse, policyNamesFor } from '../../netscaler/index.ts';
import { type PlanContext, usesOf, usesOfClaims } from '../../plan/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import type { Task } from '../decide/task.ts';
import { type FrontendFacts, mayGo } from './needs.ts';
import { losesSettings, lostItsRecord } from './scope.ts';
import type { TaskIndex } from './task-index.ts';

/** Decides which policy bindings of a front end must be read. Pure. */

/** Policies that may move on a front end, few enough to be named in a read. */
export interface MovingPolicies {
  /** Back ends whose policies may be bound: those of all owners of the plan that have claims on the front end. */
  readonly backends: readonly string[];
  /** Policies that get a priority where they are bound anew. */
  readonly coming: readonly string[];
}

/** Back ends, and policies that come: with more, the pattern is long and their candidates meet. */
const FEW = 20;

/** The claims of one owner on a front end, and what is wanted instead. */
interface OwnerOn {
  readonly task: Task;
  readonly claims: readonly Claim[];
}

/**
 * Returns which policy bindings of a front end must be read: none unless a policy in its bank comes or goes, and the front
 * end stays. Bindings of a front end that goes are removed with it. All are read where the bank may hold more of an owner
 * than its claims and its record say, or where many policies move.
 */
export function policyBindingsToRead(
  context: PlanContext,
  facts: FrontendFacts,
  index: TaskIndex,
  required: ReadonlySet<string>,
): MovingPolicies | 'all' | undefined {
  const { frontend, inventory } = facts;
  if (inventory !== undefined || frontend.kind !== 'tls' || mayGo(facts, index, required)) return undefined;
  const owners = ownersOn(facts, index);
  if (!owners.some((owner) => policiesChange(context, frontend, owner))) return undefined;
  // Each owner has a back end or a policy of its own here: so many are not few, and nothing need be named.
  if (owners.length > 2 * FEW || !owners.every(isTrusted)) return 'all';
  const { names } = context;
  const onThis = ({ task }: OwnerOn): BackendUse[] =>
    wantedUses(task).filter((use) => frontendKey(use.frontend) === frontendKey(frontend));
  // An owner whose record is applied has policies where it has claims. One that is pending is verified.
  const bound = owners
    .filter(({ claims }) => claims.length > 0)
    .flatMap((owner) => [...usesOfClaims(frontend, owner.claims, owner.task.wanted), ...onThis(owner)]);
  const backends = [...new Set(bound.map(({ owner, key }) => names.backend(owner, key)))];
  const coming = [...new Set(owners.flatMap(onThis).flatMap((use) => policiesOf(context, use)))];
  return backends.length > FEW || coming.length > FEW ? 'all' : { backends, coming };
}

function ownersOn({ frontend, claims }: FrontendFacts, index: TaskIndex): OwnerOn[] {
  const before = Map.groupBy(claims, ({ ownerKey }) => ownerKey);
  const wanted = (index.wanted.get(frontendKey(frontend)) ?? []).map(({ claim }) => claim.ownerKey);
  return [...new Set([...before.keys(), ...wanted])].flatMap((ownerKey) => {
    const task = index.byKey.get(ownerKey);
    return task === undefined ? [] : [{ task, claims: before.get(ownerKey) ?? [] }];
  });
}

/** Returns whether claims and record say everything that an owner has on a front end. */
const isTrusted = ({ task, claims }: OwnerOn): boolean =>
  task.action !== 'verify' && !losesSettings(task, claims) && !lostItsRecord(task, claims);

/** Returns whether policies of an owner come, go, or may do so because a back end had or has no member (VAL-8). */
function policiesChange(context: PlanContext, frontend: Frontend, { task, claims }: OwnerOn): boolean {
  const { row } = task.decision;
  if (hasEmptyBackend(task.hashes) || (row !== undefined && hasEmptyBackend(row.hashes))) return true;
  const had = usesOfClaims(frontend, claims, task.wanted).flatMap((use) => policiesOf(context, use));
  const has = wantedUses(task).flatMap((use) => policiesOf(context, use));
  return new Set(had).symmetricDifference(new Set(has)).size > 0;
}

const wantedUses = ({ wanted }: Task): readonly BackendUse[] => (wanted === undefined ? [] : usesOf(wanted));

const policiesOf = ({ names }: PlanContext, { owner, key, forms }: BackendUse): string[] =>
  policyNamesFor(names, names.backend(owner, key), forms);
