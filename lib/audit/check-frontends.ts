import { type Owner, ownerKey, qualifiedName } from '../contract/index.ts';
import {
  type Claim,
  claimOrder,
  effectiveSettings,
  holderOf,
  hostDigest,
  isListenerClaim,
  type LedgerRow,
  letsChallengesThrough,
  namedFrontends,
  securePortOf,
} from '../ledger/index.ts';
import { frontendMap, frontendResources } from '../netscaler/index.ts';
import { decodeHost, heldHost, hostResource, type PlanContext, parseHolder, readyMarker } from '../plan/index.ts';
import type { Frontend } from '../route/index.ts';
import { compareObjects } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState, FrontendState } from './state.ts';

/**
 * Returns the owners whose events repair an object that several share: the oldest one of each cluster. Any of them
 * repairs it, and a cluster may be silent.
 */
export function repairers(claims: readonly Claim[]): Owner[] {
  const byCluster = Map.groupBy([...claims].sort(claimOrder), ({ owner }) => owner.cluster);
  return [...byCluster.values()].flatMap(([first]) => (first === undefined ? [] : [first.owner]));
}

/** Checks that every claimed front end is complete, that no other exists, and that every host leads to its holder. */
export function checkFrontends(state: AuditState, context: PlanContext): AuditFinding[] {
  return state.frontends.flatMap((at) => [
    ...checkFrontend(state, context, at),
    ...checkHosts(state, context, at),
    ...unclaimedHosts(state, at),
  ]);
}

function checkFrontend(state: AuditState, context: PlanContext, at: FrontendState): AuditFinding[] {
  const { frontend, rows, claims, found, settings } = at;
  const settled = claims.filter(({ ownerKey }) => !state.unsettled.has(ownerKey));
  // Only unsettled owners claim it: the front end is being added or removed, and their events repair it anyway.
  if (settled.length === 0 && (claims.length > 0 || isRecorded(state, frontend))) return [];
  const ports = claims.flatMap((claim) => securePortOf(claim) ?? []);
  const marker = readyMarker(rows);
  const use = {
    frontend,
    owners: [],
    settings: Object.fromEntries([...effectiveSettings(settings)].map(([attribute, { value }]) => [attribute, value])),
    securePorts: [...new Set([...ports, ...(marker?.securePorts ?? [])])].sort((a, b) => a - b),
    manyLabels: marker?.manyLabels === true || claims.some(({ form }) => form === 'many-label'),
    listener: marker?.listener === true || claims.some(isListenerClaim),
    challenges: marker?.challenges === true || claims.some(letsChallengesThrough),
  };
  const desired = settled.length === 0 ? [] : [frontendMap(context, use), ...frontendResources(context, use)];
  // Only the owners of a redirect can repair it.
  const owners = [...Map.groupBy(settled, securePortOf).values()].flatMap(repairers);
  const findings = compareObjects(desired, found, () => owners);
  // Only its owner may restore a setting: other owners' events would take it back.
  return settled.length === claims.length
    ? findings
    : findings.filter(({ code, object }) => !(code === 'ObjectChanged' && object.startsWith('csvserver ')));
}

function isRecorded(state: AuditState, { vip, port }: Frontend): boolean {
  return [...state.records.values(), ...state.later.values()].some(({ frontends, formerFrontends }) =>
    [...namedFrontends(frontends), ...namedFrontends(formerFrontends)].some(
      (recorded) => recorded.vip === vip && recorded.port === port,
    ),
  );
}

/** Compares the row of each claimed host with all claims on it (rule 8). */
function checkHosts(
  state: AuditState,
  { names }: PlanContext,
  { frontend, map, claims, hostOf }: FrontendState,
): AuditFinding[] {
  const onHosts = claims.filter((claim) => !isListenerClaim(claim));
  return [...Map.groupBy(onHosts, (claim) => claim.hostDigest)].flatMap(([digest, all]) => {
    const holder = holderOf(all);
    const row = hostOf.get(digest);
    const concerned = [...all.map(({ ownerKey }) => ownerKey), ...(row === undefined ? [] : ownersOfRow(state, row))];
    if (holder === undefined || concerned.some((key) => state.unsettled.has(key))) return [];
    const owners = repairers(all);
    const held = `held by ${holder.owner.cluster} ${qualifiedName(holder.owner)}`;
    if (row === undefined) {
      // The claim holds only a digest of the host.
      const object = `policystringmap_pattern_binding ${map} (a host on ${frontend.vip}:${frontend.port})`;
      return [{ code: 'HostMissing', object, is: 'missing', should: held, owners: owners }];
    }
    const actual = hostResource(map, row);
    return compareObjects([heldHost(names, map, row.key, holder)], [actual], () => owners);
  });
}

function unclaimedHosts(state: AuditState, { map, claims, hosts }: FrontendState): AuditFinding[] {
  const claimed = new Set(claims.map((claim) => claim.hostDigest));
  return [...hosts.values()]
    .filter(({ key }) => !claimed.has(hostDigest(key)))
    .flatMap((row) => {
      const keys = ownersOfRow(state, row);
      if (keys.some((key) => state.unsettled.has(key))) return [];
      const owners = keys.flatMap((key) => state.owners.get(key) ?? []);
      return compareObjects([], [hostResource(map, row)], () => owners);
    });
}

/** Returns the keys of the owners of a host row: by the back end that it leads to, else by its comment. */
function ownersOfRow(state: AuditState, row: LedgerRow): string[] {
  const binding = decodeHost(row);
  if (binding.ownerKey !== undefined && state.owners.has(binding.ownerKey)) return [binding.ownerKey];
  const holder = parseHolder(binding.holder);
  const key = holder === undefined ? undefined : ownerKey(holder);
  return key !== undefined && state.owners.has(key) ? [key] : [];
}
