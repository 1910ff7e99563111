import { fullJitter } from '../../retry/full-jitter.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock, Publisher } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import type { EventWriter, PendingEvent, SnapshotRun } from './event-writer.ts';
import type { Outbox } from './outbox.ts';
import type { Sequencer } from './sequence.ts';
import type { SnapshotFlags } from './snapshot-flags.ts';
import { mergeRequests, type SnapshotRequest } from './snapshot-request.ts';

/** Entries of one `PutEvents`. */
const BATCH = 10;

export interface PublishLoopOptions {
  readonly writer: EventWriter;
  readonly outbox: Outbox;
  readonly flags: SnapshotFlags;
  readonly sequencer: Pick<Sequencer, 'ensure' | 'last'>;
  readonly publisher: Publisher;
  readonly settings: Pick<ForwarderSettings, 'retryBaseMs' | 'retryMaxMs' | 'stormIntervalMs'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Returns where a snapshot begins in the key space. */
  readonly firstPrefix: () => string;
  /** Returns the number of names in the outbox above which a snapshot is cheaper. */
  readonly overflowThreshold: () => number;
  /** A flagged snapshot was published whose sequences are all above `above`. */
  readonly flaggedPublished: (above: number) => void;
  /** Everything requested so far is published. */
  readonly idle: () => void;
}

/** Counters of a loop that has published nothing. */
export const NO_COUNTS = { published: 0, failed: 0, snapshots: 0, lastPublishedAt: 0, lastSnapshotAt: 0 };

/**
 * Publishes, one attempt at a time: ranges of a snapshot and batches of single events in turn. After a failure it waits
 * with full jitter, and makes the event anew from the state at that time. Nothing else publishes.
 */
export class PublishLoop {
  readonly #options: PublishLoopOptions;
  #request: SnapshotRequest | undefined;
  #run: (SnapshotRun & { readonly begunAt: number; readonly above: number; readonly reason: string }) | undefined;
  /** The snapshot that waits for its time. */
  #storm: SnapshotRequest | undefined;
  /** Time before which no storm's snapshot begins. */
  #nextStorm = 0;
  #held = false;
  #rangeIsNext = true;
  #failures = 0;
  #stopping = false;
  #aborted = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  readonly counts = { ...NO_COUNTS };

  constructor(options: PublishLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#runLoop();
  }

  /** Starts work on new names in the outbox. */
  wake(): void {
    this.#wake?.();
  }

  /** Failed attempts in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Requests a snapshot after the one that is under way. Waiting requests are merged into one. */
  snapshot(request: SnapshotRequest): void {
    this.#request = mergeRequests(this.#request, request);
    this.wake();
  }

  /**
   * Requests a snapshot that a tenant may have caused: of many changes at once, or of a resync after them. The next begins only
   * after an interval, however long the storm lasts: an appliance needs longer to read a snapshot than it takes to publish one.
   */
  storm(request: SnapshotRequest = { reason: 'storm' }): void {
    this.#storm = mergeRequests(this.#storm, request);
    this.wake();
  }

  /** Holds snapshots while the view of the cluster is incomplete (LIF-6). The one under way begins anew later. */
  hold(held: boolean): void {
    this.#held = held;
    if (held && this.#run !== undefined) {
      const { reason, flagged, confirmed, takesOver, verify } = this.#run;
      this.#run = undefined;
      this.snapshot({ reason, flagged, confirmed, takesOver, verify });
    }
    this.wake();
  }

