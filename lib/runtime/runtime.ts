import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { createPublisher, type EventBridgePublisher, eventBridgeClient } from '../aws/event-bridge.ts';
import { type QueueClient, sqsClient } from '../aws/queue.ts';
import { type CredentialsProvider, createCredentialsProvider } from '../aws/secrets.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { ConfigurationInvalid, loadAppliances } from '../config/load.ts';
import { type Log, METRICS_NAMESPACE, type Metrics } from '../telemetry/index.ts';
import { powertoolsMetrics } from '../telemetry/powertools-metrics.ts';
import { SPANS_LOST, type Tracing, tracingFromEnvironment } from '../tracing/index.ts';
import { functionLog } from './function-log.ts';

/** Time-out of a call to an appliance, in milliseconds. */
export const LONGEST_CALL_MS = 20_000;

/** Dependencies of the functions. Each warm function has one; the local mode builds its own. */
export interface Runtime {
  readonly appliances: readonly ApplianceConfig[];
  readonly credentials: CredentialsProvider;
  readonly publisher: EventBridgePublisher;
  readonly sqs: QueueClient;
  /** Prefix of queue names: that of the deployment, or empty on one machine. */
  readonly queuePrefix?: string;
  /** Returns the URL of a queue from its ARN. */
  readonly queueUrl: (arn: string) => string;
  /** Queue of messages that are not valid events, or are set aside. */
  readonly deadLetterQueueUrl: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing;
  /** Time-out of a call to an appliance, in milliseconds (default: {@link LONGEST_CALL_MS}). */
  readonly callTimeoutMs?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

/** Returns the URL of a queue, built from its ARN as SQS builds it. */
function queueUrl(arn: string, env: NodeJS.ProcessEnv): string {
  const [, partition = 'aws', , region = '', account = '', name = ''] = arn.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${env.AWS_ENDPOINT_URL_SQS ?? env.AWS_ENDPOINT_URL ?? `https://sqs.${region}.${domain}`}/${account}/${name}`;
}

function requiredVariable(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name] ?? '';
  if (value === '') throw new ConfigurationInvalid(`environment variable ${name} is not set`);
  return value;
}

/** Returns log and metrics of Powertools, and the tracing of the environment. Powertools reads service name and log level from `POWERTOOLS_*`. */
function telemetry(env: NodeJS.ProcessEnv): { log: Log; metrics: Metrics; tracing: Tracing } {
  const serviceName = env.POWERTOOLS_SERVICE_NAME ?? METRICS_NAMESPACE;
  const log = functionLog(serviceName);
  return {
    log,
    tracing: tracingFromEnvironment(
      {
        service: serviceName,
        onLoss: (spans, reason) => log.warn(SPANS_LOST, { spans, reason }),
      },
      env,
    ),
    metrics: powertoolsMetrics(new PowertoolsMetrics({ namespace: METRICS_NAMESPACE, serviceName })),
  };
}

/**
 * Returns the runtime of a deployed function.
 *
 * @throws {ConfigurationInvalid} when a variable or appliances.json is missing or invalid.
 */
export function runtimeFromEnvironment(env: NodeJS.ProcessEnv = process.env): Runtime {
  return {
    appliances: loadAppliances(env.NSPASS_APPLIANCES_FILE ?? 'appliances.json'),
    credentials: createCredentialsProvider({ env }),
    publisher: createPublisher({
      client: eventBridgeClient({ env }),
      busName: requiredVariable(env, 'NSPASS_BUS_NAME'),
    }),
    sqs: sqsClient({ env }),
    queuePrefix: env.NSPASS_QUEUE_PREFIX ?? '',
    queueUrl: (arn) => queueUrl(arn, env),
    deadLetterQueueUrl: requiredVariable(env, 'NSPASS_DEAD_LETTER_QUEUE_URL'),
    ...telemetry(env),
    now: Date.now,
    random: Math.random,
  };
}

/** Dependencies of the dead-letter function. It has no access to appliances. */
export interface DeadLetterRuntime extends Pick<Runtime, 'publisher' | 'sqs' | 'log' | 'metrics' | 'tracing' | 'now'> {
  /** Queue in which dead letters wait for redrive. */
  readonly parkingQueueUrl: string;
}

/**
 * Returns the runtime of the deployed dead-letter function.
 *
 * @throws {ConfigurationInvalid} when a variable is missing.
 */
export function deadLetterRuntimeFromEnvironment(env: NodeJS.ProcessEnv = process.env): DeadLetterRuntime {
  return {
    publisher: createPublisher({
      client: eventBridgeClient({ env }),
      busName: requiredVariable(env, 'NSPASS_BUS_NAME'),
    }),
    sqs: sqsClient({ env }),
    parkingQueueUrl: requiredVariable(env, 'NSPASS_PARKING_QUEUE_URL'),
    ...telemetry(env),
    now: Date.now,
  };
}
