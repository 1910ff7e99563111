import { type Owner, qualifiedName } from '../contract/index.ts';
import {
  backEndOf,
  type Claim,
  decodeClaims,
  decodeHosts,
  holderOf,
  hostDigest,
  type Row,
  SOME_EMPTY,
} from '../ledger/index.ts';
import {
  type BackEndUse,
  backEndId,
  backEndName,
  backEndResources,
  type FrontEndUse,
  frontEndMap,
  frontEndResources,
  isBinding,
  LIMITS,
  membersResource,
  policyBindings,
  READY_KEY,
  type Resource,
  systemResources,
} from '../netscaler/index.ts';
import {
  type BackEndKey,
  backEndKey,
  backEndRef,
  backEndText,
  type FrontEnd,
  frontEndKey,
  type RouteSet,
} from '../route/index.ts';
import { claimResource, claimsOf } from './claims.ts';
import type { Actual } from './diff.ts';
import type { Priorities } from './priorities.ts';
import type { FrontEndInScope, OwnerInScope, PlanContext, Scope } from './scope.ts';

/** A host that changes or keeps its holder. */
export interface Holding {
  readonly frontEnd: FrontEnd;
  readonly host: string;
  readonly holder: Claim;
  readonly standby: readonly Claim[];
}

/** A back end that stays for its connections until its drain time is over. */
export interface Retirement {
  readonly owner: Owner;
  readonly ownerKey: string;
  readonly backEnd: BackEndKey;
}

export interface Goal {
  readonly desired: readonly Resource[];
  readonly actual: readonly Actual[];
  readonly priorities: Priorities;
  /** Every host in scope that somebody claims, with who holds it. */
  readonly holdings: readonly Holding[];
  readonly retired: readonly Retirement[];
}

/**
 * Puts desired and actual side by side for the owners in scope: what their routes need, who holds each of their
 * hosts over all claims (CON-1), which front ends come and go, and what is there already. Pure.
 */
export function goalOf(context: PlanContext, scope: Scope): Goal {
  const desired: Resource[] = [];
  const actual: Actual[] = [];
  const holdings: Holding[] = [];
  const retired: Retirement[] = [];
  const priorities: Priorities = new Map();
  const kinds = new Set<FrontEnd['kind']>();
  const inScope = new Map(scope.owners.map((owner) => [owner.key, owner]));
  const claimsBefore = new Map(
    scope.frontEnds.map((place) => [
      frontEndKey(place.frontEnd),
      decodeClaims(place.rows, frontEndKey(place.frontEnd)),
    ]),
  );

  for (const place of scope.frontEnds) {
    const before = claimsBefore.get(frontEndKey(place.frontEnd)) ?? [];
    const side = frontEndSide(context, place, before, inScope, scope.owners);
    desired.push(...side.desired);
    actual.push(...side.actual);
    holdings.push(...side.holdings);
    if (side.made) kinds.add(place.frontEnd.kind);
    for (const { id, attributes } of place.bindings ?? []) {
      const vserver = String(id.vservername);
      const taken = priorities.get(vserver) ?? new Set();
      taken.add(Number(attributes.priority));
      priorities.set(vserver, taken);
    }
  }
  if (scope.system !== undefined) {
    desired.push(...systemResources(context, kinds));
    actual.push(...scope.system.map(assumed));
  }

  for (const owner of scope.owners) {
    const before = scope.frontEnds.flatMap((place) =>
      usesOfClaims(
        place.frontEnd,
        (claimsBefore.get(frontEndKey(place.frontEnd)) ?? []).filter((claim) => claim.ownerKey === owner.key),
        owner.wanted,
      ),
    );
    const side = ownerSide(context, owner, before, scope.frontEnds);
    desired.push(...side.desired);
    actual.push(...side.actual);
    retired.push(...side.retired);
  }
  return { desired, actual, priorities, holdings, retired };
}

const known = (resource: Resource): Actual => ({ resource, assumed: false });
const assumed = (resource: Resource): Actual => ({ resource, assumed: true });

