import { type Owner, qualifiedName } from '../contract/index.ts';
import {
  backEndOf,
  type Claim,
  frontEndsAt,
  type Hashes,
  hashesOf,
  hostDigest,
  type IngressRow,
} from '../ledger/index.ts';
import { backEndName, type Resource } from '../netscaler/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { backEndRef, canonical, frontEndKey, type Route, type RouteSet } from '../route/index.ts';
import type { AuditFinding } from './audit-findings.ts';
import { membersOf } from './audit-objects.ts';
import type { AuditState, FrontEndState } from './audit-state.ts';

/** The record of each Ingress, held against the hashes of the objects as they are (docs/protocol.md, definitions). */
export function checkRecords(state: AuditState, context: PlanContext): AuditFinding[] {
  const claims = Map.groupBy(
    state.frontEnds.flatMap((place) => place.claims.map((claim) => ({ claim, place }))),
    ({ claim }) => claim.ownerKey,
  );
  const keys = new Set([...claims.keys(), ...state.records.keys()]);
  return [...keys].flatMap((key) => {
    const owner = state.owners.get(key);
    if (owner === undefined || state.moving.has(key)) return [];
    const own = claims.get(key) ?? [];
    const row = state.records.get(key);
    if (row?.life !== 'live') return own.length === 0 ? [] : [recordMissing(owner, own.length, row)];
    const changed = claimsChanged(state, owner, row, own);
    if (changed !== undefined) return [changed];
    const members = membersChanged(state, context, owner, row, own);
    return members === undefined ? [] : [members];
  });
}

interface ClaimAt {
  readonly claim: Claim;
  readonly place: FrontEndState;
}

const ingressOf = (owner: Owner): string => `Ingress ${owner.cluster} ${qualifiedName(owner)}`;

function recordMissing(owner: Owner, count: number, row: IngressRow | undefined): AuditFinding {
  return {
    code: 'RecordMissing',
    object: ingressOf(owner),
    is: row === undefined ? 'not recorded' : 'recorded as withdrawn',
    should: `recorded, for it has ${count} claims`,
    owners: [owner],
  };
}

/** Number of claims, where they stand, and, where nothing in it is known by its digest only, the hashes themselves. */
function claimsChanged(
  state: AuditState,
  owner: Owner,
  row: IngressRow,
  own: readonly ClaimAt[],
): AuditFinding | undefined {
  const finding = (is: string, should: string): AuditFinding => ({
    code: 'ClaimsChanged',
    object: ingressOf(owner),
    is,
    should,
    owners: [owner],
  });
  if (own.length !== row.routes) return finding(`${own.length} claims`, `${row.routes} claims`);
  const places = new Set((row.places === undefined ? [] : frontEndsAt(row.places)).map(frontEndKey));
  const elsewhere = own.find(({ claim }) => !places.has(claim.frontEnd));
  if (elsewhere !== undefined) {
    return finding(`a claim on ${elsewhere.claim.frontEnd}`, `claims on ${[...places].join(' and ')} only`);
  }
  const set = routeSetOf(state, owner, row, own);
  if (set === undefined) return undefined;
  const hashes = hashesOf(set);
  return differing(hashes, row.hashes).length === 0
    ? undefined
    : finding(`other ${differing(hashes, row.hashes).join(' and ')}`, 'those of its record');
}

function differing(is: Hashes, should: Hashes): string[] {
  return [
    ...(is.routes === should.routes ? [] : ['routes']),
    ...(is.frontEnd === should.frontEnd ? [] : ['front-end settings']),
  ];
}

/** The routes that claims stand for. Undefined where something is known by its digest only: settings, a host without a row. */
function routeSetOf(state: AuditState, owner: Owner, row: IngressRow, own: readonly ClaimAt[]): RouteSet | undefined {
  const routes: Route[] = [];
  for (const { claim, place } of own) {
    if (claim.settings !== '' || claim.created !== row.created) return undefined;
    const host = [...place.hosts.keys()].find((candidate) => hostDigest(candidate) === claim.hostDigest);
    if (host === undefined) return undefined;
    const { frontEnd } = place;
    routes.push(
      'securePort' in claim.target
        ? { kind: 'redirect', frontEnd, host, securePort: claim.target.securePort }
        : { kind: 'passthrough', frontEnd, host, backEnd: backEndRef(claim.target) },
    );
  }
  const asked = state.frontEnds.some(({ settings }) => settings.some(({ ownerKey }) => ownerKey === row.key));
  return asked ? undefined : canonical({ ...setWithoutRoutes(owner, row, own), routes });
}

function setWithoutRoutes(owner: Owner, { created }: IngressRow, own: readonly ClaimAt[]): RouteSet {
  const services = new Map(
    own.flatMap(({ claim: { target } }) => ('securePort' in target ? [] : [[backEndRef(target), target] as const])),
  );
  const backEnds = [...services.values()].map(({ service, port }) => ({ service, port, members: [], settings: {} }));
  return { owner, created, backEnds, routes: [], frontEndSettings: {} };
}

/** The hash of the members that its groups have. A missing group is a finding of its own. */
function membersChanged(
  state: AuditState,
  context: PlanContext,
  owner: Owner,
  row: IngressRow,
  own: readonly ClaimAt[],
): AuditFinding | undefined {
  const found = state.backEnds.get(row.key) ?? [];
  const groups = new Map<string, string>();
  for (const { claim } of own) {
    const key = backEndOf(claim);
    if (key === undefined) continue;
    groups.set(backEndRef(key), backEndName(context, { owner, key }));
  }
  if ([...groups.values()].some((name) => !hasGroup(found, name))) return undefined;
  const empty = setWithoutRoutes(owner, row, own);
  const set: RouteSet = {
    ...empty,
    backEnds: empty.backEnds
      .map((backEnd) => ({ ...backEnd, members: membersOf(found, groups.get(backEndRef(backEnd)) ?? '') }))
      .sort((a, b) => (backEndRef(a) < backEndRef(b) ? -1 : 1)),
  };
  if (hashesOf(set).members === row.hashes.members) return undefined;
  const list = set.backEnds.map(
    ({ members, ...backEnd }) =>
      `${backEndRef(backEnd)} [${members.map(({ address, port }) => `${address} ${port}`).join(', ')}]`,
  );
  return {
    code: 'MembersChanged',
    object: ingressOf(owner),
    is: list.join(', '),
    should: 'those of its record',
    owners: [owner],
  };
}

const hasGroup = (found: readonly Resource[], name: string): boolean =>
  found.some(({ role, id }) => role === 'service-group' && id.servicegroupname === name);
