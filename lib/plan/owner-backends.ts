import { SOME_EMPTY } from '../ledger/index.ts';
import {
  type BackendUse,
  backendName,
  backendResources,
  isBinding,
  membersText,
  policyBindings,
  type Resource,
} from '../netscaler/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import { type Actual, assumed, known } from './diff.ts';
import type { OwnerInScope, PlanContext, Retirement } from './scope.ts';
import { usesOf } from './uses.ts';

/** The front ends in scope, as owners' sides see them: sorted once, because there may be as many of them as of owners. */
export interface ScopeBindings {
  /** Front ends whose bindings were not read, by key: the place of each among all. */
  readonly unread: ReadonlyMap<string, number>;
  /** Bindings that were read, by policy, each with the place of its front end. */
  readonly bindings: ReadonlyMap<string, readonly PlacedBinding[]>;
}

interface PlacedBinding {
  readonly place: number;
  readonly binding: Resource;
}

export function scopeBindings(
  places: readonly { readonly frontend: Frontend; readonly bindings: readonly Resource[] | undefined }[],
): ScopeBindings {
  const unread = new Map<string, number>();
  const all: PlacedBinding[] = [];
  for (const [place, { frontend, bindings }] of places.entries()) {
    if (bindings === undefined) unread.set(frontendKey(frontend), place);
    for (const binding of bindings ?? []) all.push({ place, binding });
  }
  return { unread, bindings: Map.groupBy(all, ({ binding }) => String(binding.id.policyname)) };
}

/** One owner: the objects of its back ends. */
export function ownerSide(
  context: PlanContext,
  owner: OwnerInScope,
  before: readonly BackendUse[],
  banks: ScopeBindings,
): { desired: Resource[]; actual: Actual[]; retired: Retirement[] } {
  const wanted = owner.wanted === undefined ? [] : usesOf(owner.wanted);
  const desired = wanted.flatMap((use) => [...backendResources(context, use), ...policyBindings(context, use)]);
  const actual = owner.found?.map(known) ?? [
    ...before.flatMap((use) => trusted(context, owner, use, wanted)),
    ...wanted.flatMap((use) => draining(context, owner, use)),
  ];
  actual.push(...boundPolicies(context, owner, before, wanted, banks));

  const kept = new Set(wanted.map((use) => backendName(context, use)));
  const stays = (name: string): void => {
    if (!kept.has(name)) desired.push(...keptWhileDraining(name, actual));
  };
  for (const name of owner.retiring) stays(name);
  const retired: Retirement[] = [];
  if (context.drainSeconds > 0) {
    for (const name of new Set(before.map((use) => backendName(context, use)))) {
      if (kept.has(name)) continue;
      // One whose retirement was begun and broken off begins anew: its hosts lead to it until now.
      retired.push({ owner: owner.owner, ownerKey: owner.key, backend: name });
      if (!owner.retiring.includes(name)) stays(name);
    }
  }
  return { desired, actual, retired };
}

/** What the ledger knows of a back end whose record is applied. */
function trusted(context: PlanContext, owner: OwnerInScope, use: BackendUse, wanted: readonly BackendUse[]): Actual[] {
  const name = backendName(context, use);
  const now = wanted.filter((candidate) => backendName(context, candidate) === name);
  return backendResources(context, use).flatMap((resource): Actual[] => {
    if (resource.role !== 'members') return [known(resource)];
    const list = (members: string): Actual[] => [known({ ...resource, attributes: { members } })];
    if (owner.members === 'unknown') return list(UNKNOWN);
    if (owner.members !== 'equal') return list(owner.members.get(name) ?? '');
    return now.flatMap(({ members }) => list(membersText(members)));
  });
}

/** What is left of a back end that drains and is wanted again. Its members are written, whichever it has. */
function draining(context: PlanContext, owner: OwnerInScope, use: BackendUse): Actual[] {
  if (!owner.retiring.includes(backendName(context, use))) return [];
  return backendResources(context, use)
    .filter(({ role }) => KEPT.includes(role))
    .map(known);
}

/** Differs from every list of members. */
const UNKNOWN = '?';

/** The places of this owner's policies in the bank: as they were read, or all of them where the ledger says so. */
function boundPolicies(
  context: PlanContext,
  owner: OwnerInScope,
  before: readonly BackendUse[],
  wanted: readonly BackendUse[],
  banks: ScopeBindings,
): Actual[] {
  const names = new Set([
    ...(owner.found ?? []).map(({ id }) => String(id.name)),
    ...[...before, ...wanted].flatMap((use) => policyNames(context, use)),
  ]);
  const result = [...names].flatMap((name) =>
    (banks.bindings.get(name) ?? []).map(({ place, binding }) => ({
      place,
      bound: [known({ ...binding, role: 'policy-binding', owners: [owner.key] })],
    })),
  );
  if (owner.row !== undefined && !owner.row.hashes.members.endsWith(SOME_EMPTY)) {
    for (const use of before) {
      const place = banks.unread.get(frontendKey(use.frontend));
      if (place === undefined) continue;
      result.push({ place, bound: policyBindings(context, { ...use, members: SOME_MEMBER }).map(assumed) });
    }
  }
  return result.sort((a, b) => a.place - b.place).flatMap(({ bound }) => bound);
}

const policyNames = (context: PlanContext, use: BackendUse): string[] => {
  const name = backendName(context, use);
  return [name, context.names.wildcardPolicy(name)];
};

/** Bound policies follow from having any member; which one does not matter. */
const SOME_MEMBER = [{ address: '0.0.0.0', port: 1 }];

/** What stays of a back end that drains. Its members stay with it, so that its connections end by themselves. */
const KEPT: readonly Resource['role'][] = ['lbvserver', 'service-group', 'group-binding', 'monitor', 'monitor-binding'];

/** Whether it is server or group of one of these back ends, or bound to them. */
export function staysWhileDraining({ role, type, id }: Resource, names: ReadonlySet<string>): boolean {
  const values = Object.values(id).map(String);
  const named = isBinding(type) ? values : values.slice(0, 1);
  return KEPT.includes(role) && named.some((value) => names.has(value));
}

function keptWhileDraining(name: string, actual: readonly Actual[]): Resource[] {
  const names = new Set([name]);
  return actual.map(({ resource }) => resource).filter((resource) => staysWhileDraining(resource, names));
}
