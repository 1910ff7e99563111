import { present } from '../../contract/index.ts';
import type { K8sIngress, K8sKind, K8sObject, K8sService } from '../../ingress/kubernetes.ts';
import { type Log, silentLog } from '../../telemetry/index.ts';
import type { Clock, IngressRef } from '../ports.ts';
import type { ClusterSource, SourceProblem, SourceSink } from '../source/source.ts';
import type { KubernetesApi } from './api.ts';
import { Compactor } from './compactor.ts';
import { emptyListIsDoubtful, type NodeNeed } from './empty-list.ts';
import { ALL_KINDS, WATCHED } from './kinds.ts';
import { monotonicClock } from './monotonic.ts';
import type { ObjectSink, Restart } from './object-sink.ts';
import { DEFAULT_REFLECTOR, Reflector, type ReflectorSettings } from './reflector.ts';
import { SerialQueue } from './serial-queue.ts';

export interface KubernetesSourceOptions {
  readonly api: KubernetesApi;
  readonly settings?: Partial<ReflectorSettings>;
  /** Kinds that are not read: Nodes, where no Service needs a node's address. */
  readonly without?: readonly K8sKind[];
  /** Reach every Service at its pods, whatever its type (END-2). */
  readonly podsOnly?: boolean;
  /** Called after each page of a list. */
  readonly pageRead?: () => void;
  /** Monotonic: its `now` is only compared. */
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
}

/** The health of the watch of one kind. */
export interface KindHealth {
  readonly kind: K8sKind;
  readonly objects: number;
  /** A whole list was read since the start. */
  readonly listed: boolean;
  /** Its last list was empty and is not believed: nothing is reported until a list is believed. */
  readonly doubted: boolean;
  /** Reason for which the kind cannot be read. */
  readonly problem: string | undefined;
  /** Milliseconds since the server last sent anything for the kind; undefined where it never did. */
  readonly silentMs: number | undefined;
  readonly restarts: Readonly<Partial<Record<Restart, number>>>;
}

interface KindState {
  readonly objects: Map<string, K8sObject>;
  readonly restarts: Partial<Record<Restart, number>>;
  readonly reflector: Reflector;
  listed: boolean;
  /** The last list was empty, which cannot be true. */
  doubted: boolean;
  /** Whether the doubt is logged. */
  doubtLogged: boolean;
  /** An operator confirmed the empty list; valid until a list holds something. */
  confirmed: boolean;
  problem: string | undefined;
}

/**
 * Reads a cluster as the source. It is read from {@link open} on, even without a listener, so that a replica that takes
 * over has everything at once. It shares its objects with the listener.
 *
 * | never read | reported |
 * |---|---|
 * | Services, EndpointSlices, Nodes | nothing, not even `synced`: back ends would lose their members |
 * | Ingresses, IngressClasses | `synced(false)`: nothing may count as deleted |
 *
 * | read once, then forbidden | reported |
 * |---|---|
 * | any | `synced(false)` until it can be read again; the last state stays in force |
 *
 * | an empty list that cannot be true ({@link emptyListIsDoubtful}) | reported |
 * |---|---|
 * | before the listener knows the kind | nothing, as if never read, until a list holds something or {@link confirm} |
 * | later | `missing`, for the listener to judge |
 */
export class KubernetesSource implements ClusterSource {
  readonly #kinds: ReadonlyMap<K8sKind, KindState>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #compactor = new Compactor();
  readonly #podsOnly: boolean;
  readonly #closing = new AbortController();
  #running: Promise<unknown> | undefined;
  #sink: SourceSink | undefined;
  /** The last `synced` that the listener received. */
  #syncedAs: boolean | undefined;

