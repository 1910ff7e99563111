import type { ClientHello } from '../../lib/simulator/wire/client-hello.ts';
import type { Appliance } from './appliance.ts';
import { ClaimHistory } from './claim-history.ts';
import type { Journal } from './journal.ts';
import { keyOf, type Place, PROBES, type Tenants, tenantOf, type Wishes } from './model.ts';

/** A broken promise. */
export interface Violation {
  /** Id of the invariant: `I1` … `I6`. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
}

/** One name at one address: what its clients may meet. */
interface RouteState extends Place {
  readonly appliance: Appliance;
  /** Number of the change up to which all have arrived: the appliance shows them. */
  since: number;
  /** What may be met, and the state that this was derived from. */
  allowed: { readonly set: ReadonlySet<string>; readonly since: number; readonly version: number } | undefined;
  /** Tenants whom a client of the name may reach. */
  readonly tenants: Set<string>;
  last: string;
}

export interface WatchOptions {
  readonly tenants: Tenants;
  readonly appliances: readonly Appliance[];
  readonly journal: Journal;
  readonly now: () => number;
  readonly violated: (violation: Violation) => void;
}

/**
 * Watches every route after every write (I1, I2), and what is not ours (I3).
 *
 * A route is settled when clients meet what the model says and everything about it has arrived. From then on clients may
 * meet only what the wishes since then allow, in any mixture of late and early events of different Ingresses: without
 * changes that is one answer (I1), and with changes a takeover or other members leave no gap (CON-3, LIF-2).
 *
 * An appliance that lost its configuration (`Appliance.distrusted`) shows anything, but another tenant (I2) only if
 * somebody led a host there by hand, and until that is repaired (LIF-7).
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #routes: RouteState[];
  readonly #history = new ClaimHistory();
  readonly #foreign = new Map<Appliance, string>();
  probes = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#routes = options.appliances.flatMap((appliance) =>
      appliance.plan.vips.flatMap((vip) =>
        PROBES.map((name): RouteState => {
          const { plan } = appliance;
          return { appliance, plan, vip, name, since: 0, allowed: undefined, tenants: new Set(), last: 'reset' };
        }),
      ),
    );
    for (const appliance of options.appliances) this.foreignChanged(appliance);
  }

  /** Somebody else changed what is not ours, or a reboot or a restore did. */
  foreignChanged(appliance: Appliance): void {
    this.#foreign.set(appliance, appliance.foreign());
  }

  /** The tenants changed their wishes. */
  wishesChanged(): void {
    const { tenants, now } = this.#options;
    this.#history.record(tenants, now());
    for (const route of this.#routes) this.#admitTenants(route);
  }

  /** The API server told the forwarder these wishes, which are not true: routes may follow them for a while. */
  alsoAllow(wishes: Wishes): void {
    this.#history.record(wishes, this.#options.now());
    this.#history.record(this.#options.tenants, this.#options.now());
  }

  /** Time of the last change of a cluster. */
  lastChange(cluster: string): number {
    return this.#history.lastChange(cluster);
  }

  #admitTenants({ name, tenants }: RouteState): void {
    if (name === undefined) return;
    const wildcard = `*.${name.split('.').slice(1).join('.')}`;
    for (const each of this.#options.tenants.ingresses.values()) {
      if (each.hosts.includes(name) || each.hosts.includes(wildcard)) tenants.add(keyOf(each).split('/')[0] as string);
    }
  }

  /** Looks at all routes of an appliance. @param when for the report. */
  look(appliance: Appliance, when: string): void {
    for (const route of this.#routes) {
      if (route.appliance !== appliance) continue;
      const is = this.#meet(route);
      this.#judge(route, is, when);
      if (is === route.last) continue;
      this.#options.journal.write(`${nameOf(route)}: ${route.last} → ${is}`);
      route.last = is;
    }
  }

