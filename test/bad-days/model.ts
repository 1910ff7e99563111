import { HOSTS, TENANTS } from './generate.ts';
import { type AppliancePlan, CLUSTERS, type TenantAction } from './schedule.ts';

/** An Ingress as its tenant means it. */
export interface TenantIngress {
  readonly cluster: string;
  /** `namespace/name`. */
  readonly name: string;
  readonly uid: string;
  readonly hosts: readonly string[];
  readonly vip: string;
  /** `namespace/name` of its one Service. */
  readonly service: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Whether the annotation requests passthrough (SEL-1). */
  readonly selected: boolean;
}

/** What all tenants want, at one time. */
export interface Wishes {
  readonly ingresses: ReadonlyMap<string, TenantIngress>;
  /** `cluster namespace/name` of a Service → its ready addresses. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Port of every pod. */
export const POD_PORT = 8443;

/** Returns the addresses that only this Service ever has. */
function poolOf(cluster: string, service: string): string[] {
  const [namespace = '', name] = service.split('/');
  const tenant = TENANTS.indexOf(namespace as (typeof TENANTS)[number]);
  const base = name === 'web' ? 10 : 20;
  return [0, 1, 2].map((each) => `10.${1 + CLUSTERS.indexOf(cluster as 'east')}.${tenant}.${base + each}`);
}

/** Returns the tenant of a member (`ip:port`): `cluster namespace`; undefined for an address that no pod has. */
export function tenantOf(member: string): string | undefined {
  const [, cluster, tenant] = member.split('.').map(Number);
  const [one, other] = [CLUSTERS[(cluster ?? 0) - 1], TENANTS[tenant ?? -1]];
  return one === undefined || other === undefined ? undefined : `${one} ${other}`;
}

/** A name that clients send, for each host that tenants may want, and two that nobody serves. */
export const PROBES: readonly (string | undefined)[] = [
  ...HOSTS.map((host) => host.replace(/^\*/, 'probe')),
  'nobody.example.net',
  undefined,
];

export const keyOf = ({ cluster, name }: Pick<TenantIngress, 'cluster' | 'name'>): string => `${cluster} ${name}`;

/** Returns whether an Ingress claims a host at an address: its appliance serves its cluster and the address (CON-4). */
function isClaim(each: TenantIngress, { clusters, vips }: AppliancePlan, vip: string, host: string): boolean {
  return (
    each.selected &&
    each.vip === vip &&
    vips.includes(vip) &&
    clusters.includes(each.cluster) &&
    each.hosts.includes(host)
  );
}

/** CON-1: the oldest, then the name, then the cluster. */
function byAge(one: TenantIngress, other: TenantIngress): number {
  if (one.created !== other.created) return one.created - other.created;
  const [a, b] = one.name === other.name ? [one.cluster, other.cluster] : [one.name, other.name];
  return a < b ? -1 : 1;
}

/** A name at an address of an appliance. */
export interface Place {
  readonly plan: AppliancePlan;
  readonly vip: string;
  /** Server name of the client; undefined for none. */
  readonly name: string | undefined;
}

/** An Ingress's claim for a name, as strong as the order of claims needs; undefined where it has none. */
interface Claim {
  readonly exact: boolean;
  readonly ingress: TenantIngress;
  readonly members: readonly string[];
}

/** An Ingress with its members, at one time. */
export interface Variant {
  readonly ingress: TenantIngress;
  readonly members: readonly string[];
}

function claimOf({ ingress, members }: Variant, { plan, vip, name }: Place): Claim | undefined {
  if (name === undefined) return undefined;
  if (isClaim(ingress, plan, vip, name)) return { exact: true, ingress, members };
  const wildcard = `*.${name.split('.').slice(1).join('.')}`;
  return isClaim(ingress, plan, vip, wildcard) ? { exact: false, ingress, members } : undefined;
}

/** TLS-2, CON-1: exact before wildcard, then the oldest. */
const isStronger = (one: Claim, other: Claim): boolean =>
  one.exact === other.exact ? byAge(one.ingress, other.ingress) < 0 : one.exact;

/**
 * Returns what clients of a name may meet while each Ingress is on the appliance in any one of some variants: members,
 * sorted, or `reset`. With one variant each, this is the whole meaning of the system for a client, from the rules alone
 * and with none of its code: an appliance serves the clusters and addresses of its configuration (CON-4), the oldest
 * Ingress holds a host (CON-1), an exact name comes before a wildcard (TLS-2), a wildcard is one label (TLS-3), an
 * unknown or missing name is reset (TLS-4), and a holder without members resets its host (VAL-8).
 *
 * With more, it is what the protocol promises while events are on their way: Ingresses are independent, and whoever has
 * a claim in all variants is never passed by (CON-3).
 *
 * @param all the variants of each Ingress; undefined where it is absent.
 */
export function answers(all: Iterable<readonly (Variant | undefined)[]>, place: Place): Set<string> {
  const claimants = [...all].map((variants) => variants.map((each) => each && claimOf(each, place)));
  const interested = claimants.filter((variants) => variants.some((claim) => claim !== undefined));
  const certain = interested.filter((variants) => variants.every((claim) => claim !== undefined)) as Claim[][];
  const found = new Set(certain.length === 0 ? ['reset'] : []);
  for (const variants of interested) {
    for (const claim of variants) {
      if (claim === undefined) continue;
      const beaten = certain.some((other) => other !== variants && other.every((each) => isStronger(each, claim)));
      if (!beaten) found.add(textOf(claim.members));
    }
  }
  return found;
}

/** Members as a text that can be compared. */
const textOf = (addresses: readonly string[]): string =>
  addresses
    .map((address) => `${address}:${POD_PORT}`)
    .sort()
    .join(',') || 'reset';

/** Returns whether an Ingress holds a host with members, on any appliance (REP-1). */
export function carries(wishes: Wishes, ingress: TenantIngress, appliances: readonly AppliancePlan[]): boolean {
  if ((wishes.members.get(`${ingress.cluster} ${ingress.service}`) ?? []).length === 0) return false;
  return appliances.some(
    (appliance) =>
      appliance.vips.includes(ingress.vip) &&
      ingress.hosts.some((host) => {
        const claims = [...wishes.ingresses.values()].filter((each) => isClaim(each, appliance, ingress.vip, host));
        return claims.sort(byAge)[0]?.uid === ingress.uid;
      }),
  );
}

/** The wishes of the tenants as they change. */
export class Tenants implements Wishes {
  readonly ingresses = new Map<string, TenantIngress>();
  readonly members = new Map<string, readonly string[]>();
  #uids = 0;

