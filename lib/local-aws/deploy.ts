import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { Topology } from '../config/topology.ts';
import { busArn, queueArn } from './arn.ts';
import type { AwsScope } from './envelope.ts';

/** Makes bus, archive, rules and targets of a topology, with the calls that a deployment makes. */
export async function deploy(client: Pick<EventBridgeClient, 'send'>, plan: Topology, place: AwsScope): Promise<void> {
  const EventBusName = plan.bus;
  await client.send(new CreateEventBusCommand({ Name: EventBusName }));
  await client.send(
    new CreateArchiveCommand({
      ArchiveName: plan.archive.name,
      EventSourceArn: busArn(place, plan.bus),
      EventPattern: JSON.stringify(plan.archive.pattern),
      RetentionDays: plan.archive.retentionDays,
    }),
  );
  for (const rule of plan.rules) {
    const { name: Name, description: Description } = rule;
    await client.send(
      new PutRuleCommand({ Name, EventBusName, Description, EventPattern: JSON.stringify(rule.pattern) }),
    );
    await client.send(
      new PutTargetsCommand({
        Rule: Name,
        EventBusName,
        Targets: [
          {
            Id: 'queue',
            Arn: queueArn(place, rule.target),
            ...(rule.messageGroup === undefined ? {} : { SqsParameters: { MessageGroupId: rule.messageGroup } }),
            DeadLetterConfig: { Arn: queueArn(place, rule.undelivered) },
          },
        ],
      }),
    );
  }
}
