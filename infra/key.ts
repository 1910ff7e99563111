import {
  ACCOUNT,
  arnOf,
  type CfnValue,
  local,
  PARTITION,
  type PolicyStatement,
  policy,
  REGION,
  type Resources,
  sub,
} from './cloudformation.ts';
import { KEY } from './names.ts';
import type { Deployment } from './settings.ts';

/**
 * Returns the ARN of the key that encrypts queues, bus, archive and logs.
 *
 * @returns undefined when SQS encrypts with its own keys.
 */
export function keyArn({ settings }: Deployment): CfnValue | undefined {
  if (settings.kmsKey === 'none') return undefined;
  return settings.kmsKey === 'create' ? arnOf(KEY) : settings.kmsKey;
}

/** Returns the permissions that senders and receivers of an encrypted queue need. */
export function keyStatements(deployment: Deployment): PolicyStatement[] {
  const key = keyArn(deployment);
  return key === undefined
    ? []
    : [{ Sid: 'Encrypt', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: key }];
}

/** Returns the key of this stack. It outlives the stack, because messages and archives stay encrypted with it. */
export function keyResources(deployment: Deployment): Resources {
  if (deployment.settings.kmsKey !== 'create') return {};
  const inAccount = { StringEquals: { 'aws:SourceAccount': sub(ACCOUNT) } };
  return {
    [KEY]: {
      Type: 'AWS::KMS::Key',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Description: `Queues, bus, archive and logs of ${deployment.prefix}`,
        EnableKeyRotation: true,
        KeyPolicy: policy(
          {
            Sid: 'AccountByItsOwnPolicies',
            Effect: 'Allow',
            Principal: { AWS: sub(`arn:${PARTITION}:iam::${ACCOUNT}:root`) },
            Action: [
              'kms:CancelKeyDeletion',
              'kms:CreateGrant',
              'kms:Decrypt',
              'kms:DescribeKey',
              'kms:DisableKeyRotation',
              'kms:EnableKey',
              'kms:DisableKey',
              'kms:EnableKeyRotation',
              'kms:Encrypt',
              'kms:GenerateDataKey',
              'kms:GetKeyPolicy',
              'kms:GetKeyRotationStatus',
              'kms:ListGrants',
              'kms:ListResourceTags',
              'kms:PutKeyPolicy',
              'kms:RevokeGrant',
              'kms:ScheduleKeyDeletion',
              'kms:TagResource',
              'kms:UntagResource',
              'kms:UpdateKeyDescription',
            ],
            Resource: '*',
          },
          {
            Sid: 'EventBridge',
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
            Resource: '*',
            Condition: inAccount,
          },
          {
            Sid: 'Logs',
            Effect: 'Allow',
            Principal: { Service: sub(`logs.${REGION}.amazonaws.com`) },
            Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
            Resource: '*',
            Condition: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': local('logs', `log-group:/aws/lambda/${deployment.prefix}-*`),
              },
            },
          },
        ),
      },
    },
  };
}
