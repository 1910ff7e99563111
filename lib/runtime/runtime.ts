import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { createPublisher, type EventBridgePublisher, eventBridgeClient } from '../aws/event-bridge.ts';
import { type QueueClient, sqsClient } from '../aws/queue.ts';
import { type CredentialsProvider, createCredentialsProvider, credentialsSource } from '../aws/secrets.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { ConfigurationInvalid, loadAppliances } from '../config/load.ts';
import { ingressRules } from '../config/rules.ts';
import {
  createTransport,
  endpointOf,
  type FailedAttempt,
  KeptParts,
  NitroClient,
  NitroSession,
  type SessionOptions,
  type Transport,
} from '../nitro/index.ts';
import type { Engine } from '../reconcile/index.ts';
import { type Log, METRICS_NAMESPACE, type Metrics } from '../telemetry/index.ts';
import { powertoolsLog } from '../telemetry/powertools-log.ts';
import { powertoolsMetrics } from '../telemetry/powertools-metrics.ts';
import { measured } from './measure.ts';

/** What the functions are made of. Built once for each warm function; the local mode builds its own. */
export interface Runtime {
  readonly appliances: readonly ApplianceConfig[];
  readonly credentials: CredentialsProvider;
  readonly publisher: EventBridgePublisher;
  readonly sqs: QueueClient;
  /** Stands before the names of an appliance's queue: the deployment's. Empty on one machine. */
  readonly queuePrefix?: string;
  /** URL of a queue from its ARN. */
  readonly queueUrl: (arn: string) => string;
  /** Where messages go that no event can be read from. */
  readonly deadLetterQueueUrl: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds that one call to an appliance may take; {@link LONGEST_CALL_MS} where absent. */
  readonly callTimeoutMs?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

/** What sessions with the appliances take. */
export interface EngineRuntime
  extends Pick<Runtime, 'appliances' | 'credentials' | 'random' | 'now' | 'metrics' | 'callTimeoutMs'> {
  /** Milliseconds of an invocation that are kept for what comes after: `RESERVE_MS` where absent. */
  readonly reserveMs?: number;
  /** Around every transport, for somebody who waits at a terminal. */
  readonly wrap?: (transport: Transport, endpoint: string) => Transport;
  readonly onRetry?: (retry: FailedAttempt) => void;
}

/** Milliseconds that are kept for outcomes and for giving the batch back. */
const RESERVE_MS = 3_000;
/** Milliseconds after which a call to an appliance is given up. */
export const LONGEST_CALL_MS = 20_000;
/** Few sessions are free on an appliance (about 20): an idle one ends soon. */
const SESSION_IDLE_SECONDS = 300;

interface Open {
  readonly session: NitroSession;
  readonly client: NitroClient;
  readonly kept: KeptParts;
}

/** Sessions with the appliances, one each, kept while the function is warm. */
export class Engines {
  readonly #runtime: EngineRuntime;
  readonly #open = new Map<string, Open>();
  #deadline = Number.POSITIVE_INFINITY;

  constructor(runtime: EngineRuntime) {
    this.#runtime = runtime;
  }

  /** @param remainingMs of this invocation: waiting for a busy appliance ends before it does. */
  engineOf(appliance: ApplianceConfig, remainingMs: number): Engine {
    const { appliances, now, reserveMs = RESERVE_MS } = this.#runtime;
    this.#deadline = now() + remainingMs - reserveMs;
    const open = this.#open.get(appliance.name) ?? this.#connect(appliance);
    this.#open.set(appliance.name, open);
    return {
      reader: open.client,
      writer: open.client,
      kept: open.kept,
      now,
      settings: {
        appliance: appliance.name,
        systemId: appliance.systemId,
        filter: {
          ...(appliance.ingressClasses === undefined ? {} : { ingressClasses: appliance.ingressClasses }),
          ...(appliance.namespaces === undefined ? {} : { namespaces: appliance.namespaces }),
        },
        rules: ingressRules(appliance, appliances),
        policy: appliance.policy,
        drainSeconds: appliance.drainSeconds,
        prune: appliance.prune,
      },
    };
  }

