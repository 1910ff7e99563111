import type { K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import { fullJitter } from '../../retry/full-jitter.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock } from '../ports.ts';
import { projectObject } from '../source/kubernetes-projection.ts';
import type { KubernetesApi } from './api.ts';
import { ApiError, ApiTimeoutError, type WatchFailure, watchFailure } from './api-error.ts';
import { WATCHED } from './kinds.ts';
import { LineSplitter } from './lines.ts';
import { ListSplitter } from './list-splitter.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { pause } from './pause.ts';
import type { SerialQueue } from './serial-queue.ts';

/** Times are in milliseconds. */
export interface ReflectorSettings {
  /** Objects for each page of a list. */
  readonly pageSize: number;
  /** Silence after which a watch is taken for dead: the server sends a bookmark about once a minute. */
  readonly idleMs: number;
  /** How long one watch lasts at least; at most twice that, drawn at random, so that not all end together. */
  readonly watchMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Between two attempts to read what may not be read. */
  readonly unreadableMs: number;
}

export const DEFAULT_REFLECTOR: ReflectorSettings = {
  pageSize: 500,
  idleMs: 90_000,
  watchMs: 300_000,
  retryBaseMs: 200,
  retryMaxMs: 15_000,
  unreadableMs: 20_000,
};

/** A kind is unreadable when it was refused so often in a row. */
const REFUSALS = 3;

/** A watch that was open for so long was a success. */
const STEADY_MS = 10_000;

/** Why a watch or a list was begun anew. */
export type Restart = 'ended' | 'idle' | 'doubted' | WatchFailure;

/** Whoever keeps the objects. */
export interface ObjectSink {
  upsert(object: K8sObject): void;
  /** An event said that it is deleted. */
  remove(kind: K8sKind, namespace: string, name: string): void;
  /**
   * A whole list was told: whatever of this kind is not in `names` (`namespace/name`) is gone, or the list is wrong.
   *
   * @returns whether the list is believed; if not, it is asked for again.
   */
  listed(kind: K8sKind, names: ReadonlySet<string>): boolean;
  /** The kind can be read (`undefined`), or cannot, and why. Said when it changes. */
  readable(kind: K8sKind, problem: string | undefined): void;
  /** @param reason why this kind is watched anew. */
  restarted(kind: K8sKind, reason: Restart): void;
}

export interface ReflectorOptions {
  readonly api: KubernetesApi;
  readonly kind: K8sKind;
  readonly keeper: ObjectSink;
  /** Lists of several kinds at once would need the memory of all: one page of one kind at a time is read. */
  readonly turns: SerialQueue;
  /** A page was read: what it left behind may be collected now, before the next one comes. */
  readonly pageRead: () => void;
  readonly settings: ReflectorSettings;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Keeps somebody told of all objects of one kind: lists, watches from the list's version, and begins again whatever
 * happens, until it is stopped.
 *
 * | what happens | what is done |
 * |---|---|
 * | the server ends the watch | watched on from the last version |
 * | nothing comes for `idleMs` | the connection is given up, watched on from the last version |
 * | the version is too old, or of a future that a restore undid | listed again |
 * | the list is not believed | listed again after a wait |
 * | the token is refused | read again from the disk, after a wait |
 * | the kind may not be read, or is not served | tried twice more, for a server that starts knows no roles yet; then said so, and tried again at leisure |
 * | anything else | tried again after a wait with jitter, not before the server's `Retry-After` |
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  #version: string | undefined;
  #failures = 0;
  /** In a row. */
  #refusals = 0;
  /** A `continue` expired half-way, and would do so again in a cluster that is as busy: listed in one piece. */
  #unpaged = false;
  #problem: string | undefined;
  /** When the server last said something of this kind, by the clock given; undefined for never. */
  #contactAt: number | undefined;
  /** When the watch at hand, or the last one, was answered. */
  #openedAt: number | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  get contactAt(): number | undefined {
    return this.#contactAt;
  }

  /** Never rejects; ends when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list(signal);
        else await this.#watch(this.#version, signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#failed(error as Error, signal);
      }
    }
  }

  async #failed(error: Error, signal: AbortSignal): Promise<void> {
    const { kind, keeper, clock, log } = this.#options;
    if (error instanceof IdleWatch) {
      keeper.restarted(kind, 'idle');
      return;
    }
    // Whatever failed before, a watch that lasted ended it. A list does not: its version may expire at once, each time.
    if (this.#openedAt !== undefined && clock.now() - this.#openedAt >= STEADY_MS) this.#failures = 0;
    this.#openedAt = undefined;
    const means = watchFailure(error);
    keeper.restarted(kind, means);
    this.#failures += 1;
    if (means === 'expired') {
      // Once at once: a version that expired while nobody watched is nothing to wait for.
      this.#unpaged = this.#version === undefined;
      this.#version = undefined;
      if (this.#failures === 1) return;
    }
    this.#refusals = means === 'unreadable' ? this.#refusals + 1 : 0;
    if (this.#refusals >= REFUSALS) this.#readable(describe(kind, error as ApiError));
    else log.warn('a kind is not watched for a moment', { kind, failures: this.#failures, error });
    const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    await pause(clock, Math.max(asked, this.#wait(means)), signal);
  }

  #wait(means: WatchFailure): number {
    const { settings, random } = this.#options;
    if (means !== 'unreadable') {
      return 1 + fullJitter(this.#failures, { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }, random);
    }
    const leisure = this.#refusals < REFUSALS ? settings.unreadableMs / 20 : settings.unreadableMs;
    return leisure * (0.5 + random());
  }

  #readable(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.keeper.readable(this.#options.kind, problem);
  }

  #heard(): void {
    this.#contactAt = this.#options.clock.now();
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { kind, keeper, settings, turns, pageRead, clock } = this.#options;
    const names = new Set<string>();
    let next: string | undefined;
    let version: string | undefined;
    do {
      const splitter = new ListSplitter((json) => {
        const object = this.#project(JSON.parse(withoutManagedFields(json)));
        names.add(`${object.metadata.namespace}/${object.metadata.name}`);
        keeper.upsert(object);
      });
      const limit = this.#unpaged ? undefined : settings.pageSize;
      const page = { limit, continue: next };
      await turns.take(() => this.#read(page, splitter, signal));
      pageRead();
      const { metadata } = splitter.end();
      version = metadata?.resourceVersion;
      next = metadata?.continue;
    } while (next !== undefined && next !== '');
    if (version === undefined || version === '') throw new Error('the list has no resourceVersion');
    this.#unpaged = false;
    this.#refusals = 0;
    this.#readable(undefined);
    if (keeper.listed(kind, names)) {
      this.#version = version;
      return;
    }
    keeper.restarted(kind, 'doubted');
    this.#failures += 1;
    await pause(clock, this.#wait('failed'), signal);
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const { kind, keeper, clock, settings, random } = this.#options;
    const begun = clock.now();
    let frames = 0;
    const splitter = new LineSplitter((json) => {
      frames += 1;
      this.#frame(JSON.parse(withoutManagedFields(json)) as Frame);
      this.#failures = 0;
    });
    const seconds = Math.round((settings.watchMs * (1 + random())) / 1_000);
    const query = { watch: 1, allowWatchBookmarks: true, resourceVersion: from, timeoutSeconds: seconds };
    await this.#read(query, splitter, signal, () => {
      this.#openedAt = clock.now();
      this.#refusals = 0;
      this.#readable(undefined);
    });
    const lasted = clock.now() - begun;
    if (lasted >= STEADY_MS) this.#failures = 0;
    // Ended at once and without a word, again and again, is a server in trouble and must not become a hot loop.
    if (frames === 0 && lasted < 1_000) throw new Error('the watch ended at once');
    keeper.restarted(kind, 'ended');
  }

  #frame({ type, object }: Frame): void {
    const { kind, keeper } = this.#options;
    if (type === 'ERROR') {
      throw new ApiError(Number(object?.code ?? 500), String(object?.reason ?? ''), String(object?.message ?? type));
    }
    const version = object?.metadata?.resourceVersion;
    if (type === 'ADDED' || type === 'MODIFIED') keeper.upsert(this.#project(object));
    if (type === 'DELETED') {
      const { namespace, name } = this.#project(object).metadata;
      keeper.remove(kind, namespace, name);
    }
    if (version !== undefined) this.#version = version;
  }

  #project(raw: unknown): K8sObject {
    const { kind, log } = this.#options;
    return projectObject(kind, raw, (_path, message) =>
      log.debug('an object has a field of a wrong type', { kind, message }),
    );
  }

  /** Reads one answer to its end, given up when nothing comes for too long. */
  async #read(
    query: Readonly<Record<string, string | number | boolean | undefined>>,
    splitter: { push(chunk: Buffer): void },
    signal: AbortSignal,
    opened: () => void = () => {},
  ): Promise<void> {
    const { api, kind, clock, settings } = this.#options;
    const idle = new AbortController();
    let heard = clock.now();
    const look = (): void => {
      const rest = heard + settings.idleMs - clock.now();
      if (rest <= 0) idle.abort();
      else timer = clock.after(rest, look);
    };
    let timer = clock.after(settings.idleMs, look);
    try {
      const both = AbortSignal.any([signal, idle.signal]);
      const chunks = await api.stream({ path: WATCHED[kind].path, query, signal: both });
      this.#heard();
      opened();
      for await (const chunk of chunks) {
        heard = clock.now();
        this.#heard();
        splitter.push(chunk);
      }
    } catch (error) {
      throw idle.signal.aborted && !signal.aborted ? idleError(query.watch !== undefined, settings.idleMs) : error;
    } finally {
      timer.cancel();
    }
  }
}

interface Frame {
  readonly type?: string;
  readonly object?: {
    readonly metadata?: { readonly resourceVersion?: string };
    readonly code?: unknown;
    readonly reason?: unknown;
    readonly message?: unknown;
  };
}

/** A watch went silent: its connection may be half-open, and is given up without a wait. */
class IdleWatch extends ApiTimeoutError {}

function idleError(watching: boolean, ms: number): Error {
  return watching ? new IdleWatch(`nothing came for ${ms} ms`) : new ApiTimeoutError(`a list stopped for ${ms} ms`);
}

function describe(kind: K8sKind, { status, message }: ApiError): string {
  const { resource } = WATCHED[kind];
  return status === 403
    ? `${resource} may not be read, the ServiceAccount needs list and watch: ${message}`
    : `${resource} cannot be read, the API server does not serve it (${status}): ${message}`;
}