  #meet({ appliance, vip, name }: RouteState): string {
    this.probes += 1;
    const met = appliance.simulator.judge(vip, 443, helloOf(name));
    if (met === 'terminate') return 'terminate';
    return met === 'nobody' || met.length === 0 ? 'reset' : [...met].sort().join(',');
  }

  #judge(route: RouteState, is: string, when: string): void {
    const wrong = this.#wrong(route, is);
    if (wrong === undefined) return;
    const [id, what] = wrong;
    this.#options.violated({ id, at: this.#options.now(), what: `${nameOf(route)}: ${what}; ${when}` });
  }

  /** @returns the invariant that an answer breaks, and how; undefined where it may be met. */
  #wrong(route: RouteState, is: string): [id: string, what: string] | undefined {
    const reached = is === 'reset' || is === 'terminate' ? [] : is.split(',').map(tenantOf);
    // An address that no pod has can only be somebody's edit.
    const wrong = reached.find((tenant) => tenant !== undefined && !route.tenants.has(tenant));
    if (wrong !== undefined && route.appliance.distrusted?.redirected !== true)
      return ['I2', `a client reaches ${wrong} (${is})`];
    if (route.appliance.distrusted !== undefined) return undefined;
    if (is === 'terminate') return ['I1', 'the appliance itself answers'];
    const allowed = this.#allowed(route);
    return allowed.has(is) ? undefined : ['I1', `a client meets ${is} instead of ${[...allowed].join(' or ')}`];
  }

  #allowed(route: RouteState): ReadonlySet<string> {
    const { last: version } = this.#history;
    if (route.allowed?.version !== version || route.allowed.since !== route.since) {
      const set = this.#history.possible(route, route.since);
      route.allowed = { set, since: route.since, version };
    }
    return route.allowed.set;
  }

  /** Compares what is not ours (I3). */
  lookAtForeign(appliance: Appliance, when: string): void {
    const is = appliance.foreign();
    const should = this.#foreign.get(appliance);
    if (is === should) return;
    const lines = new Set(should?.split('\n'));
    const first = is.split('\n').find((line) => !lines.has(line)) ?? 'a line is gone';
    this.#foreign.set(appliance, is);
    this.#options.violated({ id: 'I3', at: this.#options.now(), what: `${appliance.name}: ${first}; ${when}` });
  }

  /** Everything that concerns the appliance has arrived: routes that are right are settled. */
  settle(appliance: Appliance): void {
    const { last } = this.#history;
    for (const route of this.#routes) {
      if (route.appliance !== appliance || route.since === last) continue;
      if (this.#meet(route) === this.#expected(route)) route.since = last;
    }
  }

  /** What clients must meet when everything has arrived. */
  #expected(route: RouteState): string {
    return [...this.#history.possible(route, Number.POSITIVE_INFINITY)][0] as string;
  }

  /** Routes that are not what the model says. */
  differences(): string[] {
    return this.#routes.flatMap((route) => {
      const [is, should] = [this.#meet(route), this.#expected(route)];
      return is === should ? [] : [`${nameOf(route)}: ${is} instead of ${should}`];
    });
  }

  /** Every route with its expected answer, for probes over sockets. */
  routes(): {
    readonly appliance: Appliance;
    readonly vip: string;
    readonly name: string | undefined;
    should: string;
  }[] {
    return this.#routes.map((route) => ({ ...route, should: this.#expected(route) }));
  }
}

const nameOf = ({ appliance, vip, name }: RouteState): string => `${appliance.name} ${vip} ${name ?? '(no name)'}`;

const hellos = new Map<string | undefined, ClientHello>();

function helloOf(serverName: string | undefined): ClientHello {
  const known = hellos.get(serverName);
  if (known !== undefined) return known;
  const hello: ClientHello = {
    serverName,
    length: 512,
    version: 0x0303,
    ciphers: [0x1301, 0x1302],
    protocols: ['h2'],
    sessionId: true,
    sessionTicket: true,
  };
  hellos.set(serverName, hello);
  return hello;
}
