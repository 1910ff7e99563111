import { hasEmptyBackend } from '../ledger/index.ts';
import {
  type BackendUse,
  backendDigest,
  backendName,
  backendResources,
  isBinding,
  membersText,
  policyBindings,
  policyNames,
  type Resource,
} from '../netscaler/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import { type Actual, type Comparison, compared, uncompared } from './diff.ts';
import type { OwnerInScope, PlanContext, Retirement } from './scope.ts';
import { usesOf } from './uses.ts';

/** Policy bindings of all front ends in scope, indexed once: there may be as many front ends as owners. */
interface ScopeBindings {
  /** Front ends whose bindings were not read, by key, each with its index in the scope. */
  readonly unread: ReadonlyMap<string, number>;
  /** Bindings that were read, by policy, each with the index of its front end. */
  readonly bindings: ReadonlyMap<string, readonly IndexedBinding[]>;
  /** Digests in the names of the back ends that have one of these bindings. */
  readonly bound: ReadonlySet<string | undefined>;
}

interface IndexedBinding {
  readonly index: number;
  readonly binding: Resource;
}

export function scopeBindings(
  frontends: readonly { readonly frontend: Frontend; readonly bindings: readonly Resource[] | undefined }[],
): ScopeBindings {
  const unread = new Map<string, number>();
  const all: IndexedBinding[] = [];
  for (const [index, { frontend, bindings }] of frontends.entries()) {
    if (bindings === undefined) unread.set(frontendKey(frontend), index);
    for (const binding of bindings ?? []) all.push({ index, binding });
  }
  const bindings = Map.groupBy(all, ({ binding }) => String(binding.id.policyname));
  return { unread, bindings, bound: new Set(bindings.keys().map(backendDigest)) };
}

interface OwnerInput {
  readonly context: PlanContext;
  readonly owner: OwnerInScope;
  /** Back ends that the owner's claims name. */
  readonly before: readonly BackendUse[];
  readonly bindings: ScopeBindings;
}

/** Compares the objects of one owner's back ends. */
export function compareBackends(input: OwnerInput): Comparison & { readonly retired: readonly Retirement[] } {
  const { context, owner, before } = input;
  const wanted = owner.wanted === undefined ? [] : usesOf(owner.wanted);
  const desired = wanted.flatMap((use) => [...backendResources(context, use), ...policyBindings(context, use)]);
  const objects = owner.found?.map(compared) ?? [
    ...before.flatMap((use) => recordedObjects(context, owner, use, wanted)),
    ...wanted.flatMap((use) => drainingObjects(context, owner, use)),
  ];
  const actual = [...objects, ...boundPolicies(input, wanted)];

  // An owner that is new has nothing to give up.
  if (before.length === 0 && owner.retiring.length === 0) return { desired, actual, retired: [] };
  const kept = new Set(wanted.map((use) => backendName(context, use)));
  // A back end for challenges has no connections to keep: each is one short request.
  const passing = before.filter(({ frontend }) => frontend.kind === 'tls');
  const dropped = [...new Set(passing.map((use) => backendName(context, use)))].filter((name) => !kept.has(name));
  // A back end whose retirement was interrupted is retired anew, because its hosts led to it until now.
  const retired = context.drainSeconds > 0 ? dropped : [];
  const draining = [...new Set([...owner.retiring, ...retired])].filter((name) => !kept.has(name));
  return {
    desired: [...desired, ...draining.flatMap((name) => keptWhileDraining(name, actual))],
    actual,
    retired: retired.map((backend) => ({ owner: owner.owner, ownerKey: owner.key, backend })),
  };
}

/** Returns the objects of a back end whose record is applied: those that the graph creates, with the recorded members. */
function recordedObjects(
  context: PlanContext,
  owner: OwnerInScope,
  use: BackendUse,
  wanted: readonly BackendUse[],
): Actual[] {
  const name = backendName(context, use);
  const now = wanted.filter((candidate) => backendName(context, candidate) === name);
  return backendResources(context, use).flatMap((resource): Actual[] => {
    if (resource.role !== 'members') return [compared(resource)];
    const list = (members: string): Actual[] => [compared({ ...resource, attributes: { members } })];
    if (owner.members === 'unknown') return list(UNKNOWN);
    if (owner.members !== 'equal') return list(owner.members.get(name) ?? '');
    return now.flatMap(({ members }) => list(membersText(members)));
  });
}

/** Returns the objects left of a back end that drains and is wanted again. Its members are always written. */
function drainingObjects(context: PlanContext, owner: OwnerInScope, use: BackendUse): Actual[] {
  if (!owner.retiring.includes(backendName(context, use))) return [];
  return backendResources(context, use)
    .filter(({ role }) => DRAINING_ROLES.includes(role))
    .map(compared);
}

/** Differs from every list of members. */
const UNKNOWN = '?';

/**
 * Returns the bindings of an owner's policies, in the order of the front ends: as they were read; otherwise, where the
 * record says that no back end is empty, those of all its back ends.
 */
function boundPolicies({ context, owner, before, bindings }: OwnerInput, wanted: readonly BackendUse[]): Actual[] {
  const result: { readonly index: number; readonly bound: readonly Actual[] }[] = [];
  if (bindings.bindings.size > 0) {
    const names = new Set(owner.found?.map(({ id }) => String(id.name)));
    for (const use of [...before, ...wanted]) {
      const backend = backendName(context, use);
      // A new back end has no binding under any of the names of its policies.
      if (!bindings.bound.has(backendDigest(backend))) continue;
      for (const name of policyNames(context.names, backend)) names.add(name);
    }
    for (const name of names) {
      for (const { index, binding } of bindings.bindings.get(name) ?? []) {
        result.push({ index, bound: [compared({ ...binding, role: 'policy-binding', owners: [owner.key] })] });
      }
    }
  }
  if (owner.row !== undefined && !hasEmptyBackend(owner.row.hashes)) {
    for (const use of before) {
      const index = bindings.unread.get(frontendKey(use.frontend));
      if (index === undefined) continue;
      result.push({ index, bound: policyBindings(context, { ...use, members: SOME_MEMBER }).map(uncompared) });
    }
  }
  return result.sort((a, b) => a.index - b.index).flatMap(({ bound }) => bound);
}

/** Stands for any member: a back end's policies are bound as soon as it has one. */
const SOME_MEMBER = [{ address: '0.0.0.0', port: 1 }];

/** Roles that stay while a back end drains. Its members stay in the group, so that connections end by themselves. */
const DRAINING_ROLES: readonly Resource['role'][] = [
  'lbvserver',
  'service-group',
  'group-binding',
  'monitor',
  'monitor-binding',
];

/** Returns whether a resource is a server or group of one of these back ends, or bound to one. */
export function staysWhileDraining({ role, type, id }: Resource, names: ReadonlySet<string>): boolean {
  const values = Object.values(id).map(String);
  const named = isBinding(type) ? values : values.slice(0, 1);
  return DRAINING_ROLES.includes(role) && named.some((value) => names.has(value));
}

function keptWhileDraining(name: string, actual: readonly Actual[]): Resource[] {
  const names = new Set([name]);
  return actual.map(({ resource }) => resource).filter((resource) => staysWhileDraining(resource, names));
}
