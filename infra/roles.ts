import { SOURCES } from '../lib/contract/index.ts';
import {
  ACCOUNT,
  arnOf,
  type CfnResource,
  type CfnValue,
  local,
  type PolicyStatement,
  policy,
  type Resources,
  sub,
} from './cloudformation.ts';
import { keyStatements } from './key.ts';
import { topologyOf } from './messaging.ts';
import {
  ARCHIVE,
  AUDIT_SCHEDULE_ROLE,
  AUDIT_SCHEDULES,
  BUS,
  DEAD_LETTERS_ID,
  FUNCTIONS,
  type FunctionKey,
  forwarderRoleId,
  functionName,
  outcomesQueueId,
  PARKING_ID,
  queueId,
  UNDELIVERED_ID,
  workQueueId,
} from './names.ts';
import type { Deployment, ForwarderDeployment } from './settings.ts';

/** Returns one role for each function, each forwarder and the schedule. Each has only the permissions that it uses. */
export function roles(deployment: Deployment): Resources {
  const { appliances, clusters } = deployment;
  const work = appliances.map(({ name }) => arnOf(workQueueId(name)));
  const functions: Record<FunctionKey, PolicyStatement[]> = {
    reconcile: [
      consume(work),
      { Sid: 'PutOff', Effect: 'Allow', Action: ['sqs:ChangeMessageVisibility'], Resource: work },
      send('SetAside', [arnOf(DEAD_LETTERS_ID)]),
      publish(SOURCES.functions),
      ...credentials(deployment),
      ...keyStatements(deployment),
    ],
    audit: [publish(SOURCES.functions), ...credentials(deployment), ...keyStatements(deployment)],
    deadLetter: [
      consume([arnOf(DEAD_LETTERS_ID)]),
      send('Park', [arnOf(PARKING_ID)]),
      publish(SOURCES.functions),
      ...keyStatements(deployment),
    ],
  };
  return {
    ...Object.fromEntries(
      Object.entries(functions).map(([key, statements]) => [
        FUNCTIONS[key as FunctionKey].role,
        functionRole(deployment, key as FunctionKey, statements),
      ]),
    ),
    ...Object.fromEntries(clusters.map((cluster) => [forwarderRoleId(cluster), forwarderRole(deployment, cluster)])),
    [AUDIT_SCHEDULE_ROLE]: scheduleRole(deployment),
    OperatorPolicy: operatorPolicy(deployment),
  };
}

const consume = (queues: readonly CfnValue[]): PolicyStatement => ({
  Sid: 'Consume',
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: queues,
});

const send = (Sid: string, queues: readonly CfnValue[]): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Action: ['sqs:SendMessage'],
  Resource: queues,
});

const publish = (source: string): PolicyStatement => ({
  Sid: 'Publish',
  Effect: 'Allow',
  Action: ['events:PutEvents'],
  Resource: arnOf(BUS),
  Condition: { StringEquals: { 'events:source': source } },
});

/** Returns the permission to read the appliances' secrets. An ARN ends in six characters that Secrets Manager adds. */
function credentials({ appliances }: Deployment): PolicyStatement[] {
  const secrets = appliances.flatMap(({ credentials: { secret } }) => (secret === undefined ? [] : [secret]));
  if (secrets.length === 0) return [];
  return [
    {
      Sid: 'Credentials',
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue'],
      Resource: [...new Set(secrets)].map((secret) =>
        secret.startsWith('arn:') ? secret : local('secretsmanager', `secret:${secret}-??????`),
      ),
    },
  ];
}

function functionRole(deployment: Deployment, key: FunctionKey, statements: readonly PolicyStatement[]): CfnResource {
  const logs = local('logs', `log-group:/aws/lambda/${functionName(deployment.prefix, key)}:*`);
  return role(
    deployment,
    policy({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['sts:AssumeRole'],
    }),
    [
      ...statements,
      { Sid: 'Log', Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: logs },
      // X-Ray has no resource-level permissions (Service Authorization Reference).
      {
        Sid: 'Trace',
        Effect: 'Allow',
        Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        Resource: '*',
      },
      ...network(deployment, key),
    ],
  );
}

/** Returns the permissions that Lambda needs to run a function in a VPC. The dead-letter function runs outside. */
function network({ settings }: Deployment, key: FunctionKey): PolicyStatement[] {
  if (settings.vpc.subnetIds.length === 0 || key === 'deadLetter') return [];
  return [
    {
      Sid: 'Network',
      Effect: 'Allow',
      Action: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      Resource: '*',
    },
  ];
}

