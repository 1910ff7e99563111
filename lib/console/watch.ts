import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditFinding, driftIn } from '../audit/index.ts';
import type { CertificateWatch } from '../certificates/index.ts';
import { NitroError } from '../nitro/index.ts';
import { Poll } from '../retry/poll.ts';
import { type CertifiedRoute, isCertified } from '../status/index.ts';
import type { ConsoleChange, ConsoleOverview, ConsoleQueue, ConsoleReplay, ReplayList } from './api.ts';
import { certificateCounts, type SeenCertificates, seenCertificates } from './certificates.ts';
import { changesBetween } from './changes.ts';
import type { AuditKnowledge } from './drift.ts';
import { overviewOf } from './overview.ts';
import { type ConsoleReading, readingOf } from './reading.ts';
import type { ConsoleSources } from './sources.ts';

/** An event for connected pages. */
export type ConsoleEvent =
  | { readonly type: 'overview'; readonly data: ConsoleOverview }
  | { readonly type: 'change'; readonly data: ConsoleChange }
  | { readonly type: 'replay'; readonly data: ReplayList };

export interface WatchOptions {
  readonly sources: ConsoleSources;
  readonly intervalMs: number;
  readonly auditIntervalMs: number;
  /** Looks at the certificates of the hosts. */
  readonly certificates?: CertificateWatch<CertifiedRoute>;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Receives why the appliance became unreachable, and undefined when it answers again. */
  readonly onReachable?: (failure: string | undefined) => void;
}

/** Changes that are kept. */
const MOST_CHANGES = 200;

/**
 * Reads the appliance and the deployment while a page is connected, or when an answer is asked for and the last reading
 * is too old. Any number of pages share one reading.
 */
export class ConsoleWatch {
  readonly #options: WatchOptions;
  readonly #status: Poll<ConsoleReading>;
  readonly #audit: Poll<readonly AuditFinding[]>;
  readonly #queues: Poll<readonly ConsoleQueue[]> | undefined;
  readonly #replays: Poll<readonly ConsoleReplay[]> | undefined;
  readonly #listeners = new Set<(event: ConsoleEvent) => void>();
  readonly #changes: ConsoleChange[] = [];
  #stopped = false;
  #loop: Promise<void> | undefined;
  #idle = new AbortController();
  #shown: ConsoleReading | undefined;
  #digest = '';
  #version = 0;
  #changeId = 0;
  #reachable = true;
  #replayText = '';

  constructor(options: WatchOptions) {
    const { sources, intervalMs, auditIntervalMs, now, random } = options;
    const poll = <T>(read: () => Promise<T>, every: number): Poll<T> =>
      new Poll({
        read,
        intervalMs: every,
        now,
        random,
        waitAfter: (error) => (rejectsCredentials(error) ? Number.POSITIVE_INFINITY : undefined),
      });
    this.#options = options;
    this.#status = poll(async () => readingOf(await sources.read(), now()), intervalMs);
    this.#audit = poll(sources.audit, auditIntervalMs);
    this.#queues = sources.queues && poll(sources.queues, intervalMs);
    this.#replays = sources.replays && poll(sources.replays, intervalMs);
  }

