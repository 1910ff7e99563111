import type { Owner } from '../contract/index.ts';
import { decodeLedger, type IngressRecord } from '../ledger/index.ts';
import { type RouteStatus, routeStatuses, type StatusInput } from '../status/index.ts';

/** The record of an Ingress, with the Ingress as people name it. */
export interface RecordedIngress {
  readonly owner: Owner;
  readonly record: IngressRecord;
}

/** What one reading of an appliance shows. */
export interface ConsoleReading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Sorted by host and front end. */
  readonly routes: readonly RouteStatus[];
  /** Key of the Ingress → its record, tombstones included. */
  readonly records: ReadonlyMap<string, RecordedIngress>;
  /** Clusters that have a ledger on the appliance. */
  readonly clusters: readonly string[];
  /** Open connections of the back ends that hosts lead to; undefined if the user may not read them. */
  readonly connections: number | undefined;
}

/** Returns what the rows of an appliance show. Pure. */
export function readingOf(input: StatusInput, at: number): ConsoleReading {
  const routes = routeStatuses(input);
  return {
    at,
    routes,
    records: new Map(
      input.ledgers.flatMap(({ cluster, rows }) =>
        [...decodeLedger(rows).ingresses].map(([key, record]) => {
          const { namespace, name } = record;
          return [key, { owner: { cluster, namespace, name }, record }] as const;
        }),
      ),
    ),
    clusters: input.ledgers.map(({ cluster }) => cluster),
    connections: input.connections === undefined ? undefined : connectionsOf(routes, input.connections),
  };
}

/** Adds up the connections of back ends. Several hosts may share one, which counts once. */
function connectionsOf(routes: readonly RouteStatus[], connections: ReadonlyMap<string, number>): number {
  const objects = new Set(routes.flatMap(({ object }) => object ?? []));
  return [...objects].reduce((sum, object) => sum + (connections.get(object) ?? 0), 0);
}
