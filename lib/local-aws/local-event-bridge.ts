import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { eventBridgeClient } from '../aws/event-bridge.ts';
import type { QueueClient } from '../aws/queue.ts';
import type { Log } from '../telemetry/index.ts';
import type { EventsServiceOptions, FailEntry } from './actions/context.ts';
import { fileArchive, memoryArchive } from './archive-store.ts';
import { Archives } from './archives.ts';
import type { AwsScope } from './envelope.ts';
import { EventBuses } from './event-bus.ts';
import { serveEvents } from './events-server.ts';
import { eventsService } from './events-service.ts';
import type { FaultInjector } from './fault-injector.ts';
import { Replays } from './replays.ts';

export interface LocalEventBridgeOptions {
  readonly scope: AwsScope;
  readonly sqs: QueueClient;
  /** Maps the ARN of a queue to its URL. */
  readonly queueUrl: (arn: string) => string;
  /** Folder of the archives; in memory if absent. */
  readonly archiveDir: string | undefined;
  readonly faults: FaultInjector;
  readonly random: () => number;
  readonly maxRequestBytes: number;
  readonly now: () => number;
  readonly log: Log;
}

export interface LocalEventBridge {
  readonly url: string;
  /** Client of this server; it is closed with it. */
  readonly client: EventBridgeClient;
  failEntries(fail: FailEntry | undefined): void;
  /** Resolves when everything published so far is in its queues. */
  idle(): Promise<void>;
  /** @returns deliveries that were in transit, and are lost. */
  stop(): Promise<number>;
}

/** Starts EventBridge on loopback, on a free port. */
export async function startLocalEventBridge(options: LocalEventBridgeOptions): Promise<LocalEventBridge> {
  const { scope, sqs, queueUrl, archiveDir, faults, random, maxRequestBytes, now, log } = options;
  const buses = new EventBuses({ sqs, queueUrl, faults, random, log });
  const archives = new Archives(
    (name) => (archiveDir === undefined ? memoryArchive() : fileArchive(archiveDir, name)),
    now,
  );
  const replays = new Replays({
    archives,
    faults,
    deliver: (bus, event, only) => buses.route(bus, event, only),
    now,
  });
  const service: EventsServiceOptions = { scope, buses, archives, replays, maxRequestBytes, now, failEntry: undefined };
  const server = await serveEvents(eventsService(service), log);
  const client = eventBridgeClient({ endpoint: server.url, region: scope.region });
  return {
    url: server.url,
    client,
    failEntries(fail) {
      service.failEntry = fail;
    },
    idle: () => buses.idle(),
    async stop() {
      const replaysEnded = replays.stop();
      const lost = await buses.stop();
      await replaysEnded;
      await server.close();
      client.destroy();
      archives.close();
      return lost;
    },
  };
}
