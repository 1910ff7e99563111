import { createPublisher, eventBridgeClient } from '../../aws/event-bridge.ts';
import { sqsClient } from '../../aws/queue.ts';
import { present } from '../../contract/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { silentTracing, type Tracing, tracedPublisher } from '../../tracing/index.ts';
import { queueOutcomes } from '../feedback/queue-outcomes.ts';
import type { OutcomeSource, Publisher } from '../ports.ts';
import type { ForwarderConfig } from './config.ts';

/** Returns what creates the publisher of a term: it sends until its signal ends. */
export function createBus(
  { bus: { name, endpoint, region, maxEntryBytes } }: ForwarderConfig,
  env: NodeJS.ProcessEnv,
  tracing: Tracing = silentTracing,
): (signal: AbortSignal) => Publisher {
  const client = eventBridgeClient({ env, proxyEnv: env, ...present({ endpoint, region }) });
  const retry = { attempts: 1, baseMs: 0, maxMs: 0 };
  return (signal) =>
    tracedPublisher(createPublisher({ client, busName: name, maxEntryBytes, retry, signal }), tracing, Date.now);
}

/** Returns what creates the source of outcomes; undefined without a queue. */
export function createOutcomes(
  { outcomes: { queueUrl, endpoint }, bus: { region } }: ForwarderConfig,
  env: NodeJS.ProcessEnv,
  log: Log,
): (() => OutcomeSource) | undefined {
  if (queueUrl === undefined) return undefined;
  const client = sqsClient({ env, proxyEnv: env, ...present({ endpoint, region }) });
  return () => queueOutcomes({ client, queueUrl, log });
}
