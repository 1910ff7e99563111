import { arnOf, type Resources, ref } from './cloudformation.ts';
import { AUDIT_SCHEDULE_ROLE, AUDIT_SCHEDULES } from './names.ts';
import type { Deployment } from './settings.ts';

/**
 * Returns the schedule group of the audit. The audit's schedule is alone in it, because a role can be bound to a group but
 * not to a single schedule (EventBridge Scheduler User Guide, *Confused deputy prevention*).
 */
export function scheduleResources({ prefix }: Deployment): Resources {
  return { [AUDIT_SCHEDULES]: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: prefix } } };
}

/** Returns the events of the audit function: its schedule. */
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
