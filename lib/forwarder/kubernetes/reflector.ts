import { fullJitter } from '../../retry/full-jitter.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock } from '../ports.ts';
import type { ReadKind } from '../source/known-kinds.ts';
import { projectAny } from '../source/projection.ts';
import type { SourceObject } from '../source/source.ts';
import type { ApiRequest, KubernetesApi } from './api.ts';
import { ApiError, type WatchFailure, watchFailure } from './api-error.ts';
import { IdleWatch, readUntilIdle } from './idle-read.ts';
import { WATCHED } from './kinds.ts';
import { LineSplitter } from './line-splitter.ts';
import { ListSplitter } from './list-splitter.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { metadataOnly } from './metadata-only.ts';
import type { ObjectSink } from './object-sink.ts';
import { pause } from './pause.ts';
import type { SerialQueue } from './serial-queue.ts';
import { sliceTriggerTime } from './slice-trigger-time.ts';
import type { Turns } from './turns.ts';

/** Times are in milliseconds. */
export interface ReflectorSettings {
  /** Objects for each page of a list. */
  readonly pageSize: number;
  /** Silence after which a watch counts as dead: the server sends a bookmark about once a minute. */
  readonly idleMs: number;
  /** Shortest life of a watch; the longest is twice that, drawn at random so that not all end together. */
  readonly watchMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Time between two attempts to read a kind that may not be read. */
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

/** Refusals in a row after which a kind counts as unreadable. */
const REFUSALS = 3;

/** A watch that was open for this long was a success. */
const STEADY_MS = 10_000;

export interface ReflectorOptions {
  readonly api: KubernetesApi;
  readonly kind: ReadKind;
  /** Collection that is read; by default that of the kind. */
  readonly path?: string;
  readonly sink: ObjectSink;
  /** Serializes the pages of all kinds: lists of several kinds at once would need the memory of all. */
  readonly pages: SerialQueue;
  readonly turns: Turns;
  /** A page was read: its garbage may be collected now, before the next page comes. */
  readonly pageRead: () => void;
  readonly settings: ReflectorSettings;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch, to compare with times that the cluster wrote: `clock` may count from anywhere. Default: `Date.now`. */
  readonly now?: () => number;
  readonly log: Log;
}

/**
 * Reports all objects of one kind to a sink: it lists them, watches from the version of the list, and begins anew after
 * each failure, until it is stopped.
 *
 * | event | action |
 * |---|---|
 * | the server ends the watch | watch on from the last version |
 * | nothing comes for `idleMs` | give the connection up, watch on from the last version |
 * | the version is too old, or of a future that a restore undid | list again |
 * | the list is not believed | list again after a wait |
 * | the token is refused | read the token again from the disk, after a wait |
 * | the kind may not be read, or is not served | try twice more, because a starting server knows no roles yet; then report it, and try again slowly |
 * | any other error | try again after a wait with jitter, not before the server's `Retry-After` |
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  #version: string | undefined;
  #failures = 0;
  /** Refusals in a row. */
  #refusals = 0;
  /** Lists in one piece, because a `continue` token expired half-way, and would again in so busy a cluster. */
  #unpaged = false;
  #problem: string | undefined;
  /** Time of the last byte from the server for this kind; undefined for never. */
  #contactAt: number | undefined;
  /** Time at which the server answered the current or last watch. */
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
    const { kind, sink, clock, log } = this.#options;
    if (error instanceof IdleWatch) {
      sink.restarted(kind, 'idle');
      return;
    }
    // A watch that lasted ends a series of failures. A list does not: its version may expire at once, each time.
    if (this.#openedAt !== undefined && clock.now() - this.#openedAt >= STEADY_MS) this.#failures = 0;
    this.#openedAt = undefined;
    const failure = watchFailure(error);
    sink.restarted(kind, failure);
    this.#failures += 1;
    if (failure === 'expired') {
      // The first time without a wait: the version may have expired while nothing watched.
      this.#unpaged = this.#version === undefined;
      this.#version = undefined;
      if (this.#failures === 1) return;
    }
    this.#refusals = failure === 'unreadable' ? this.#refusals + 1 : 0;
    if (this.#refusals >= REFUSALS) this.#readable(describe(kind, error as ApiError));
    else log.warn('cannot watch a kind, retrying', { kind, failures: this.#failures, error });
    const retryAfterMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    await pause(clock, Math.max(retryAfterMs, this.#wait(failure)), signal);
  }

  #wait(failure: WatchFailure): number {
    const { settings, random } = this.#options;
    if (failure !== 'unreadable') {
      return 1 + fullJitter(this.#failures, { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }, random);
    }
    const intervalMs = this.#refusals < REFUSALS ? settings.unreadableMs / 20 : settings.unreadableMs;
    return intervalMs * (0.5 + random());
  }

  #readable(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.sink.readable(this.#options.kind, problem);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { kind, sink, settings, pages, turns, pageRead, clock } = this.#options;
    const names = new Set<string>();
    let next: string | undefined;
    let version: string | undefined;
    sink.listing(kind);
    do {
      const splitter = new ListSplitter((json) => {
        const raw: unknown = JSON.parse(withoutManagedFields(json));
        const object = this.#project(raw);
        names.add(`${object.metadata.namespace}/${object.metadata.name}`);
        sink.upsert(object, statusOf(raw), this.#triggeredAt(raw));
      });
      const limit = this.#unpaged ? undefined : settings.pageSize;
      const page = { limit, continue: next };
      await pages.run(() => this.#read(page, splitter, signal));
      pageRead();
      const { metadata } = splitter.end();
      version = metadata?.resourceVersion;
      next = metadata?.continue;
    } while (next !== undefined && next !== '');
    if (version === undefined || version === '') throw new Error('the list has no resourceVersion');
    this.#unpaged = false;
    this.#refusals = 0;
    this.#readable(undefined);
    if (await turns.run(() => sink.listed(kind, names))) {
      this.#version = version;
      return;
    }
    sink.restarted(kind, 'doubted');
    this.#failures += 1;
    await pause(clock, this.#wait('failed'), signal);
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const { kind, sink, clock, settings, random } = this.#options;
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
    // A server in trouble may end each watch at once without a frame: that must not become a hot loop.
    if (frames === 0 && lasted < 1_000) throw new Error('the watch ended at once');
    sink.restarted(kind, 'ended');
  }

  #frame({ type, object }: Frame): void {
    const { kind, sink } = this.#options;
    if (type === 'ERROR') {
      throw new ApiError(Number(object?.code ?? 500), String(object?.reason ?? ''), String(object?.message ?? type));
    }
    const version = object?.metadata?.resourceVersion;
    if (type === 'ADDED' || type === 'MODIFIED') {
      sink.upsert(this.#project(object), object?.status, this.#triggeredAt(object));
    }
    if (type === 'DELETED') {
      const { namespace, name } = this.#project(object).metadata;
      sink.remove(kind, namespace, name);
    }
    if (version !== undefined) this.#version = version;
  }

  #triggeredAt(raw: unknown): number | undefined {
    const { kind, now = Date.now } = this.#options;
    return kind === 'EndpointSlice' ? sliceTriggerTime(raw, now()) : undefined;
  }

  #project(raw: unknown): SourceObject {
    const { kind, log } = this.#options;
    return projectAny(kind, raw, (_path, message) =>
      log.debug('an object has a field of a wrong type', { kind, message }),
    );
  }

  #read(
    query: NonNullable<ApiRequest['query']>,
    splitter: { push(chunk: Buffer): void },
    signal: AbortSignal,
    opened: () => void = () => {},
  ): Promise<void> {
    const { api, kind, path = WATCHED[kind].path, turns, clock, settings } = this.#options;
    const wanted = query.watch === undefined ? 'list' : 'object';
    const request = { path, query, ...(WATCHED[kind].metadataOnly ? { accept: metadataOnly(wanted) } : {}) };
    const heard = (): void => {
      this.#contactAt = clock.now();
    };
    return readUntilIdle({ api, request, splitter, turns, signal, clock, idleMs: settings.idleMs, opened, heard });
  }
}

interface Frame {
  readonly type?: string;
  readonly object?: {
    readonly metadata?: { readonly resourceVersion?: string };
    readonly status?: unknown;
    readonly code?: unknown;
    readonly reason?: unknown;
    readonly message?: unknown;
  };
}

const statusOf = (raw: unknown): unknown => (raw as { readonly status?: unknown } | null)?.status;

function describe(kind: ReadKind, { status, message }: ApiError): string {
  const { resource } = WATCHED[kind];
  return status === 403
    ? `${resource} may not be read: grant the ServiceAccount list and watch (${message})`
    : `${resource} cannot be read: the API server does not serve it (${status}: ${message})`;
}