  constructor(options: KubernetesSourceOptions) {
    const {
      api,
      without = [],
      podsOnly = false,
      pageRead = () => {},
      clock = monotonicClock,
      random = Math.random,
      log = silentLog,
    } = options;
    const settings = { ...DEFAULT_REFLECTOR, ...options.settings };
    this.#clock = clock;
    this.#podsOnly = podsOnly;
    this.#log = log;
    const pages = new SerialQueue();
    const state = (kind: K8sKind): KindState => ({
      objects: new Map(),
      restarts: {},
      reflector: new Reflector({ api, kind, sink: this.#objectSink, pages, pageRead, settings, clock, random, log }),
      listed: false,
      doubted: false,
      doubtLogged: false,
      confirmed: false,
      problem: undefined,
    });
    this.#kinds = new Map(ALL_KINDS.filter((kind) => !without.includes(kind)).map((kind) => [kind, state(kind)]));
  }

  /** Starts reading the cluster. */
  open(): void {
    if (this.#running !== undefined) return;
    const reading = [...this.#kinds.values()].map(({ reflector }) => reflector.run(this.#closing.signal));
    this.#running = Promise.all(reading);
  }

  /** Stops reading. */
  async close(): Promise<void> {
    this.#sink = undefined;
    this.#closing.abort();
    await this.#running;
  }

  /** Reports everything that is known to a listener, then the changes. It opens the source where it is not open yet. */
  async start(sink: SourceSink): Promise<void> {
    this.open();
    this.#sink = sink;
    this.#syncedAs = undefined;
    for (const { objects } of this.#kinds.values()) for (const object of objects.values()) sink.upsert(object);
    this.#reportProblems();
    this.#reportSync();
  }

  /** Stops reporting to the listener; the cluster is read on, for the next one. */
  async stop(): Promise<void> {
    this.#sink = undefined;
  }

  /** An operator confirms the empty lists that are doubted. */
  confirm(): void {
    for (const [kind, state] of this.#kinds) {
      if (!state.doubted) continue;
      state.doubted = false;
      state.confirmed = true;
      state.listed = true;
      this.#drop(kind, state, new Set());
    }
    this.#reportSync();
  }

  health(): KindHealth[] {
    return [...this.#kinds].map(([kind, { objects, listed, doubted, problem, reflector, restarts }]) => ({
      kind,
      objects: objects.size,
      listed,
      doubted: doubted && !this.#listenerHasView,
      problem,
      silentMs: reflector.contactAt === undefined ? undefined : this.#clock.now() - reflector.contactAt,
      restarts,
    }));
  }

  /** Returns the UID of a known Ingress, for references to it. */
  uid(ref: IngressRef): string | undefined {
    return this.#kinds.get('Ingress')?.objects.get(`${ref.namespace}/${ref.name}`)?.metadata.uid;
  }

  readonly #objectSink: ObjectSink = {
    upsert: (projected) => {
      const object = this.#compactor.compact(projected);
      this.#state(object.kind).objects.set(`${object.metadata.namespace}/${object.metadata.name}`, object);
      this.#sink?.upsert(object);
    },
    remove: (kind, namespace, name) => {
      this.#state(kind).objects.delete(`${namespace}/${name}`);
      this.#sink?.remove(kind, namespace, name);
    },
    listed: (kind, names) => {
      const state = this.#state(kind);
      const doubted = this.#doubts(kind, state, names);
      state.doubted = doubted;
      this.#logDoubt(kind, state);
      if (names.size > 0) state.confirmed = false;
      if (doubted && !this.#listenerHasView) return false;
      this.#drop(kind, state, names);
      if (!state.listed) this.#log.info('read all objects of a kind', { kind, objects: state.objects.size });
      state.listed = true;
      this.#reportSync();
      return !doubted;
    },
    readable: (kind, problem) => {
      this.#state(kind).problem = problem;
      this.#log[problem === undefined ? 'info' : 'error'](
        problem === undefined ? 'can read a kind again' : 'cannot read a kind',
        { kind, ...present({ problem }) },
      );
      this.#reportProblems();
      this.#reportSync();
    },
    restarted: (kind, reason) => {
      const { restarts } = this.#state(kind);
      restarts[reason] = (restarts[reason] ?? 0) + 1;
    },
  };

  #state(kind: K8sKind): KindState {
    return this.#kinds.get(kind) as KindState;
  }

  /** Whether the listener has the whole view, and so judges itself which objects a list lacks. */
  get #listenerHasView(): boolean {
    return this.#sink !== undefined && this.#syncedAs !== undefined;
  }

  get #nodeNeed(): NodeNeed {
    const [ingresses, services] = [this.#kinds.get('Ingress'), this.#kinds.get('Service')];
    return {
      known:
        this.#podsOnly ||
        (services?.listed === true && (ingresses?.listed === true || ingresses?.problem !== undefined)),
      ingresses: this.#podsOnly ? [] : ((ingresses?.objects.values() ?? []) as Iterable<K8sIngress>),
      service: (name) => services?.objects.get(name) as K8sService | undefined,
    };
  }

  #doubts(kind: K8sKind, { confirmed }: KindState, names: ReadonlySet<string>): boolean {
    return names.size === 0 && !confirmed && emptyListIsDoubtful(kind, this.#nodeNeed);
  }

  /** Logs a doubt once, when it is certain: before Ingresses are read, Nodes may not be needed. */
  #logDoubt(kind: K8sKind, state: KindState): void {
    const certain = state.doubted && !this.#listenerHasView && (kind !== 'Node' || this.#nodeNeed.known);
    if (certain && !state.doubtLogged) {
      this.#log.error(
        'the API server lists no object of a kind, which is not believed; nothing is published until it lists one',
        { kind },
      );
    }
    state.doubtLogged = certain;
  }

  /** Forgets the objects that a list lacks. */
  #drop(kind: K8sKind, { objects }: KindState, names: ReadonlySet<string>): void {
    const missing = [...objects].filter(([name]) => !names.has(name));
    for (const [name] of missing) objects.delete(name);
    if (missing.length === 0) return;
    this.#sink?.missing(
      kind,
      missing.map(([, { metadata }]) => ({ namespace: metadata.namespace, name: metadata.name })),
    );
  }

  #reportSync(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    const kinds = [...this.#kinds];
    // After the first sync the listener judges itself which objects a list lacks.
    if (this.#syncedAs === undefined && kinds.some(([, { doubted }]) => doubted)) return;
    const settled = kinds.every(
      ([kind, { listed, problem }]) => listed || (WATCHED[kind].unread === 'hides' && problem !== undefined),
    );
    if (!settled) return;
    const complete = kinds.every(([, { listed, problem }]) => listed && problem === undefined);
    if (complete === this.#syncedAs) return;
    this.#syncedAs = complete;
    sink.synced(complete);
  }

  #reportProblems(): void {
    const problems = [...this.#kinds].flatMap(([kind, { problem }]): SourceProblem[] =>
      problem === undefined ? [] : [{ file: WATCHED[kind].path, line: 1, message: problem }],
    );
    this.#sink?.problems(problems);
  }
}