  /**
   * Publishes the rest, then ends.
   *
   * @param timeoutMs longest wait for the rest.
   * @returns whether everything was published.
   */
  async stop(timeoutMs: number): Promise<boolean> {
    if (this.#loop === undefined) return true;
    this.#stopping = true;
    this.#options.outbox.lift();
    this.wake();
    let expired = false;
    const { promise: deadline, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(timeoutMs, () => {
      expired = true;
      this.#aborted = true;
      this.wake();
      resolve();
    });
    await Promise.race([this.#loop, deadline]);
    timer.cancel();
    return !expired;
  }

  /** Returns the milliseconds until there is something to publish; undefined where nothing waits. */
  #waitMs(): number | undefined {
    if (this.#run !== undefined || (this.#request !== undefined && !this.#held)) return 0;
    const waits = [this.#stormWaitMs(), this.#options.outbox.waitMs()].filter((ms) => ms !== undefined);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  /** Returns the milliseconds until the snapshot of a storm may begin; undefined where there is no storm. */
  #stormWaitMs(): number | undefined {
    const { outbox, overflowThreshold, clock, settings } = this.#options;
    if (this.#held || (this.#storm === undefined && outbox.changes <= overflowThreshold())) return undefined;
    if (this.#stopping) return 0;
    // The clock may be set back.
    return Math.min(Math.max(0, this.#nextStorm - clock.now()), settings.stormIntervalMs);
  }

  async #runLoop(): Promise<void> {
    while (!this.#aborted) {
      const wait = this.#waitMs();
      if (wait === undefined) this.#options.idle();
      if (wait === undefined && this.#stopping) return;
      if (wait !== 0) {
        await this.#sleep(wait);
        continue;
      }
      if (await this.#attempt()) this.#failures = 0;
      else {
        this.#failures += 1;
        await this.#backOff();
      }
    }
  }

  /** Waits for `wake`, or for `ms` milliseconds. */
  async #sleep(ms?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = ms === undefined ? undefined : this.#options.clock.after(ms, resolve);
    await promise;
    timer?.cancel();
    this.#wake = undefined;
  }

  async #backOff(): Promise<void> {
    const { settings, random, clock } = this.#options;
    const bounds = { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs };
    const until = clock.now() + Math.max(1, fullJitter(this.#failures, bounds, random));
    // New work does not end the wait: the bus has not recovered by it.
    while (!this.#aborted && clock.now() < until) await this.#sleep(until - clock.now());
  }

  /** @returns whether the bus accepted every event. */
  async #attempt(): Promise<boolean> {
    const { sequencer, publisher, log } = this.#options;
    try {
      await sequencer.ensure(BATCH);
    } catch (error) {
      log.error('cannot reserve sequences; nothing is published, retrying', { error: error as Error });
      return false;
    }
    let events: PendingEvent[];
    try {
      await this.#workAhead();
      events = this.#nextEvents();
    } catch (error) {
      // No error may end the process; the snapshot covers the events that were dropped.
      log.error('cannot make events; a snapshot follows', { error: error as Error });
      this.snapshot({ reason: 'recovery' });
      return false;
    }
    if (events.length === 0) return true;
    const failed = new Map<unknown, Error>();
    try {
      const result = await publisher.publish(events.map(({ event }) => event));
      for (const { event, error } of result.failed) failed.set(event, error);
    } catch (error) {
      for (const { event } of events) failed.set(event, error as Error);
    }
    for (const pending of events) this.#record(pending, failed.get(pending.event));
    this.#finishRun();
    return failed.size === 0;
  }

  #record(pending: PendingEvent, error: Error | undefined): void {
    const { detailType, detail } = pending.event;
    if (error === undefined) {
      pending.accepted();
      this.counts.published += 1;
      this.counts.lastPublishedAt = this.#options.clock.now();
      this.#options.log.debug('published an event', { event: detailType, subject: detail.subject });
      return;
    }
    pending.failed();
    this.counts.failed += 1;
    this.#options.log.warn('the bus did not accept an event; retrying with the current state', {
      event: detailType,
      subject: detail.subject,
      error,
    });
  }

  /** Has the next range worked out in parts, between which this process does other work, such as the renewal of its Lease. */
  async #workAhead(): Promise<void> {
    const from = this.#dueRange();
    if (from === undefined) return;
    const { writer, clock } = this.#options;
    const parts = writer.ahead(from);
    while (!this.#aborted && parts.next().done !== true) await clock.turn?.();
  }

  /** Returns where the range begins that is next by what is known now; undefined where none is. */
  #dueRange(): string | undefined {
    const { outbox, firstPrefix } = this.#options;
    if (this.#run !== undefined) return this.#rangeIsNext || outbox.size === 0 ? this.#run.from : undefined;
    return !this.#held && (this.#request !== undefined || this.#stormWaitMs() === 0) ? firstPrefix() : undefined;
  }

  /** Makes the next events without waiting: their sequences are of this moment. */
  #nextEvents(): PendingEvent[] {
    const { writer, outbox } = this.#options;
    const request = this.#held || this.#run !== undefined ? undefined : this.#nextRequest();
    if (request !== undefined) this.#begin(request);
    const run = this.#run;
    const from = this.#rangeIsNext || outbox.size === 0 ? run?.from : undefined;
    this.#rangeIsNext = from === undefined;
    if (run !== undefined && from !== undefined) return [writer.range(run, from)];
    return writer.singles(BATCH);
  }

  #nextRequest(): SnapshotRequest | undefined {
    const { clock, settings } = this.#options;
    // Any snapshot carries what waits for its time.
    if (this.#request !== undefined)
      return this.#storm === undefined ? this.#request : mergeRequests(this.#request, this.#storm);
    if (this.#stormWaitMs() !== 0) return undefined;
    this.#nextStorm = clock.now() + settings.stormIntervalMs;
    return this.#storm ?? { reason: 'storm' };
  }

  #begin(request: SnapshotRequest): void {
    const { flags } = this.#options;
    const demanded = flags.reason();
    this.#request = undefined;
    this.#storm = undefined;
    this.#rangeIsNext = true;
    this.#run = {
      from: this.#options.firstPrefix(),
      begunAt: this.#options.clock.now(),
      above: this.#options.sequencer.last,
      reason: request.reason,
      flagged:
        request.flagged === true || request.confirmed === true || request.takesOver === true || demanded !== undefined,
      confirmed: request.confirmed === true,
      takesOver: request.takesOver === true,
      verify: new Set([...(request.verify ?? []), ...flags.toVerify()]),
    };
    const { reason, flagged, confirmed, takesOver } = this.#run;
    this.#options.log.info('starting a snapshot', { reason, flagged, confirmed, takesOver, demanded });
  }

  #finishRun(): void {
    const run = this.#run;
    if (run === undefined || run.from !== undefined) return;
    this.#run = undefined;
    this.#options.flags.verified(run.verify, run.begunAt);
    if (run.flagged) {
      this.#options.flags.published(run.begunAt);
      this.#options.flaggedPublished(run.above);
    }
    this.counts.snapshots += 1;
    this.counts.lastSnapshotAt = this.#options.clock.now();
    this.#options.log.info('published a snapshot', { reason: run.reason, flagged: run.flagged });
  }
}
