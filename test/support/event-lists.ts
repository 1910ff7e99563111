import fc from 'fast-check';
import {
  EVERYTHING,
  type GatewayState,
  type IngressState,
  ownerKey,
  PREFIXES,
  type ReceivedEvent,
  type TlsRouteState,
} from '../../lib/contract/index.ts';
import { LETS_THROUGH, withChallenges } from './challenges.ts';
import {
  changed,
  gateway,
  gatewayChanged,
  gatewayWithdrawn,
  snapshot,
  state,
  tlsRoute,
  tlsRouteChanged,
  tlsRouteSnapshot,
  tlsRouteWithdrawn,
  withdrawn,
} from './events.ts';

/**
 * Random lists of events as archives have them: a few objects that change a little, and often only their members; snapshots
 * that mostly repeat what is known; conflicts about hosts and ports; another cluster of the same name; events that come late,
 * twice, and from a replay.
 */

const CLUSTERS = ['east', 'west'];
const NAMES = ['one', 'two', 'three'];
/** One is an address that no member may have, one lies outside of 10.0.0.0/8. */
const MEMBERS = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '127.0.0.1', '172.16.0.1'];
const HOSTS = ['a.example.com', 'b.example.com', '*.example.com'];

/** What an Ingress is made of. */
interface Wish {
  readonly hosts: readonly string[];
  readonly members: readonly string[];
  readonly others: readonly string[];
  readonly vip: string;
  readonly securePort: number;
  readonly redirect: boolean;
  readonly created: number;
  readonly method: string | undefined;
  readonly timeout: number | undefined;
  readonly class: string;
  readonly note: string;
  readonly missing: boolean;
  /** Members of the solver of an ACME challenge of the first host; undefined for no challenge. */
  readonly solver: readonly string[] | undefined;
}

const wish: { readonly [K in keyof Wish]: fc.Arbitrary<Wish[K]> } = {
  hosts: fc.subarray(HOSTS, { minLength: 1 }),
  members: fc.oneof(
    { weight: 6, arbitrary: fc.subarray(MEMBERS.slice(0, 3), { minLength: 1 }) },
    { weight: 1, arbitrary: fc.shuffledSubarray(MEMBERS) },
  ),
  others: fc.subarray(MEMBERS.slice(0, 3), { minLength: 1 }),
  vip: fc.constantFrom('192.0.2.10', '192.0.2.11'),
  securePort: fc.constantFrom(443, 443, 80),
  redirect: fc.boolean(),
  created: fc.constantFrom(10, 20, 30),
  method: fc.constantFrom(undefined, 'ROUNDROBIN'),
  timeout: fc.constantFrom(undefined, 100, 200),
  class: fc.constantFrom('citrix', 'citrix', 'citrix', 'other'),
  note: fc.constantFrom('a', 'b'),
  missing: fc.constantFrom(false, false, false, true),
  solver: fc.constantFrom(undefined, undefined, [], ['10.9.0.1'], ['10.9.0.2'], ['127.0.0.1']),
};

function ingressOf(name: string, own: Wish): IngressState {
  const prefix = 'ingress.citrix.com/';
  const base = state(name, {
    ...own,
    namespace: name === 'three' ? 'hidden' : 'default',
    annotations: {
      [`${prefix}secure-port`]: String(own.securePort),
      [`${prefix}note`]: own.note,
      ...(own.redirect ? LETS_THROUGH : {}),
      ...(own.method === undefined ? {} : { [`${prefix}lbvserver`]: `{"web":{"lbmethod":"${own.method}"}}` }),
      ...(own.timeout === undefined ? {} : { [`${prefix}csvserver`]: `{"clttimeout":"${own.timeout}"}` }),
    },
  });
  const other = { service: 'api', port: 443, members: own.others.map((address) => ({ address, port: 8443 })) };
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name: 'api', port: 443 } } };
  const resolved = { ...base, rules: [...base.rules, { host: 'api.example.com', paths: [path] }] };
  const problem = own.missing ? { problem: 'ServiceNotFound' as const, members: [] } : {};
  const whole = { ...resolved, backends: [...base.backends, { ...other, ...problem }] };
  const { solver, hosts } = own;
  if (solver === undefined) return whole;
  const members = solver.map((address) => ({ address, port: 8089 }));
  return withChallenges(whole, { host: hosts[0] as string, token: 'token', members });
}

