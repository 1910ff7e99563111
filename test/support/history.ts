import fc from 'fast-check';
import { EVERYTHING, type IngressState, ownerKey, PREFIXES, type ReceivedEvent } from '../../lib/contract/index.ts';
import { changed, snapshot, state, withdrawn } from './events.ts';

/**
 * Random clusters and what their forwarders say of them, in order of time: each step changes one Ingress and says so,
 * or says nothing of it until a flagged snapshot does. Sequences grow over all clusters, which only makes more of
 * them comparable.
 */

export interface History {
  /** Everything that was published, in the order of the state. */
  readonly events: readonly ReceivedEvent[];
  /** Final state of every cluster: flagged snapshots that tile the key space. */
  readonly last: readonly ReceivedEvent[];
}

const HOSTS = ['a.example.com', 'b.example.com', '*.example.com', 'c.a.example.com'];
const NAMES = ['one', 'two', 'three'];
const VIPS = ['192.0.2.10', '192.0.2.11'];

const ingress: fc.Arbitrary<IngressState> = fc
  .record({
    name: fc.constantFrom(...NAMES),
    hosts: fc.subarray(HOSTS),
    vip: fc.constantFrom(...VIPS),
    service: fc.constantFrom('web', 'api'),
    members: fc.subarray(['10.1.0.1', '10.1.0.2', '10.1.0.3']),
    created: fc.constantFrom(10, 20, 30),
    redirect: fc.boolean(),
    securePort: fc.constantFrom(443, 443, 8443),
    monitor: fc.boolean(),
  })
  .map(({ name, redirect, securePort, monitor, ...rest }) =>
    state(name, {
      ...rest,
      annotations: {
        ...(redirect ? { 'ingress.citrix.com/insecure-termination': 'redirect' } : {}),
        'ingress.citrix.com/secure-port': String(securePort),
        ...(monitor ? { 'ingress.citrix.com/lbvserver': `{"${rest.service}":{"lbmethod":"ROUNDROBIN"}}` } : {}),
      },
    }),
  );

/** More of everything: two back ends each, IPv6, a host that its claim has no room for, settings, three secure ports. */
const WIDE = {
  names: [...NAMES, 'four', 'five'],
  hosts: [
    ...HOSTS,
    '*.a.example.com',
    `${['x', 'y', 'z'].map((letter) => letter.repeat(60)).join('.')}.${'w'.repeat(40)}.example.com`,
  ],
  vips: [...VIPS, '2001:db8::10'],
};
/** Ports of TLS and of redirects: apart, or each where the other may be, too. */
const PORTS = {
  wide: { secure: [443, 443, 8443, 9443], insecure: [80, 80, 8080] },
  clashing: { secure: [443, 8443, 80, 8080], insecure: [80, 8080, 443, 8443] },
};

const someMembers = fc.oneof(
  { weight: 3, arbitrary: fc.subarray(['10.1.0.1', '10.1.0.2', '10.1.0.3'], { minLength: 1 }) },
  { weight: 1, arbitrary: fc.constant<string[]>([]) },
);

const wideIngress = ({ secure, insecure }: (typeof PORTS)['wide']): fc.Arbitrary<IngressState> =>
  fc
    .record({
      name: fc.constantFrom(...WIDE.names),
      web: fc.record({ hosts: fc.subarray(WIDE.hosts), members: someMembers }),
      api: fc.record({ hosts: fc.subarray(WIDE.hosts), members: someMembers }),
      vip: fc.constantFrom(...WIDE.vips),
      created: fc.constantFrom(10, 20, 30),
      redirect: fc.boolean(),
      secure: fc.constantFrom(...secure),
      insecure: fc.constantFrom(...insecure),
      method: fc.constantFrom(undefined, undefined, 'ROUNDROBIN', 'LEASTCONNECTION'),
      monitor: fc.constantFrom(false, false, false, true),
      timeout: fc.constantFrom(undefined, undefined, 100, 200),
    })
    .map((wish) => {
      const annotations = {
        'secure-port': String(wish.secure),
        'insecure-port': String(wish.insecure),
        ...(wish.redirect ? { 'insecure-termination': 'redirect' } : {}),
        ...(wish.method === undefined ? {} : { lbvserver: `{"web":{"lbmethod":"${wish.method}"}}` }),
        ...(wish.monitor ? { monitor: '{"web":{"type":"tcp","interval":7}}' } : {}),
        ...(wish.timeout === undefined ? {} : { csvserver: `{"clttimeout":"${wish.timeout}"}` }),
      };
      const common = {
        vip: wish.vip,
        created: wish.created,
        annotations: Object.fromEntries(
          Object.entries(annotations).map(([name, value]) => [`ingress.citrix.com/${name}`, value]),
        ),
      };
      const web = state(wish.name, { ...common, ...wish.web, service: 'web' });
      const hosts = wish.api.hosts.filter((host) => !wish.web.hosts.includes(host));
      const api = state(wish.name, { ...common, ...wish.api, hosts, service: 'api' });
      return { ...web, rules: [...web.rules, ...api.rules], backends: [...web.backends, ...api.backends] };
    });

