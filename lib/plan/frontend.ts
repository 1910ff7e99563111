import { ownerKey } from '../contract/index.ts';
import {
  type Claim,
  decodeClaims,
  decodeHosts,
  decodeSettings,
  encodeSetting,
  holderOf,
  hostDigest,
  type LedgerRow,
  type Setting,
  securePortOf,
  settledSettings,
} from '../ledger/index.ts';
import { type FrontendUse, frontendMap, frontendResources, READY_KEY, type Resource } from '../netscaler/index.ts';
import { type Attributes, type Frontend, frontendKey, type RouteSet } from '../route/index.ts';
import { claimResource, type WantedClaim } from './claims.ts';
import { type Actual, known } from './diff.ts';
import { heldHost, holderText, hostResource } from './hosts.ts';
import type { FrontendInScope, OwnerInScope, PlanContext } from './scope.ts';

/** A host that is claimed: who holds it, and who would be next. */
export interface HostAssignment {
  readonly frontend: Frontend;
  readonly host: string;
  readonly holder: Claim;
  readonly standby: readonly Claim[];
  /** Key of the owner that the host led to until now; undefined where it led nowhere, or to a redirect. */
  readonly formerKey: string | undefined;
}

/** A setting that an owner in scope asked for and an older one decides otherwise. */
export interface SettingConflict {
  readonly frontend: Frontend;
  readonly wanted: Setting;
  readonly decided: Setting;
}

export interface FrontendSide {
  readonly desired: Resource[];
  readonly actual: Actual[];
  readonly hostAssignments: readonly HostAssignment[];
  readonly settingConflicts: readonly SettingConflict[];
  /** It is to be there. */
  readonly shouldExist: boolean;
}

/** The owners in scope, sorted once for all front ends. */
export interface OwnersInScope {
  readonly byKey: ReadonlyMap<string, OwnerInScope>;
  /** Comments of the rows of hosts that they hold. */
  readonly holders: ReadonlySet<string>;
  /** What they ask for, by front end (CON-5). */
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
}

export function ownersOf(owners: readonly OwnerInScope[]): OwnersInScope {
  const byKey = new Map(owners.map((owner) => [owner.key, owner]));
  const settings = new Map<string, Setting[]>();
  for (const { wanted } of byKey.values()) {
    if (wanted === undefined) continue;
    const asked = settingsOf(wanted);
    if (asked.length === 0) continue;
    for (const key of new Set(wanted.routes.map((route) => frontendKey(route.frontend)))) {
      const here = settings.get(key) ?? [];
      here.push(...asked);
      settings.set(key, here);
    }
  }
  return { byKey, holders: new Set([...byKey.values()].map(({ owner }) => holderText(owner))), settings };
}

/**
 * One front end: its claims, its hosts, its settings, and whether it is there at all.
 *
 * @param wanted claims that the owners in scope want here.
 */
export function frontendSide(
  context: PlanContext,
  place: FrontendInScope,
  owners: OwnersInScope,
  wanted: readonly WantedClaim[],
): FrontendSide {
  const { frontend, rows } = place;
  const map = context.names.frontendMap(frontend);
  const before = decodeClaims(rows, frontendKey(frontend));
  const after = [...before.filter((claim) => !owners.byKey.has(claim.ownerKey)), ...wanted.map(({ claim }) => claim)];
  const made = after.length > 0 || place.otherClaims > 0;

  const hosts = hostRows(map, rows, before, wanted, after, frontend, owners);
  const settings = settingRows(map, frontend, rows, owners);
  const use = (claims: readonly Claim[], ready: readonly number[], more: Partial<FrontendUse>): FrontendUse => ({
    frontend,
    owners: [...new Set(wanted.map(({ claim }) => claim.ownerKey))],
    securePorts: [...new Set([...claims.flatMap((claim) => securePortOf(claim) ?? []), ...ready])].sort(
      (a, b) => a - b,
    ),
    ...more,
  });
  const readyPorts = readyMarker(rows)?.securePorts;
  // Another owner's claim may need what redirects once led to.
  const needed = provisionedPorts(rows, place.found).filter((port) => !place.unusedPorts.includes(port));
  const goal = use(after, needed, { settings: settings.after, unset: settings.unset });
  const trusted = use([], readyPorts ?? [], { settings: settings.before });
  const there =
    place.found ??
    (readyPorts === undefined ? [] : [frontendMap(context, trusted), ...frontendResources(context, trusted)]);
  // What goes goes with its last owners, and stays while one of them could not be moved.
  const leaving = [
    ...new Set(before.filter((claim) => owners.byKey.has(claim.ownerKey)).map((claim) => claim.ownerKey)),
  ];
  return {
    shouldExist: made,
    hostAssignments: hosts.hostAssignments,
    settingConflicts: settings.conflicts,
    desired: [
      ...wanted.map(({ claim }) => claimResource(map, claim)),
      ...settings.desired,
      ...hosts.desired,
      ...(made ? [frontendMap(context, goal), ...frontendResources(context, goal)] : []),
    ],
    actual: [
      ...before.filter((claim) => owners.byKey.has(claim.ownerKey)).map((claim) => known(claimResource(map, claim))),
      ...settings.actual,
      ...hosts.actual,
      ...there.map((resource) => known({ ...resource, owners: leaving })),
    ],
  };
}

