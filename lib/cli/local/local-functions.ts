import { createAuditHandler } from '../../../functions/audit.ts';
import { createReconcileHandler } from '../../../functions/reconcile.ts';
import type { EventBridgePublisher } from '../../aws/event-bridge.ts';
import { ApplianceConfig } from '../../config/appliances.ts';
import { DEAD_LETTERS, workQueueName } from '../../config/topology.ts';
import { present } from '../../contract/index.ts';
import type { LocalCloud } from '../../local-aws/index.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Log, Metrics } from '../../telemetry/index.ts';
import type { Cleanup } from './cleanup.ts';
import { APPLIANCE, CREDENTIALS, type LocalAppliance } from './local-appliance.ts';
import { repeat } from './repeating.ts';
import type { LocalStackOptions } from './stack-options.ts';

/** Seconds between two audits. */
const AUDIT_SECONDS = 5;
/** Time limit of an audit. */
const AUDIT_LIMIT_SECONDS = 30;
/** Seconds from a change to the save: less than in the cloud, because saving is cheap here. */
const SAVE_AFTER_SECONDS = 10;

interface LocalFunctions {
  readonly cluster: string;
  readonly options: LocalStackOptions;
  readonly appliance: LocalAppliance;
  readonly cloud: LocalCloud;
  readonly publisher: EventBridgePublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Starts the functions, and stops the cloud before them: one reads the queue of the appliance, one audits on a timer. */
export function startLocalFunctions(parts: LocalFunctions, cleanup: Cleanup): void {
  const { appliance, cloud, log } = parts;
  const functions: { close(): Promise<void> }[] = [];
  cleanup.add(async () => {
    await cloud.stop();
    // The functions log out after their last invocation, so that an appliance that outlives them keeps no session.
    await Promise.all(functions.map((each) => each.close()));
  });
  const runtime = runtimeOf(parts);
  const reconcile = createReconcileHandler(runtime);
  const audit = createAuditHandler(runtime);
  functions.push(reconcile, audit);
  const source = cloud.eventSource(workQueueName(APPLIANCE), reconcile, {
    functionName: 'reconcile',
    onInvocation: () =>
      void appliance.save().catch((error: unknown) => log.warn('cannot save the configuration', { error })),
  });
  source.resume();
  const auditOnce = (): Promise<void> =>
    audit({}, contextOf(AUDIT_LIMIT_SECONDS)).catch((error: unknown) => log.warn('audit failed', { error }));
  // An audit that outlives its appliance would try it again and again.
  cleanup.add(
    repeat(auditOnce, (action) => {
      const timer = setInterval(action, AUDIT_SECONDS * 1000);
      return () => clearInterval(timer);
    }),
  );
}

/** Returns the part of an invocation's context that the audit reads. */
function contextOf(seconds: number): Parameters<ReturnType<typeof createAuditHandler>>[1] {
  const end = Date.now() + seconds * 1_000;
  return { getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) } as ReturnType<typeof contextOf>;
}

function runtimeOf({ cluster, options, appliance, cloud, publisher, metrics, log }: LocalFunctions): Runtime {
  const { defaultVip, drainSeconds = 30, ingressClasses = [], limits = {} } = options;
  return {
    appliances: [
      ApplianceConfig.parse({
        name: APPLIANCE,
        clusters: [cluster],
        endpoints: [appliance.simulator.url],
        credentials: { environment: 'LOCAL' },
        drainSeconds,
        saveAfterSeconds: SAVE_AFTER_SECONDS,
        ...limits,
        ...(defaultVip === undefined ? {} : { defaultVip }),
        ...(ingressClasses.length === 0 ? {} : { ingressClasses }),
      }),
    ],
    credentials: { get: async () => CREDENTIALS },
    publisher,
    sqs: cloud.sqs,
    queueUrl: (arn) => cloud.queue(arn.split(':').at(-1) ?? '').url,
    deadLetterQueueUrl: cloud.queue(DEAD_LETTERS).url,
    log,
    metrics,
    ...present({ tracing: options.tracing }),
    now: Date.now,
    random: Math.random,
  };
}
