import type { Owner } from '../contract/index.ts';
import {
  type BackendUse,
  backendName,
  backendResources,
  DEFAULTS,
  identity,
  isOutOfTier,
  objectName,
  policyBindings,
  policyNames,
  prioritiesOf,
  type Resource,
  tierOf,
} from '../netscaler/index.ts';
import { type PlanContext, staysWhileDraining, usesOfClaims } from '../plan/index.ts';
import { settingsBesideAccess } from '../route/index.ts';
import { accessFound, checkSources } from './check-sources.ts';
import { compareObjects, hasGroup, membersOf } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Checks that every claim has the objects of its back end, and that no others of ours exist.
 *
 * @param doubtful keys of the owners whose members differ from their record: the members are repaired first.
 */
export function checkBackends(state: AuditState, context: PlanContext, doubtful: ReadonlySet<string>): AuditFinding[] {
  const uses = Map.groupBy(usesClaimed(state), ({ ownerKey }) => ownerKey);
  const bindings = bindingsByOwner(state, context, uses);
  const draining = drainingNames(state);
  const findings: AuditFinding[] = [];
  for (const [key, found] of state.backends) {
    if (state.unsettled.has(key)) continue;
    const own = (uses.get(key) ?? []).map(({ use }) => use);
    const bound = (bindings.get(key) ?? []).map(
      (binding): Resource => ({ ...binding, role: 'policy-binding', owners: [key] }),
    );
    const owner = state.owners.get(key);
    findings.push(
      ...checkOwner(
        context,
        { own, found, bound, doubtful: doubtful.has(key), draining: draining.get(key) ?? NONE },
        owner,
      ),
    );
  }
  return findings;
}

const NONE: ReadonlySet<string> = new Set();

/** One owner's back ends: those that claims name, and the objects that were found. */
interface OwnBackends {
  readonly own: readonly BackendUse[];
  readonly found: readonly Resource[];
  readonly bound: readonly Resource[];
  readonly doubtful: boolean;
  /** Names of the back ends that drain. */
  readonly draining: ReadonlySet<string>;
}

function checkOwner(
  context: PlanContext,
  { own, found, bound: all, doubtful, draining }: OwnBackends,
  owner: Owner | undefined,
): AuditFinding[] {
  // The members decide whether policies are bound: without the group, or with other members, that is unknown.
  const unknown = new Set(
    own
      .filter((use) => doubtful || !hasGroup(found, backendName(context, use)))
      .flatMap((use) => policyNames(context.names, backendName(context, use))),
  );
  const bound = all.filter(({ id }) => !unknown.has(String(id.policyname)));
  const desired = own
    .flatMap((use) => desiredOf(context, use, found))
    .filter(({ role, id }) => !(role === 'policy-binding' && unknown.has(String(id.policyname))));
  const names = new Set(desired.map(identity));
  const actual = [...found, ...bound].filter(
    (resource) =>
      resource.role !== 'members' && (names.has(identity(resource)) || !staysWhileDraining(resource, draining)),
  );
  const owners = owner === undefined ? [] : [owner];
  return [
    ...compareObjects(desired, actual, () => owners),
    ...checkSources(context, own, found, owners),
    ...outOfTier(bound, owners),
  ];
}

interface ClaimedUse {
  readonly ownerKey: string;
  readonly use: BackendUse;
}

function usesClaimed(state: AuditState): ClaimedUse[] {
  return state.frontends.flatMap(({ frontend, claims }) =>
    [...Map.groupBy(claims, ({ ownerKey }) => ownerKey)].flatMap(([ownerKey, own]) =>
      usesOfClaims(frontend, own, undefined).map((use) => ({ ownerKey, use })),
    ),
  );
}

/** Attributes that a back end has whatever its settings are. */
const SETTINGS_KEEP: Partial<Record<Resource['role'], readonly string[]>> = {
  lbvserver: ['servicetype', 'comment'],
  'service-group': ['servicetype', 'autoscale', 'autodisablegraceful', 'autodisabledelay', 'comment'],
};

/**
 * Returns the desired objects of a back end, with the members that its group has: the hash covers those alone. The
 * ledger holds only a digest of settings (VAL-13), so attributes that settings decide, a monitor, and the entries of data
 * sets are desired as they were found.
 */
function desiredOf(context: PlanContext, use: BackendUse, found: readonly Resource[]): Resource[] {
  const name = backendName(context, use);
  const settings = { ...use.settings, ...accessFound(context, use, found) };
  const filled = { ...use, settings, members: membersOf(found, name) };
  const plain = [...backendResources(context, filled), ...policyBindings(context, filled)].filter(
    ({ role }) => role !== 'members',
  );
  if (settingsBesideAccess(use.key.settings) === '') return plain;
  const monitor = found.filter(({ role, id }) => role === 'monitor' && id.monitorname === name);
  return [
    ...plain.map((resource): Resource => {
      const keep = SETTINGS_KEEP[resource.role];
      if (keep === undefined) return resource;
      const kept = Object.entries(resource.attributes).filter(([attribute]) => keep.includes(attribute));
      return { ...resource, attributes: { ...asFound(found, resource), ...Object.fromEntries(kept) } };
    }),
    ...monitor.flatMap((resource): Resource[] => [
      { ...resource, attributes: {} },
      {
        role: 'monitor-binding',
        type: 'servicegroup_lbmonitor_binding',
        id: { servicegroupname: name, monitor_name: name },
        attributes: {},
        owners: resource.owners,
      },
    ]),
  ];
}

/** Returns the found values of attributes that have the appliance's default unless settings ask otherwise. */
function asFound(found: readonly Resource[], { type, id }: Resource): Resource['attributes'] {
  const there = found.find((other) => identity(other) === identity({ type, id }));
  const names = Object.keys(DEFAULTS[type] ?? {}).filter((name) => there?.attributes[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, there!.attributes[name]!]));
}

/** Returns the names of the back ends that drain, by owner's key. */
function drainingNames(state: AuditState): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { retired } of state.ledgers.values()) {
    for (const { ownerKey, backend } of retired) names.set(ownerKey, (names.get(ownerKey) ?? new Set()).add(backend));
  }
  return names;
}

/** Returns the bindings of back ends' policies, by the owner of the policy. */
function bindingsByOwner(
  state: AuditState,
  context: PlanContext,
  uses: ReadonlyMap<string, readonly ClaimedUse[]>,
): Map<string, Resource[]> {
  const ownerOf = new Map<string, string>();
  for (const [key, found] of state.backends) {
    for (const { role, id } of found) if (role === 'policy') ownerOf.set(String(id.name), key);
  }
  for (const [key, all] of uses) {
    for (const name of all.flatMap(({ use }) => policyNames(context.names, backendName(context, use))))
      ownerOf.set(name, key);
  }
  const result = new Map<string, Resource[]>();
  for (const binding of state.frontends.values().flatMap(({ bindings }) => bindings)) {
    const key = ownerOf.get(String(binding.id.policyname));
    if (key === undefined) continue;
    const list = result.get(key) ?? [];
    list.push(binding);
    result.set(key, list);
  }
  return result;
}

/** Reports policies outside of their tier: behind the closing policy one is never evaluated, and a less specific host before a more specific one wins. */
function outOfTier(bound: readonly Resource[], owners: readonly Owner[]): AuditFinding[] {
  return bound.filter(isOutOfTier).map((binding) => {
    const { first, last } = prioritiesOf(tierOf(binding));
    const is = String(Number(binding.attributes.priority));
    return { code: 'PlaceWrong', object: objectName(binding), is, should: `${first} to ${last}`, owners };
  });
}
