import { DescribeArchiveCommand, DescribeEventBusCommand } from '@aws-sdk/client-eventbridge';
import { eventBridgeClient } from '../../aws/event-bridge.ts';
import { type EventSourceMapping, eventSourceMappings, lambdaClient } from '../../aws/lambda.ts';
import { sqsClient } from '../../aws/queue.ts';
import { onAnswer } from '../../aws/response-date.ts';
import { type BusRule, listRules } from '../../aws/rules.ts';
import { READERS, type ServedClusters, type Topology, topology } from '../../config/topology.ts';
import { type CloudOptions, clientOf } from '../cloud.ts';
import { cloudTarget } from '../cloud-target.ts';
import { type QueueCounts, queueCounts, queueUrl } from '../replay-drained.ts';
import { desiredRules } from '../replay-plan.ts';
import { addressOf, awsCredentialsSource, CloudService, type Seen, type ServiceContact } from './cloud-service.ts';

/** The archive of desired state, as EventBridge describes it. */
export interface ArchiveState {
  /** `ENABLED`, `CREATE_FAILED` … */
  readonly state: string;
  readonly reason: string;
  readonly events: number;
  readonly busArn: string;
}

/** Everything that was read of a deployment. Names are without its prefix. */
export interface CloudFacts {
  readonly deployment: string;
  /** Options that name the same deployment to another command. */
  readonly options: string;
  readonly credentials: string;
  readonly services: readonly ServiceContact[];
  /** ARN of the bus. */
  readonly bus: Seen<string>;
  readonly archive: Seen<ArchiveState>;
  readonly rules: Seen<readonly BusRule[]>;
  /** Undefined if neither a configuration nor rules say which appliances there are. */
  readonly topology: Topology | undefined;
  readonly queues: ReadonlyMap<string, Seen<QueueCounts>>;
  /** Purpose of a queue → mappings of the function that reads such queues. */
  readonly mappings: ReadonlyMap<keyof typeof READERS, Seen<readonly EventSourceMapping[]>>;
}

export interface CloudFactsOptions extends CloudOptions {
  readonly deployment: string;
  /** Of the configuration; undefined: as the rules of the bus have it. */
  readonly appliances?: readonly ServedClusters[];
  /** Receives what is looked at next. */
  readonly looking: (what: string) => void;
}

/** Looks at everything of a deployment, one after the other, with the permissions of an operator. */
export async function gatherCloud(options: CloudFactsOptions, env = process.env): Promise<CloudFacts> {
  const { deployment, looking } = options;
  const clients = clientOf(options, env);
  const [events, sqs, lambda] = [eventBridgeClient(clients), sqsClient(clients), lambdaClient(clients)];
  const sources = { ...options, env };
  const target = () => cloudTarget(events, options, false);
  const service = (name: string, prefix: string, variable: string) =>
    new CloudService(name, addressOf(prefix, variable, sources), target);
  const eventBridge = service('EventBridge', 'events', 'EVENTBRIDGE');
  const queueing = service('SQS', 'sqs', 'SQS');
  const functions = service('Lambda', 'lambda', 'LAMBDA');
  onAnswer(events, (at) => eventBridge.answered(at));
  onAnswer(sqs, (at) => queueing.answered(at));
  onAnswer(lambda, (at) => functions.answered(at));
  try {
    looking(`EventBridge of ${deployment}`);
    const bus = await eventBridge.look(
      'events:DescribeEventBus',
      async () => (await events.send(new DescribeEventBusCommand({ Name: deployment }))).Arn ?? '',
    );
    const archive = await eventBridge.look('events:DescribeArchive', () => archiveState(events, deployment));
    const rules = await eventBridge.look('events:ListRules', () => listRules(events, deployment));
    const plan = planOf(options, rules);
    const queues = new Map<string, Seen<QueueCounts>>();
    for (const { name } of plan?.queues ?? []) {
      looking(`queue ${deployment}-${name}`);
      const look = async () => queueCounts(sqs, await queueUrl(sqs, `${deployment}-${name}`));
      queues.set(name, await queueing.look('sqs:GetQueueUrl and sqs:GetQueueAttributes', look));
    }
    const mappings = new Map<keyof typeof READERS, Seen<readonly EventSourceMapping[]>>();
    for (const purpose of ['work', 'dead-letter'] as const) {
      looking(`function ${deployment}-${READERS[purpose]}`);
      const look = () => eventSourceMappings(lambda, `${deployment}-${READERS[purpose]}`);
      mappings.set(purpose, await functions.look('lambda:ListEventSourceMappings', look));
    }
    return {
      deployment,
      options: repeated(options),
      credentials: awsCredentialsSource(sources),
      services: [eventBridge, queueing, functions].map(({ contact }) => contact),
      bus,
      archive,
      rules,
      topology: plan,
      queues,
      mappings,
    };
  } finally {
    for (const client of [events, sqs, lambda]) client.destroy();
  }
}

function repeated({ deployment, region, endpoint }: CloudFactsOptions): string {
  return [
    `--deployment ${deployment}`,
    ...(region === undefined ? [] : [`--region ${region}`]),
    ...(endpoint === undefined ? [] : [`--endpoint ${endpoint}`]),
  ].join(' ');
}

async function archiveState(client: ReturnType<typeof eventBridgeClient>, name: string): Promise<ArchiveState> {
  const { State, StateReason, EventCount, EventSourceArn } = await client.send(
    new DescribeArchiveCommand({ ArchiveName: name }),
  );
  return { state: State ?? '', reason: StateReason ?? '', events: EventCount ?? 0, busArn: EventSourceArn ?? '' };
}

function planOf({ deployment, appliances }: CloudFactsOptions, rules: CloudFacts['rules']): Topology | undefined {
  if (appliances !== undefined) return topology(appliances, { name: deployment });
  if (rules.state !== 'there') return undefined;
  const served = desiredRules(rules.value).map(({ appliance, clusters }) => ({ name: appliance, clusters }));
  return topology(served, { name: deployment });
}
