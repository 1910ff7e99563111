import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { createAuditHandler } from '../../../functions/audit.ts';
import { createReconcileHandler } from '../../../functions/reconcile.ts';
import { createPublisher } from '../../aws/event-bridge.ts';
import { replayArchive } from '../../aws/replay.ts';
import { ApplianceConfig } from '../../config/appliances.ts';
import { DEAD_LETTERS, outcomesQueueName, workQueueName } from '../../config/topology.ts';
import { type BusEvent, type Finding, hostPort, type ReceivedEvent } from '../../contract/index.ts';
import {
  createForwarder,
  FileSequences,
  FolderSource,
  type Forwarder,
  MemorySequences,
  memoryReporter,
  type OutcomeSource,
  type Publisher,
  queueOutcomes,
  type SourceProblem,
} from '../../forwarder/index.ts';
import {
  checkWritable,
  createLocalCloud,
  type EventSource,
  type LocalCloud,
  makeFolder,
  PathError,
} from '../../local-aws/index.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { type Log, memoryMetrics, silentLog } from '../../telemetry/index.ts';
import { LocalBackends, type LocalEndpoint } from './backends.ts';
import { depth, quiet } from './quiet.ts';
import { type SkippedIngress, tellSelection } from './skipped.ts';
import { tellSolved } from './solved.ts';

export interface LocalStackOptions {
  /** Folder of manifests. */
  readonly folder: string;
  readonly cluster?: string;
  /** VIP of Ingresses without `frontend-ip`. */
  readonly defaultVip?: string;
  /** Where addresses of the appliance's world live on this machine. */
  readonly map?: ReadonlyMap<string, LocalEndpoint>;
  /** Keeps archive, sequences and appliance between runs. */
  readonly stateDir?: string;
  /** Seconds that removed back ends drain. */
  readonly drainSeconds?: number;
  /** Only these classes; those of the controller, and Ingresses without a class, where absent or empty (SEL-2). */
  readonly ingressClasses?: readonly string[];
  /** The appliance is there. */
  readonly onNitro?: (url: string) => void;
  readonly onFrontend?: (event: { address: string; port: number; listen: LocalEndpoint | undefined }) => void;
  /** A front end cannot listen where the map says. */
  readonly onRefused?: (error: NodeJS.ErrnoException & LocalEndpoint) => void;
  readonly onEvent?: (event: BusEvent) => void;
  readonly onOutcome?: (event: ReceivedEvent) => void;
  readonly onStatus?: (ingress: string, addresses: readonly string[]) => void;
  /** A remark on an Ingress that is not even selected, or a manifest that cannot be used. */
  readonly onProblem?: (problem: SourceProblem) => void;
  /** A file that had a problem has none any more. */
  readonly onSolved?: (file: string) => void;
  /** An Ingress asks for passthrough and is of a class that is not ours. */
  readonly onPassedOver?: (passed: SkippedIngress) => void;
  /** Something to be said of an Ingress that no event carries. */
  readonly onRemark?: (ingress: string, found: Finding) => void;
  /** A class is not in the folder, and is taken for ours. */
  readonly onClassAssumed?: (className: string) => void;
  /** How long a change rests before it is published, in milliseconds. */
  readonly windowMs?: number;
  readonly log?: Log;
}

/** The whole path of the data on this machine: forwarder, bus, queue, functions and appliance. */
export interface LocalStack {
  readonly appliance: Simulator;
  readonly cloud: LocalCloud;
  readonly forwarder: Forwarder;
  readonly metrics: ReturnType<typeof memoryMetrics>;
  /** The folder's state of when it was started is programmed. */
  readonly ready: Promise<void>;
  /** When everything published so far has its outcome. */
  settled(): Promise<void>;
  /** Events in the dead-letter queue. */
  deadLetters(): Promise<number>;
  /** Ends the forwarder alone: the cluster is gone, everything else stays. */
  stopForwarder(): Promise<void>;
  /** Replays the whole archive to the appliance, and waits for the end of it. */
  replay(name: string): Promise<void>;
  stop(): Promise<void>;
}

const APPLIANCE = 'appliance';
/** Seconds between two audits; the save debounce is shorter than in the cloud, where saving costs. */
const AUDIT_SECONDS = 5;
const SAVE_AFTER_SECONDS = 10;
const CREDENTIALS = { username: 'nsroot', password: 'nsroot' };

