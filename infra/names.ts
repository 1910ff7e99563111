import {
  DEAD_LETTERS,
  outcomesQueueName,
  PARKING,
  READERS,
  UNDELIVERED,
  workQueueName,
} from '../lib/config/topology.ts';
import { logical } from './cloudformation.ts';

/** Logical ids. serverless.yml refers to some of them, and a changed id replaces its resource. */
export const BUS = 'Bus';
export const ARCHIVE = 'Archive';
export const KEY = 'Key';
export const DEAD_LETTERS_ID = 'DeadLettersQueue';
export const PARKING_ID = 'ParkingQueue';
export const UNDELIVERED_ID = 'UndeliveredQueue';
export const AUDIT_SCHEDULES = 'AuditSchedules';
export const AUDIT_SCHEDULE_ROLE = 'AuditScheduleRole';

export const workQueueId = (appliance: string): string => `WorkQueue${logical(appliance)}`;
export const outcomesQueueId = (cluster: string): string => `OutcomesQueue${logical(cluster)}`;
export const ruleId = (rule: string): string => `Rule${logical(rule)}`;
export const forwarderRoleId = (cluster: string): string => `ForwarderRole${logical(cluster)}`;

/** Returns the logical id of a queue of the topology. */
export function queueId(queue: { name: string; appliance?: string; cluster?: string }): string {
  if (queue.appliance !== undefined) return workQueueId(queue.appliance);
  if (queue.cluster !== undefined) return outcomesQueueId(queue.cluster);
  const fixed: Record<string, string> = {
    [DEAD_LETTERS]: DEAD_LETTERS_ID,
    [PARKING]: PARKING_ID,
    [UNDELIVERED]: UNDELIVERED_ID,
  };
  return fixed[queue.name] ?? logical(queue.name);
}

/** The functions by key in serverless.yml: name after the prefix, and the logical ids that osls generates. */
export const FUNCTIONS = {
  reconcile: { name: READERS.work, id: 'ReconcileLambdaFunction', role: 'ReconcileRole', logs: 'ReconcileLogGroup' },
  audit: { name: 'audit', id: 'AuditLambdaFunction', role: 'AuditRole', logs: 'AuditLogGroup' },
  deadLetter: {
    name: READERS['dead-letter'],
    id: 'DeadLetterLambdaFunction',
    role: 'DeadLetterRole',
    logs: 'DeadLetterLogGroup',
  },
} as const;
export type FunctionKey = keyof typeof FUNCTIONS;

/** Names in AWS: the prefix of the deployment, then the name. */
export const queueName = (prefix: string, queue: string): string => `${prefix}-${queue}`;
export const workQueue = (prefix: string, appliance: string): string => queueName(prefix, workQueueName(appliance));
export const outcomesQueue = (prefix: string, cluster: string): string => queueName(prefix, outcomesQueueName(cluster));
export const functionName = (prefix: string, key: FunctionKey): string => `${prefix}-${FUNCTIONS[key].name}`;
