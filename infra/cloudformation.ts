/** A CloudFormation resource, with the attributes that this project uses. */
export interface CfnResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: 'Retain' | 'Delete';
  readonly UpdateReplacePolicy?: 'Retain' | 'Delete';
}

export type Resources = Readonly<Record<string, CfnResource>>;

/** A string or an intrinsic function. */
export type CfnValue = string | Readonly<Record<string, unknown>>;

export const ref = (logicalId: string): CfnValue => ({ Ref: logicalId });
export const arnOf = (logicalId: string): CfnValue => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const nameOf = (queue: string): CfnValue => ({ 'Fn::GetAtt': [queue, 'QueueName'] });
const pseudo = (name: string): string => `\${AWS::${name}}`;
/** Pseudo parameters for {@link sub}. */
export const PARTITION = pseudo('Partition');
export const REGION = pseudo('Region');
export const ACCOUNT = pseudo('AccountId');

/** Returns the ARN of a resource in this account and region. */
export const local = (service: string, resource: string): CfnValue =>
  sub(`arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`);

/**
 * Returns `Fn::Sub` of a text.
 *
 * @param text may hold `${AWS::Region}`, `${LogicalId}` and `${LogicalId.Attribute}`.
 */
export const sub = (text: string): CfnValue => ({ 'Fn::Sub': text });

/**
 * Returns a name as part of a logical id, which has letters and digits only. Separators are spelt out, so that different
 * names have different ids.
 */
export function logical(name: string): string {
  const spelt = name.replaceAll('-', 'Dash').replaceAll('.', 'Dot').replaceAll('_', 'Underscore');
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}

/** A statement of an IAM policy. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: CfnValue | readonly CfnValue[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const policy = (...Statement: readonly PolicyStatement[]) => ({ Version: '2012-10-17', Statement });
