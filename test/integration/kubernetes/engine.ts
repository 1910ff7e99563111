import { createReconcileHandler } from '../../../functions/reconcile.ts';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import { ApplianceConfig } from '../../../lib/config/appliances.ts';
import { DEAD_LETTERS, outcomesQueueName, workQueueName } from '../../../lib/config/topology.ts';
import { queueOutcomes } from '../../../lib/forwarder/index.ts';
import { kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { parseConfig } from '../../../lib/forwarder/process/config.ts';
import { LeaderElectedForwarder } from '../../../lib/forwarder/process/leader-elected-forwarder.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local-aws/index.ts';
import type { Runtime } from '../../../lib/runtime/runtime.ts';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { memoryMetrics, silentLog } from '../../../lib/telemetry/index.ts';
import type { ControlPlane } from '../../support/envtest.ts';
import type { LoopbackBlock } from '../../support/loopback-block.ts';

const CREDENTIALS = { username: 'nsroot', password: 'nsroot' };

/** The whole way from the cluster to the data plane: forwarder, bus, queue, functions, appliance. */
export interface Engine {
  readonly appliance: Simulator;
  readonly cloud: LocalCloud;
  readonly forwarder: LeaderElectedForwarder;
  readonly metrics: ReturnType<typeof memoryMetrics>;
  stop(): Promise<void>;
}

/** What the appliance refuses, and what somebody else has on it. */
interface EngineSettings {
  readonly limits?: Partial<Pick<ApplianceConfig, 'frontendIPs' | 'memberNetworks' | 'hostOwnership'>>;
  readonly foreignConfig?: string;
}

/**
 * @param block where the pods serve.
 * @param cluster name of the cluster, and of its forwarder.
 */
export async function startEngine(
  plane: ControlPlane,
  block: Pick<LoopbackBlock, 'loopbackOf'>,
  cluster: string,
  given: EngineSettings = {},
): Promise<Engine> {
  const closing: (() => Promise<unknown>)[] = [];
  const appliance = await startSimulator({
    ...CREDENTIALS,
    ...(given.foreignConfig === undefined ? {} : { config: given.foreignConfig }),
    resolveMember: async ({ address, port }) => ({ host: block.loopbackOf(address), port }),
  });
  closing.push(() => appliance.stop());
  const cloud = await createLocalCloud({ appliances: ['edge'], clusters: { edge: [cluster] } });
  closing.push(() => cloud.stop());
  const publisher = createPublisher({ client: cloud.eventBridge, busName: cloud.busName });
  const metrics = memoryMetrics();
  const runtime: Runtime = {
    appliances: [
      ApplianceConfig.parse({
        name: 'edge',
        clusters: [cluster],
        endpoints: [appliance.url],
        credentials: { environment: 'LOCAL' },
        // As on an appliance with users: what is removed drains, and what it serves meanwhile is still there.
        drainSeconds: 2,
        defaultVip: '192.0.2.44',
        ...given.limits,
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
  cloud.eventSource(workQueueName('edge'), createReconcileHandler(runtime), { functionName: 'reconcile' }).resume();
  const forwarder = new LeaderElectedForwarder({
    config: parseConfig(
      { cluster, bus: { name: cloud.busName }, lease: { name: cluster }, http: { port: 0, adminPort: 0 } },
      'test',
    ),
    access: await kubeconfigAccess(await plane.kubeconfig()),
    name: cluster,
    log: silentLog,
    publisher: () => publisher,
    outcomes: () =>
      queueOutcomes({ client: cloud.sqs, queueUrl: cloud.queue(outcomesQueueName(cluster)).url, log: silentLog }),
  });
  closing.push(() => forwarder.stop());
  await forwarder.start();
  return {
    appliance,
    cloud,
    forwarder,
    metrics,
    async stop() {
      for (const close of closing.reverse()) await close();
    },
  };
}
