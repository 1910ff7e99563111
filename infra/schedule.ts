import { arnOf, type Resources, ref } from './cloudformation.ts';
import { AUDIT_SCHEDULE_ROLE, AUDIT_SCHEDULES } from './names.ts';
import type { Deployment } from './settings.ts';

/**
 * The group of the audit's schedule. It has no other, so that the role of the schedule can be bound to it: a role cannot be
 * bound to a single schedule (EventBridge Scheduler User Guide, *Confused deputy prevention*).
 */
export function scheduleResources({ prefix }: Deployment): Resources {
  return { [AUDIT_SCHEDULES]: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: prefix } } };
}

/** The schedule behind the audit function. */
export function auditEvents({ settings: { auditMinutes } }: Deployment): unknown[] {
  return [
    {
      schedule: {
        method: 'scheduler',
        rate: [auditMinutes === 1 ? 'rate(1 minute)' : `rate(${auditMinutes} minutes)`],
        groupName: ref(AUDIT_SCHEDULES),
        roleArn: arnOf(AUDIT_SCHEDULE_ROLE),
        description: 'Looks at every appliance',
      },
    },
  ];
}
