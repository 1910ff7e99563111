import { compareText } from '../contract/index.ts';
import { ROUTE_STATES, type RouteState } from '../status/index.ts';
import type { CertificateCounts, ConsoleCluster, ConsoleOverview, ConsoleQueue } from './api.ts';
import type { ConsoleReading } from './reading.ts';

/** Everything that an overview shows. */
export interface OverviewFacts {
  readonly version: number;
  readonly appliance: string;
  readonly reading: ConsoleReading;
  readonly unreachable: string | undefined;
  readonly drift: number | undefined;
  readonly certificates?: CertificateCounts | undefined;
  readonly queues: readonly ConsoleQueue[] | string | undefined;
}

/** Returns the figures of a reading. Pure. */
export function overviewOf({
  version,
  appliance,
  reading,
  unreachable,
  drift,
  certificates,
  queues,
}: OverviewFacts): ConsoleOverview {
  const { at, routes, records, connections } = reading;
  const live = [...records.values()].filter(({ record }) => record.kind === 'live');
  const counts = Object.groupBy(routes, ({ state }) => state);
  const states = Object.fromEntries(ROUTE_STATES.map((state) => [state, counts[state]?.length ?? 0]));
  return {
    version,
    at,
    appliance,
    ...(unreachable === undefined ? {} : { unreachable }),
    total: routes.length,
    states: states as Record<RouteState, number>,
    conflicts: routes.filter(({ standby }) => standby.length > 0).length,
    pending: [...records.values()].filter(({ record }) => record.state === 'pending').length,
    ingressesWithFindings: live.filter(({ record }) => record.findings !== undefined).length,
    drift,
    connections,
    certificates,
    clusters: clustersOf(reading),
    queues,
  };
}

/** Returns a row for each cluster that has a ledger or holds a host: a wiped ledger leaves claims behind. */
function clustersOf({ routes, records, clusters }: ConsoleReading): ConsoleCluster[] {
  const live = Map.groupBy(
    [...records.values()].filter(({ record }) => record.kind === 'live'),
    ({ owner }) => owner.cluster,
  );
  const held = Map.groupBy(routes, ({ holder }) => holder?.owner.cluster);
  const names = new Set([...clusters, ...[...held.keys()].filter((name) => name !== undefined)]);
  return [...names].sort(compareText).map((name) => {
    const ingresses = live.get(name) ?? [];
    return {
      name,
      ingresses: ingresses.length,
      routes: held.get(name)?.length ?? 0,
      newest:
        ingresses.length === 0
          ? undefined
          : ingresses.reduce((newest, { record }) => Math.max(newest, record.sequence), 0),
    };
  });
}
