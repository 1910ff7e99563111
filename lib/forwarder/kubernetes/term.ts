import type { Log } from '../../telemetry/index.ts';
import type { Clock, SequenceStore } from '../ports.ts';
import type { ElectionSettings } from './election-settings.ts';
import { type LeaseChange, LeaseConflict, type LeaseRecord, type LeaseStore } from './lease.ts';
import { pause } from './pause.ts';

/** This process is no longer the leader: it must not publish, whatever it has begun. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/** One term of leadership. */
export interface Term {
  /** Aborted when the term is over; the reason is a {@link LeadershipLost}. */
  readonly signal: AbortSignal;
  /** @throws {LeadershipLost} where the term is over, or uncertain: by the clock of this moment, the Lease was not renewed in time. */
  assert(): void;
  /**
   * Waits while the term is uncertain, so that a starved process has time to renew it.
   *
   * @throws {LeadershipLost} when the term is over.
   */
  certain(): Promise<void>;
  /** Reserved in the Lease itself: a replica that cannot write it has no sequences. */
  readonly sequences: SequenceStore;
}

export interface TermOptions {
  readonly lease: LeaseStore;
  readonly identity: string;
  readonly settings: ElectionSettings;
  /** Monotonic: a wall clock that steps back would prolong the term. */
  readonly clock: Clock;
  /** Returns milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

/** Milliseconds between two looks whether an uncertain term was renewed. */
const UNCERTAIN_MS = 100;

/** A term that this process holds, and renews until it is finished or lost. */
export class HeldTerm implements Term {
  readonly #options: TermOptions;
  readonly #lost = new AbortController();
  #record: LeaseRecord;
  /** Start of the last successful request: the server may count the duration from then. */
  #renewedAt: number;
  /** The last write; writes follow one another, because two at once would conflict. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: TermOptions, record: LeaseRecord, at: number) {
    this.#options = options;
    this.#record = record;
    this.#renewedAt = at;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  get reason(): string {
    return (this.#lost.signal.reason as Error).message;
  }

  assert(): void {
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason as LeadershipLost;
    const { deadlineMs } = this.#options.settings;
    if (this.#sinceRenewalMs >= deadlineMs) throw new LeadershipLost(this.#notRenewedFor(deadlineMs));
  }

  async certain(): Promise<void> {
    const { clock, settings } = this.#options;
    const { signal } = this.#lost;
    while (!signal.aborted && this.#sinceRenewalMs >= settings.deadlineMs) await pause(clock, UNCERTAIN_MS, signal);
    this.assert();
  }

  readonly sequences: SequenceStore = {
    read: async () => this.#record.reserved,
    reserve: async (upTo) => {
      await this.#write({ reserved: upTo });
    },
  };

  /** Renews the Lease until `finished` is aborted or the term is lost. */
  async renew(finished: AbortSignal): Promise<void> {
    const { clock, settings, log } = this.#options;
    const over = AbortSignal.any([finished, this.#lost.signal]);
    let timer = clock.after(0, () => {});
    const watch = (): void => {
      timer.cancel();
      const { durationMs, retryMs } = settings;
      timer = clock.after(Math.max(0, durationMs - this.#sinceRenewalMs), () => {
        const lateMs = this.#sinceRenewalMs - durationMs;
        if (lateMs < 0) watch();
        else if (lateMs < retryMs) this.#lose(this.#notRenewedFor(durationMs));
        else this.#renewLate(lateMs).then(watch, (error: Error) => this.#lose(error.message));
      });
    };
    watch();
    let next = settings.renewMs;
    for (;;) {
      await pause(clock, next, over);
      if (over.aborted) break;
      next = settings.renewMs;
      try {
        await this.#write({});
      } catch (error) {
        next = settings.retryMs / 2;
        if (!over.aborted) log.warn('cannot renew the Lease, retrying', { error });
      }
    }
    timer.cancel();
  }

  /** Releases the Lease, so that no replica waits for it to expire. */
  async release(): Promise<void> {
    await this.#write({ holder: '', durationMs: 1_000 });
  }

  get #sinceRenewalMs(): number {
    return this.#options.clock.now() - this.#renewedAt;
  }

  #notRenewedFor(ms: number): string {
    return `the Lease ${this.#options.lease.id} was not renewed for ${ms} ms`;
  }

  /**
   * Renews the Lease after this process was held up: even the timer came late. Nothing is published until then. The server accepts
   * the write only if nobody has written the Lease since: so nobody has led since, and the term goes on.
   */
  async #renewLate(lateMs: number): Promise<void> {
    const { lease, log } = this.#options;
    await this.#write({});
    log.warn('the process was held up, and renewed its Lease late', { lease: lease.id, lateMs: Math.round(lateMs) });
  }

  #lose(reason: string): void {
    this.#lost.abort(new LeadershipLost(reason));
  }

  #write(change: Partial<LeaseChange>): Promise<void> {
    const written = this.#writing.then(() => this.#writeNow(change));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #writeNow(change: Partial<LeaseChange>): Promise<void> {
    const { lease, identity, settings, clock, now } = this.#options;
    // The version that was read decides, and no clock: a write after another leader's is refused.
    this.#lost.signal.throwIfAborted();
    const at = clock.now();
    const { transitions, reserved } = this.#record;
    const whole = { holder: identity, durationMs: settings.durationMs, transitions, reserved, acquired: false };
    try {
      this.#record = await lease.write(this.#record, { ...whole, ...change, now: now() });
    } catch (error) {
      if (!(error instanceof LeaseConflict)) throw error;
      // The cause is our own write whose answer was lost, another writer's label, or another leader: read which.
      const there = await lease.read();
      if (there?.holder !== identity) {
        this.#lose(`the Lease ${lease.id} is held by ${there?.holder || 'nobody'}`);
        throw this.#lost.signal.reason as LeadershipLost;
      }
      this.#record = await lease.write(there, {
        ...whole,
        reserved: Math.max(reserved, there.reserved),
        ...change,
        now: now(),
      });
    }
    this.#renewedAt = at;
  }
}
