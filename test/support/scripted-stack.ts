import { createReconcileHandler } from '../../functions/reconcile.ts';
import { createPublisher } from '../../lib/aws/event-bridge.ts';
import { replayArchive } from '../../lib/aws/replay.ts';
import { queueDepth, untilQuiet } from '../../lib/cli/local/quiet.ts';
import { ApplianceConfig } from '../../lib/config/appliances.ts';
import { DEAD_LETTERS, outcomesQueueName, workQueueName } from '../../lib/config/topology.ts';
import type { BusEvent } from '../../lib/contract/index.ts';
import { createForwarder, type Forwarder, MemorySequences, queueOutcomes } from '../../lib/forwarder/index.ts';
import type { SourceSink } from '../../lib/forwarder/source/source.ts';
import type { K8sObject } from '../../lib/ingress/kubernetes.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local-aws/index.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { type SimulatedEndpoint, type Simulator, startSimulator } from '../../lib/simulator/index.ts';
import { memoryMetrics, silentLog } from '../../lib/telemetry/index.ts';

const [APPLIANCE, CLUSTER] = ['edge', 'c1'];
const CREDENTIALS = { username: 'nsroot', password: 'nsroot' };

export interface ScriptedStackOptions {
  /** What the cluster has at the start. */
  readonly initial: readonly K8sObject[];
  /** Member (`address:port`) → where it really listens. */
  readonly map: ReadonlyMap<string, SimulatedEndpoint>;
  /** Takes each event before it is sent. */
  readonly onEvent?: (event: BusEvent) => void;
  /** Takes the duration of each batch of the function, in milliseconds, and its number of messages. */
  readonly onBatch?: (batch: { readonly records: number; readonly durationMs: number }) => void;
}

/** The whole way from a cluster that the caller plays to the data plane: forwarder, bus, queue, function, appliance. */
export interface ScriptedStack {
  /** Takes what the watches of a cluster would bring. */
  readonly sink: SourceSink;
  readonly appliance: Simulator;
  readonly cloud: LocalCloud;
  readonly forwarder: Forwarder;
  readonly metrics: ReturnType<typeof memoryMetrics>;
  /** Resolves when everything published so far has its outcome. */
  settled(): Promise<void>;
  /** Delivers everything that the archive has once more. */
  replay(name: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startScriptedStack(options: ScriptedStackOptions): Promise<ScriptedStack> {
  const { initial, map, onEvent, onBatch } = options;
  const appliance = await startSimulator({ ...CREDENTIALS, map });
  const cloud = await createLocalCloud({ appliances: [APPLIANCE], clusters: { [APPLIANCE]: [CLUSTER] } });
  const publisher = createPublisher({ client: cloud.eventBridge, busName: cloud.busName });
  const metrics = memoryMetrics();
  const runtime: Runtime = {
    appliances: [
      ApplianceConfig.parse({
        name: APPLIANCE,
        clusters: [CLUSTER],
        endpoints: [appliance.url],
        credentials: { environment: 'LOCAL' },
        drainSeconds: 0,
      }),
    ],
    credentials: { get: async () => CREDENTIALS },
    publisher,
    sqs: cloud.sqs,
    queueUrl: (arn) => cloud.queue(arn.split(':').at(-1) ?? '').url,
    deadLetterQueueUrl: cloud.queue(DEAD_LETTERS).url,
    log: silentLog,
    metrics,
    now: Date.now,
    random: Math.random,
  };
  const reconcile = createReconcileHandler(runtime);
  const onInvocation = onBatch === undefined ? {} : { onInvocation: onBatch };
  cloud.eventSource(workQueueName(APPLIANCE), reconcile, { functionName: 'reconcile', ...onInvocation }).resume();

  let sink: SourceSink | undefined;
  const queueUrl = cloud.queue(outcomesQueueName(CLUSTER)).url;
  const forwarder = createForwarder({
    cluster: CLUSTER,
    clusterUid: 'uid',
    source: {
      async start(given) {
        sink = given;
        for (const object of initial) given.upsert(object);
        given.synced(true);
      },
      async stop() {},
    },
    publisher: {
      async publish(events) {
        for (const event of events) onEvent?.(event);
        return publisher.publish(events);
      },
    },
    outcomes: queueOutcomes({ client: cloud.sqs, queueUrl, log: silentLog }),
    reporter: { status() {}, event() {} },
    sequences: new MemorySequences(),
    log: silentLog,
  });
  await forwarder.start();
  const settled = async (): Promise<void> => {
    await cloud.idle();
    await untilQuiet([
      () => forwarder.metrics().waiting,
      () => queueDepth(cloud.sqs, cloud.queue(workQueueName(APPLIANCE)).url),
      () => queueDepth(cloud.sqs, queueUrl),
    ]);
  };
  return {
    sink: sink as unknown as SourceSink,
    appliance,
    cloud,
    forwarder,
    metrics,
    settled,
    async replay(name) {
      const { eventBridge: client, archiveArn, busArn } = cloud;
      await replayArchive({ client, name, archiveArn, busArn, from: new Date(0), to: new Date(), pollMs: 50 });
      await settled();
    },
    async stop() {
      await forwarder.stop();
      await cloud.stop();
      await reconcile.close();
      await appliance.stop();
    },
  };
}
