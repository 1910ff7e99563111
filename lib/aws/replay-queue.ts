import {
  DeleteRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import type { QueueClient } from './queue.ts';

export interface ReplayQueueOptions {
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly sqs: QueueClient;
  readonly busArn: string;
  /** Unused name of queue, rule and replay: 1 to 64 letters, digits, `-` and `_`. */
  readonly name: string;
}

/** Something that was made for a replay and is still there. */
export interface UnremovedResource {
  /** The resource, for a sentence. */
  readonly what: string;
  /** The command that removes it. */
  readonly remove: string;
  /** Why it could not be removed. */
  readonly reason: string;
}

/** The only target of the rule. */
const TARGET = 'queue';
/** Seconds that SQS keeps what nobody takes: a queue that stays behind empties itself. */
const RETENTION_SECONDS = 86_400;
/** Seconds until a message that was taken, and not deleted, comes again. */
const VISIBILITY_SECONDS = 120;

/**
 * A queue for one replay, and the rule that leads nothing else there. Both are temporary.
 *
 * The queue is a standard one: a FIFO queue takes fewer events a second, and a replay has no order to keep. Its policy, which
 * admits that rule alone, is there from the beginning: SQS takes up to a minute to apply a later one.
 */
export class ReplayQueue {
  readonly ruleArn: string;
  readonly #options: ReplayQueueOptions;
  readonly #bus: string;
  readonly #queueArn: string;
  #url: string | undefined;
  /** What may exist, in the order in which it was made. */
  readonly #made = new Set<Part>();

  constructor(options: ReplayQueueOptions) {
    this.#options = options;
    const { busArn, name } = options;
    const [, partition = '', , region = '', account = '', bus = ''] = busArn.split(':');
    this.#bus = bus.slice('event-bus/'.length);
    this.ruleArn = `arn:${partition}:events:${region}:${account}:rule/${this.#bus}/${name}`;
    this.#queueArn = `arn:${partition}:sqs:${region}:${account}:${name}`;
  }

  /** @throws {Error} if the queue was not opened. */
  get url(): string {
    if (this.#url === undefined) throw new Error(`queue ${this.#options.name} is not open`);
    return this.#url;
  }

  /** Makes the queue and its rule. @throws the error of the service; {@link close} removes what was made by then. */
  async open(): Promise<void> {
    const { eventBridge, sqs, name } = this.#options;
    const rule = { Name: name, EventBusName: this.#bus };
    // An answer may be lost on the way: what was asked for may exist.
    this.#made.add('queue');
    const create = new CreateQueueCommand({ QueueName: name, Attributes: this.#attributes() });
    const { QueueUrl } = await sqs.send(create).catch((error: Error) => {
      if (REFUSED.test(error.name)) this.#made.delete('queue');
      throw error;
    });
    this.#url = QueueUrl;
    this.#made.add('rule');
    const EventPattern = JSON.stringify({ 'replay-name': [name] });
    await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern, State: 'ENABLED' }));
    this.#made.add('target');
    const { FailedEntryCount = 0, FailedEntries } = await eventBridge.send(
      new PutTargetsCommand({
        Rule: name,
        EventBusName: this.#bus,
        Targets: [{ Id: TARGET, Arn: this.#queueArn }],
      }),
    );
    if (FailedEntryCount > 0) throw new Error(`the rule ${name} has no target: ${FailedEntries?.[0]?.ErrorMessage}`);
  }

  #attributes(): Record<string, string> {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Replay',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: this.#queueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': this.ruleArn } },
        },
      ],
    };
    return {
      Policy: JSON.stringify(policy),
      MessageRetentionPeriod: String(RETENTION_SECONDS),
      VisibilityTimeout: String(VISIBILITY_SECONDS),
      SqsManagedSseEnabled: 'true',
    };
  }

  /** Removes what was made, the last first. It never throws. @returns what could not be removed. */
  async close(): Promise<UnremovedResource[]> {
    const left: UnremovedResource[] = [];
    for (const part of [...this.#made].reverse()) {
      try {
        await this.#remove(part);
        this.#made.delete(part);
      } catch (error) {
        const { name, message } = error as Error;
        if (GONE.test(name)) this.#made.delete(part);
        else left.push(this.#unremoved(part, `${name}: ${message}`));
      }
    }
    return left;
  }

  /** Returns what is there, for somebody who cannot wait for {@link close}. */
  leftovers(): UnremovedResource[] {
    return [...this.#made].reverse().map((part) => this.#unremoved(part, 'interrupted'));
  }

  async #remove(part: Part): Promise<void> {
    const { eventBridge, sqs, name } = this.#options;
    switch (part) {
      case 'target': {
        const { FailedEntryCount = 0, FailedEntries } = await eventBridge.send(
          new RemoveTargetsCommand({ Rule: name, EventBusName: this.#bus, Ids: [TARGET] }),
        );
        if (FailedEntryCount > 0) throw new Error(FailedEntries?.[0]?.ErrorMessage ?? 'no reason given');
        return;
      }
      case 'rule':
        await eventBridge.send(new DeleteRuleCommand({ Name: name, EventBusName: this.#bus }));
        return;
      case 'queue':
        // Without a URL, nobody knows whether there is one: that of a queue follows from its name.
        if (this.#url !== undefined) await sqs.send(new DeleteQueueCommand({ QueueUrl: this.#url }));
        else throw new Error('it is not known whether it was made');
    }
  }

  #unremoved(part: Part, reason: string): UnremovedResource {
    const { name } = this.#options;
    const bus = `--event-bus-name ${this.#bus}`;
    switch (part) {
      case 'target':
        return {
          what: `the target of the rule ${name}`,
          remove: `aws events remove-targets ${bus} --rule ${name} --ids ${TARGET}`,
          reason,
        };
      case 'rule':
        return { what: `the rule ${name}`, remove: `aws events delete-rule ${bus} --name ${name}`, reason };
      case 'queue':
        return {
          what: `the queue ${name}`,
          remove: `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${name} --query QueueUrl --output text)"`,
          reason,
        };
    }
  }
}

type Part = 'queue' | 'rule' | 'target';

/** Errors after which nothing was made. */
const REFUSED = /AccessDenied|CredentialsProviderError|UnrecognizedClient|ExpiredToken/;
/** Errors about what is not there any more. */
const GONE = /ResourceNotFound|QueueDoesNotExist|NonExistentQueue/;
