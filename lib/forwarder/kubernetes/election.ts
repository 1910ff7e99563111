import { type Log, silentLog } from '../../telemetry/index.ts';
import { type Clock, systemClock } from '../ports.ts';
import { DEFAULT_ELECTION, type ElectionSettings } from './election-settings.ts';
import { LeaseConflict, type LeaseRecord, type LeaseStore } from './lease.ts';
import { monotonicClock } from './monotonic.ts';
import { pause } from './pause.ts';
import { HeldTerm, type Term } from './term.ts';

export interface ElectionOptions {
  readonly lease: LeaseStore;
  /** Unique for each process, not for each pod: a restarted container is another replica. */
  readonly identity: string;
  readonly settings?: Partial<ElectionSettings>;
  /** Monotonic: a wall clock that steps back would prolong a term. */
  readonly clock?: Clock;
  /** Returns milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: Log;
}

/**
 * Elects the leader by a Lease. Two things keep a former leader quiet: it stops by its own clock before anyone else may
 * start, and if it is late all the same (a process that was frozen in mid-request), its sequences lie below those of
 * the next leader.
 */
export class Election {
  readonly #options: Required<Omit<ElectionOptions, 'settings'>> & { readonly settings: ElectionSettings };
  /** The last version of the Lease that was read, and when it was first read. */
  #seen: { readonly version: string; readonly at: number } | undefined;
  #leading = false;
  #holder = '';
  #terms = 0;
  /** Highest reserved sequence that was ever read: it survives the deletion of the Lease. */
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

  /** The known holder of the Lease; empty where no replica holds it. */
  get holder(): string {
    return this.#holder;
  }

  /** Error for which the Lease cannot be used. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Number of terms of this process. */
  get terms(): number {
    return this.#terms;
  }

  /**
   * Takes part until the signal is aborted; a leader then releases the Lease as soon as `lead` has returned.
   *
   * @param lead called for each term; it returns soon after the term's signal, or the outer one, is aborted.
   */
  async run(signal: AbortSignal, lead: (term: Term) => Promise<void>): Promise<void> {
    const { clock, settings, random, log } = this.#options;
    while (!signal.aborted) {
      try {
        const record = await this.#acquire();
        if (this.#problem !== undefined) log.info('can use the Lease again', { lease: this.#options.lease.id });
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

  /** @returns the Lease where this process holds it now, and when the request began. */
  async #acquire(): Promise<{ record: LeaseRecord; at: number } | undefined> {
    const { lease, identity, settings, clock, now, log } = this.#options;
    const before = await lease.read();
    this.#holder = before?.holder ?? '';
    this.#reserved = Math.max(this.#reserved, before?.reserved ?? 0);
    if (before !== undefined && before.holder !== '' && before.holder !== identity) {
      if (this.#seen?.version !== before.version) this.#seen = { version: before.version, at: clock.now() };
      if (clock.now() - this.#seen.at < Math.max(before.durationMs, 1_000)) return undefined;
      log.warn('the leader has not renewed its Lease; taking it over', { lease: lease.id, leader: before.holder });
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
    log.info('this replica became the leader', { lease: lease.id, transitions: record.transitions });
    const finished = new AbortController();
    const renewing = term.renew(finished.signal);
    try {
      await lead(term);
    } catch (error) {
      log.error('the forwarder failed while it led', { error });
    }
    finished.abort();
    await renewing;
    if (term.signal.aborted) log.error('this replica lost leadership', { lease: lease.id, reason: term.reason });
    else await term.release().catch((error: Error) => log.warn('cannot release the Lease', { error }));
    this.#reserved = Math.max(this.#reserved, await term.sequences.read());
    this.#leading = false;
    this.#holder = '';
    log.info('this replica no longer leads', { lease: lease.id, stopping: signal.aborted });
  }
}
