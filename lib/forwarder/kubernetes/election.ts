import { type Log, silentLog } from '../../telemetry/index.ts';
import { type Clock, type SequenceStore, systemClock } from '../ports.ts';
import { type LeaseChange, LeaseConflict, type LeaseRecord, type LeaseStore } from './lease.ts';
import { monotonicClock } from './monotonic.ts';
import { pause } from './pause.ts';

/** Times are in milliseconds; they keep `renewMs < deadlineMs < durationMs`. */
export interface ElectionSettings {
  /** Others take over when they saw no renewal for so long. */
  readonly durationMs: number;
  /** The leader stops when it could not renew for so long: earlier than anyone takes over. */
  readonly deadlineMs: number;
  /** Between two renewals. */
  readonly renewMs: number;
  /** Between two looks of somebody who waits. */
  readonly retryMs: number;
}

/** Take-over after a crash: at most `durationMs`, two looks and two requests: 13 s. */
export const DEFAULT_ELECTION: ElectionSettings = {
  durationMs: 10_000,
  deadlineMs: 7_000,
  renewMs: 2_000,
  retryMs: 1_000,
};

/** This process is the leader no more: nothing may be published, whatever was begun. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/** One time of leadership. */
export interface Term {
  /** Aborted when it is over; the reason says why. */
  readonly signal: AbortSignal;
  /** @throws {LeadershipLost} where it is over, by the clock of this very moment. */
  assert(): void;
  /** Reserved in the Lease itself: who cannot write it, has no sequences. */
  readonly sequences: SequenceStore;
}

export interface ElectionOptions {
  readonly lease: LeaseStore;
  /** Another one for each process, not for each pod: a restarted container is somebody else. */
  readonly identity: string;
  readonly settings?: Partial<ElectionSettings>;
  /** Monotonic: a wall clock that steps back would prolong a term. */
  readonly clock?: Clock;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: Log;
}

/**
 * Leadership by a Lease. Two things keep a former leader quiet: it stops by its own clock before anyone else may
 * start, and if it were late all the same (a process that was frozen in mid-request), its sequences lie below what
 * the next one starts from.
 */
export class Election {
  readonly #options: Required<Omit<ElectionOptions, 'settings'>> & { readonly settings: ElectionSettings };
  /** The last version of the Lease that was seen, and when. */
  #seen: { readonly version: string; readonly at: number } | undefined;
  #leading = false;
  #holder = '';
  #terms = 0;
  /** Highest reserved sequence that was ever seen: somebody may delete the Lease, not our memory. */
  #reserved = 0;
  #problem: string | undefined;

  constructor(options: ElectionOptions) {
    this.#options = {
      clock: monotonicClock,
      now: systemClock.now,
      random: Math.random,
      log: silentLog,
      ...options,
      settings: { ...DEFAULT_ELECTION, ...options.settings },
    };
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Who holds the Lease, as far as is known; empty where nobody does. */
  get holder(): string {
    return this.#holder;
  }

  /** Why the Lease cannot be used. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** How often this process became leader. */
  get terms(): number {
    return this.#terms;
  }

