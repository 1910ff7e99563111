import { backendsOf, isIngress, isTlsRoute, type ReceivedEvent, type SourceState } from '../contract/index.ts';

/** Decides how many messages of a batch are worked at once, so that the work fits memory and time. Pure. */

/**
 * Routes that one part of a batch may have. Ten snapshot events of small Ingresses have about 6,000; test/bench/batch.ts
 * measures the memory of the largest batches.
 */
const MOST_ROUTES = 12_000;
/** So many members take about the memory of a route. */
const MEMBERS_OF_A_ROUTE = 10;

/**
 * Cuts the messages of a batch into parts that are worked one after the other. Each part is to the engine a batch of its
 * own, as if the queue had delivered it so.
 *
 * | a part has                                              | because                                             |
 * | ------------------------------------------------------- | --------------------------------------------------- |
 * | at most {@link MOST_ROUTES}, or one message             | more would not fit the memory of the function       |
 * | all messages at the first receive, then half, a quarter | an earlier invocation may have run out of time or memory |
 *
 * @param received number of receives of the batch, this one included.
 */
export function partsOf<T extends { readonly event: ReceivedEvent }>(messages: readonly T[], received: number): T[][] {
  const most = Math.ceil(messages.length / 2 ** Math.max(0, received - 1));
  const parts: T[][] = [];
  let routes = 0;
  for (const message of messages) {
    const more = routesIn(message.event);
    const part = parts.at(-1);
    if (part === undefined || part.length >= most || routes + more > MOST_ROUTES) {
      parts.push([message]);
      routes = more;
    } else {
      part.push(message);
      routes += more;
    }
  }
  return parts;
}

/** Returns about how many routes an event asks for: a few bytes may ask for a host on a thousand front ends. */
const routesIn = (event: ReceivedEvent): number => statesIn(event).reduce((sum, state) => sum + routesOf(state), 0);

function statesIn(event: ReceivedEvent): readonly SourceState[] {
  switch (event.detailType) {
    case 'Cluster Snapshot':
      return event.data.ingresses;
    case 'TLSRoute Snapshot':
      return [...event.data.tlsRoutes, ...(event.data.gateways ?? [])];
    case 'Ingress Changed':
      return [event.data.ingress];
    case 'TLSRoute Changed':
      return [event.data.tlsRoute];
    case 'Gateway Changed':
      return [event.data.gateway];
    default:
      return [];
  }
}

function routesOf(state: SourceState): number {
  const members = backendsOf(state).reduce((sum, backend) => sum + backend.members.length, 0) / MEMBERS_OF_A_ROUTE;
  if (isIngress(state)) return state.rules.length + members;
  if (isTlsRoute(state)) {
    const frontends = state.parents.reduce((sum, { addresses }) => sum + Math.max(1, addresses.length), 0);
    return frontends * (Math.max(1, state.hostnames.length) + members);
  }
  return Math.max(1, state.addresses.length) * state.listeners.length;
}

/** How much longer the next part may take than the longest so far. */
const LONGER = 1.5;

interface Progress<T> {
  /** Milliseconds of a clock. */
  readonly now: () => number;
  /** Milliseconds left in this invocation. */
  readonly remainingMs: () => number;
  /** Called after each part, with the messages behind it. */
  readonly onLeft: (left: readonly T[]) => void;
}

/**
 * Works the parts of a batch in order while there is time. A part that is cut off by the end of the invocation comes
 * again, and with it the parts before it, because nobody could acknowledge them: so a part is begun only if it may take
 * {@link LONGER} as long as the longest so far.
 *
 * @returns the messages for which no time is left.
 * @throws the error of a part; the parts behind it are not worked.
 */
export async function workInParts<T>(
  parts: readonly (readonly T[])[],
  work: (part: readonly T[]) => Promise<void>,
  { now, remainingMs, onLeft }: Progress<T>,
): Promise<readonly T[]> {
  let longest = 0;
  for (const [index, part] of parts.entries()) {
    if (index > 0 && remainingMs() <= LONGER * longest) return parts.slice(index).flat();
    const started = now();
    await work(part);
    longest = Math.max(longest, now() - started);
    onLeft(parts.slice(index + 1).flat());
  }
  return [];
}