  /** Connects a page. @returns disconnects it. */
  connect(listener: (event: ConsoleEvent) => void): () => void {
    this.#listeners.add(listener);
    const overview = this.#overview();
    if (overview !== undefined) listener({ type: 'overview', data: overview });
    listener({ type: 'replay', data: this.#replayList() });
    this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#idle.abort();
    };
  }

  /** Returns the last reading; without a connected page, one that is too old is replaced first. */
  async reading(): Promise<ConsoleReading | undefined> {
    if (this.#status.value === undefined || this.#listeners.size === 0) await this.#readStatus();
    return this.#status.value;
  }

  /** As {@link reading}. @returns undefined if the appliance was never read. */
  async overview(): Promise<ConsoleOverview | undefined> {
    await Promise.all([this.reading(), this.#listeners.size === 0 ? this.#readQueues() : undefined]);
    return this.#overview();
  }

  /** As {@link reading}. */
  async replays(): Promise<ReplayList> {
    if (this.#listeners.size === 0) await this.#readReplays();
    return this.#replayList();
  }

  get version(): number {
    return this.#version;
  }

  /** Why the appliance was not read. */
  get failure(): string | undefined {
    return this.#status.failure;
  }

  /** The newest first. */
  get changes(): readonly ConsoleChange[] {
    return this.#changes;
  }

  /** What the last round of handshakes showed. Stages are those of this moment. */
  get certificates(): SeenCertificates {
    const { certificates, now } = this.#options;
    return certificates === undefined ? new Map() : seenCertificates(certificates, now());
  }

  get audited(): AuditKnowledge {
    return { at: this.#audit.at, findings: this.#audit.value ?? [], failed: this.#audit.failure };
  }

  /** Ends the readings. One that is under way is not waited for. */
  stop(): void {
    this.#stopped = true;
    this.#listeners.clear();
    this.#idle.abort();
  }

  #start(): void {
    if (this.#idle.signal.aborted) this.#idle = new AbortController();
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
      // A page may have connected while the last round ended.
      if (this.#listeners.size > 0 && !this.#stopped) this.#start();
    });
  }

  async #run(): Promise<void> {
    const { now, intervalMs } = this.#options;
    while (this.#listeners.size > 0 && !this.#stopped) {
      // AWS does not delay the appliance.
      void this.#readQueues();
      void this.#readReplays();
      await this.#readStatus();
      if (this.#listeners.size > 0 && this.#status.failure === undefined && (await this.#audit.poll()))
        this.#announce();
      // Queues are read on, also while the appliance is away.
      const waitMs = Math.max(0, Math.min(intervalMs, this.#status.due - now()));
      await sleep(waitMs, undefined, { signal: this.#idle.signal }).catch(() => undefined);
    }
  }

  async #readStatus(): Promise<void> {
    if (!(await this.#status.poll()) || this.#stopped) return;
    const { value, failure } = this.#status;
    // Each attempt may fail with other words: the first ones are enough.
    if ((failure === undefined) !== this.#reachable) this.#options.onReachable?.(failure);
    this.#reachable = failure === undefined;
    if (value !== undefined && value !== this.#shown) this.#take(value);
    this.#announce();
    if (value !== undefined) void this.#lookAtCertificates(value);
  }

  /** Begins a round of handshakes if it is due. No reading waits for it: thousands of hosts take minutes. */
  async #lookAtCertificates({ routes }: ConsoleReading): Promise<void> {
    if ((await this.#options.certificates?.begin(routes.filter(isCertified))) !== true || this.#stopped) return;
    this.#version += 1;
    this.#announce();
  }

  /** Compares a reading with the one before. Several callers may have waited for it: the first one compares. */
  #take(reading: ConsoleReading): void {
    const before = this.#shown;
    this.#shown = reading;
    const digest = digestOf(reading);
    if (digest === this.#digest) return;
    this.#digest = digest;
    this.#version += 1;
    const found = before === undefined ? [] : changesBetween(before, reading);
    for (const change of found.slice(-MOST_CHANGES)) {
      this.#changeId += 1;
      const numbered = { id: this.#changeId, ...change };
      this.#changes.unshift(numbered);
      this.#send({ type: 'change', data: numbered });
    }
    this.#changes.splice(MOST_CHANGES);
  }

  async #readQueues(): Promise<void> {
    await this.#queues?.poll();
  }

  async #readReplays(): Promise<void> {
    if ((await this.#replays?.poll()) !== true) return;
    const data = this.#replayList();
    const text = JSON.stringify(data);
    if (text !== this.#replayText) this.#send({ type: 'replay', data });
    this.#replayText = text;
  }

  #replayList(): ReplayList {
    return { replays: shown(this.#replays, 'The replays have not been read yet.') };
  }

  #overview(): ConsoleOverview | undefined {
    const reading = this.#status.value;
    if (reading === undefined) return undefined;
    const findings = this.#audit.value;
    return overviewOf({
      version: this.#version,
      appliance: this.#options.sources.appliance,
      reading,
      unreachable: this.#status.failure,
      drift: findings === undefined ? undefined : driftIn(findings).length,
      certificates:
        this.#options.certificates?.at === undefined ? undefined : certificateCounts(reading.routes, this.certificates),
      queues: shown(this.#queues, 'The queues have not been read yet.'),
    });
  }

  #announce(): void {
    const data = this.#overview();
    if (data !== undefined) this.#send({ type: 'overview', data });
  }

  #send(event: ConsoleEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** The appliance rejects user or password. Each attempt counts towards the lock of the account, so there is no other one. */
const rejectsCredentials = (error: unknown): boolean => error instanceof NitroError && error.kind === 'credentials';

/** Returns the value, or a sentence that says why there is none; undefined if nobody asked for it. */
function shown<T>(poll: Poll<T> | undefined, unread: string): T | string | undefined {
  return poll === undefined ? undefined : (poll.failure ?? poll.value ?? unread);
}

/** Returns a digest of everything that rows show. */
function digestOf({ routes, records }: ConsoleReading): string {
  return hash('sha256', JSON.stringify([routes, [...records]]));
}
