import { ChangeMessageVisibilityBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { createAuditHandler } from '../../functions/audit.ts';
import { createReconcileHandler } from '../../functions/reconcile.ts';
import { createPublisher } from '../../lib/aws/event-bridge.ts';
import { ApplianceConfig } from '../../lib/config/appliances.ts';
import { workQueueName } from '../../lib/config/topology.ts';
import { type BusEvent, parseEnvelope } from '../../lib/contract/index.ts';
import { NitroUnreachable, type Transport } from '../../lib/nitro/index.ts';
import type { EngineRuntime } from '../../lib/runtime/engines.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { type Log, silentMetrics } from '../../lib/telemetry/index.ts';
import { type Appliance, CALL_TIMEOUT_MS } from './appliance.ts';
import type { Bus } from './bus.ts';
import type { VirtualClock } from './clock.ts';
import type { FifoQueue, QueuedMessage, Receipt } from './fifo-queue.ts';
import type { Journal } from './journal.ts';
import type { AppliancePlan, WorldPlan } from './schedule.ts';

/** Milliseconds of the longest invocation. */
const TIMEOUT_MS = 120_000;
const DEAD_LETTERS = 'dead-letters';

export interface FunctionOptions {
  readonly plan: WorldPlan;
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly bus: Bus;
  readonly journal: Journal;
  readonly appliances: ReadonlyMap<string, Appliance>;
  readonly queues: ReadonlyMap<string, FifoQueue>;
  /**
   * Called before each call of the reconcile function to an appliance.
   *
   * @param call number of the call within the invocation, from 1.
   * @returns what becomes of it; undefined: it is done as usual.
   */
  readonly before: (appliance: Appliance, call: number) => Promise<CallFate | undefined>;
}

/** What becomes of a call, other than an answer. */
export type CallFate = 'lost-before' | 'lost-after' | 'busy' | 'refused' | 'killed-before' | 'killed-after';

/** How an invocation ended, for whoever judges it. */
export interface Invocation {
  readonly appliance: string;
  readonly messages: readonly QueuedMessage[];
  readonly end: 'done' | 'returned' | 'killed' | 'crashed';
  /** Ids of messages that go back to the queue. */
  readonly kept: ReadonlySet<string>;
  readonly setAside: number;
  /** Outcomes and requests that it wanted to publish. */
  readonly said: readonly BusEvent[];
  readonly error?: unknown;
}

/** A sandbox of the reconcile function: once it is killed, nothing that it does reaches anybody. */
class Sandbox {
  alive = true;
  calls = 0;
  deadline = 0;
  setAside = 0;
  readonly said: BusEvent[] = [];
  readonly #options: FunctionOptions;
  readonly handler: ReturnType<typeof createReconcileHandler>;

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.handler = createReconcileHandler(this.#runtime());
  }

  #runtime(): Runtime & Pick<EngineRuntime, 'wrap' | 'sleep'> {
    const { bus, journal } = this.#options;
    const log = journal.log('reconcile');
    const publisher = createPublisher({ client: bus.client(), busName: 'nspass', ...waiting(this.#options) });
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    return {
      ...common(this.#options),
      log: { ...quiet, warn: this.#fenced(log.warn), error: this.#fenced(log.error) },
      publisher: {
        publish: async (events) => {
          this.#assertAlive();
          this.said.push(...events);
          return publisher.publish(events);
        },
      },
      sqs: { send: async (command: unknown) => this.#send(command) } as never,
      wrap: (_transport, endpoint) => this.#transport(endpoint),
    };
  }

  #fenced(write: Log['warn']): Log['warn'] {
    return (message, fields) => (this.alive ? write(message, fields) : undefined);
  }

  #assertAlive(): void {
    if (!this.alive) throw new Error('the sandbox was killed');
  }

  #send(command: unknown): object {
    this.#assertAlive();
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      const queue = this.#options.queues.get(String(command.input.QueueUrl).split(':').at(-1) ?? '');
      for (const { ReceiptHandle, VisibilityTimeout = 0 } of command.input.Entries ?? []) {
        queue?.hide(String(ReceiptHandle), VisibilityTimeout * 1_000);
      }
    }
    if (command instanceof SendMessageCommand) this.setAside += 1;
    return {};
  }

  #kill(): never {
    this.alive = false;
    throw new Error('the sandbox was killed');
  }

  #transport(endpoint: string): Transport {
    const { appliance, node } = applianceAt(this.#options.appliances, endpoint);
    const send = appliance.transport(node);
    return async (call) => {
      this.#assertAlive();
      this.calls += 1;
      if (this.#options.clock.now() >= this.deadline) this.#kill();
      const what = `${call.method} ${call.path.split('?')[0]}`;
      const fate = await this.#options.before(appliance, this.calls);
      switch (fate) {
        case 'killed-before':
          return this.#kill();
        case 'lost-before':
          throw new NitroUnreachable(what, 'connection reset', true);
        case 'busy':
          return refusal(503, 1030, 'Resource busy');
        case 'refused':
          return refusal(599, 1093, 'Argument pre-requisite missing');
      }
      const answer = await send(call);
      if (fate === 'killed-after' || this.#options.clock.now() >= this.deadline) this.#kill();
      if (fate === 'lost-after') throw new NitroUnreachable(what, 'connection reset', true);
      return answer;
    };
  }
}

const refusal = (status: number, errorcode: number, message: string) => ({
  status,
  headers: {},
  body: { errorcode, message, severity: 'ERROR' },
});

function applianceAt(appliances: ReadonlyMap<string, Appliance>, endpoint: string) {
  const [, name = '', node = '0'] = /([a-z]+)-(\d)\.test/.exec(endpoint) ?? [];
  const appliance = appliances.get(name);
  if (appliance === undefined) throw new Error(`no appliance at ${endpoint}`);
  return { appliance, node: Number(node) };
}

/** Waits of functions pass on the clock of the world: an invocation is one step of it. */
const waiting = ({ clock, random }: FunctionOptions) => ({
  random,
  sleep: async (ms: number): Promise<void> => clock.spend(ms),
});

function common(options: FunctionOptions) {
  const { plan, clock, appliances } = options;
  return {
    appliances: plan.appliances.map((each) => configOf(each, plan, appliances)),
    credentials: { get: async () => ({ username: 'nsroot', password: 'nsroot' }) } as never,
    queueUrl: (arn: string) => arn,
    deadLetterQueueUrl: DEAD_LETTERS,
    callTimeoutMs: CALL_TIMEOUT_MS,
    metrics: silentMetrics,
    now: clock.now,
    ...waiting(options),
  };
}

function configOf(each: AppliancePlan, plan: WorldPlan, appliances: ReadonlyMap<string, Appliance>): ApplianceConfig {
  return ApplianceConfig.parse({
    name: each.name,
    clusters: [...each.clusters],
    endpoints: appliances.get(each.name)?.endpoints,
    credentials: { secret: each.name },
    frontendIPs: each.vips.map((vip) => `${vip}/32`),
    drainSeconds: plan.drainSeconds,
    prune: plan.prune,
  });
}

/** The functions of the deployment, real but for the network. */
export class Functions {
  readonly #options: FunctionOptions;
  #sandbox: Sandbox;

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.#sandbox = new Sandbox(options);
  }

  /** Invokes the reconcile function with a batch. */
  async reconcile(appliance: string, receipt: Receipt): Promise<Invocation> {
    const { clock } = this.#options;
    const sandbox = this.#sandbox;
    Object.assign(sandbox, { calls: 0, setAside: 0, deadline: clock.now() + TIMEOUT_MS });
    sandbox.said.length = 0;
    const context = { getRemainingTimeInMillis: () => Math.max(0, sandbox.deadline - clock.now()) } as Context;
    const { messages } = receipt;
    const all = new Set(messages.map(({ id }) => id));
    let kept: ReadonlySet<string> = all;
    let end: Invocation['end'] = 'crashed';
    let error: unknown;
    try {
      const answer = await sandbox.handler(eventOf(appliance, messages), context);
      kept = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      end = kept.size > 0 ? 'returned' : 'done';
    } catch (caught) {
      error = caught;
    }
    if (!sandbox.alive) {
      this.#sandbox = new Sandbox(this.#options);
      return { appliance, messages, end: 'killed', kept: all, setAside: 0, said: [] };
    }
    const { setAside, said } = sandbox;
    return { appliance, messages, end, kept, setAside, said: [...said], error };
  }

  /** Invokes the audit, in a sandbox of its own. */
  async audit(): Promise<void> {
    const { bus, journal, clock, appliances } = this.#options;
    const deadline = clock.now() + TIMEOUT_MS;
    const runtime: Runtime & Pick<EngineRuntime, 'wrap' | 'sleep'> = {
      ...common(this.#options),
      log: journal.log('audit'),
      publisher: createPublisher({ client: bus.client(), busName: 'nspass', ...waiting(this.#options) }),
      sqs: { send: async () => ({}) } as never,
      wrap: (_transport, endpoint) => {
        const { appliance, node } = applianceAt(appliances, endpoint);
        return appliance.transport(node);
      },
    };
    const handler = createAuditHandler(runtime);
    await handler({}, { getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()) } as Context);
    await handler.close();
  }
}

function eventOf(appliance: string, messages: readonly QueuedMessage[]): SQSEvent {
  const Records = messages.map(({ id, body, receives }) => ({
    messageId: id,
    receiptHandle: id,
    eventSourceARN: `arn:aws:sqs:eu-central-1:111111111111:${workQueueName(appliance)}`,
    attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: appliance },
    messageAttributes: {},
    body,
  }));
  return { Records } as unknown as SQSEvent;
}

/** What an event of a queue is about. */
export interface Subject {
  readonly type: string;
  /** An Ingress, or a range of a cluster with its sequence; empty for work. */
  readonly subject: string;
  readonly replayed: boolean;
}

export function subjectOf(body: string): Subject {
  const { detailType: type, data, replay } = parseEnvelope(body);
  const cluster = 'cluster' in data ? data.cluster : '';
  const ref = 'ingress' in data ? data.ingress : 'name' in data ? data : undefined;
  const range = 'from' in data ? `${data.from}-${data.to} ${data.sequence}` : '';
  const subject = ref === undefined ? range : `${ref.namespace}/${ref.name}`;
  return { type, subject: subject === '' ? '' : `${cluster} ${subject}`, replayed: replay !== undefined };
}