/** Returns the role that invokes the audit. Only schedules of our own group can assume it. */
function scheduleRole(deployment: Deployment): CfnResource {
  return role(
    deployment,
    policy({
      Effect: 'Allow',
      Principal: { Service: 'scheduler.amazonaws.com' },
      Action: ['sts:AssumeRole'],
      Condition: {
        StringEquals: { 'aws:SourceAccount': sub(ACCOUNT) },
        ArnEquals: { 'aws:SourceArn': arnOf(AUDIT_SCHEDULES) },
      },
    }),
    [{ Sid: 'Audit', Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: arnOf(FUNCTIONS.audit.id) }],
  );
}

function forwarderRole(deployment: Deployment, cluster: string): CfnResource {
  return role(deployment, policy(...trustStatements(deployment.forwarder(cluster))), [
    publish(SOURCES.forwarder),
    {
      Sid: 'Outcomes',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: arnOf(outcomesQueueId(cluster)),
    },
    ...keyStatements(deployment),
  ]);
}

/** Returns who may assume a forwarder's role: pods of its service account, and the configured principals. */
function trustStatements({
  namespace,
  serviceAccount,
  podIdentity,
  oidcProvider,
  principals,
}: ForwarderDeployment): PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  if (podIdentity) {
    statements.push({
      Sid: 'PodIdentity',
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: {
          'aws:SourceAccount': sub(ACCOUNT),
          'aws:RequestTag/kubernetes-namespace': namespace,
          'aws:RequestTag/kubernetes-service-account': serviceAccount,
        },
      },
    });
  }
  if (oidcProvider !== undefined) {
    const issuer = oidcProvider.slice(oidcProvider.indexOf('oidc-provider/') + 'oidc-provider/'.length);
    statements.push({
      Sid: 'ServiceAccount',
      Effect: 'Allow',
      Principal: { Federated: oidcProvider },
      Action: ['sts:AssumeRoleWithWebIdentity'],
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
        },
      },
    });
  }
  if (principals.length > 0) {
    statements.push({ Sid: 'Named', Effect: 'Allow', Principal: { AWS: principals }, Action: ['sts:AssumeRole'] });
  }
  return statements;
}

function role(
  { settings, prefix }: Deployment,
  AssumeRolePolicyDocument: unknown,
  statements: PolicyStatement[],
): CfnResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument,
      Policies: [{ PolicyName: prefix, PolicyDocument: policy(...statements) }],
      ...(settings.permissionsBoundary === '' ? {} : { PermissionsBoundary: settings.permissionsBoundary }),
    },
  };
}

/**
 * Returns the policy of the commands `nspass replay`, `redrive`, `remove`, `doctor` and `console`, with and without
 * `--config`. Attach it to the role of the person on call. Queues accept redriven messages only from the roles in
 * `custom.nspass.operators`.
 */
function operatorPolicy(deployment: Deployment): CfnResource {
  const work = topologyOf(deployment)
    .queues.filter(({ purpose }) => purpose === 'work' || purpose === 'outcomes')
    .map((queue) => arnOf(queueId(queue)));
  const waiting = [arnOf(PARKING_ID), arnOf(UNDELIVERED_ID)];
  const replays = local('events', `replay/${deployment.prefix}-*`);
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      Description: `nspass replay, redrive, remove, doctor and console on ${deployment.prefix}`,
      PolicyDocument: policy(
        {
          Sid: 'Replay',
          Effect: 'Allow',
          Action: ['events:StartReplay', 'events:DescribeReplay', 'events:CancelReplay'],
          Resource: [arnOf(ARCHIVE), replays, arnOf(BUS)],
        },
        // They have no resource-level permissions.
        { Sid: 'Lists', Effect: 'Allow', Action: ['events:ListRules', 'events:ListReplays'], Resource: '*' },
        { Sid: 'Bus', Effect: 'Allow', Action: ['events:DescribeEventBus'], Resource: arnOf(BUS) },
        // Neither has ListEventSourceMappings (Service Authorization Reference).
        { Sid: 'EventSources', Effect: 'Allow', Action: ['lambda:ListEventSourceMappings'], Resource: '*' },
        { Sid: 'Look', Effect: 'Allow', Action: ['events:DescribeArchive'], Resource: arnOf(ARCHIVE) },
        {
          Sid: 'Redrive',
          Effect: 'Allow',
          Action: [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:ChangeMessageVisibility',
            'sqs:GetQueueUrl',
            'sqs:GetQueueAttributes',
          ],
          Resource: waiting,
        },
        {
          Sid: 'Back',
          Effect: 'Allow',
          Action: ['sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
          Resource: work,
        },
        {
          Sid: 'SeeThemPass',
          Effect: 'Allow',
          Action: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
          Resource: arnOf(DEAD_LETTERS_ID),
        },
        ...credentials(deployment),
        ...keyStatements(deployment),
      ),
    },
  };
}
