import { type QueueSpec, type RuleSpec, type Topology, topology } from '../lib/config/topology.ts';
import { SOURCES } from '../lib/contract/index.ts';
import {
  arnOf,
  type CfnResource,
  type CfnValue,
  local,
  type PolicyStatement,
  policy,
  type Resources,
  ref,
} from './cloudformation.ts';
import { keyArn } from './key.ts';
import { ARCHIVE, BUS, FUNCTIONS, forwarderRoleId, queueId, queueName, ruleId } from './names.ts';
import type { Deployment } from './settings.ts';

/** Retries before EventBridge moves an event to the dead-letter queue: the longest that the service allows. */
const RETRY_POLICY = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 };

/** Returns queues, rules and archive of a deployment. The local mode uses the same topology. */
export function topologyOf({ prefix, appliances, settings }: Deployment): Topology {
  return topology(appliances, {
    name: prefix,
    functionTimeoutSeconds: settings.timeoutSeconds,
    archiveDays: settings.archiveDays,
  });
}

/** Returns bus, archive, queues and rules. */
export function messaging(deployment: Deployment): Resources {
  const plan = topologyOf(deployment);
  const queues = plan.queues.map((queue) => [queueId(queue), queueResource(deployment, plan, queue)] as const);
  const rules = plan.rules.map((rule) => [ruleId(rule.name), ruleResource(plan, rule)] as const);
  return {
    [BUS]: busResource(deployment),
    ...busPolicies(deployment),
    [ARCHIVE]: archiveResource(deployment, plan),
    ...Object.fromEntries(queues),
    ...Object.fromEntries(plan.queues.flatMap((queue) => queuePolicy(deployment, plan, queue))),
    ...Object.fromEntries(rules),
  };
}

function busResource(deployment: Deployment): CfnResource {
  const key = keyArn(deployment);
  return {
    Type: 'AWS::Events::EventBus',
    Properties: {
      Name: deployment.prefix,
      Description: 'Ingresses to be programmed on NetScaler, and what became of them',
      DeadLetterConfig: { Arn: arnOf('UndeliveredQueue') },
      ...(key === undefined ? {} : { KmsKeyIdentifier: key }),
    },
  };
}

/**
 * Denies other principals of the account to publish events with our sources: forged desired state would be programmed,
 * and forwarders would trust a forged outcome.
 */
function busPolicies({ prefix, clusters }: Deployment): Resources {
  const onlyRoles = (id: string, source: string, roles: readonly string[]): [string, CfnResource] => [
    id,
    {
      Type: 'AWS::Events::EventBusPolicy',
      Properties: {
        EventBusName: ref(BUS),
        StatementId: id,
        Statement: {
          Effect: 'Deny',
          Principal: '*',
          Action: 'events:PutEvents',
          Resource: arnOf(BUS),
          Condition: {
            'ForAnyValue:StringEquals': { 'events:source': [source] },
            ArnNotEquals: { 'aws:PrincipalArn': roles.map(arnOf) },
          },
        },
      },
    },
  ];
  return Object.fromEntries(
    [
      onlyRoles('OnlyForwardersSpeakForClusters', SOURCES.forwarder, clusters.map(forwarderRoleId)),
      onlyRoles(
        'OnlyFunctionsReportOutcomes',
        SOURCES.functions,
        Object.values(FUNCTIONS).map(({ role }) => role),
      ),
    ].map(([id, resource]) => [
      id,
      { ...resource, Properties: { ...resource.Properties, StatementId: `${prefix}-${id}` } },
    ]),
  );
}

function archiveResource(deployment: Deployment, { archive }: Topology): CfnResource {
  const key = keyArn(deployment);
  return {
    Type: 'AWS::Events::Archive',
    Properties: {
      ArchiveName: archive.name,
      Description: 'Desired state, for replay: docs/runbooks/appliance-lost.md',
      SourceArn: arnOf(BUS),
      EventPattern: archive.pattern,
      RetentionDays: archive.retentionDays,
      ...(key === undefined ? {} : { KmsKeyIdentifier: key }),
    },
  };
}

function queueResource(deployment: Deployment, plan: Topology, queue: QueueSpec): CfnResource {
  const key = keyArn(deployment);
  const { redrive } = queue;
  const target = plan.queues.find(({ name }) => name === redrive?.queue);
  return {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: queueName(deployment.prefix, queue.name),
      VisibilityTimeout: queue.visibilitySeconds,
      MessageRetentionPeriod: queue.retentionSeconds,
      ...(key === undefined
        ? { SqsManagedSseEnabled: true }
        : { KmsMasterKeyId: key, KmsDataKeyReusePeriodSeconds: 300 }),
      ...(queue.fifo
        ? {
            FifoQueue: true,
            // Rules send no deduplication id.
            ContentBasedDeduplication: true,
            DeduplicationScope: 'messageGroup',
            FifoThroughputLimit: 'perMessageGroupId',
          }
        : {}),
      RedriveAllowPolicy: redriveAllowPolicy(deployment.prefix, plan, queue),
      ...(redrive === undefined || target === undefined
        ? {}
        : {
            RedrivePolicy: {
              deadLetterTargetArn: arnOf(queueId(target)),
              maxReceiveCount: redrive.maxReceives,
            },
          }),
    },
  };
}