/**
 * The hosts in scope: those wanted, those of which a claim of an owner in scope was found, and those that an owner in
 * scope holds although no claim of it was. Recomputed over all claims (rule 8).
 */
function hostRows(
  map: string,
  rows: readonly LedgerRow[],
  before: readonly Claim[],
  wanted: readonly WantedClaim[],
  after: readonly Claim[],
  frontend: Frontend,
  owners: OwnersInScope,
): { desired: Resource[]; actual: Actual[]; hostAssignments: HostAssignment[] } {
  const bound = decodeHosts(rows);
  const comments = new Map(rows.map((row) => [row.key, row.comment]));
  const own = Map.groupBy(
    [...before, ...wanted.map(({ claim }) => claim)].filter((claim) => owners.byKey.has(claim.ownerKey)),
    (claim) => claim.hostDigest,
  );
  const hosts = new Set(wanted.map(({ host }) => host));
  for (const [host, value] of bound) {
    // A row that redirects names its holder in the comment only.
    const held = owners.byKey.has(value.slice(0, 26)) || owners.holders.has(comments.get(host) as string);
    if (held || own.has(hostDigest(host))) hosts.add(host);
  }
  const byDigest = Map.groupBy(after, (claim) => claim.hostDigest);
  const hostAssignments: HostAssignment[] = [];
  const desired: Resource[] = [];
  const actual: Actual[] = [];
  for (const host of hosts) {
    const claims = byDigest.get(hostDigest(host)) ?? [];
    const holder = holderOf(claims);
    const alsoFor = [...new Set((own.get(hostDigest(host)) ?? []).map((claim) => claim.ownerKey))];
    if (holder !== undefined) {
      const formerKey = frontend.kind === 'tls' ? bound.get(host)?.slice(0, 26) : undefined;
      hostAssignments.push({ frontend, host, holder, standby: claims.filter((claim) => claim !== holder), formerKey });
      desired.push({ ...heldHost(map, host, holder), alsoFor });
    }
    const value = bound.get(host);
    if (value !== undefined) {
      actual.push(known(hostResource(map, host, value, comments.get(host) as string, alsoFor)));
    }
  }
  return { desired, actual, hostAssignments };
}

/** CON-5: what each owner asks for stands in rows; the oldest wish for an attribute is the front end's. */
function settingRows(
  map: string,
  frontend: Frontend,
  rows: readonly LedgerRow[],
  owners: OwnersInScope,
): {
  desired: Resource[];
  actual: Actual[];
  before: Attributes;
  after: Attributes;
  unset: string[];
  conflicts: SettingConflict[];
} {
  const found = decodeSettings(rows);
  const wanted = frontend.kind === 'tls' ? (owners.settings.get(frontendKey(frontend)) ?? []) : [];
  const after = settledSettings([...found.filter(({ ownerKey: key }) => !owners.byKey.has(key)), ...wanted]);
  const before = settledSettings(found);
  const values = (settled: ReadonlyMap<string, Setting>): Attributes =>
    Object.fromEntries([...settled].map(([attribute, { value }]) => [attribute, value]));
  const conflicts = wanted.flatMap((setting): SettingConflict[] => {
    const decided = after.get(setting.attribute);
    return decided === undefined || decided.value === setting.value ? [] : [{ frontend, wanted: setting, decided }];
  });
  const resource = (setting: Setting): Resource => {
    const { key, value, comment } = encodeSetting(setting);
    return {
      role: 'setting',
      type: 'policystringmap_pattern_binding',
      id: { name: map, key },
      attributes: { value, comment },
      owners: [setting.ownerKey],
    };
  };
  return {
    conflicts,
    before: values(before),
    after: values(after),
    unset: [...before.keys()].filter((attribute) => !after.has(attribute)),
    desired: wanted.map(resource),
    actual: found.filter(({ ownerKey: key }) => owners.byKey.has(key)).map((setting) => known(resource(setting))),
  };
}

function settingsOf(set: RouteSet): Setting[] {
  return Object.entries(set.frontendSettings).map(([attribute, value]) => ({
    attribute,
    value: String(value),
    created: set.created,
    ownerKey: ownerKey(set.owner),
    owner: set.owner,
  }));
}

/** Secure ports that redirects lead to: as the ready row says, and as objects of it show that were read. */
export function provisionedPorts(rows: readonly LedgerRow[], found: readonly Resource[] | undefined): number[] {
  const shown = (found ?? []).flatMap(({ id }) => /-redirect-(\d+)-/.exec(String(id.name))?.[1] ?? []);
  return [...new Set([...(readyMarker(rows)?.securePorts ?? []), ...shown.map(Number)])];
}

/** What the ready row says was made: the kind, and the secure ports of redirects. Undefined without the row. */
export function readyMarker(rows: readonly LedgerRow[]): { kind: string; securePorts: number[] } | undefined {
  const value = rows.find((row) => row.key === READY_KEY)?.value;
  if (value === undefined) return undefined;
  const [kind = '', ...ports] = value.split(' ');
  // What somebody wrote by hand: nothing is known to be made.
  if (kind !== 'tls' && kind !== 'http') return undefined;
  return { kind, securePorts: ports.map(Number).filter((port) => port > 0) };
}
