import { CreateArchiveCommand, type EventBridgeClient, PutPermissionCommand } from '@aws-sdk/client-eventbridge';
import type { Template } from '../../../../infra/standalone.ts';
import { eventually } from '../../../support/eventually.ts';
import type { CloudApi } from './api.ts';
import type { Project } from './project.ts';

const API = '2010-05-15';
const BUCKET = 'code';
const ACCOUNT = '000000000000';

/**
 * Types that the emulator's CloudFormation does not support. Archive and policies are made with the SDK instead, from the same
 * properties; saved queries not at all, as its Logs have none.
 */
export const UNKNOWN_TYPES = ['AWS::Events::Archive', 'AWS::Events::EventBusPolicy', 'AWS::Logs::QueryDefinition'];

export interface Stack {
  readonly outputs: ReadonlyMap<string, string>;
  /** Logical id → physical id. */
  readonly resources: ReadonlyMap<string, string>;
  /** Types that CloudFormation refused. */
  readonly refused: readonly string[];
}

/** Deploys what packaging left: zips into a bucket, the template by CloudFormation. */
export async function deployStack(
  api: CloudApi,
  eventBridge: Pick<EventBridgeClient, 'send'>,
  project: Project,
  name: string,
): Promise<Stack> {
  const template = await project.template();
  const location = `<CreateBucketConfiguration><LocationConstraint>${api.region}</LocationConstraint></CreateBucketConfiguration>`;
  await api.rest('s3', 'PUT', `/${BUCKET}`, location);
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { S3Key } = Properties.Code as { S3Key: string };
    await api.rest('s3', 'PUT', `/${BUCKET}/${S3Key}`, new Uint8Array(await project.zip(id)));
  }
  const refused = await refusedTypes(api, template, name);
  const left = Object.entries(template.Resources).filter(([, { Type }]) => refused.includes(Type));
  await create(api, name, argumentsOf(withoutTypes(template, refused, api.region)));
  const resources = await physical(api, name);
  const values = new Map([...resources, ['Bus.Arn', `arn:aws:events:${api.region}:${ACCOUNT}:event-bus/${name}`]]);
  for (const [id, { Type, Properties }] of left) {
    await make(eventBridge, Type, id, resolve(Properties, values) as Record<string, unknown>);
  }
  return { outputs: await outputs(api, name), resources, refused };
}

async function refusedTypes(api: CloudApi, template: Template, name: string): Promise<string[]> {
  try {
    await create(api, name, argumentsOf(template));
  } catch (error) {
    const types = /Unrecognized resource types: \[([^\]]*)\]/.exec((error as Error).message)?.[1];
    if (types !== undefined) return types.split(', ');
    throw error;
  }
  return [];
}

const argumentsOf = (template: Template): Record<string, string> => ({
  TemplateBody: JSON.stringify(template),
  'Capabilities.member.1': 'CAPABILITY_IAM',
  'Parameters.member.1.ParameterKey': 'CodeBucket',
  'Parameters.member.1.ParameterValue': BUCKET,
});

/**
 * Creates a stack, and waits until it is complete.
 *
 * @param given arguments of CreateStack, in the form of AWS Query.
 */
export async function create(api: CloudApi, name: string, given: Readonly<Record<string, string>>): Promise<void> {
  await api.query('cloudformation', API, { Action: 'CreateStack', StackName: name, ...given });
  await eventually(
    async () => {
      const xml = await api.query('cloudformation', API, { Action: 'DescribeStacks', StackName: name });
      const status = tag(xml, 'StackStatus');
      if (status === 'CREATE_IN_PROGRESS') return false;
      if (status === 'CREATE_COMPLETE') return true;
      const events = await api.query('cloudformation', API, { Action: 'DescribeStackEvents', StackName: name });
      const reasons = [...events.matchAll(/<ResourceStatusReason>([^<]+)</g)].map(([, reason]) => reason);
      throw new Error(`stack ${name} is ${status}: ${reasons.join('; ')}`);
    },
    `stack ${name} is made`,
    120_000,
  );
}

const tag = (xml: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)<`).exec(xml)?.[1];

async function physical(api: CloudApi, name: string): Promise<Map<string, string>> {
  const xml = await api.query('cloudformation', API, { Action: 'DescribeStackResources', StackName: name });
  return new Map(
    [...xml.matchAll(/<member>(.*?)<\/member>/gs)].flatMap(([, member = '']) => {
      const id = tag(member, 'LogicalResourceId');
      const found = tag(member, 'PhysicalResourceId');
      return id === undefined || found === undefined ? [] : [[id, found] as const];
    }),
  );
}

/** Returns the outputs of a stack. */
export async function outputs(api: CloudApi, name: string): Promise<Map<string, string>> {
  const xml = await api.query('cloudformation', API, { Action: 'DescribeStacks', StackName: name });
  return new Map(
    [...xml.matchAll(/<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)</g)].map(([, key = '', value = '']) => [
      key,
      value,
    ]),
  );
}

/** The template without resources of some types; what names one of them gets the ARN that it will have. */
export function withoutTypes(template: Template, types: readonly string[], region: string): Template {
  const ids = Object.entries(template.Resources).flatMap(([id, { Type }]) => (types.includes(Type) ? [id] : []));
  const kept = Object.entries(template.Resources).filter(([id]) => !ids.includes(id));
  const values = new Map(
    ids.map((id) => {
      const name = template.Resources[id]?.Properties.ArchiveName;
      return [`${id}.Arn`, `arn:aws:events:${region}:${ACCOUNT}:archive/${name}`];
    }),
  );
  return resolve({ ...template, Resources: Object.fromEntries(kept) }, values) as Template;
}

/** Puts known values in the place of `Ref` and `Fn::GetAtt`. */
function resolve(value: unknown, known: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, known));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: string[] };
  const key = Ref ?? attribute?.join('.');
  const found = key === undefined ? undefined : known.get(key);
  if (found !== undefined) return found;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, known)]));
}

async function make(
  eventBridge: Pick<EventBridgeClient, 'send'>,
  type: string,
  id: string,
  properties: Record<string, unknown>,
): Promise<void> {
  switch (type) {
    case 'AWS::Events::Archive':
      await eventBridge.send(
        new CreateArchiveCommand({
          ArchiveName: String(properties.ArchiveName),
          EventSourceArn: String(properties.SourceArn),
          EventPattern: JSON.stringify(properties.EventPattern),
          RetentionDays: Number(properties.RetentionDays),
        }),
      );
      return;
    case 'AWS::Events::EventBusPolicy':
      await eventBridge.send(
        new PutPermissionCommand({
          EventBusName: String(properties.EventBusName),
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Sid: id, ...(properties.Statement as object) }],
          }),
        }),
      );
      return;
    case 'AWS::Logs::QueryDefinition':
      return;
    default:
      throw new Error(`${id}: the emulator does not know ${type}, and neither does this test`);
  }
}