/** Which Ingresses there are: a few plain ones, many that use everything, or such whose ports get in each other's way. */
export type Kind = 'plain' | 'wide' | 'clashing';

interface StepBase {
  readonly cluster: string;
  /** Real objects are compared. */
  readonly verify: boolean;
}
type Step = StepBase &
  (
    | { readonly kind: 'change'; readonly ingress: IngressState; readonly silent: boolean }
    | { readonly kind: 'remove'; readonly name: string; readonly silent: boolean }
    | { readonly kind: 'snapshot'; readonly split: number | undefined }
  );

function steps(clusters: readonly string[], kind: Kind): fc.Arbitrary<Step[]> {
  const oneIn = (sides: number) => fc.integer({ min: 1, max: sides }).map((dice) => dice === 1);
  const base = {
    cluster: fc.constantFrom(...clusters),
    verify: kind === 'plain' ? fc.constant(false) : oneIn(5),
  };
  // Some changes are not published: the forwarder was down, or the bus refused them.
  const silent = oneIn(5);
  return fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          ...base,
          kind: fc.constant('change' as const),
          ingress: kind === 'plain' ? ingress : wideIngress(PORTS[kind]),
          silent,
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          ...base,
          kind: fc.constant('remove' as const),
          name: fc.constantFrom(...(kind === 'plain' ? NAMES : WIDE.names)),
          silent,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          ...base,
          kind: fc.constant('snapshot' as const),
          split: fc.option(fc.integer({ min: 1, max: PREFIXES.length - 1 }), { nil: undefined }),
        }),
      },
    ),
    { minLength: 1, maxLength: kind === 'plain' ? 9 : 14 },
  );
}

/** The histories of these clusters. */
export function history(clusters: readonly string[], kind: Kind = 'plain'): fc.Arbitrary<History> {
  return steps(clusters, kind).map((all) => {
    const events: ReceivedEvent[] = [];
    const now = new Map(clusters.map((cluster) => [cluster, new Map<string, IngressState>()]));
    const pending = new Set<string>();
    let sequence = 0;
    for (const step of all) {
      sequence += 10;
      const cluster = now.get(step.cluster) as Map<string, IngressState>;
      const verify = step.verify ? { verify: ['appliance'] } : {};
      const common = { cluster: step.cluster, uid: `uid-${step.cluster}`, ...verify };
      if (step.kind === 'change') {
        cluster.set(step.ingress.name, step.ingress);
        if (step.silent) pending.add(step.cluster);
        else events.push(changed(sequence, step.ingress, common));
      } else if (step.kind === 'remove') {
        if (!cluster.delete(step.name)) continue;
        if (step.silent) pending.add(step.cluster);
        else events.push(withdrawn(sequence, step.name, common));
      } else {
        // Rule 4: a change that no event carried makes the snapshot flagged.
        const flagged = pending.delete(step.cluster);
        events.push(...tiles(sequence, cluster, step.split, { ...common, flagged }));
      }
    }
    const last = clusters.flatMap((name) =>
      tiles(sequence + 100, now.get(name) as Map<string, IngressState>, undefined, {
        cluster: name,
        uid: `uid-${name}`,
        flagged: true,
      }),
    );
    return { events, last };
  });
}

/** Snapshots of one cluster that tile the key space: one, or two that meet at a prefix. */
function tiles(
  sequence: number,
  ingresses: ReadonlyMap<string, IngressState>,
  split: number | undefined,
  base: { cluster: string; uid: string; flagged: boolean; verify?: readonly string[] },
): ReceivedEvent[] {
  const ranges =
    split === undefined
      ? [EVERYTHING]
      : [
          { from: EVERYTHING.from, to: PREFIXES[split - 1] as string },
          { from: PREFIXES[split] as string, to: EVERYTHING.to },
        ];
  return ranges.map((range, index) => {
    const inside = [...ingresses.values()].filter(({ namespace, name }) => {
      const prefix = ownerKey({ cluster: base.cluster, namespace, name }).slice(0, 2);
      return range.from <= prefix && prefix <= range.to;
    });
    return snapshot(sequence + index, inside, { ...base, ...range });
  });
}

/** An order of delivery: events in any order, some twice, in batches. */
export function deliveries(events: readonly ReceivedEvent[]): fc.Arbitrary<ReceivedEvent[][]> {
  if (events.length === 0) return fc.constant([]);
  return fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length }),
      fc.subarray([...events], { maxLength: Math.min(2, events.length) }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: events.length + 2, maxLength: events.length + 2 }),
    )
    .map(([all, twice, sizes]) => {
      const rest = [...all, ...twice];
      const batches: ReceivedEvent[][] = [];
      while (rest.length > 0) batches.push(rest.splice(0, sizes[batches.length] ?? 1));
      return batches;
    });
}
