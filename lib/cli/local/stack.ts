import { readdir } from 'node:fs/promises';
import { createPublisher } from '../../aws/event-bridge.ts';
import { replayArchive } from '../../aws/replay.ts';
import { DEAD_LETTERS, outcomesQueueName, workQueueName } from '../../config/topology.ts';
import type { Forwarder } from '../../forwarder/index.ts';
import { createLocalCloud, type LocalCloud } from '../../local-aws/index.ts';
import type { Simulator } from '../../simulator/index.ts';
import { memoryMetrics, silentLog } from '../../telemetry/index.ts';
import { silentTracing, tracedPublisher } from '../../tracing/index.ts';
import { Cleanup } from './cleanup.ts';
import { APPLIANCE, startLocalAppliance } from './local-appliance.ts';
import { createLocalForwarder } from './local-forwarder.ts';
import { startLocalFunctions } from './local-functions.ts';
import { queueDepth, untilQuiet } from './quiet.ts';
import { ServiceIndex } from './service-index.ts';
import type { LocalStackOptions } from './stack-options.ts';
import { prepareStateFolder } from './state-folder.ts';

/** The whole path of the data on this machine: forwarder, bus, queue, functions and appliance. */
export interface LocalStack {
  readonly appliance: Simulator;
  readonly cloud: LocalCloud;
  readonly forwarder: Forwarder;
  readonly metrics: ReturnType<typeof memoryMetrics>;
  /** Resolves when the folder's state at the start is programmed. */
  readonly ready: Promise<void>;
  /** Resolves when everything published so far has its outcome. */
  settled(): Promise<void>;
  /** Counts the events in the dead-letter queue. */
  deadLetters(): Promise<number>;
  /** Stops the forwarder alone, as if the cluster were gone. */
  stopForwarder(): Promise<void>;
  /** Replays the whole archive to the appliance, and waits for its end. */
  replay(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** @throws {PathError} {FolderError} {ArchiveError} with one clear sentence if a folder or port cannot be used. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const cleanup = new Cleanup();
  try {
    return await build(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function build(options: LocalStackOptions, cleanup: Cleanup): Promise<LocalStack> {
  const { cluster = 'local', stateDir, log = silentLog, tracing = silentTracing } = options;
  // Unusable folders must fail before anything listens or is reported.
  await readdir(options.folder);
  if (stateDir !== undefined) prepareStateFolder(stateDir, options.folder);
  const services = new ServiceIndex();
  const metrics = memoryMetrics();
  const appliance = await startLocalAppliance(options, services, cleanup);
  const cloud = await createLocalCloud({
    appliances: [APPLIANCE],
    clusters: { [APPLIANCE]: [cluster] },
    visibilitySeconds: 30,
    log,
    ...(stateDir === undefined ? {} : { stateDir }),
  });
  const publisher = createPublisher({ client: cloud.eventBridge, busName: cloud.busName });
  startLocalFunctions({ cluster, options, appliance, cloud, publisher, metrics, log }, cleanup);
  const forwarder = createLocalForwarder({
    cluster,
    options,
    cloud,
    publisher: tracedPublisher(publisher, tracing, Date.now),
    services,
    log,
  });
  let forwarding = true;
  const stopForwarder = async (): Promise<void> => {
    if (!forwarding) return;
    forwarding = false;
    await forwarder.stop();
  };
  cleanup.add(stopForwarder);
  await forwarder.start();

  const depth = (queue: string): Promise<number> => queueDepth(cloud.sqs, cloud.queue(queue).url);
  const settled = async (): Promise<void> => {
    await cloud.idle();
    await untilQuiet([
      () => (forwarding ? forwarder.metrics().waiting : 0),
      () => depth(workQueueName(APPLIANCE)),
      // A stopped forwarder leaves its outcomes unread.
      () => (forwarding ? depth(outcomesQueueName(cluster)) : 0),
    ]);
  };
  return {
    appliance: appliance.simulator,
    cloud,
    forwarder,
    metrics,
    ready: forwarder.ready.then(settled),
    settled,
    deadLetters: () => depth(DEAD_LETTERS),
    stopForwarder,
    async replay(name) {
      const { eventBridge: client, archiveArn, busArn } = cloud;
      await replayArchive({ client, name, archiveArn, busArn, from: new Date(0), to: new Date(), pollMs: 50 });
      await cloud.idle();
    },
    stop: () => cleanup.run(),
  };
}
