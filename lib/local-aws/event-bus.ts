import type { Target } from '@aws-sdk/client-eventbridge';
import type { QueueClient } from '../aws/queue.ts';
import type { Log } from '../telemetry/index.ts';
import { Delivery } from './delivery.ts';
import type { Envelope } from './envelope.ts';
import type { FaultInjector } from './fault-injector.ts';
import { EventRules, type Match } from './rules.ts';

export interface EventBusOptions {
  readonly sqs: QueueClient;
  /** Maps the ARN of a queue to its URL. */
  readonly queueUrl: (arn: string) => string;
  readonly faults: FaultInjector;
  readonly random: () => number;
  readonly log: Log;
}

/** Defaults of the service. */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** Buses, their rules, and the delivery to their targets. */
export class EventBuses {
  readonly rules = new EventRules();
  readonly #names = new Set(['default']);
  readonly #deliveries = new Map<string, Delivery>();
  readonly #routing = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly #options: EventBusOptions;
  #copies = 0;
  #lost = 0;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    this.#names.add(name);
  }

  /**
   * Sends an event to the targets of the rules that match it.
   *
   * @param only ARNs of the rules that a replay is limited to.
   * @returns resolves when the event is in all queues, or given up; publishers are answered before that.
   */
  route(bus: string, event: Envelope, only?: ReadonlySet<string>): Promise<void> {
    const matches = this.rules.match(bus, event, only);
    if (matches.length === 0) return Promise.resolve();
    const body = messageBody(event);
    const routing = Promise.all(matches.map((match) => this.#deliver(match, body))).then(() => undefined);
    this.#routing.add(routing);
    return routing.finally(() => this.#routing.delete(routing));
  }

  async #deliver({ rule, target }: Match, body: string): Promise<void> {
    const { faults } = this.#options;
    const targetArn = target.Arn ?? '';
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    const group = target.SqsParameters?.MessageGroupId;
    const message = {
      body,
      ...(group === undefined ? {} : { group }),
      ruleArn: rule.arn,
      targetArn,
      ...(deadLetterArn === undefined ? {} : { deadLetterUrl: this.#options.queueUrl(deadLetterArn) }),
      maxAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRIES,
      maxAgeMs: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
    };
    const delivery = this.#delivery(targetArn);
    const copies = faults.deliveries().map(async (delay, index) => {
      if (delay > 0) await faults.wait(delay, this.#abort.signal);
      if (this.#abort.signal.aborted) return false;
      if (index === 0) return delivery.send(message);
      // The queue would drop a copy with the same content. In the cloud a duplicate passes, because it comes more than
      // five minutes later, which would be too long here.
      this.#copies += 1;
      return delivery.send(group === undefined ? message : { ...message, deduplicationId: `copy-${this.#copies}` });
    });
    const delivered = await Promise.all(copies);
    this.#lost += delivered.filter((done) => !done).length;
  }

  #delivery(arn: string): Delivery {
    let delivery = this.#deliveries.get(arn);
    if (delivery === undefined) {
      const { sqs: client, queueUrl, random, log } = this.#options;
      delivery = new Delivery({ client, queueUrl: queueUrl(arn), random, log });
      this.#deliveries.set(arn, delivery);
    }
    return delivery;
  }

  /** Resolves when everything published so far is delivered or given up. */
  async idle(): Promise<void> {
    while (this.#routing.size > 0) await Promise.all(this.#routing);
  }

  /** @returns deliveries that were in transit, and are lost. */
  async stop(): Promise<number> {
    this.#abort.abort();
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.stop()));
    await this.idle();
    return this.#lost;
  }
}

/**
 * Serializes an event as the body of a message. Unlike SQS, fauxqs rejects characters beyond the basic plane, so they
 * become JSON escapes, which mean the same.
 */
function messageBody(event: Envelope): string {
  return JSON.stringify(event).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Returns why `PutTargets` rejects a target: this bus must not silently accept an unsupported one. */
export function targetProblem(target: Target): string | undefined {
  const { Id, Arn } = target;
  if (Id === undefined || Id === '' || Arn === undefined) return 'a target has an Id and an Arn';
  if (!/^arn:aws:sqs:[^:]+:\d+:[\w-]+(\.fifo)?$/.test(Arn)) return `target ${Id}: only SQS queues are supported here`;
  const unsupported = (['Input', 'InputPath', 'InputTransformer'] as const).filter((key) => target[key] !== undefined);
  if (unsupported.length > 0) return `target ${Id}: ${unsupported.join(', ')} is not supported here`;
  const group = target.SqsParameters?.MessageGroupId;
  if (Arn.endsWith('.fifo') && (group === undefined || group === '')) {
    return `Parameter(s) SqsParameters must be specified for target: ${Id}.`;
  }
  if (group?.startsWith('$.') === true) return `target ${Id}: only a constant MessageGroupId is supported here`;
  if (target.DeadLetterConfig?.Arn?.endsWith('.fifo') === true) {
    return `target ${Id}: the dead-letter queue of a target is a standard queue`;
  }
  return undefined;
}
