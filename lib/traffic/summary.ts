import type { ApplianceTraffic, BackendTraffic, TrafficCounters } from './traffic.ts';

/** Traffic of an appliance in few figures, whatever the number of its hosts. */
export interface TrafficSummary extends TrafficCounters {
  /** ClientHellos that were reset. */
  readonly refused: number;
  /** Back ends with members of which none is UP. */
  readonly down: number;
  /** The back ends with the most bytes, most first; without those that never had a connection. */
  readonly top: readonly BackendTraffic[];
  /** The sum of all other back ends, and their number. */
  readonly others: TrafficCounters & { readonly backends: number };
}

const NOTHING: TrafficCounters = { open: 0, connections: 0, received: 0, sent: 0 };

/**
 * Returns the traffic of an appliance in few figures. Connections are those of back ends: a redirect has none. Pure.
 *
 * @param most number of back ends that are named.
 */
export function summaryOf({ backends, frontends, refusedLast }: ApplianceTraffic, most: number): TrafficSummary {
  const used = backends.filter(({ connections }) => connections > 0);
  const top = used.sort((a, b) => bytes(b) - bytes(a)).slice(0, most);
  const named = new Set(top);
  const others = backends.filter((each) => !named.has(each));
  const refused = frontends.flatMap((each) => Object.values(each.refused ?? {}));
  return {
    ...sumOf(backends),
    refused: refused.reduce((sum, number) => sum + number, refusedLast),
    down: backends.filter(({ up, membersUp, membersDown }) => !up && membersUp + membersDown > 0).length,
    top,
    others: { ...sumOf(others), backends: others.length },
  };
}

const bytes = ({ received, sent }: TrafficCounters): number => received + sent;

function sumOf(all: readonly TrafficCounters[]): TrafficCounters {
  return all.reduce(
    (sum, each) => ({
      open: sum.open + each.open,
      connections: sum.connections + each.connections,
      received: sum.received + each.received,
      sent: sum.sent + each.sent,
    }),
    NOTHING,
  );
}
