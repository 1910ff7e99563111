import { createAuditHandler } from '../../functions/audit.ts';
import { createReconcileHandler } from '../../functions/reconcile.ts';
import { createPublisher } from '../../lib/aws/event-bridge.ts';
import { queueDepth } from '../../lib/cli/local/quiet.ts';
import { ApplianceConfig } from '../../lib/config/appliances.ts';
import { DEAD_LETTERS, outcomesQueueName, workQueueName } from '../../lib/config/topology.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local-aws/index.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { type SimulatedEndpoint, type Simulator, startSimulator } from '../../lib/simulator/index.ts';
import { type Log, memoryMetrics } from '../../lib/telemetry/index.ts';

const CREDENTIALS = { username: 'nsroot', password: 'nsroot' };
const APPLIANCE = 'edge';
const AUDIT_MS = 5_000;
/** How late an event comes at most where the bus has no order. */
const LATE_MS = 1_500;

/** Bus, queues, functions and the simulated appliance of one cluster, in this process. */
export interface System {
  readonly cloud: LocalCloud;
  readonly appliance: Simulator;
  /** Counts the events that nothing could use. */
  deadLetters(): Promise<number>;
  stop(): Promise<void>;
}

/** The simulated addresses are those of this network namespace, so each stands for itself. */
class EachAddressItself extends Map<string, SimulatedEndpoint> {
  override get(key: string): SimulatedEndpoint {
    const colon = key.lastIndexOf(':');
    return { host: key.slice(0, colon), port: Number(key.slice(colon + 1)) };
  }
}

/**
 * @param cluster its name.
 * @param limits more of the appliance's entry in appliances.yml.
 * @param unordered whether the bus delivers late, in any order, and some events twice.
 */
export async function startSystem(cluster: string, limits: object, unordered: boolean, log: Log): Promise<System> {
  const appliance = await startSimulator({ ...CREDENTIALS, map: new EachAddressItself() });
  const served = { appliances: [APPLIANCE], clusters: { [APPLIANCE]: [cluster] } };
  const cloud = await createLocalCloud({ ...served, unordered, duplicates: unordered, maxDelayMs: LATE_MS, log });
  const runtime: Runtime = {
    appliances: [
      ApplianceConfig.parse({
        name: APPLIANCE,
        clusters: [cluster],
        endpoints: [appliance.url],
        credentials: { environment: 'LOCAL' },
        drainSeconds: 2,
        ...limits,
      }),
    ],
    credentials: { get: async () => CREDENTIALS },
    publisher: createPublisher({ client: cloud.eventBridge, busName: cloud.busName }),
    sqs: cloud.sqs,
    queueUrl: (arn) => cloud.queue(arn.split(':').at(-1) ?? '').url,
    deadLetterQueueUrl: cloud.queue(DEAD_LETTERS).url,
    log,
    metrics: memoryMetrics(),
    now: Date.now,
    random: Math.random,
  };
  const reconcile = createReconcileHandler(runtime);
  cloud.eventSource(workQueueName(APPLIANCE), reconcile, { functionName: 'reconcile' }).resume();
  const audit = createAuditHandler(runtime);
  let auditing = Promise.resolve();
  const timer = setInterval(() => {
    auditing = auditing.then(() => audit({}, contextOf())).catch((error) => log.warn('audit failed', { error }));
  }, AUDIT_MS);
  return {
    cloud,
    appliance,
    deadLetters: () => queueDepth(cloud.sqs, cloud.queue(DEAD_LETTERS).url),
    async stop() {
      clearInterval(timer);
      await auditing;
      await cloud.stop();
      await Promise.all([reconcile.close(), audit.close()]);
      await appliance.stop();
    },
  };
}

/** Returns the part of an invocation's context that the audit reads. */
function contextOf(): Parameters<ReturnType<typeof createAuditHandler>>[1] {
  return { getRemainingTimeInMillis: () => 30_000 } as ReturnType<typeof contextOf>;
}

/** Environment by which the forwarder's process finds the cloud. */
export function forwarderEnvironment(cloud: LocalCloud, cluster: string): NodeJS.ProcessEnv {
  return {
    ...cloud.env,
    NSPASS_BUS_NAME: cloud.busName,
    NSPASS_BUS_ENDPOINT: cloud.eventBridgeUrl,
    NSPASS_OUTCOMES_ENDPOINT: cloud.sqsUrl,
    NSPASS_OUTCOMES_QUEUE_URL: cloud.queue(outcomesQueueName(cluster)).url,
  };
}
