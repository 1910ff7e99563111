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

/** What EventBridge itself tries before a target's dead-letter queue gets an event: its own longest. */
const RETRY_POLICY = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 };

/** Queues, rules and archive of a deployment: the same as on one machine. */
export function topologyOf({ prefix, appliances, settings }: Deployment): Topology {
  return topology(appliances, {
    name: prefix,
    functionTimeoutSeconds: settings.timeoutSeconds,
    archiveDays: settings.archiveDays,
  });
}

/** Bus, archive, queues and rules. */
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
 * Whoever else in the account may put events anywhere may not say ours here: a forged desired state would be
 * programmed, and a forged outcome believed.
 */
function busPolicies({ prefix, clusters }: Deployment): Resources {
  const only = (id: string, source: string, roles: readonly string[]): [string, CfnResource] => [
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
      only('OnlyForwardersSpeakForClusters', SOURCES.forwarder, clusters.map(forwarderRoleId)),
      only(
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
            // Rules give no deduplication id.
            ContentBasedDeduplication: true,
            DeduplicationScope: 'messageGroup',
            FifoThroughputLimit: 'perMessageGroupId',
          }
        : {}),
      RedriveAllowPolicy: redriveAllowance(deployment.prefix, plan, queue),
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

/** Source queues that a dead-letter queue can name (SQS API, *RedriveAllowPolicy*). */
const MOST_SOURCES = 10;

/** Returns which queues may name this one as their dead-letter queue: by that way, too, messages come into it. */
function redriveAllowance(prefix: string, plan: Topology, { name }: QueueSpec): Record<string, unknown> {
  const sources = plan.queues.filter(({ redrive }) => redrive?.queue === name);
  if (sources.length === 0) return { redrivePermission: 'denyAll' };
  if (sources.length > MOST_SOURCES) return { redrivePermission: 'allowAll' };
  return {
    redrivePermission: 'byQueue',
    // By name: the sources themselves wait for this queue.
    sourceQueueArns: sources.map((source) => local('sqs', queueName(prefix, source.name))),
  };
}

/** Returns the roles that send to a queue, beside the rules. */
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
 * Rules may send to the queue where they are, and the roles that have to; nobody else in the account, whatever IAM allows
 * them, as a forged desired state would be programmed. Nobody comes without TLS.
 *
 * Rules come as the service itself, which has no role to name. What SQS moves to a dead-letter queue is no request.
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

/** By name, as the rule itself waits for the queue. */
function ruleArn(plan: Topology, rule: RuleSpec) {
  return local('events', `rule/${plan.bus}/${rule.name}`);
}

function ruleResource(plan: Topology, rule: RuleSpec): CfnResource {
  const queue = (name: string): string => {
    const found = plan.queues.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`rule ${rule.name} names the queue ${name}, which the topology has not`);
    return queueId(found);
  };
  const target = queue(rule.target);
  return {
    Type: 'AWS::Events::Rule',
    // Events that come before the queue lets the rule in would be lost.
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