/** @throws {PathError} {FolderError} {ArchiveError} an error of one clear sentence where a folder or port cannot be used. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { cluster = 'local', stateDir, log = silentLog } = options;
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return await build(options, cluster, stateDir, log, closing, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  options: LocalStackOptions,
  cluster: string,
  stateDir: string | undefined,
  log: Log,
  closing: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<LocalStack> {
  // Before anything is made, listens or is announced.
  await readdir(options.folder);
  if (stateDir !== undefined) {
    checkApart(options.folder, stateDir);
    makeFolder(stateDir);
    checkWritable(stateDir);
  }
  const { ingressClasses = [] } = options;
  const services = new Map<string, Set<string>>();
  const backends = new LocalBackends((address) => [...(services.get(address) ?? [])].sort());
  closing.push(() => backends.stop());

  const configFile = stateDir === undefined ? undefined : join(stateDir, 'appliance.conf');
  const config = configFile === undefined ? undefined : await readIfThere(configFile);
  const appliance = await startSimulator({
    ...CREDENTIALS,
    ...(options.map === undefined ? {} : { map: options.map }),
    ...(config === undefined ? {} : { config }),
    onFrontend: ({ refused, ...event }) => {
      if (refused === undefined) options.onFrontend?.(event);
      else options.onRefused?.(Object.assign(new Error(`cannot listen: ${refused.code}`), refused));
    },
    resolveMember: ({ address, port }) => backends.at(hostPort(address, port)),
  });
  closing.push(() => appliance.stop());
  // Kept configuration that cannot be read back would otherwise be lost without a word.
  for (const { line, text, reason } of appliance.problems) {
    options.onProblem?.({ file: configFile ?? '', line, message: `is left out, ${reason}: ${text}` });
  }
  options.onNitro?.(appliance.url);
  const keep = async (): Promise<void> => {
    if (configFile === undefined) return;
    // A rename replaces the file in one step: Ctrl-C or a crash leaves the old or the new one.
    await writeFile(`${configFile}.draft`, appliance.runningConfig());
    await rename(`${configFile}.draft`, configFile);
  };
  closing.push(keep);

  const cloud = await createLocalCloud({
    appliances: [APPLIANCE],
    clusters: { [APPLIANCE]: [cluster] },
    visibilitySeconds: 30,
    log,
    ...(stateDir === undefined ? {} : { stateDir }),
  });
  const sessions: { close(): Promise<void> }[] = [];
  closing.push(async () => {
    await cloud.stop();
    // Nothing is taken from a queue any more. An appliance that outlives this process keeps no session of it.
    await Promise.all(sessions.map((one) => one.close()));
  });

  const metrics = memoryMetrics();
  const busPublisher = createPublisher({ client: cloud.eventBridge, busName: cloud.busName });
  const runtime: Runtime = {
    appliances: [
      ApplianceConfig.parse({
        name: APPLIANCE,
        clusters: [cluster],
        endpoints: [appliance.url],
        credentials: { environment: 'LOCAL' },
        drainSeconds: options.drainSeconds ?? 30,
        saveAfterSeconds: SAVE_AFTER_SECONDS,
        ...(options.defaultVip === undefined ? {} : { defaultVip: options.defaultVip }),
        ...(ingressClasses.length === 0 ? {} : { ingressClasses }),
      }),
    ],
    credentials: { get: async () => CREDENTIALS },
    publisher: busPublisher,
    sqs: cloud.sqs,
    queueUrl: (arn) => cloud.queue(arn.split(':').at(-1) ?? '').url,
    deadLetterQueueUrl: cloud.queue(DEAD_LETTERS).url,
    log,
    metrics,
    now: Date.now,
    random: Math.random,
  };
  const reconcile = createReconcileHandler(runtime);
  const source: EventSource = cloud.eventSource(workQueueName(APPLIANCE), reconcile, {
    functionName: 'reconcile',
    onInvocation: () => void keep().catch((error: unknown) => log.warn('appliance not kept', { error })),
  });
  source.resume();

  const audit = createAuditHandler(runtime);
  sessions.push(reconcile, audit);
  const timer = setInterval(() => {
    const context = { getRemainingTimeInMillis: () => 30_000 } as Parameters<typeof audit>[1];
    void audit({}, context).catch((error: unknown) => log.warn('audit failed', { error }));
  }, AUDIT_SECONDS * 1000);
  closing.push(async () => clearInterval(timer));

  const forwarder = createForwarder({
    cluster,
    clusterUid: `local-${cluster}`,
    source: tellSolved(
      tellSelection(new FolderSource(options.folder), ingressClasses, {
        passedOver: (passed) => options.onPassedOver?.(passed),
        remark: (ingress, found) => options.onRemark?.(ingress, found),
        assumed: (name) => options.onClassAssumed?.(name),
      }),
      (file) => options.onSolved?.(file),
    ),
    publisher: told(busPublisher, (event) => {
      learnServices(services, event);
      options.onEvent?.(event);
    }),
    outcomes: overheard(
      queueOutcomes({ client: cloud.sqs, queueUrl: cloud.queue(outcomesQueueName(cluster)).url, log }),
      (event) => {
        options.onOutcome?.(event);
      },
    ),
    reporter: memoryReporter({
      status: ({ namespace, name }, addresses) => options.onStatus?.(`${namespace}/${name}`, addresses),
      ...(options.onProblem === undefined ? {} : { problem: options.onProblem }),
    }),
    sequences: stateDir === undefined ? new MemorySequences() : new FileSequences(stateDir),
    settings: { classNames: ingressClasses, ...(options.windowMs === undefined ? {} : { windowMs: options.windowMs }) },
    log,
  });
  let forwarding = true;
  const stopForwarder = async (): Promise<void> => {
    if (!forwarding) return;
    forwarding = false;
    await forwarder.stop();
  };
  closing.push(stopForwarder);
  await forwarder.start();

  const settled = async (): Promise<void> => {
    await cloud.idle();
    await quiet([
      () => (forwarding ? forwarder.metrics().waiting : 0),
      () => depth(cloud.sqs, cloud.queue(workQueueName(APPLIANCE)).url),
      // Nobody reads its outcomes once the forwarder has ended.
      () => (forwarding ? depth(cloud.sqs, cloud.queue(outcomesQueueName(cluster)).url) : 0),
    ]);
  };
  return {
    appliance,
    cloud,
    forwarder,
    metrics,
    ready: forwarder.ready.then(settled),
    settled,
    deadLetters: () => depth(cloud.sqs, cloud.queue(DEAD_LETTERS).url),
    stopForwarder,
    async replay(name) {
      const { eventBridge: client, archiveArn, busArn } = cloud;
      await replayArchive({ client, name, archiveArn, busArn, from: new Date(0), to: new Date(), pollMs: 50 });
      await cloud.idle();
    },
    stop,
  };
}

/** What is kept would be read as manifests, and each write of it as a change of the folder. */
function checkApart(folder: string, stateDir: string): void {
  const way = relative(resolve(folder), resolve(stateDir)).split(sep);
  if (way[0] === '..' || way.some((name) => name.startsWith('.'))) return;
  throw new PathError(
    `The state cannot be kept in ${stateDir}: its files would be read as manifests of ${folder}. Name a folder beside it, or one whose name begins with a dot.`,
  );
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new PathError(`${file} cannot be read: ${message}.`, { cause: error });
  }
}

/** Says each event that the bus took. */
function told(publisher: Publisher, tell: (event: BusEvent) => void): Publisher {
  return {
    async publish(events) {
      // Before it is sent: its outcome may come before the answer.
      for (const event of events) tell(event);
      return publisher.publish(events);
    },
  };
}

function overheard(source: OutcomeSource, hear: (event: ReceivedEvent) => void): OutcomeSource {
  return {
    start: (handle) =>
      source.start(async (event) => {
        await handle(event);
        hear(event);
      }),
    stop: () => source.stop(),
  };
}

/** Learns from the events which Services an address belongs to. */
function learnServices(services: Map<string, Set<string>>, { detail: { data } }: BusEvent): void {
  const ingresses = 'ingress' in data ? [data.ingress] : 'listed' in data ? data.ingresses : [];
  for (const ingress of ingresses) {
    for (const { service, members } of ingress.backends) {
      for (const { address, port } of members) {
        const key = hostPort(address, port);
        services.set(key, (services.get(key) ?? new Set()).add(`${ingress.namespace}/${service}`));
      }
    }
  }
}
