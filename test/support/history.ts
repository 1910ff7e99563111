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
  /** What every cluster says at the end: flagged snapshots that tile the key space. */
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

type Step =
  | { readonly kind: 'change'; readonly cluster: string; readonly ingress: IngressState; readonly silent: boolean }
  | { readonly kind: 'remove'; readonly cluster: string; readonly name: string; readonly silent: boolean }
  | { readonly kind: 'snapshot'; readonly cluster: string; readonly split: number | undefined };

function steps(clusters: readonly string[]): fc.Arbitrary<Step[]> {
  const cluster = fc.constantFrom(...clusters);
  // One change in five is not published: the forwarder was down, or the bus refused it.
  const silent = fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0);
  return fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('change' as const), cluster, ingress, silent }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('remove' as const),
          cluster,
          name: fc.constantFrom(...NAMES),
          silent,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('snapshot' as const),
          cluster,
          split: fc.option(fc.integer({ min: 1, max: PREFIXES.length - 1 }), { nil: undefined }),
        }),
      },
    ),
    { minLength: 1, maxLength: 9 },
  );
}

/** The histories of these clusters. */
export function history(clusters: readonly string[]): fc.Arbitrary<History> {
  return steps(clusters).map((all) => {
    const events: ReceivedEvent[] = [];
    const now = new Map(clusters.map((cluster) => [cluster, new Map<string, IngressState>()]));
    const unsaid = new Set<string>();
    let sequence = 0;
    for (const step of all) {
      sequence += 10;
      const cluster = now.get(step.cluster) as Map<string, IngressState>;
      const common = { cluster: step.cluster, uid: `uid-${step.cluster}` };
      if (step.kind === 'change') {
        cluster.set(step.ingress.name, step.ingress);
        if (step.silent) unsaid.add(step.cluster);
        else events.push(changed(sequence, step.ingress, common));
      } else if (step.kind === 'remove') {
        if (!cluster.delete(step.name)) continue;
        if (step.silent) unsaid.add(step.cluster);
        else events.push(withdrawn(sequence, step.name, common));
      } else {
        // Rule 4: what was not said before makes it flagged.
        const flagged = unsaid.delete(step.cluster);
        events.push(...tiles(sequence, cluster, step.cluster, step.split, flagged));
      }
    }
    const last = clusters.flatMap((name) =>
      tiles(sequence + 100, now.get(name) as Map<string, IngressState>, name, undefined, true),
    );
    return { events, last };
  });
}

/** Snapshots of one cluster that tile the key space: one, or two that meet at a prefix. */
function tiles(
  sequence: number,
  ingresses: ReadonlyMap<string, IngressState>,
  cluster: string,
  split: number | undefined,
  flagged: boolean,
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
      const prefix = ownerKey({ cluster, namespace, name }).slice(0, 2);
      return range.from <= prefix && prefix <= range.to;
    });
    return snapshot(sequence + index, inside, { cluster, uid: `uid-${cluster}`, flagged, ...range });
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