  /** Logs out everywhere: at the end of a function's life. */
  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(({ session }) => session.logout()));
  }

  #connect(appliance: ApplianceConfig): Open {
    const {
      credentials,
      random,
      now,
      metrics,
      onRetry,
      callTimeoutMs = LONGEST_CALL_MS,
      wrap = (transport) => transport,
    } = this.#runtime;
    const { ca, verify, serverName } = appliance.tls;
    const trust = {
      verify,
      ...(ca === undefined ? {} : { ca: authority(appliance.name, ca) }),
      ...(serverName === undefined ? {} : { serverName }),
    };
    const proxyHeaders = consoleHeaders(appliance);
    const options: SessionOptions = {
      name: appliance.name,
      transports: appliance.endpoints.map((endpoint) =>
        wrap(measured(createTransport(endpoint, trust, callTimeoutMs), metrics, appliance, now), endpointOf(endpoint)),
      ),
      credentials: (refresh) => credentials.get(appliance, { refresh }),
      credentialsFrom: credentialsSource(appliance),
      idleSeconds: SESSION_IDLE_SECONDS,
      backoff: {
        attempts: 6,
        baseMs: 200,
        maxMs: 5_000,
        random,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        remainingMs: () => this.#deadline - now(),
        ...(onRetry === undefined ? {} : { onRetry }),
      },
      onRequest: ({ code }) => {
        metrics.record('NitroRequests', 1, { appliance: appliance.name });
        if (code !== 0) metrics.record('NitroErrors', 1, { appliance: appliance.name, reason: String(code) });
      },
      ...(appliance.partition === undefined ? {} : { partition: appliance.partition }),
      ...(proxyHeaders === undefined ? {} : { proxyHeaders }),
    };
    const session = new NitroSession(options);
    const client = new NitroClient(session, { drainSeconds: appliance.drainSeconds });
    return { session, client, kept: new KeptParts(now, () => session.opened) };
  }
}

/** @throws {ConfigurationInvalid} */
function authority(name: string, file: string): string {
  const where = `appliance "${name}": the file ${file} of tls.ca`;
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationInvalid(`${where} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  // Without a certificate, verification would fail later and blame the appliance.
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ConfigurationInvalid(
      `${where} is not a certificate in PEM: it has no line "-----BEGIN CERTIFICATE-----"`,
    );
  }
  return pem;
}

/** The Console passes a call on to the instance that one of these headers names. */
function consoleHeaders({ console: proxy }: ApplianceConfig): Record<string, string> | undefined {
  if (proxy === undefined) return undefined;
  const { instanceIp, instanceName, instanceId } = proxy;
  return {
    ...(instanceIp === undefined ? {} : { _MPS_API_PROXY_MANAGED_INSTANCE_IP: instanceIp }),
    ...(instanceName === undefined ? {} : { _MPS_API_PROXY_MANAGED_INSTANCE_NAME: instanceName }),
    ...(instanceId === undefined ? {} : { _MPS_API_PROXY_MANAGED_INSTANCE_ID: instanceId }),
  };
}

/** URLs of queues are made of their ARNs, as SQS makes them. */
function queueUrl(arn: string, env: NodeJS.ProcessEnv): string {
  const [, partition = 'aws', , region = '', account = '', name = ''] = arn.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${env.AWS_ENDPOINT_URL_SQS ?? env.AWS_ENDPOINT_URL ?? `https://sqs.${region}.${domain}`}/${account}/${name}`;
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name] ?? '';
  if (value === '') throw new ConfigurationInvalid(`environment variable ${name} is not set`);
  return value;
}

/** Log and metrics by Powertools, which reads their name and level from `POWERTOOLS_*`. */
function telemetry(env: NodeJS.ProcessEnv): { log: Log; metrics: Metrics } {
  const serviceName = env.POWERTOOLS_SERVICE_NAME ?? METRICS_NAMESPACE;
  return {
    log: powertoolsLog(new Logger({ serviceName })),
    metrics: powertoolsMetrics(new PowertoolsMetrics({ namespace: METRICS_NAMESPACE, serviceName })),
  };
}

/** The runtime of a deployed function, from its environment. @throws {ConfigurationInvalid} */
export function runtimeFromEnvironment(env: NodeJS.ProcessEnv = process.env): Runtime {
  return {
    appliances: loadAppliances(env.NSPASS_APPLIANCES_FILE ?? 'appliances.json'),
    credentials: createCredentialsProvider({ env }),
    publisher: createPublisher({ client: eventBridgeClient({ env }), busName: required(env, 'NSPASS_BUS_NAME') }),
    sqs: sqsClient({ env }),
    queuePrefix: env.NSPASS_QUEUE_PREFIX ?? '',
    queueUrl: (arn) => queueUrl(arn, env),
    deadLetterQueueUrl: required(env, 'NSPASS_DEAD_LETTER_QUEUE_URL'),
    ...telemetry(env),
    now: Date.now,
    random: Math.random,
  };
}

/** What the function behind the dead letters is made of: it knows no appliance. */
export interface DeadLetterRuntime extends Pick<Runtime, 'publisher' | 'sqs' | 'log' | 'metrics' | 'now'> {
  /** Where dead letters wait for redrive. */
  readonly parkingQueueUrl: string;
}

/** @throws {ConfigurationInvalid} */
export function deadLetterRuntimeFromEnvironment(env: NodeJS.ProcessEnv = process.env): DeadLetterRuntime {
  return {
    publisher: createPublisher({ client: eventBridgeClient({ env }), busName: required(env, 'NSPASS_BUS_NAME') }),
    sqs: sqsClient({ env }),
    parkingQueueUrl: required(env, 'NSPASS_PARKING_QUEUE_URL'),
    ...telemetry(env),
    now: Date.now,
  };
}