/** One front end: its claims, its hosts, and whether it is there at all. */
function frontEndSide(
  context: PlanContext,
  place: FrontEndInScope,
  before: readonly Claim[],
  inScope: ReadonlyMap<string, OwnerInScope>,
  owners: readonly OwnerInScope[],
): { desired: Resource[]; actual: Actual[]; holdings: Holding[]; made: boolean } {
  const { frontEnd, rows } = place;
  const map = context.names.frontEndMap(frontEnd);
  const here = (set: RouteSet): { claim: Claim; host: string }[] =>
    claimsOf(set).filter(({ claim }) => claim.frontEnd === frontEndKey(frontEnd));
  const wanted = owners.flatMap(({ wanted: set }) => (set === undefined ? [] : here(set)));
  const others = before.filter((claim) => !inScope.has(claim.ownerKey));
  const after = [...others, ...wanted.map(({ claim }) => claim)];

  const desired: Resource[] = wanted.map(({ claim }) => claimResource(map, claim));
  const actual: Actual[] = before
    .filter((claim) => inScope.has(claim.ownerKey))
    .map((claim) => known(claimResource(map, claim)));

  // Hosts: those wanted, and those whose row is there and of which a claim of an owner in scope was found, or that an
  // owner in scope holds although no claim of it was.
  const hostRows = decodeHosts(rows);
  const ownDigests = new Set(before.filter((claim) => inScope.has(claim.ownerKey)).map((claim) => claim.hostDigest));
  const hosts = new Set(wanted.map(({ host }) => host));
  for (const [host, value] of hostRows) {
    if (ownDigests.has(hostDigest(host)) || inScope.has(value.slice(0, 26))) hosts.add(host);
  }
  const holdings: Holding[] = [];
  const byDigest = Map.groupBy(after, (claim) => claim.hostDigest);
  const comments = new Map(rows.map((row) => [row.key, row.comment]));
  for (const host of hosts) {
    const claims = byDigest.get(hostDigest(host)) ?? [];
    const holder = holderOf(claims);
    if (holder !== undefined) {
      holdings.push({ frontEnd, host, holder, standby: claims.filter((claim) => claim !== holder) });
      desired.push(hostResource(map, host, holder));
    }
    const value = hostRows.get(host);
    if (value !== undefined) {
      const owner = holder?.ownerKey ?? value.slice(0, 26);
      actual.push(
        known({
          role: 'host',
          type: 'policystringmap_pattern_binding',
          id: { name: map, key: host },
          attributes: { value, comment: comments.get(host) ?? '' },
          owners: inScope.has(owner) ? [owner] : [],
        }),
      );
    }
  }

  const made = after.length > 0 || place.otherClaims > 0;
  const use = (claims: readonly Claim[], ready: readonly number[]): FrontEndUse => ({
    frontEnd,
    owners: [...new Set(wanted.map(({ claim }) => claim.ownerKey))],
    securePorts: [...new Set([...claims.flatMap(securePort), ...ready])].sort((a, b) => a - b),
  });
  const readyPorts = readyRow(rows);
  // What redirects once led to stays until the front end goes: another owner's claim may need it.
  const resources = frontEndResources(context, use(after, readyPorts ?? []));
  const there =
    place.found?.map(known) ??
    (readyPorts === undefined
      ? []
      : [frontEndMap(context, use(before, readyPorts)), ...frontEndResources(context, use([], readyPorts))].map(known));
  actual.push(...there);
  if (made) desired.push(frontEndMap(context, use(after, [])), ...resources);
  return { desired, actual, holdings, made };
}

function securePort(claim: Claim): number[] {
  return 'securePort' in claim.target ? [claim.target.securePort] : [];
}

/** The secure ports that the ready row says were made; undefined without the row. */
export function readyRow(rows: readonly Row[]): number[] | undefined {
  const value = rows.find((row) => row.key === READY_KEY)?.value;
  return value === undefined
    ? undefined
    : value
        .split(' ')
        .slice(1)
        .map(Number)
        .filter((port) => port > 0);
}

function hostResource(map: string, host: string, holder: Claim): Resource {
  const backEnd = backEndOf(holder);
  const value = backEnd === undefined ? String(securePort(holder)[0]) : backEndId(holder.ownerKey, backEnd);
  return {
    role: 'host',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key: host },
    attributes: { value, comment: `${holder.owner.cluster} ${qualifiedName(holder.owner)}`.slice(0, LIMITS.comment) },
    owners: [holder.ownerKey],
  };
}

/**
 * The back ends that claims speak of. Their members are unknown; their settings, too, unless they are wanted still:
 * other settings would be another back end.
 */
function usesOfClaims(frontEnd: FrontEnd, claims: readonly Claim[], wanted: RouteSet | undefined): BackEndUse[] {
  const settings = new Map(wanted?.backEnds.map((backEnd) => [backEndText(backEndKey(backEnd)), backEnd.settings]));
  const uses = new Map<string, BackEndUse>();
  for (const claim of claims) {
    const key = backEndOf(claim);
    if (key === undefined) continue;
    const text = backEndText(key);
    const before = uses.get(text);
    uses.set(text, {
      owner: claim.owner,
      key,
      settings: settings.get(text) ?? {},
      members: [],
      frontEnd,
      exact: !claim.wildcard || before?.exact === true,
      wildcard: claim.wildcard || before?.wildcard === true,
    });
  }
  return [...uses.values()];
}

/** The back ends that a set of routes needs. */
export function usesOf(set: RouteSet): BackEndUse[] {
  return set.backEnds.flatMap((backEnd) => {
    const routes = set.routes.filter((route) => route.kind === 'passthrough' && route.backEnd === backEndRef(backEnd));
    const [first] = routes;
    if (first === undefined) return [];
    return [
      {
        owner: set.owner,
        key: backEndKey(backEnd),
        settings: backEnd.settings,
        members: backEnd.members,
        frontEnd: first.frontEnd,
        exact: routes.some((route) => !route.host.startsWith('*.')),
        wildcard: routes.some((route) => route.host.startsWith('*.')),
      },
    ];
  });
}

