import type { Owner } from '../contract/index.ts';
import {
  type BackendUse,
  backendName,
  backendResources,
  DEFAULTS,
  identity,
  isOutOfTier,
  objectName,
  PRIORITY,
  policyBindings,
  policyNames,
  type Resource,
  tierOf,
} from '../netscaler/index.ts';
import { type PlanContext, staysWhileDraining, usesOfClaims } from '../plan/index.ts';
import { compareObjects, hasGroup, membersOf } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Every claim has its back end's objects as the graph makes them, and no others of ours are left.
 *
 * @param doubtful keys of the owners whose members are not those of their record: they come back first.
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
        { own, found, bound, doubtful: doubtful.has(key), draining: draining.get(key) ?? NOBODY },
        owner,
      ),
    );
  }
  return findings;
}

const NOBODY: ReadonlySet<string> = new Set();

/** One owner's back ends: as claims say, and as they were found. */
interface OwnBackends {
  readonly own: readonly BackendUse[];
  readonly found: readonly Resource[];
  readonly bound: readonly Resource[];
  readonly doubtful: boolean;
  /** Names of those whose drain time runs. */
  readonly draining: ReadonlySet<string>;
}

function checkOwner(
  context: PlanContext,
  { own, found, bound: all, doubtful, draining }: OwnBackends,
  owner: Owner | undefined,
): AuditFinding[] {
  // Whether policies are to be bound follows from the members: without the group, or with others, nobody knows.
  const unknown = new Set(
    own
      .filter((use) => doubtful || !hasGroup(found, backendName(context, use)))
      .flatMap((use) => policyNames(context, use)),
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
  const asked = owner === undefined ? [] : [owner];
  return [...compareObjects(desired, actual, () => asked), ...outOfTier(bound, asked)];
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

/** What a back end with settings of its own has whatever they are. */
const SETTINGS_KEEP: Partial<Record<Resource['role'], readonly string[]>> = {
  lbvserver: ['servicetype', 'comment'],
  'service-group': ['servicetype', 'autoscale', 'autodisablegraceful', 'autodisabledelay', 'comment'],
};

/**
 * The objects of a back end with the members that its group has: those alone are what a hash tells. Of settings
 * (VAL-13) only the digest is known here, so what they decide is left out, and a monitor is wanted as found.
 */
function desiredOf(context: PlanContext, use: BackendUse, found: readonly Resource[]): Resource[] {
  const name = backendName(context, use);
  const filled = { ...use, members: membersOf(found, name) };
  const plain = [...backendResources(context, filled), ...policyBindings(context, filled)].filter(
    ({ role }) => role !== 'members',
  );
  if (use.key.settings === '') return plain;
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

/** What is the appliance's default unless settings ask otherwise, as it was found. */
function asFound(found: readonly Resource[], { type, id }: Resource): Resource['attributes'] {
  const there = found.find((other) => identity(other) === identity({ type, id }));
  const names = Object.keys(DEFAULTS[type] ?? {}).filter((name) => there?.attributes[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, there!.attributes[name]!]));
}

/** Owner's key → names of its back ends whose drain time runs. */
function drainingNames(state: AuditState): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { retired } of state.ledgers.values()) {
    for (const { ownerKey, backend } of retired) names.set(ownerKey, (names.get(ownerKey) ?? new Set()).add(backend));
  }
  return names;
}

/** The places of back ends' policies, by the owner of the policy. */
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
    for (const name of all.flatMap(({ use }) => policyNames(context, use))) ownerOf.set(name, key);
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

function outOfTier(bound: readonly Resource[], owners: readonly Owner[]): AuditFinding[] {
  return bound.filter(isOutOfTier).map((binding) => {
    const { first, last } = PRIORITY[tierOf(binding)];
    const is = String(Number(binding.attributes.priority));
    return { code: 'PlaceWrong', object: objectName(binding), is, should: `${first} to ${last}`, owners };
  });
}