  /** @param now milliseconds since the epoch. @returns whether anything changed. */
  take(action: TenantAction, now: number): boolean {
    switch (action.do) {
      case 'ingress':
        return this.#put(action, now);
      case 'delete':
        return this.ingresses.delete(`${action.cluster} ${action.name}`);
      case 'deselect': {
        const there = this.ingresses.get(`${action.cluster} ${action.name}`);
        if (there?.selected !== true) return false;
        this.ingresses.set(keyOf(there), { ...there, selected: false });
        return true;
      }
      case 'members':
        this.members.set(
          `${action.cluster} ${action.service}`,
          poolOf(action.cluster, action.service).slice(0, action.count),
        );
        return true;
    }
  }

  #put({ cluster, name, hosts, vip, service }: Extract<TenantAction, { do: 'ingress' }>, now: number): true {
    const there = this.ingresses.get(`${cluster} ${name}`);
    this.#uids += there === undefined ? 1 : 0;
    const uid = there?.uid ?? `uid-${this.#uids}`;
    const created = there?.created ?? Math.floor(now / 1_000);
    this.ingresses.set(`${cluster} ${name}`, { cluster, name, uid, hosts, vip, service, created, selected: true });
    return true;
  }

  copy(): Wishes {
    return { ingresses: new Map(this.ingresses), members: new Map(this.members) };
  }
}