/** One owner: the objects of its back ends. */
function ownerSide(
  context: PlanContext,
  owner: OwnerInScope,
  before: readonly BackEndUse[],
  places: readonly FrontEndInScope[],
): { desired: Resource[]; actual: Actual[]; retired: Retirement[] } {
  const wanted = owner.wanted === undefined ? [] : usesOf(owner.wanted);
  const desired = wanted.flatMap((use) => [...backEndResources(context, use), ...policyBindings(context, use)]);
  const actual = owner.found?.map(known) ?? before.flatMap((use) => trusted(context, owner, use, wanted));
  actual.push(...boundPolicies(context, owner, before, places));

  const kept = new Set(wanted.map((use) => backEndName(context, use)));
  const stays = (key: BackEndKey): void => {
    const name = context.names.backEnd(owner.owner, key);
    if (!kept.has(name)) desired.push(...keptWhileDraining(name, owner.key, actual));
  };
  for (const key of owner.retiring) stays(key);
  const retired: Retirement[] = [];
  if (context.drainSeconds > 0) {
    const already = new Set(owner.retiring.map(backEndText));
    for (const use of before.filter((candidate) => !kept.has(backEndName(context, candidate)))) {
      if (already.has(backEndText(use.key))) continue;
      retired.push({ owner: owner.owner, ownerKey: owner.key, backEnd: use.key });
      stays(use.key);
    }
  }
  return { desired, actual, retired };
}

/** What the ledger knows of a back end whose record is applied. */
function trusted(context: PlanContext, owner: OwnerInScope, use: BackEndUse, wanted: readonly BackEndUse[]): Actual[] {
  const name = backEndName(context, use);
  const now = wanted.find((candidate) => backEndName(context, candidate) === name);
  return backEndResources(context, use).flatMap((resource): Actual[] => {
    if (resource.role !== 'members') return [known(resource)];
    const list = (members: string): Actual[] => [known({ ...resource, attributes: { members } })];
    if (owner.members === 'unknown') return list(UNKNOWN);
    if (owner.members !== 'equal') return list(owner.members.get(name) ?? '');
    return now === undefined ? list(UNKNOWN) : [known(membersResource(name, now.members, [owner.key]))];
  });
}

/** Differs from every list of members. */
const UNKNOWN = '?';

/** The places of this owner's policies in the bank: as they were read, or all of them where the ledger says so. */
function boundPolicies(
  context: PlanContext,
  owner: OwnerInScope,
  before: readonly BackEndUse[],
  places: readonly FrontEndInScope[],
): Actual[] {
  const names = new Set([
    ...(owner.found ?? []).filter(({ type }) => type === 'sslpolicy').map(({ id }) => String(id.name)),
    ...before.flatMap((use) => policyNames(context, use)),
    ...(owner.wanted === undefined ? [] : usesOf(owner.wanted)).flatMap((use) => policyNames(context, use)),
  ]);
  const result: Actual[] = [];
  for (const place of places) {
    if (place.bindings !== undefined) {
      result.push(
        ...place.bindings
          .filter(({ id }) => names.has(String(id.policyname)))
          .map((binding) => known({ ...binding, role: 'policy-binding', owners: [owner.key] })),
      );
    } else if (owner.row?.hashes.members.endsWith(SOME_EMPTY) !== true) {
      const full = before
        .filter((use) => frontEndKey(use.frontEnd) === frontEndKey(place.frontEnd))
        .map((use): BackEndUse => ({ ...use, members: SOME_MEMBER }));
      result.push(...full.flatMap((use) => policyBindings(context, use)).map(assumed));
    }
  }
  return result;
}

const policyNames = (context: PlanContext, use: BackEndUse): string[] => {
  const name = backEndName(context, use);
  return [name, context.names.wildcardPolicy(name)];
};

/** Bound policies follow from having any member; which one does not matter. */
const SOME_MEMBER = [{ address: '0.0.0.0', port: 1 }];

/** Server and group stay, without members, so that their connections end by themselves within the drain time. */
function keptWhileDraining(name: string, ownerKey: string, actual: readonly Actual[]): Resource[] {
  const roles: readonly Resource['role'][] = [
    'lbvserver',
    'service-group',
    'group-binding',
    'monitor',
    'monitor-binding',
  ];
  const there = actual
    .map(({ resource }) => resource)
    .filter(
      ({ role, type, id }) =>
        roles.includes(role) && (isBinding(type) ? Object.values(id).includes(name) : Object.values(id)[0] === name),
    );
  // Nothing of it is left: there is nothing to drain.
  return there.length === 0 ? [] : [...there, membersResource(name, [], [ownerKey])];
}
