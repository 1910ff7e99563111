import { alarmResource } from './alarms/alarm.ts';
import { applianceAlarms } from './alarms/appliance-alarms.ts';
import { clusterAlarms } from './alarms/cluster-alarms.ts';
import { functionAlarms } from './alarms/function-alarms.ts';
import { queueAlarms, ruleAlarms } from './alarms/queue-alarms.ts';
import { snapshotAlarms } from './alarms/snapshot-alarms.ts';
import type { Resources } from './cloudformation.ts';
import type { Deployment } from './settings.ts';

/** Returns all alarms of a deployment. */
export function alarms(deployment: Deployment): Resources {
  const all = [
    ...deployment.appliances.flatMap((appliance) => applianceAlarms(deployment, appliance)),
    ...deployment.clusters.flatMap(clusterAlarms),
    ...deployment.appliances.flatMap((appliance) => snapshotAlarms(deployment, appliance)),
    ...queueAlarms(),
    ...ruleAlarms(deployment),
    ...functionAlarms(deployment),
  ];
  return Object.fromEntries(all.map((alarm) => [`Alarm${alarm.id}`, alarmResource(deployment, alarm)]));
}