interface Step {
  readonly cluster: string;
  readonly name: string;
  readonly kind:
    | 'members'
    | 'solver'
    | 'field'
    | 'withdraw'
    | 'snapshot'
    | 'routes'
    | 'gateway'
    | 'route'
    | 'stranger'
    | 'again';
  readonly field: keyof Wish;
  readonly wish: Wish;
  /** The change is not published before a snapshot says so. */
  readonly silent: boolean;
  readonly verify: boolean;
  readonly flagged: boolean;
  readonly rare: boolean;
  readonly split: number | undefined;
}

const oneIn = (sides: number) => fc.integer({ min: 1, max: sides }).map((dice) => dice === 1);

const step: fc.Arbitrary<Step> = fc.record({
  cluster: fc.constantFrom(...CLUSTERS),
  name: fc.constantFrom(...NAMES),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('members' as const) },
    { weight: 2, arbitrary: fc.constant('solver' as const) },
    { weight: 4, arbitrary: fc.constantFrom('field' as const, 'snapshot' as const, 'again' as const) },
    { weight: 2, arbitrary: fc.constantFrom('withdraw' as const, 'routes' as const, 'route' as const) },
    { weight: 1, arbitrary: fc.constantFrom('gateway' as const, 'stranger' as const) },
  ),
  field: fc.constantFrom(...(Object.keys(wish) as (keyof Wish)[])),
  wish: fc.record(wish),
  silent: oneIn(8),
  verify: oneIn(10),
  flagged: oneIn(3),
  rare: oneIn(5),
  split: fc.option(fc.integer({ min: 1, max: PREFIXES.length - 1 }), { nil: undefined, freq: 1 }),
});

/** The objects of a cluster. */
class Cluster {
  readonly wishes = new Map<string, Wish>();
  readonly routes = new Map<string, TlsRouteState>();
  readonly gateways = new Map<string, GatewayState>();

  ingresses(): IngressState[] {
    return [...this.wishes].map(([name, own]) => ingressOf(name, own));
  }
}

function eventsOf(steps: readonly Step[]): ReceivedEvent[] {
  const clusters = new Map(CLUSTERS.map((name) => [name, new Cluster()]));
  return steps.flatMap((each, index) => told(each, (index + 1) * 10, clusters.get(each.cluster) as Cluster));
}

