import { createPublisher } from '../../lib/aws/event-bridge.ts';
import { createForwarder } from '../../lib/forwarder/forwarder.ts';
import type { Forwarder } from '../../lib/forwarder/interface.ts';
import { KubernetesReporter, KubernetesSource } from '../../lib/forwarder/kubernetes/index.ts';
import type { SequenceStore } from '../../lib/forwarder/ports.ts';
import { MemorySequences } from '../../lib/forwarder/publish/sequence.ts';
import type { ApiServer } from './api-server.ts';
import type { Bus } from './bus.ts';
import { ProcessTime, type VirtualClock } from './clock.ts';
import type { Journal } from './journal.ts';
import type { OutcomeQueue } from './outcome-queue.ts';
import type { WorldPlan } from './schedule.ts';

const HOUR = 3_600_000;

export interface LeaderOptions {
  readonly cluster: string;
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly server: ApiServer;
  readonly bus: Bus;
  readonly outcomes: OutcomeQueue;
  readonly journal: Journal;
  readonly plan: WorldPlan;
}

/** A forwarder process: the real forwarder on the real source and reporter, with a time of its own. */
interface Life {
  readonly time: ProcessTime;
  readonly forwarder: Forwarder;
  readonly source: KubernetesSource;
}

/** The forwarder of a cluster: one process after the other, with one memory of sequences (the Lease). */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #sequences = new MemorySequences();
  #life: Life | undefined;

  constructor(options: LeaderOptions) {
    this.#options = options;
  }

  get running(): Forwarder | undefined {
    return this.#life?.forwarder;
  }

  get starved(): boolean {
    return this.#life?.time.starved === true;
  }

  start(): void {
    const { cluster, clock, random, server, bus, outcomes, journal, plan } = this.#options;
    const time = new ProcessTime(clock);
    const log = journal.log(`forwarder ${cluster}`);
    const api = server.client(time);
    const source = new KubernetesSource({
      api,
      // Watches that live for half a day, no bookmarks, and rare retries: less to simulate.
      settings: { pageSize: 4, watchMs: 12 * HOUR, idleMs: 48 * HOUR, retryMaxMs: HOUR / 6 },
      // There is no Gateway API, and none comes.
      discoveryMs: 24 * HOUR,
      clock: time,
      random,
      log,
    });
    const publisher = createPublisher({
      client: bus.client(time),
      busName: 'nspass',
      random,
      // One attempt: the forwarder itself tries again, with the state of that time.
      retry: { attempts: 1, baseMs: 1, maxMs: 1 },
    });
    const uid = source.uid.bind(source);
    const forwarder = createForwarder({
      cluster,
      clusterUid: `uid-${cluster}`,
      source,
      publisher,
      outcomes: outcomes.source(time),
      reporter: new KubernetesReporter({
        api,
        status: true,
        events: true,
        uid,
        instance: cluster,
        clock: time,
        random,
        log,
      }),
      sequences: this.#storeOf(time),
      clock: time,
      random,
      log,
      settings: {
        snapshotIntervalMs: plan.intervalHours * HOUR,
        // An outage of half a day takes hundreds of attempts, not thousands.
        retryMaxMs: HOUR / 6,
        holdPercent: plan.prune.percent,
        holdMinimum: plan.prune.minimum,
      },
    });
    this.#life = { time, forwarder, source };
    forwarder.start().catch((error: Error) => log.error('the forwarder cannot start', { error }));
  }

  kill(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    life.time.die();
    this.#options.outcomes.leave(life.time);
    void life.source.close();
  }

  starve(): void {
    this.#life?.time.starve();
  }

  wake(): void {
    this.#life?.time.wake();
  }

  /** A dead process reserves nothing: the Lease is no longer its own. */
  #storeOf(time: ProcessTime): SequenceStore {
    const store = this.#sequences;
    return {
      read: () => store.read(),
      reserve: (upTo) => (time.alive ? store.reserve(upTo) : new Promise(() => {})),
    };
  }
}
