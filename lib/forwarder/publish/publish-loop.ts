import { EVERYTHING } from '../../contract/index.ts';
import { fullJitter } from '../../retry/full-jitter.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock, Publisher } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import type { EventWriter, PendingEvent, SnapshotRun } from './event-writer.ts';
import type { Outbox } from './outbox.ts';
import type { Sequencer } from './sequence.ts';
import type { SnapshotFlags } from './snapshot-flags.ts';

/** Entries of one `PutEvents`. */
const BATCH = 10;

export interface SnapshotRequest {
  readonly reason: string;
  /** Whatever it absorbs: an operator, a resync. What protocol rule 4 demands is added here. */
  readonly flagged?: boolean;
  readonly confirmed?: boolean;
  readonly takesOver?: boolean;
  readonly verify?: Iterable<string>;
}

export interface PublishLoopOptions {
  readonly scribe: EventWriter;
  readonly outbox: Outbox;
  readonly flags: SnapshotFlags;
  readonly sequencer: Pick<Sequencer, 'ensure' | 'last'>;
  readonly publisher: Publisher;
  readonly settings: Pick<ForwarderSettings, 'retryBaseMs' | 'retryMaxMs'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** How many names in the outbox are better served by a snapshot. */
  readonly overflow: () => number;
  /** A flagged snapshot is published, whose sequences are above this one. */
  readonly asked: (above: number) => void;
  /** Everything asked for so far is published. */
  readonly idle: () => void;
}

/**
 * The only one who publishes: one attempt at a time, ranges of a snapshot and batches of single events in turn. What
 * fails is made anew from the state as it is then, after a back-off with full jitter.
 */
export class PublishLoop {
  readonly #options: PublishLoopOptions;
  #request: SnapshotRequest | undefined;
  #run: (SnapshotRun & { readonly begunAt: number; readonly above: number; readonly reason: string }) | undefined;
  #held = false;
  #rangeIsNext = true;
  #failures = 0;
  #stopping = false;
  #aborted = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  readonly counts = { published: 0, failed: 0, snapshots: 0, lastPublishedAt: 0, lastSnapshotAt: 0 };

  constructor(options: PublishLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#work();
  }

  /** Something is in the outbox. */
  wake(): void {
    this.#wake?.();
  }

  /** How many attempts in a row failed. */
  get failures(): number {
    return this.#failures;
  }

  /** A snapshot, after the one that is under way. Requests that wait are one. */
  snapshot(request: SnapshotRequest): void {
    const waiting = this.#request;
    this.#request =
      waiting === undefined
        ? request
        : {
            reason: waiting.reason === request.reason ? request.reason : `${waiting.reason}, ${request.reason}`,
            flagged: waiting.flagged === true || request.flagged === true,
            confirmed: waiting.confirmed === true || request.confirmed === true,
            takesOver: waiting.takesOver === true || request.takesOver === true,
            verify: new Set([...(waiting.verify ?? []), ...(request.verify ?? [])]),
          };
    this.wake();
  }

  /** Holds snapshots back while the view of the cluster is incomplete (LIF-6); the one under way ends there. */
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
   * Publishes what is left, then ends.
   *
   * @param timeoutMs after which it ends all the same.
   * @returns whether everything was published.
   */
  async stop(timeoutMs: number): Promise<boolean> {
    if (this.#loop === undefined) return true;
    this.#stopping = true;
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

  get #pending(): boolean {
    return this.#options.outbox.size > 0 || this.#run !== undefined || (this.#request !== undefined && !this.#held);
  }

  async #work(): Promise<void> {
    while (!this.#aborted) {
      if (!this.#pending) {
        this.#options.idle();
        if (this.#stopping) return;
        await this.#sleep();
        continue;
      }
      if (await this.#attempt()) this.#failures = 0;
      else {
        this.#failures += 1;
        await this.#backOff();
      }
    }
  }

  /** Until somebody wakes it, or `ms` are over. */
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
    // New work does not end the wait: the bus is not better for it.
    while (!this.#aborted && clock.now() < until) await this.#sleep(until - clock.now());
  }

  /** @returns whether all that was sent was taken. */
  async #attempt(): Promise<boolean> {
    const { sequencer, publisher, log } = this.#options;
    try {
      await sequencer.ensure(BATCH);
    } catch (error) {
      log.error('no sequences can be reserved: nothing is published', { error: error as Error });
      return false;
    }
    let drafts: PendingEvent[];
    try {
      drafts = this.#drafts();
    } catch (error) {
      // Whatever it was, it must not end the process; a snapshot finds what was dropped.
      log.error('events could not be made', { error: error as Error });
      this.snapshot({ reason: 'recovery' });
      return false;
    }
    if (drafts.length === 0) return true;
    const failed = new Map<unknown, Error>();
    try {
      const result = await publisher.publish(drafts.map(({ event }) => event));
      for (const { event, error } of result.failed) failed.set(event, error);
    } catch (error) {
      for (const { event } of drafts) failed.set(event, error as Error);
    }
    for (const draft of drafts) this.#settle(draft, failed.get(draft.event));
    this.#endRun();
    return failed.size === 0;
  }

  #settle(draft: PendingEvent, error: Error | undefined): void {
    const { detailType, detail } = draft.event;
    if (error === undefined) {
      draft.accepted();
      this.counts.published += 1;
      this.counts.lastPublishedAt = this.#options.clock.now();
      this.#options.log.debug('published', { event: detailType, subject: detail.subject });
      return;
    }
    draft.failed();
    this.counts.failed += 1;
    this.#options.log.warn('an event was not taken and will be made anew', {
      event: detailType,
      subject: detail.subject,
      error,
    });
  }

  /** From here to the events no waiting: their sequences are of this moment. */
  #drafts(): PendingEvent[] {
    const { scribe, outbox } = this.#options;
    if (!this.#held && this.#run === undefined) {
      if (this.#request === undefined && outbox.changes > this.#options.overflow()) this.#request = { reason: 'storm' };
      if (this.#request !== undefined) this.#begin(this.#request);
    }
    const run = this.#run;
    const from = this.#rangeIsNext || outbox.size === 0 ? run?.from : undefined;
    this.#rangeIsNext = from === undefined;
    if (run !== undefined && from !== undefined) return [scribe.range(run, from)];
    return scribe.singles(BATCH);
  }

  #begin(request: SnapshotRequest): void {
    const demanded = this.#options.flags.reason();
    this.#request = undefined;
    this.#rangeIsNext = true;
    this.#run = {
      from: EVERYTHING.from,
      begunAt: this.#options.clock.now(),
      above: this.#options.sequencer.last,
      reason: request.reason,
      flagged:
        request.flagged === true || request.confirmed === true || request.takesOver === true || demanded !== undefined,
      confirmed: request.confirmed === true,
      takesOver: request.takesOver === true,
      verify: new Set(request.verify),
    };
    const { reason, flagged, confirmed, takesOver } = this.#run;
    this.#options.log.info('a snapshot begins', { reason, flagged, confirmed, takesOver, demanded });
  }

  #endRun(): void {
    const run = this.#run;
    if (run === undefined || run.from !== undefined) return;
    this.#run = undefined;
    if (run.flagged) {
      this.#options.flags.published(run.begunAt);
      this.#options.asked(run.above);
    }
    this.counts.snapshots += 1;
    this.counts.lastSnapshotAt = this.#options.clock.now();
    this.#options.log.info('a snapshot is published', { reason: run.reason, flagged: run.flagged });
  }
}
