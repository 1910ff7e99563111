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

/** Creates bus, archive, rules and targets of a topology, with the API calls of a deployment. */
export async function deploy(client: Pick<EventBridgeClient, 'send'>, plan: Topology, scope: AwsScope): Promise<void> {
  const EventBusName = plan.bus;
  await client.send(new CreateEventBusCommand({ Name: EventBusName }));
  await client.send(
    new CreateArchiveCommand({
      ArchiveName: plan.archive.name,
      EventSourceArn: busArn(scope, plan.bus),
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
            Arn: queueArn(scope, rule.target),
            ...(rule.messageGroup === undefined ? {} : { SqsParameters: { MessageGroupId: rule.messageGroup } }),
            DeadLetterConfig: { Arn: queueArn(scope, rule.undelivered) },
          },
        ],
      }),
    );
  }
}
