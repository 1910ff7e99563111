import { join } from 'node:path';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_REGION } from '../aws/client-config.ts';
import { sqsClient } from '../aws/queue.ts';
import { type Topology, topology } from '../config/topology.ts';
import { type Log, silentLog } from '../telemetry/index.ts';
import type { FailEntry } from './actions/context.ts';
import { fileArchive } from './archive-store.ts';
import { archiveArn, busArn, LOCAL_ACCOUNT, nameOf, ruleArn } from './arn.ts';
import { deploy } from './deploy.ts';
import { deployedName, deployedNames } from './deployed-names.ts';
import type { AwsScope } from './envelope.ts';
import { EventSource, type EventSourceOptions, type QueueFunction } from './event-source.ts';
import { type DeliveryFaults, FaultInjector, NO_FAULTS } from './fault-injector.ts';
import { type LambdaServer, startLambdaServer } from './lambda-server.ts';
import { type LocalEventBridge, startLocalEventBridge } from './local-event-bridge.ts';
import { createQueues, type LocalQueue, type QueueServer, startQueueServer } from './queue-server.ts';
import { seededRandom } from './random.ts';

export interface LocalCloudOptions {
  /** Names of the appliances. */
  readonly appliances: readonly string[];
  /** Appliance → clusters that it serves. */
  readonly clusters: Readonly<Record<string, readonly string[]>>;
  /** Name of the deployment, which begins the names of its queues and is that of its bus; without it they have no prefix. */
  readonly deployment?: string;
  /** Folder that keeps the archive between runs; in memory if absent. Queues are always in memory. */
  readonly stateDir?: string;
  /** Lets events overtake each other on the way to the queues, and within a minute of a replay. */
  readonly unordered?: boolean;
  /** Delivers events twice: the probability, or `true` for one in five. */
  readonly duplicates?: boolean | number;
  /** Longest delay of an event if `unordered`, in milliseconds. */
  readonly maxDelayMs?: number;
  /** Seed of all random numbers. */
  readonly seed?: number;
  readonly region?: string;
  /** Visibility time-out of the work queues, in seconds, after which a failed batch is received again. */
  readonly visibilitySeconds?: number;
  /** Largest `PutEvents` request, in bytes; 1 MiB by default, as in the service. */
  readonly maxRequestBytes?: number;
  readonly log?: Log;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** EventBridge, SQS and Lambda's pollers on this machine, with all resources of the topology. */
export interface LocalCloud {
  readonly eventBridgeUrl: string;
  readonly sqsUrl: string;
  /** Address of Lambda's API for the event source mappings. */
  readonly lambdaUrl: string;
  readonly region: string;
  readonly account: string;
  readonly topology: Topology;
  readonly busName: string;
  readonly busArn: string;
  readonly archiveArn: string;
  /** Clients of both endpoints, which are closed with the cloud. */
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  /** Environment that a function or forwarder needs to use this cloud. */
  readonly env: Readonly<Record<string, string>>;
  /** Returns a queue of the topology, by its name without the deployment. @throws {RangeError} for an unknown name. */
  queue(name: string): LocalQueue;
  ruleArn(name: string): string;
  /** Connects a function to a queue. The mapping is disabled until `resume()`, and ends with the cloud. */
  eventSource(
    queueName: string,
    handler: QueueFunction,
    options?: Partial<
      Pick<EventSourceOptions, 'functionName' | 'batchSize' | 'timeoutSeconds' | 'retrySeconds' | 'onInvocation'>
    >,
  ): EventSource;
  /** Makes entries of `PutEvents` fail from now on. */
  failEntries(fail: FailEntry | undefined): void;
  /** Resolves when everything published so far is in its queues. */
  idle(): Promise<void>;
  /** Stops the cloud, after running functions have finished. @returns deliveries that were in transit, and are lost. */
  stop(): Promise<number>;
}

const DEFAULT_DUPLICATES = 0.2;

/**
 * Starts the cloud of this system on loopback, on free ports.
 *
 * @throws {ArchiveError} if the state folder cannot be used.
 */
export async function createLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { now = Date.now, region = LOCAL_REGION, stateDir, visibilitySeconds = 30, log = silentLog } = options;
  const scope = { account: LOCAL_ACCOUNT, region };
  const served = options.appliances.map((name) => ({ name, clusters: options.clusters[name] ?? [] }));
  const { deployment } = options;
  const named = deployment === undefined ? {} : { name: deployment };
  const plan = deployedNames(topology(served, { visibilitySeconds, ...named }), deployment);
  const random = seededRandom(options.seed ?? 1);
  const archiveDir = stateDir === undefined ? undefined : join(stateDir, 'archive');
  // An unusable folder must fail before anything listens.
  if (archiveDir !== undefined) fileArchive(archiveDir, plan.archive.name).close();

