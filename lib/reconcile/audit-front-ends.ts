import { type Owner, qualifiedName } from '../contract/index.ts';
import { backEndOf, type Claim, claimOrder, holderOf, hostDigest, settledSettings } from '../ledger/index.ts';
import { backEndId, frontEndMap, frontEndResources, LIMITS, type Resource } from '../netscaler/index.ts';
import { type PlanContext, readyRow } from '../plan/index.ts';
import type { AuditFinding } from './audit-findings.ts';
import { compareObjects } from './audit-objects.ts';
import type { AuditState, FrontEndState } from './audit-state.ts';

/**
 * Who is asked about what several share: the oldest claim's owner of each cluster, because any of them repairs it and
 * a cluster may be silent.
 */
export function speakers(claims: readonly Claim[]): Owner[] {
  const byCluster = Map.groupBy([...claims].sort(claimOrder), ({ owner }) => owner.cluster);
  return [...byCluster.values()].flatMap(([first]) => (first === undefined ? [] : [first.owner]));
}

/** Every front end that is claimed is whole, and every other one is gone; every host leads to its holder. */
export function checkFrontEnds(state: AuditState, context: PlanContext): AuditFinding[] {
  return state.frontEnds.flatMap((place) => [
    ...checkFrontEnd(state, context, place),
    ...checkHosts(state, place),
    ...unclaimedHosts(state, place),
  ]);
}

function checkFrontEnd(state: AuditState, context: PlanContext, place: FrontEndState): AuditFinding[] {
  const { frontEnd, rows, claims, found, settings } = place;
  const settled = claims.filter(({ ownerKey }) => !state.moving.has(ownerKey));
  // Nobody's, or of those only that are being written: it comes or goes.
  const wanted = settled.length > 0 || recordedHere(state, place);
  if (!wanted && claims.length > 0) return [];
  const ports = claims.flatMap(({ target }) => ('securePort' in target ? [target.securePort] : []));
  const use = {
    frontEnd,
    owners: [],
    settings: Object.fromEntries([...settledSettings(settings)].map(([attribute, { value }]) => [attribute, value])),
    securePorts: [...new Set([...ports, ...(readyRow(rows)?.securePorts ?? [])])].sort((a, b) => a - b),
  };
  const desired = wanted ? [frontEndMap(context, use), ...frontEndResources(context, use)] : [];
  const asked = settled.length > 0 ? speakers(settled) : ownersHere(state, place);
  return compareObjects(desired, found, () => asked);
}

/** Owners whose records say that they have something here. */
function ownersHere(state: AuditState, { frontEnd }: FrontEndState): Owner[] {
  return [...state.records.values()]
    .filter(
      ({ life, places }) =>
        life === 'live' && places?.vip === frontEnd.vip && [places.port, places.insecurePort].includes(frontEnd.port),
    )
    .flatMap(({ key }) => (state.moving.has(key) ? [] : (state.owners.get(key) ?? [])));
}

const recordedHere = (state: AuditState, place: FrontEndState): boolean => ownersHere(state, place).length > 0;

/** Rule 8: the row of each claimed host, held against all claims on it. */
function checkHosts(state: AuditState, { frontEnd, map, claims, hosts }: FrontEndState): AuditFinding[] {
  const rows = new Map([...hosts.values()].map((row) => [hostDigest(row.key), row]));
  return [...Map.groupBy(claims, (claim) => claim.hostDigest)].flatMap(([digest, all]) => {
    const holder = holderOf(all);
    if (holder === undefined || all.some(({ ownerKey }) => state.moving.has(ownerKey))) return [];
    const row = rows.get(digest);
    const asked = speakers(all);
    const held = `held by ${holder.owner.cluster} ${qualifiedName(holder.owner)}`;
    if (row === undefined) {
      // Only its digest is known here.
      const object = `policystringmap_pattern_binding ${map} (a host on ${frontEnd.vip}:${frontEnd.port})`;
      return [{ code: 'HostMissing', object, is: 'missing', should: held, owners: asked }];
    }
    const actual = hostResource(map, row.key, row.value, row.comment);
    return compareObjects([expectedHost(map, row.key, holder)], [actual], () => asked);
  });
}

function expectedHost(map: string, host: string, holder: Claim): Resource {
  const backEnd = backEndOf(holder);
  const port = 'securePort' in holder.target ? String(holder.target.securePort) : '';
  const value = backEnd === undefined ? port : backEndId(holder.ownerKey, backEnd);
  const comment = `${holder.owner.cluster} ${qualifiedName(holder.owner)}`.slice(0, LIMITS.comment);
  return hostResource(map, host, value, comment);
}

function hostResource(map: string, host: string, value: string, comment: string): Resource {
  return {
    role: 'host',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key: host },
    attributes: { value, comment },
    owners: [],
  };
}

function unclaimedHosts(state: AuditState, { map, claims, hosts }: FrontEndState): AuditFinding[] {
  const claimed = new Set(claims.map((claim) => claim.hostDigest));
  return [...hosts.values()]
    .filter(({ key }) => !claimed.has(hostDigest(key)))
    .filter(({ value }) => !state.moving.has(value.slice(0, 26)))
    .flatMap(({ key, value, comment }) => {
      const owner = state.owners.get(value.slice(0, 26));
      const actual = hostResource(map, key, value, comment);
      return compareObjects([], [actual], () => (owner === undefined ? [] : [owner]));
    });
}
