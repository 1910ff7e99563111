import { arnOf, type CfnValue, logical, ref } from './cloudformation.ts';
import { ARCHIVE, BUS, forwarderRoleId, outcomesQueueId, PARKING_ID, UNDELIVERED_ID } from './names.ts';
import type { Deployment } from './settings.ts';

interface Output {
  readonly Description: string;
  readonly Value: CfnValue;
}

/** Returns the outputs of the stack: values for the forwarder's chart and for the commands. */
export function outputs({ clusters }: Deployment): Record<string, Output> {
  return {
    BusName: { Description: 'The event bus', Value: ref(BUS) },
    BusArn: { Description: 'The event bus', Value: arnOf(BUS) },
    ArchiveArn: { Description: 'The archive of desired state', Value: arnOf(ARCHIVE) },
    ParkingQueueUrl: { Description: 'Dead letters that wait for redrive', Value: ref(PARKING_ID) },
    UndeliveredQueueUrl: { Description: 'What rules could not deliver', Value: ref(UNDELIVERED_ID) },
    OperatorPolicyArn: { Description: 'To attach to who replays and redrives', Value: ref('OperatorPolicy') },
    ...Object.fromEntries(
      clusters.flatMap((cluster): [string, Output][] => [
        [
          `ForwarderRoleArn${logical(cluster)}`,
          { Description: `Role of the forwarder of ${cluster}`, Value: arnOf(forwarderRoleId(cluster)) },
        ],
        [
          `OutcomesQueueUrl${logical(cluster)}`,
          { Description: `Outcomes for the forwarder of ${cluster}`, Value: ref(outcomesQueueId(cluster)) },
        ],
      ]),
    ),
  };
}