  const queueServer = await startQueueServer();
  const sqs = sqsClient({ endpoint: queueServer.url, region });
  const eventBridge = await startLocalEventBridge({
    scope,
    sqs,
    queueUrl: (arn) => queueServer.queueUrl(nameOf(arn)),
    archiveDir,
    faults: new FaultInjector(deliveryFaults(options), random),
    random,
    maxRequestBytes: options.maxRequestBytes ?? 1024 * 1024,
    now,
    log,
  });
  const lambda = await startLambdaServer();
  const sources: EventSource[] = [];
  async function stop(): Promise<number> {
    await Promise.all(sources.map((source) => source.pause()));
    const lost = await eventBridge.stop();
    await queueServer.stop();
    await lambda.stop();
    sqs.destroy();
    return lost;
  }
  try {
    const queues = await createQueues(sqs, queueServer, scope, plan.queues);
    await deploy(eventBridge.client, plan, scope);
    return assemble({
      ...{ scope, plan, deployment, queueServer, lambda, sqs, eventBridge, queues, sources, random, log, stop },
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly scope: AwsScope;
  readonly plan: Topology;
  readonly deployment: string | undefined;
  readonly lambda: LambdaServer;
  readonly queueServer: QueueServer;
  readonly sqs: SQSClient;
  readonly eventBridge: LocalEventBridge;
  readonly queues: ReadonlyMap<string, LocalQueue>;
  /** Collects the event sources, which `stop` pauses. */
  readonly sources: EventSource[];
  readonly random: () => number;
  readonly log: Log;
  readonly stop: () => Promise<number>;
}

function assemble({
  scope,
  plan,
  deployment,
  queueServer,
  lambda,
  sqs,
  eventBridge,
  queues,
  sources,
  ...parts
}: Parts): LocalCloud {
  const { random, log, stop } = parts;
  const queue = (name: string): LocalQueue => {
    const found = queues.get(deployedName(deployment, name));
    if (found === undefined) throw new RangeError(`no queue "${name}"; there are ${[...queues.keys()].join(', ')}`);
    return found;
  };
  return {
    eventBridgeUrl: eventBridge.url,
    sqsUrl: queueServer.url,
    lambdaUrl: lambda.url,
    region: scope.region,
    account: scope.account,
    topology: plan,
    busName: plan.bus,
    busArn: busArn(scope, plan.bus),
    archiveArn: archiveArn(scope, plan.archive.name),
    eventBridge: eventBridge.client,
    sqs,
    env: {
      AWS_REGION: scope.region,
      AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
      AWS_ENDPOINT_URL_SQS: queueServer.url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    queue,
    ruleArn: (name) => ruleArn(scope, plan.bus, name),
    eventSource(queueName, handler, more = {}) {
      const common = { client: sqs, serverUrl: queueServer.url, scope, log, random };
      const source = new EventSource({ ...common, queue: queue(queueName), handler, functionName: 'local', ...more });
      sources.push(source);
      lambda.add(source);
      return source;
    },
    failEntries: (fail) => eventBridge.failEntries(fail),
    idle: () => eventBridge.idle(),
    stop,
  };
}

function deliveryFaults({ unordered = false, duplicates = false, maxDelayMs }: LocalCloudOptions): DeliveryFaults {
  return {
    unordered,
    duplicates: typeof duplicates === 'number' ? duplicates : duplicates ? DEFAULT_DUPLICATES : 0,
    maxDelayMs: maxDelayMs ?? NO_FAULTS.maxDelayMs,
  };
}
