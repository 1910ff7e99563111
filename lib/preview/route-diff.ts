import { hostPort, type Owner, ownerKey, qualifiedName } from '../contract/index.ts';
import type { RouteChange, WaitingClaim } from './route-change.ts';
import type { RouteClaim, RouteEntry, RouteTable } from './route-table.ts';

const nameOf = (owner: Owner): string => `${owner.cluster}/${qualifiedName(owner)}`;
const frontendOf = ({ frontend }: RouteEntry): string => hostPort(frontend.vip, frontend.port);

/** Returns what differs between two tables, sorted by host. Pure. */
export function routeChanges(before: RouteTable, after: RouteTable): RouteChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const moves = movedRoutes(before, after);
  return keys
    .flatMap((key) => changeOf(before.get(key), after.get(key), moves.get(key)))
    .sort((a, b) => (`${a.host} ${a.frontend}` < `${b.host} ${b.frontend}` ? -1 : 1));
}

/** Pairs routes that an Ingress gives up with those that it gets on another address, by the keys of both. */
function movedRoutes(before: RouteTable, after: RouteTable): Map<string, RouteEntry> {
  const identityOf = ({ host, frontend, claims: [{ owner }] }: RouteEntry): string =>
    `${host} ${frontend.kind} ${ownerKey(owner)}`;
  const added = new Map([...after].filter(([key]) => !before.has(key)).map((pair) => [identityOf(pair[1]), pair]));
  return new Map(
    [...before]
      .filter(([key]) => !after.has(key))
      .flatMap(([oldKey, old]): [string, RouteEntry][] => {
        const [newKey, now] = added.get(identityOf(old)) ?? [];
        return newKey === undefined || now === undefined
          ? []
          : [
              [oldKey, now],
              [newKey, old],
            ];
      }),
  );
}

/** @param other the route on the other address, of one that moves. */
function changeOf(
  before: RouteEntry | undefined,
  after: RouteEntry | undefined,
  other: RouteEntry | undefined,
): RouteChange[] {
  if (after === undefined) {
    if (before === undefined) return [];
    const [old] = before.claims;
    const reason = other === undefined ? 'nothing claims it any more' : `moves to ${frontendOf(other)}`;
    return [{ ...placed('remove', before, old), from: old.target, to: null, reason }];
  }
  const [now] = after.claims;
  if (before === undefined) {
    const from = other === undefined ? [] : [`moves from ${frontendOf(other)}`];
    const reason = [...from, membersText(now)].filter((text) => text !== '').join(', ');
    return [{ ...placed('add', after, now), from: null, to: now.target, reason }];
  }
  const [old] = before.claims;
  const reason = reasonOf(old, now, after);
  return reason === undefined ? [] : [{ ...placed('change', after, now), from: old.target, to: now.target, reason }];
}

function placed(change: RouteChange['change'], entry: RouteEntry, { owner }: RouteClaim) {
  return { change, host: entry.host, frontend: frontendOf(entry), ingress: nameOf(owner) };
}

/** Returns why a host is not as before; undefined where it is. */
function reasonOf(old: RouteClaim, now: RouteClaim, after: RouteEntry): string | undefined {
  if (ownerKey(old.owner) !== ownerKey(now.owner)) {
    const stays = after.claims.some(({ owner }) => ownerKey(owner) === ownerKey(old.owner));
    const why = stays ? olderText(now, old) : 'gives it up';
    return stays ? `moves from ${nameOf(old.owner)}: ${why}` : `moves from ${nameOf(old.owner)}, which ${why}`;
  }
  if (old.target !== now.target) return 'leads to another back end';
  if (old.settings !== undefined && now.settings !== undefined && old.settings !== now.settings)
    return 'other settings';
  if (old.members === undefined || now.members === undefined) return undefined;
  const added = now.members.filter((member) => !old.members?.includes(member));
  const gone = old.members.filter((member) => !now.members?.includes(member));
  if (added.length + gone.length === 0) return undefined;
  const parts = [
    ...(added.length === 0 ? [] : [`+${firstThree(added)}`]),
    ...(gone.length === 0 ? [] : [`-${firstThree(gone)}`]),
  ];
  return `members ${parts.join(' ')}${now.members.length === 0 ? ': none is left, connections are reset' : ''}`;
}

function firstThree(members: readonly string[]): string {
  const more = members.length - 3;
  return `${members.slice(0, 3).join(',')}${more > 0 ? ` and ${more} more` : ''}`;
}

function membersText({ members }: RouteClaim): string {
  if (members === undefined) return 'members unknown';
  if (members.length === 0) return '';
  return `${members.length} ${members.length === 1 ? 'member' : 'members'}`;
}

function olderText(winner: RouteClaim, loser: RouteClaim): string {
  if (winner.created === loser.created) return `both are as old, and ${nameOf(winner.owner)} comes first by name`;
  const date = (claim: RouteClaim): string => new Date(claim.created * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${nameOf(winner.owner)} is older (${date(winner)}, against ${date(loser)})`;
}

/**
 * Returns the claims of a cluster that get no host, because an older one has it.
 *
 * @param cluster only claims of this cluster; of all where absent.
 */
export function waitingClaims(after: RouteTable, cluster?: string): WaitingClaim[] {
  return [...after.values()].flatMap((entry) => {
    const [holder, ...standby] = entry.claims;
    return standby
      .filter(({ owner }) => cluster === undefined || owner.cluster === cluster)
      .map((claim) => ({
        host: entry.host,
        frontend: frontendOf(entry),
        ingress: nameOf(claim.owner),
        holder: nameOf(holder.owner),
        reason: olderText(holder, claim),
      }));
  });
}
