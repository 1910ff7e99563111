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
  /** Ingress, as {@link ownerText} names it → its record, tombstones included. */
  readonly records: ReadonlyMap<string, RecordedIngress>;
  /** Clusters that have a ledger on the appliance. */
  readonly clusters: readonly string[];
  /** Open connections of the back ends that hosts lead to; undefined if the user may not read them. */
  readonly connections: number | undefined;
}

/** Returns an Ingress as text. Its key is a digest, which takes too long for thousands of Ingresses every few seconds. */
export const ownerText = ({ cluster, namespace, name }: Owner): string => `${cluster}/${namespace}/${name}`;

/** Returns what the rows of an appliance show. Pure. */
export function readingOf(input: StatusInput, at: number): ConsoleReading {
  const routes = routeStatuses(input);
  return {
    at,
    routes,
    records: new Map(
      input.ledgers.flatMap(({ cluster, rows }) =>
        [...decodeLedger(rows).ingresses.values()].map((record) => {
          const owner = { cluster, namespace: record.namespace, name: record.name };
          return [ownerText(owner), { owner, record }] as const;
        }),
      ),
    ),
    clusters: input.ledgers.map(({ cluster }) => cluster),
    connections: input.traffic === undefined ? undefined : connectionsOf(routes),
  };
}

/** Adds up the connections of back ends. Several hosts may share one, which counts once. */
function connectionsOf(routes: readonly RouteStatus[]): number {
  const open = new Map(routes.map(({ object, traffic }) => [object, traffic?.open ?? 0]));
  return [...open.values()].reduce((sum, each) => sum + each, 0);
}
