import { type IngressState, type Owner, ownerKey, PREFIXES, type ReceivedEvent } from '../../lib/contract/index.ts';
import { planRange } from '../../lib/forwarder/publish/range-plan.ts';
import { CLUSTER, type StateOptions, snapshot, state } from './events.ts';

/** Many Ingresses on one address, each with a host of its own and three members: the shape of a large platform. */

/** Bytes of states in one snapshot event: the forwarder's default. */
const SNAPSHOT_BYTES = 240 * 1024;
/** Messages that the queue hands to one invocation. */
const BATCH = 10;

const NAMESPACES = 200;

export const tenantOf = (index: number): string => `team-${index % NAMESPACES}`;
export const nameOf = (index: number): string => `shop-${index}`;
export const hostOf = (index: number): string => `shop-${index}.apps.example.com`;

/** Three addresses that no other Ingress has. */
const membersOf = (index: number): string[] =>
  [0, 1, 2].map((each) => {
    const number = index * 3 + each;
    return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  });

/** One Ingress of the estate, the same at every size. */
export function resident(index: number, more: StateOptions = {}): IngressState {
  return state(nameOf(index), {
    namespace: tenantOf(index),
    hosts: [hostOf(index)],
    service: `shop-${index}`,
    members: membersOf(index),
    created: 1_700_000_000 + index,
    ...more,
  });
}

export function estate(count: number): IngressState[] {
  return Array.from({ length: count }, (_, index) => resident(index));
}

/** The events of one snapshot, cut into ranges as the forwarder cuts them. Each has a sequence of its own. */
export function snapshotEvents(
  ingresses: readonly IngressState[],
  sequence: number,
  options: { readonly flagged: boolean; readonly verify?: readonly string[] } = { flagged: false },
): ReceivedEvent[] {
  const byPrefix = Map.groupBy(
    ingresses.map((ingress) => {
      const owner: Owner = { cluster: CLUSTER, namespace: ingress.namespace, name: ingress.name };
      const bytes = Buffer.byteLength(JSON.stringify(ingress)) + 1;
      return { ingress, bytes, listedBytes: 0, fits: true, prefix: ownerKey(owner).slice(0, 2) };
    }),
    ({ prefix }) => prefix,
  );
  const events: ReceivedEvent[] = [];
  for (let from = PREFIXES[0]; from !== undefined; ) {
    const plan = planRange(from, (prefix) => byPrefix.get(prefix) ?? [], SNAPSHOT_BYTES);
    const states = plan.states.map(({ ingress }) => ingress);
    events.push(snapshot(sequence + events.length, states, { ...options, from: plan.from, to: plan.to }));
    from = PREFIXES[PREFIXES.indexOf(plan.to) + 1];
  }
  return events;
}

/** Returns the events in batches as the queue delivers them under load. */
export function batches(events: readonly ReceivedEvent[]): ReceivedEvent[][] {
  return Array.from({ length: Math.ceil(events.length / BATCH) }, (_, index) =>
    events.slice(index * BATCH, (index + 1) * BATCH),
  );
}
