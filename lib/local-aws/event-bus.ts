import type { Target } from '@aws-sdk/client-eventbridge';
import type { QueueClient } from '../aws/queue.ts';
import type { Log } from '../telemetry/index.ts';
import { Delivery } from './delivery.ts';
import type { Envelope } from './envelope.ts';
import type { FaultInjector } from './fault-injector.ts';
import { EventRules, type Match } from './rules.ts';

export interface EventBusOptions {
  readonly sqs: QueueClient;
  /** The URL of a queue by its ARN. */
  readonly queueUrl: (arn: string) => string;
  readonly dice: FaultInjector;
  readonly random: () => number;
  readonly log: Log;
}

/** The service's default: 24 hours and 185 attempts. */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** Buses, rules and the way to their targets. */
export class EventBuses {
  readonly rules = new EventRules();
  readonly #names = new Set(['default']);
  readonly #deliveries = new Map<string, Delivery>();
  readonly #underway = new Set<Promise<void>>();
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
   * Sends an event to the targets of the rules that it meets.
   *
   * @param only ARNs of the rules that a replay is limited to.
   * @returns when it is in all queues, or given up; a caller that answers a publisher does not wait for it.
   */
  route(bus: string, event: Envelope, only?: ReadonlySet<string>): Promise<void> {
    const matches = this.rules.match(bus, event, only);
    if (matches.length === 0) return Promise.resolve();
    const body = messageBody(event);
    const underway = Promise.all(matches.map((match) => this.#deliver(match, body))).then(() => undefined);
    this.#underway.add(underway);
    return underway.finally(() => this.#underway.delete(underway));
  }

  async #deliver({ rule, target }: Match, body: string): Promise<void> {
    const { dice } = this.#options;
    const targetArn = target.Arn ?? '';
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    const group = target.SqsParameters?.MessageGroupId;
    const parcel = {
      body,
      ...(group === undefined ? {} : { group }),
      ruleArn: rule.arn,
      targetArn,
      ...(deadLetterArn === undefined ? {} : { deadLetterUrl: this.#options.queueUrl(deadLetterArn) }),
      maxAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRIES,
      maxAgeMs: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
    };
    const delivery = this.#delivery(targetArn);
    const copies = dice.deliveries().map(async (delay, index) => {
      if (delay > 0) await dice.wait(delay, this.#abort.signal);
      if (this.#abort.signal.aborted) return false;
      if (index === 0) return delivery.send(parcel);
      // A copy with the same content would end in the queue's deduplication. In the cloud duplicates pass it, being
      // more than five minutes apart: nobody can wait that long here.
      this.#copies += 1;
      return delivery.send(group === undefined ? parcel : { ...parcel, deduplicationId: `copy-${this.#copies}` });
    });
    const dealtWith = await Promise.all(copies);
    this.#lost += dealtWith.filter((done) => !done).length;
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

  /** When everything that was published so far is delivered or given up. */
  async idle(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  /** @returns deliveries that were on their way, and are lost. */
  async stop(): Promise<number> {
    this.#abort.abort();
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.stop()));
    await this.idle();
    return this.#lost;
  }
}

/**
 * The event as the body of a message. fauxqs refuses what SQS takes, characters beyond the basic plane: as JSON escapes
 * they pass, and mean the same.
 */
function messageBody(event: Envelope): string {
  return JSON.stringify(event).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What `PutTargets` refuses: what this bus cannot do must not be taken silently. */
export function targetProblem(target: Target): string | undefined {
  const { Id, Arn } = target;
  if (Id === undefined || Id === '' || Arn === undefined) return 'a target has an Id and an Arn';
  if (!/^arn:aws:sqs:[^:]+:\d+:[\w-]+(\.fifo)?$/.test(Arn))
    return `target ${Id}: only SQS queues are delivered to here`;
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
