import type { AuditReport } from '../audit/index.ts';
import { qualifiedName } from '../contract/index.ts';
import type { Log, Metrics } from '../telemetry/index.ts';
import { type ApplianceTraffic, summaryOf } from '../traffic/index.ts';

/** Back ends that are logged with their own figures. The metrics have no host as a dimension: there are too many. */
const MOST_BACKENDS = 10;
/** Hosts that are named of one back end. */
const MOST_HOSTS = 5;

/** Records the traffic of an appliance as metrics, and logs the back ends with the most of it. */
export function tellTraffic(
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  appliance: string,
  traffic: ApplianceTraffic,
  hosts: AuditReport['hosts'],
): void {
  const { open, connections, received, sent, refused, down, top, others } = summaryOf(traffic, MOST_BACKENDS);
  metrics.record('ConnectionsOpen', open, { appliance });
  metrics.record('ConnectionsAccepted', connections, { appliance });
  metrics.record('BytesReceived', received, { appliance });
  metrics.record('BytesSent', sent, { appliance });
  metrics.record('HellosRefused', refused, { appliance });
  metrics.record('BackEndsDown', down, { appliance });
  if (top.length === 0) return;
  const byObject = Map.groupBy(hosts, ({ object }) => object);
  for (const { object, ...figures } of top) {
    const own = byObject.get(object) ?? [];
    const owner = own[0]?.owner;
    log.info('traffic of a back end', {
      appliance,
      object,
      ...(owner === undefined ? {} : { cluster: owner.cluster, ingress: qualifiedName(owner) }),
      hosts: own.slice(0, MOST_HOSTS).map(({ host }) => host),
      ...figures,
    });
  }
  log.info('traffic of the other back ends', { appliance, ...others });
}