/** Maximum of source queues that a dead-letter queue can list (SQS API, *RedriveAllowPolicy*). */
const MAX_SOURCES = 10;

/** Returns which queues may use this one as their dead-letter queue, because that is a way to send messages to it. */
function redriveAllowPolicy(prefix: string, plan: Topology, { name }: QueueSpec): Record<string, unknown> {
  const sources = plan.queues.filter(({ redrive }) => redrive?.queue === name);
  if (sources.length === 0) return { redrivePermission: 'denyAll' };
  if (sources.length > MAX_SOURCES) return { redrivePermission: 'allowAll' };
  return {
    redrivePermission: 'byQueue',
    // By name instead of a reference: the source queues depend on this queue.
    sourceQueueArns: sources.map((source) => local('sqs', queueName(prefix, source.name))),
  };
}

/** Returns the roles that may send to a queue. Rules may, too. */
function senderRoles({ settings }: Deployment, { purpose }: QueueSpec): CfnValue[] {
  switch (purpose) {
    case 'work':
    case 'outcomes':
      return [...settings.operators];
    case 'dead-letter':
      return [arnOf(FUNCTIONS.reconcile.role)];
    case 'parking':
      return [arnOf(FUNCTIONS.deadLetter.role)];
    default:
      return [];
  }
}

/**
 * Returns the policy of a queue. Only its rules and the roles that need it may send, whatever IAM allows other principals,
 * because forged desired state would be programmed. Every request needs TLS.
 *
 * Rules send as the EventBridge service, which has no role to list. When SQS itself moves a message to a dead-letter
 * queue, no policy applies.
 */
function queuePolicy(deployment: Deployment, plan: Topology, queue: QueueSpec): [string, CfnResource][] {
  const id = queueId(queue);
  const senders = plan.rules.filter((rule) => rule.target === queue.name || rule.undelivered === queue.name);
  const sources = senders.map((rule) => ruleArn(plan, rule));
  if (plan.queues.some(({ purpose }) => purpose === 'undelivered') && queue.purpose === 'undelivered') {
    sources.push(arnOf(BUS));
  }
  const roles = senderRoles(deployment, queue);
  const statements: PolicyStatement[] = [
    {
      Sid: 'OnlyEncryptedConnections',
      Effect: 'Deny',
      Principal: '*',
      Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      Resource: arnOf(id),
      Condition: { Bool: { 'aws:SecureTransport': false } },
    },
    {
      Sid: 'OnlyWhoHasToSends',
      Effect: 'Deny',
      Principal: '*',
      Action: ['sqs:SendMessage'],
      Resource: arnOf(id),
      Condition: {
        Bool: { 'aws:PrincipalIsAWSService': false },
        ...(roles.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': roles } }),
      },
    },
  ];
  if (sources.length > 0) {
    statements.push({
      Sid: 'RulesSend',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['sqs:SendMessage'],
      Resource: arnOf(id),
      Condition: { ArnEquals: { 'aws:SourceArn': sources } },
    });
  }
  return [
    [
      `${id}Policy`,
      { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [ref(id)], PolicyDocument: policy(...statements) } },
    ],
  ];
}

/** Returns the ARN of a rule, by name instead of a reference: the rule depends on the queue. */
function ruleArn(plan: Topology, rule: RuleSpec) {
  return local('events', `rule/${plan.bus}/${rule.name}`);
}

function ruleResource(plan: Topology, rule: RuleSpec): CfnResource {
  const queue = (name: string): string => {
    const found = plan.queues.find((candidate) => candidate.name === name);
    if (found === undefined)
      throw new Error(`rule ${rule.name} refers to the queue ${name}, which is not in the topology`);
    return queueId(found);
  };
  const target = queue(rule.target);
  return {
    Type: 'AWS::Events::Rule',
    // Events that arrive before the queue allows the rule to send would be lost.
    DependsOn: [`${target}Policy`, `${queue(rule.undelivered)}Policy`],
    Properties: {
      Name: rule.name,
      Description: rule.description,
      EventBusName: ref(BUS),
      EventPattern: rule.pattern,
      State: 'ENABLED',
      Targets: [
        {
          Id: 'queue',
          Arn: arnOf(target),
          ...(rule.messageGroup === undefined ? {} : { SqsParameters: { MessageGroupId: rule.messageGroup } }),
          DeadLetterConfig: { Arn: arnOf(queue(rule.undelivered)) },
          RetryPolicy: RETRY_POLICY,
        },
      ],
    },
  };
}
