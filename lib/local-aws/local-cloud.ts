import { join } from 'node:path';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_REGION } from '../aws/client-config.ts';
import { eventBridgeClient } from '../aws/event-bridge.ts';
import { sqsClient } from '../aws/queue.ts';
import { type Topology, topology } from '../config/topology.ts';
import { type Log, silentLog } from '../telemetry/index.ts';
import { fileArchive, memoryArchive } from './archive-store.ts';
import { Archives } from './archives.ts';
import { archiveArn, busArn, LOCAL_ACCOUNT, nameOf, ruleArn } from './arn.ts';
import { deploy } from './deploy.ts';
import { EventBuses } from './event-bus.ts';
import { EventSource, type EventSourceOptions, type QueueFunction } from './event-source.ts';
import { serveEvents } from './events-server.ts';
import { type EventsServiceOptions, eventsService, type FailEntry } from './events-service.ts';
import { type DeliveryFaults, FaultInjector, NO_FAULTS } from './fault-injector.ts';
import { createQueues, type LocalQueue, startQueueServer } from './queue-server.ts';
import { seededRandom } from './random.ts';
import { Replays } from './replays.ts';

export interface LocalCloudOptions {
  /** Names of the appliances. */
  readonly appliances: readonly string[];
  /** Appliance → the clusters that it serves. */
  readonly clusters: Readonly<Record<string, readonly string[]>>;
  /** Folder that keeps the archive between runs; in memory where absent. Queues are always in memory. */
  readonly stateDir?: string;
  /** Events overtake each other on their way to the queues, and within a minute of a replay. */
  readonly unordered?: boolean;
  /** Events come twice: the probability, or `true` for one in five. */
  readonly duplicates?: boolean | number;
  /** Longest time that an event is held where `unordered`, in milliseconds. */
  readonly maxDelayMs?: number;
  /** Of all random numbers. */
  readonly seed?: number;
  readonly region?: string;
  /** Visibility time-out of the work queues, in seconds: how soon a failed batch comes again by itself. */
  readonly visibilitySeconds?: number;
  /** Largest `PutEvents` request, in bytes; 1 MiB as in the service. */
  readonly maxRequestBytes?: number;
  readonly log?: Log;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** EventBridge, SQS and Lambda's pollers on this machine, with everything of the topology made. */
export interface LocalCloud {
  readonly eventBridgeUrl: string;
  readonly sqsUrl: string;
  readonly region: string;
  readonly account: string;
  readonly topology: Topology;
  readonly busName: string;
  readonly busArn: string;
  readonly archiveArn: string;
  /** Clients of both endpoints. They are closed with the cloud. */
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  /** What a function or forwarder needs in its environment to talk to this cloud. */
  readonly env: Readonly<Record<string, string>>;
  /** A queue of the topology, by name. @throws {RangeError} where there is none. */
  queue(name: string): LocalQueue;
  ruleArn(name: string): string;
  /** Connects a function to a queue, switched off; `resume()` switches it on. It ends with the cloud. */
  eventSource(
    queueName: string,
    handler: QueueFunction,
    options?: Partial<
      Pick<EventSourceOptions, 'functionName' | 'batchSize' | 'timeoutSeconds' | 'retrySeconds' | 'onInvocation'>
    >,
  ): EventSource;
  /** Makes entries of `PutEvents` fail from now on. */
  failEntries(fail: FailEntry | undefined): void;
  /** When everything published so far is in its queues. */
  idle(): Promise<void>;
  /** Ends: functions at work finish first. @returns deliveries that were still on their way, and are lost. */
  stop(): Promise<number>;
}

const DEFAULT_DUPLICATES = 0.2;

/**
 * Starts the cloud of this system on loopback, on free ports.
 *
 * @throws {ArchiveError} where the state folder cannot be used.
 */
export async function createLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { log = silentLog, now = Date.now, region = LOCAL_REGION, stateDir, visibilitySeconds = 30 } = options;
  const place = { account: LOCAL_ACCOUNT, region };
  const served = options.appliances.map((name) => ({ name, clusters: options.clusters[name] ?? [] }));
  const plan = topology(served, { visibilitySeconds });
  const random = seededRandom(options.seed ?? 1);
  const dice = new FaultInjector(disorder(options), random);

  const archiveDir = stateDir === undefined ? undefined : join(stateDir, 'archive');
  // Found out before anything listens: whoever chose the folder gets the reason, and nothing is left running.
  if (archiveDir !== undefined) fileArchive(archiveDir, plan.archive.name).close();

  const queueServer = await startQueueServer();
  const sqs = sqsClient({ endpoint: queueServer.url, region });
  const buses = new EventBuses({ sqs, queueUrl: (arn) => queueServer.queueUrl(nameOf(arn)), dice, random, log });
  const archives = new Archives(
    (name) => (archiveDir === undefined ? memoryArchive() : fileArchive(archiveDir, name)),
    now,
  );
  const deliver = (bus: string, event: Parameters<EventBuses['route']>[1], only?: ReadonlySet<string>) =>
    buses.route(bus, event, only);
  const replays = new Replays({ archives, dice, deliver, now });
  const maxRequestBytes = options.maxRequestBytes ?? 1024 * 1024;
  const service: EventsServiceOptions = { place, buses, archives, replays, maxRequestBytes, now, failEntry: undefined };
  const eventServer = await serveEvents(eventsService(service), log);
  const eventBridge = eventBridgeClient({ endpoint: eventServer.url, region });
  const sources: EventSource[] = [];

  async function stop(): Promise<number> {
    await Promise.all(sources.map((source) => source.pause()));
    const replaysEnded = replays.stop();
    const lost = await buses.stop();
    await replaysEnded;
    await eventServer.close();
    await queueServer.stop();
    eventBridge.destroy();
    sqs.destroy();
    archives.close();
    return lost;
  }

  let queues: Map<string, LocalQueue>;
  try {
    queues = await createQueues(sqs, queueServer, place, plan.queues);
    await deploy(eventBridge, plan, place);
  } catch (error) {
    await stop();
    throw error;
  }

  const queue = (name: string) => {
    const found = queues.get(name);
    if (found === undefined) throw new RangeError(`no queue "${name}"; there are ${[...queues.keys()].join(', ')}`);
    return found;
  };
  return {
    eventBridgeUrl: eventServer.url,
    sqsUrl: queueServer.url,
    region,
    account: place.account,
    topology: plan,
    busName: plan.bus,
    busArn: busArn(place, plan.bus),
    archiveArn: archiveArn(place, plan.archive.name),
    eventBridge,
    sqs,
    env: {
      AWS_REGION: region,
      AWS_ENDPOINT_URL_EVENTBRIDGE: eventServer.url,
      AWS_ENDPOINT_URL_SQS: queueServer.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    queue,
    ruleArn: (name) => ruleArn(place, plan.bus, name),
    eventSource(queueName, handler, more = {}) {
      const common = { client: sqs, serverUrl: queueServer.url, place, log, random };
      const source = new EventSource({ ...common, queue: queue(queueName), handler, functionName: 'local', ...more });
      sources.push(source);
      return source;
    },
    failEntries(fail) {
      service.failEntry = fail;
    },
    idle: () => buses.idle(),
    stop,
  };
}

function disorder({ unordered = false, duplicates = false, maxDelayMs }: LocalCloudOptions): DeliveryFaults {
  return {
    unordered,
    duplicates: typeof duplicates === 'number' ? duplicates : duplicates ? DEFAULT_DUPLICATES : 0,
    maxDelayMs: maxDelayMs ?? NO_FAULTS.maxDelayMs,
  };
}
