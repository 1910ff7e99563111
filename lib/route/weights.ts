import type { Member } from '../contract/index.ts';
import { canonicalMembers } from './canonical.ts';
import type { BackendSettings, WeightedMember } from './route.ts';

/** A Service that gets a share of the connections to a host. */
export interface ServiceShare {
  /** Its share is this, of the sum over all Services. 0: no connection. */
  readonly weight: number;
  readonly members: readonly Member[];
}

/** The members of several Services as those of one back end. */
interface SpreadMembers {
  readonly members: readonly WeightedMember[];
  readonly settings: BackendSettings;
  /** Share of the connections, 0 to 1, that is due to Services without a member: `members` would give it to the others. */
  readonly unserved: number;
}

/** Largest weight of a member of a service group (NITRO reference). */
const MOST_WEIGHT = 100;

/**
 * Returns the members of several Services as those of one back end, each with a weight, so that each Service gets its
 * share. A member's due is the weight of its Service divided by the number of its members; a member of two Services gets
 * the sum.
 *
 * **Rounding.** Dues are scaled so that the largest becomes a whole number from 1 to 100, and are rounded, to 1 at least.
 * Of these hundred scales, that with the least error counts, and of equal ones the smallest. The **error** of a Service is
 * the difference between the share that it is due and the one that it gets. It is at most half the number of members,
 * divided by the sum of their weights at the scale 100, if no member is due less than a 200th of the largest. Smaller dues
 * become 1, which may be far too much: the weights of an appliance end at 100.
 *
 * **Method.** The default, least connections, honours weights by the connections that are open: equal weights or none make
 * no difference to short ones. Round robin gives each member as many new connections in a round as its weight. So several
 * Services have round robin, whatever their weights and members are now: a change of these is then a change of the list of
 * members, and not another back end.
 */
export function spreadOver(services: readonly ServiceShare[]): SpreadMembers {
  const sharing = services.filter(({ weight }) => weight > 0);
  const [first] = sharing;
  if (first === undefined) return { members: [], settings: {}, unserved: 1 };
  if (sharing.length === 1) {
    const members = canonicalMembers(first.members);
    return { members, settings: {}, unserved: members.length === 0 ? 1 : 0 };
  }
  const total = sum(sharing.map(({ weight }) => weight));
  const served = sharing.filter(({ members }) => members.length > 0);
  return {
    members: weighted(served),
    settings: { lbvserver: { lbmethod: 'ROUNDROBIN' } },
    unserved: 1 - sum(served.map(({ weight }) => weight)) / total,
  };
}

/** A member with what it is due, from each of the Services that it is in. */
interface DueMember {
  readonly member: Member;
  readonly from: readonly { readonly service: number; readonly due: number }[];
  readonly due: number;
}

function weighted(services: readonly ServiceShare[]): readonly WeightedMember[] {
  const members = dueMembers(services);
  const total = sum(services.map(({ weight }) => weight));
  const shares = services.map(({ weight }) => weight / total);
  const largest = Math.max(...members.map(({ due }) => due));
  let best: { readonly weights: readonly number[]; readonly error: number } | undefined;
  for (let scale = 1; scale <= MOST_WEIGHT; scale += 1) {
    const weights = members.map(({ due }) => Math.max(1, Math.round((due / largest) * scale)));
    const error = largestError(members, weights, shares);
    if (best === undefined || error < best.error - NEGLIGIBLE) best = { weights, error };
  }
  return canonicalMembers(members.map(({ member }, index) => ({ ...member, weight: best?.weights[index] ?? 1 })));
}

/** Differences of errors below this come from the arithmetic. */
const NEGLIGIBLE = 1e-9;

function dueMembers(services: readonly ServiceShare[]): DueMember[] {
  const parts = services.flatMap(({ weight, members }, service) => {
    const own = canonicalMembers(members);
    return own.map((member) => ({ member, service, due: weight / own.length }));
  });
  const byAddress = Map.groupBy(parts, ({ member }) => `${member.address} ${member.port}`);
  return [...byAddress.values()].map((from) => ({
    member: (from[0] as (typeof parts)[number]).member,
    from: from.map(({ service, due }) => ({ service, due })),
    due: sum(from.map(({ due }) => due)),
  }));
}

/** Returns the largest error of a Service. A member of several Services serves each in proportion to its due. */
function largestError(members: readonly DueMember[], weights: readonly number[], shares: readonly number[]): number {
  const all = sum(weights);
  const got = shares.map(() => 0);
  for (const [index, { from, due }] of members.entries()) {
    for (const part of from) got[part.service]! += ((weights[index]! / all) * part.due) / due;
  }
  return Math.max(...shares.map((share, service) => Math.abs(share - got[service]!)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