function told(own: Step, sequence: number, cluster: Cluster): ReceivedEvent[] {
  const { name, kind, rare } = own;
  const common = {
    cluster: own.cluster,
    uid: kind === 'stranger' ? 'uid-other' : `uid-${own.cluster}`,
    ...(own.verify ? { verify: ['appliance'] } : {}),
  };
  switch (kind) {
    case 'members':
    case 'solver':
    case 'field': {
      const before = cluster.wishes.get(name) ?? own.wish;
      const field = kind === 'members' ? (rare ? 'others' : 'members') : kind === 'solver' ? kind : own.field;
      const now = { ...before, [field]: own.wish[field] };
      cluster.wishes.set(name, now);
      return own.silent ? [] : [changed(sequence, ingressOf(name, now), common)];
    }
    case 'again': {
      const now = cluster.wishes.get(name);
      return now === undefined ? [] : [changed(sequence, ingressOf(name, now), common)];
    }
    case 'withdraw':
      if (!cluster.wishes.delete(name) || own.silent) return [];
      return [withdrawn(sequence, name, { ...common, namespace: name === 'three' ? 'hidden' : 'default' })];
    case 'snapshot':
      return tiles(own, sequence, cluster.ingresses(), common);
    case 'stranger':
      if (!rare) return [changed(sequence, ingressOf(name, own.wish), common)];
      return [snapshot(sequence, [ingressOf(name, own.wish)], { ...common, takesOver: true, flagged: own.flagged })];
    case 'route': {
      if (rare) return cluster.routes.delete(name) ? [tlsRouteWithdrawn(sequence, name, common)] : [];
      const { hosts, members, created } = own.wish;
      const sources =
        own.wish.note === 'b' ? { annotations: { 'netscaler-passthrough/allow-sources': '10.0.0.0/8' } } : {};
      const route = tlsRoute(name, { hostnames: hosts, members, created, ...sources });
      cluster.routes.set(name, route);
      return own.silent ? [] : [tlsRouteChanged(sequence, route, common)];
    }
    case 'gateway': {
      if (rare) return cluster.gateways.delete(name) ? [gatewayWithdrawn(sequence, name, common)] : [];
      const listeners = own.wish.redirect ? ['TLS:443', 'HTTP:80'] : [`TLS:${own.wish.securePort}`];
      const open = gateway(name, { addresses: [own.wish.vip], listeners, created: own.wish.created });
      cluster.gateways.set(name, open);
      return [gatewayChanged(sequence, open, common)];
    }
    case 'routes': {
      const gateways = rare ? {} : { gateways: [...cluster.gateways.values()] };
      return [
        tlsRouteSnapshot(sequence, [...cluster.routes.values()], { ...common, ...gateways, flagged: own.flagged }),
      ];
    }
  }
}

/** Snapshots of one cluster that tile the key space: one, or two that meet at a prefix. */
function tiles(
  { split, flagged, rare, name }: Step,
  sequence: number,
  ingresses: readonly IngressState[],
  common: { readonly cluster: string; readonly uid: string; readonly verify?: readonly string[] },
): ReceivedEvent[] {
  const middle = split === undefined ? undefined : [PREFIXES[split - 1] as string, PREFIXES[split] as string];
  const ranges =
    middle === undefined
      ? [EVERYTHING]
      : [
          { from: EVERYTHING.from, to: middle[0] as string },
          { from: middle[1] as string, to: EVERYTHING.to },
        ];
  return ranges.map((range, index) => {
    const inside = ingresses.filter((ingress) => {
      const prefix = ownerKey({ cluster: common.cluster, ...ingress }).slice(0, 2);
      return range.from <= prefix && prefix <= range.to;
    });
    const listed = rare ? inside.filter((ingress) => ingress.name === name) : [];
    return snapshot(
      sequence + index,
      inside.filter((ingress) => !listed.includes(ingress)),
      { ...common, ...range, flagged, listed: listed.map((ref) => ({ namespace: ref.namespace, name: ref.name })) },
    );
  });
}

/** Lists of events in the order in which an archive has them: mostly that of their sequences. */
export const eventLists: fc.Arbitrary<ReceivedEvent[]> = fc
  .array(step, { minLength: 5, maxLength: 40 })
  .map(eventsOf)
  .chain((events) =>
    fc
      .tuple(fc.array(fc.nat({ max: 12 }), { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 4 }), fc.boolean())
      .map(([late, again, replayed]) => {
        const order = [...events];
        // Some come later than they were published.
        for (const at of late) {
          const from = (at * 3) % Math.max(1, order.length);
          const [one] = order.splice(from, 1);
          if (one !== undefined) order.splice(Math.min(order.length, from + 1 + (at % 5)), 0, one);
        }
        const repeated = again.flatMap((at) => events[at % Math.max(1, events.length)] ?? []);
        return [...order, ...repeated.map((event) => (replayed ? { ...event, replay: 'again' } : event))];
      }),
  );
