import { type Owner, ownerKey, qualifiedName } from '../contract/index.ts';
import {
  type Claim,
  claimOrder,
  holderOf,
  hostDigest,
  type LedgerRow,
  securePortOf,
  settledSettings,
} from '../ledger/index.ts';
import { frontendMap, frontendResources } from '../netscaler/index.ts';
import { decodeHost, heldHost, hostResource, type PlanContext, parseHolder, readyMarker } from '../plan/index.ts';
import type { Frontend } from '../route/index.ts';
import { compareObjects } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState, FrontendState } from './state.ts';

/**
 * Who is asked about what several share: the oldest claim's owner of each cluster, because any of them repairs it and
 * a cluster may be silent.
 */
export function speakers(claims: readonly Claim[]): Owner[] {
  const byCluster = Map.groupBy([...claims].sort(claimOrder), ({ owner }) => owner.cluster);
  return [...byCluster.values()].flatMap(([first]) => (first === undefined ? [] : [first.owner]));
}

/** Every front end that is claimed is whole, and every other one is gone; every host leads to its holder. */
export function checkFrontends(state: AuditState, context: PlanContext): AuditFinding[] {
  return state.frontends.flatMap((place) => [
    ...checkFrontend(state, context, place),
    ...checkHosts(state, place),
    ...unclaimedHosts(state, place),
  ]);
}

function checkFrontend(state: AuditState, context: PlanContext, place: FrontendState): AuditFinding[] {
  const { frontend, rows, claims, found, settings } = place;
  const settled = claims.filter(({ ownerKey }) => !state.unsettled.has(ownerKey));
  // Of those only of whom nothing can be said now: it comes or goes, and they are asked anyway.
  if (settled.length === 0 && (claims.length > 0 || isRecorded(state, frontend))) return [];
  const ports = claims.flatMap((claim) => securePortOf(claim) ?? []);
  const use = {
    frontend,
    owners: [],
    settings: Object.fromEntries([...settledSettings(settings)].map(([attribute, { value }]) => [attribute, value])),
    securePorts: [...new Set([...ports, ...(readyMarker(rows)?.securePorts ?? [])])].sort((a, b) => a - b),
  };
  const desired = settled.length === 0 ? [] : [frontendMap(context, use), ...frontendResources(context, use)];
  // Whom a redirect leads to is known to its own owners alone.
  const asked = [...Map.groupBy(settled, securePortOf).values()].flatMap(speakers);
  const findings = compareObjects(desired, found, () => asked);
  // A setting whose wish is lost is its owner's to restore, not anybody's to take back.
  return settled.length === claims.length
    ? findings
    : findings.filter(({ code, object }) => !(code === 'ObjectChanged' && object.startsWith('csvserver ')));
}

function isRecorded(state: AuditState, { vip, port }: Frontend): boolean {
  return [...state.records.values(), ...state.later.values()].some(({ ports: places, formerPorts: formerly }) =>
    [places, formerly === 'anywhere' ? undefined : formerly].some(
      (at) => at?.vip === vip && [at.port, at.insecurePort].includes(port),
    ),
  );
}

/** Rule 8: the row of each claimed host, held against all claims on it. */
function checkHosts(state: AuditState, { frontend, map, claims, hostOf }: FrontendState): AuditFinding[] {
  return [...Map.groupBy(claims, (claim) => claim.hostDigest)].flatMap(([digest, all]) => {
    const holder = holderOf(all);
    const row = hostOf.get(digest);
    const concerned = [...all.map(({ ownerKey }) => ownerKey), ...(row === undefined ? [] : ownersOfRow(state, row))];
    if (holder === undefined || concerned.some((key) => state.unsettled.has(key))) return [];
    const asked = speakers(all);
    const held = `held by ${holder.owner.cluster} ${qualifiedName(holder.owner)}`;
    if (row === undefined) {
      // Only its digest is known here.
      const object = `policystringmap_pattern_binding ${map} (a host on ${frontend.vip}:${frontend.port})`;
      return [{ code: 'HostMissing', object, is: 'missing', should: held, owners: asked }];
    }
    const actual = hostResource(map, row);
    return compareObjects([heldHost(map, row.key, holder)], [actual], () => asked);
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

/** Keys of the owners that the row of a host speaks of: by the back end that it leads to, else by its comment. */
function ownersOfRow(state: AuditState, row: LedgerRow): string[] {
  const binding = decodeHost(row);
  if (binding.ownerKey !== undefined && state.owners.has(binding.ownerKey)) return [binding.ownerKey];
  const holder = parseHolder(binding.holder);
  const key = holder === undefined ? undefined : ownerKey(holder);
  return key !== undefined && state.owners.has(key) ? [key] : [];
}
