import { hostPort } from '../contract/index.ts';
import type { HostBackend } from '../status/index.ts';
import type { Family } from '../telemetry/prometheus.ts';
import type { ApplianceTraffic, BackendTraffic, FrontendTraffic } from '../traffic/index.ts';

/** What an exporter knows about an appliance. */
export interface Reading {
  readonly traffic: ApplianceTraffic;
  readonly hosts: readonly HostBackend[];
}

type Labels = Readonly<Record<string, string>>;
type Row<T> = readonly [name: string, type: Family['type'], help: string, value: (each: T) => number];

const BACKENDS: readonly Row<BackendTraffic>[] = [
  ['connections', 'gauge', 'Open connections to a back end.', ({ open }) => open],
  ['connections_total', 'counter', 'Connections that a back end took.', ({ connections }) => connections],
  ['received_bytes_total', 'counter', 'Bytes from clients of a back end.', ({ received }) => received],
  ['sent_bytes_total', 'counter', 'Bytes to clients of a back end.', ({ sent }) => sent],
  ['up', 'gauge', 'Whether a back end has a member that is UP.', ({ up }) => Number(up)],
];

const FRONTENDS: readonly Row<FrontendTraffic>[] = [
  ['connections', 'gauge', 'Open connections to a front end.', ({ open }) => open],
  ['connections_total', 'counter', 'Connections that a front end passed on.', ({ connections }) => connections],
  ['received_bytes_total', 'counter', 'Bytes from clients of a front end.', ({ received }) => received],
  ['sent_bytes_total', 'counter', 'Bytes to clients of a front end.', ({ sent }) => sent],
  ['up', 'gauge', 'Whether a front end accepts connections.', ({ up }) => Number(up)],
];

/** Names of the families that say what belongs together: their value is always 1. */
const INFO = 'The value is 1.';

/**
 * Returns the metrics of an appliance for Prometheus. TrafficCounters have the name of the back end alone: what it belongs to, and
 * its hosts, are in `nspass_backend_info` and `nspass_host_info`, to join with. So a host costs one series. Pure.
 *
 * @param appliance name in `appliances.yml`.
 */
export function trafficFamilies({ traffic, hosts }: Reading, appliance: string): Family[] {
  const { backends, frontends, refusedLast } = traffic;
  const ofBackend = ({ object }: BackendTraffic): Labels => ({ appliance, backend: object });
  const ofFrontend = (each: FrontendTraffic): Labels => ({ appliance, frontend: hostPort(each.vip, each.port) });
  return [
    ...BACKENDS.map((row) => family('nspass_backend', row, backends, ofBackend)),
    {
      name: 'nspass_backend_members',
      type: 'gauge',
      help: 'Members of a back end by state: up, or not.',
      samples: backends.flatMap((each) => [
        { labels: { ...ofBackend(each), state: 'up' }, value: each.membersUp },
        { labels: { ...ofBackend(each), state: 'down' }, value: each.membersDown },
      ]),
    },
    ...FRONTENDS.map((row) => family('nspass_frontend', row, frontends, ofFrontend)),
    {
      name: 'nspass_frontend_refused_hellos_total',
      type: 'counter',
      help: 'ClientHellos that a front end reset: no host has the name, or its back end has no member.',
      samples: frontends.flatMap((each) =>
        Object.entries(each.refused ?? {}).map(([reason, value]) => ({
          labels: { ...ofFrontend(each), reason },
          value,
        })),
      ),
    },
    {
      name: 'nspass_refused_wildcard_hellos_total',
      type: 'counter',
      help: 'ClientHellos for a wildcard whose back end has no member, reset by the policy that all front ends share.',
      samples: [{ labels: { appliance }, value: refusedLast }],
    },
    {
      name: 'nspass_backend_info',
      type: 'gauge',
      help: `What a back end belongs to. ${INFO}`,
      samples: backendInfo(hosts, appliance),
    },
    {
      name: 'nspass_host_info',
      type: 'gauge',
      help: `The back end that a host leads to. ${INFO}`,
      samples: hosts.map(({ host, frontend, object }) => ({
        labels: { appliance, host, frontend: hostPort(frontend.vip, frontend.port), backend: object },
        value: 1,
      })),
    },
  ];
}

function family<T>(
  prefix: string,
  [name, type, help, value]: Row<T>,
  all: readonly T[],
  labels: (each: T) => Labels,
): Family {
  return {
    name: `${prefix}_${name}`,
    type,
    help,
    samples: all.map((each) => ({ labels: labels(each), value: value(each) })),
  };
}

/** Returns one series for each back end, however many hosts lead to it. */
function backendInfo(hosts: readonly HostBackend[], appliance: string): Family['samples'] {
  const byObject = new Map(hosts.map((host) => [host.object, host] as const));
  return [...byObject.values()].map(({ object, frontend, owner, backend }) => ({
    labels: {
      appliance,
      backend: object,
      frontend: hostPort(frontend.vip, frontend.port),
      cluster: owner.cluster,
      namespace: owner.namespace,
      ingress: owner.name,
      service: backend,
    },
    value: 1,
  }));
}