  /**
   * Takes part until the signal is aborted; then, if it leads, gives the Lease back as soon as `lead` is through.
   *
   * @param lead is called for each term; it returns soon after its term's signal, or the outer one, is aborted.
   */
  async run(signal: AbortSignal, lead: (term: Term) => Promise<void>): Promise<void> {
    const { clock, settings, random, log } = this.#options;
    while (!signal.aborted) {
      try {
        const record = await this.#acquire();
        if (this.#problem !== undefined) log.info('the Lease can be used again', { lease: this.#options.lease.id });
        this.#problem = undefined;
        if (record !== undefined) await this.#lead(record.record, record.at, signal, lead);
      } catch (error) {
        if (this.#problem === undefined) {
          log.warn('cannot use the Lease, retrying', { lease: this.#options.lease.id, error });
        }
        this.#problem = (error as Error).message;
      }
      await pause(clock, settings.retryMs * (0.75 + random() / 2), signal);
    }
  }

  /** @returns the Lease if it is ours now, and when it was asked for. */
  async #acquire(): Promise<{ record: LeaseRecord; at: number } | undefined> {
    const { lease, identity, settings, clock, now, log } = this.#options;
    const before = await lease.read();
    this.#holder = before?.holder ?? '';
    this.#reserved = Math.max(this.#reserved, before?.reserved ?? 0);
    if (before !== undefined && before.holder !== '' && before.holder !== identity) {
      if (this.#seen?.version !== before.version) this.#seen = { version: before.version, at: clock.now() };
      if (clock.now() - this.#seen.at < Math.max(before.durationMs, 1_000)) return undefined;
      log.warn('the leader has not renewed its Lease: taking it over', { lease: lease.id, leader: before.holder });
    }
    const at = clock.now();
    try {
      const record = await lease.write(before, {
        holder: identity,
        durationMs: settings.durationMs,
        transitions: (before?.transitions ?? -1) + 1,
        reserved: this.#reserved,
        now: now(),
        acquired: true,
      });
      return { record, at };
    } catch (error) {
      if (error instanceof LeaseConflict) return undefined;
      throw error;
    }
  }

  async #lead(
    record: LeaseRecord,
    at: number,
    signal: AbortSignal,
    lead: (term: Term) => Promise<void>,
  ): Promise<void> {
    const { log, lease } = this.#options;
    const term = new HeldTerm(this.#options, record, at);
    this.#leading = true;
    this.#holder = this.#options.identity;
    this.#terms += 1;
    log.info('leading', { lease: lease.id, transitions: record.transitions });
    const finished = new AbortController();
    const renewing = term.renew(finished.signal);
    try {
      await lead(term);
    } catch (error) {
      log.error('what the leader does failed', { error });
    }
    finished.abort();
    await renewing;
    if (term.signal.aborted) log.error('leadership lost', { lease: lease.id, reason: term.reason });
    else await term.release().catch((error: Error) => log.warn('the Lease could not be given back', { error }));
    this.#reserved = Math.max(this.#reserved, await term.sequences.read());
    this.#leading = false;
    this.#holder = '';
    log.info('not leading any more', { lease: lease.id, stopping: signal.aborted });
  }
}

type HeldOptions = Pick<Required<ElectionOptions>, 'lease' | 'identity' | 'clock' | 'now' | 'log'> & {
  readonly settings: ElectionSettings;
};

class HeldTerm implements Term {
  readonly #options: HeldOptions;
  readonly #lost = new AbortController();
  #record: LeaseRecord;
  /** When the last request that succeeded was begun: the server may have counted from then. */
  #renewedAt: number;
  /** Writes one after the other: two at once would conflict with each other. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: HeldOptions, record: LeaseRecord, at: number) {
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
    const { clock, settings, lease } = this.#options;
    if (!this.#lost.signal.aborted && clock.now() - this.#renewedAt >= settings.deadlineMs) {
      this.#lose(`the Lease ${lease.id} was not renewed for ${settings.deadlineMs} ms`);
    }
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason as LeadershipLost;
  }

  readonly sequences: SequenceStore = {
    read: async () => this.#record.reserved,
    reserve: async (upTo) => {
      await this.#write({ reserved: upTo });
    },
  };

  /** Renews until `finished`, or until the term is lost. */
  async renew(finished: AbortSignal): Promise<void> {
    const { clock, settings, log } = this.#options;
    const over = AbortSignal.any([finished, this.#lost.signal]);
    let timer = clock.after(0, () => {});
    const watch = (): void => {
      timer.cancel();
      const rest = this.#renewedAt + settings.deadlineMs - clock.now();
      timer = clock.after(Math.max(0, rest), () => {
        if (!this.#expired()) watch();
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
        if (!over.aborted) log.warn('the Lease was not renewed', { error });
      }
    }
    timer.cancel();
  }

  /** Gives the Lease back, so that nobody waits for it to expire. */
  async release(): Promise<void> {
    await this.#write({ holder: '', durationMs: 1_000 });
  }

  #expired(): boolean {
    try {
      this.assert();
      return false;
    } catch {
      return true;
    }
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
    this.assert();
    const at = clock.now();
    const { transitions, reserved } = this.#record;
    const whole = { holder: identity, durationMs: settings.durationMs, transitions, reserved, acquired: false };
    try {
      this.#record = await lease.write(this.#record, { ...whole, ...change, now: now() });
    } catch (error) {
      if (!(error instanceof LeaseConflict)) throw error;
      // Our own write whose answer was lost, somebody's label, or another leader: the Lease says which.
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
