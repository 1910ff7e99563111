import { present } from '../../contract/index.ts';
import type { K8sIngress, K8sKind, K8sObject, K8sService } from '../../ingress/kubernetes.ts';
import { type Log, silentLog } from '../../telemetry/index.ts';
import type { Clock, IngressRef } from '../ports.ts';
import type { ClusterSource, SourceProblem, SourceSink } from '../source/source.ts';
import type { KubernetesApi } from './api.ts';
import { bareIsDoubtful, type NodeNeed } from './bare-lists.ts';
import { Compactor } from './compactor.ts';
import { ALL_KINDS, WATCHED } from './kinds.ts';
import { monotonicClock } from './monotonic.ts';
import { DEFAULT_REFLECTOR, type ObjectSink, Reflector, type ReflectorSettings, type Restart } from './reflector.ts';
import { SerialQueue } from './serial-queue.ts';

export interface KubernetesSourceOptions {
  readonly api: KubernetesApi;
  readonly settings?: Partial<ReflectorSettings>;
  /** Kinds that are not read at all: Nodes, where no Service needs a node's address. */
  readonly without?: readonly K8sKind[];
  /** No Service is reached at nodes, whatever its type (END-2). */
  readonly podsOnly?: boolean;
  /** Called after each page of a list. */
  readonly pageRead?: () => void;
  /** Monotonic: its `now` is only compared. */
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
}

/** How it stands with one kind. */
export interface KindHealth {
  readonly kind: K8sKind;
  readonly objects: number;
  /** A whole list was read since the start. */
  readonly listed: boolean;
  /** Its last list held nothing at all and is not believed: nothing is told until it is. */
  readonly doubted: boolean;
  /** Why it cannot be read. */
  readonly problem: string | undefined;
  /** Milliseconds since the server said anything of it; undefined where it never did. */
  readonly silentMs: number | undefined;
  readonly restarts: Readonly<Partial<Record<Restart, number>>>;
}

interface KindState {
  readonly objects: Map<string, K8sObject>;
  readonly restarts: Partial<Record<Restart, number>>;
  readonly reflector: Reflector;
  listed: boolean;
  /** The last list held nothing at all, which cannot be. */
  doubted: boolean;
  /** The log says so. */
  said: boolean;
  /** An operator believes that there is nothing, until there is something. */
  confirmed: boolean;
  problem: string | undefined;
}

/**
 * A cluster as the source, kept warm: it is read from {@link open} on, whether or not anybody listens, so that a
 * replica that takes over has everything at once. What is kept is what the listener keeps too: the same objects.
 *
 * | never read | said |
 * |---|---|
 * | Services, EndpointSlices, Nodes | nothing, not even `synced`: back ends would lose their members |
 * | Ingresses, IngressClasses | `synced(false)`: nothing may be taken for deleted |
 *
 * | read once, then forbidden | said |
 * |---|---|
 * | any | `synced(false)` until it can be read again; the last state stays in force |
 *
 * | a list that holds nothing, and cannot be true ({@link bareIsDoubtful}) | said |
 * |---|---|
 * | before the listener knows the kind | nothing, as if it was never read, until it holds something or {@link confirm} |
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
  /** What the sink was told last. */
  #told: boolean | undefined;

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
    const turns = new SerialQueue();
    const state = (kind: K8sKind): KindState => ({
      objects: new Map(),
      restarts: {},
      reflector: new Reflector({ api, kind, keeper: this.#keeper, turns, pageRead, settings, clock, random, log }),
      listed: false,
      doubted: false,
      said: false,
      confirmed: false,
      problem: undefined,
    });
    this.#kinds = new Map(ALL_KINDS.filter((kind) => !without.includes(kind)).map((kind) => [kind, state(kind)]));
  }

  /** Begins to read the cluster. */
  open(): void {
    if (this.#running !== undefined) return;
    const reading = [...this.#kinds.values()].map(({ reflector }) => reflector.run(this.#closing.signal));
    this.#running = Promise.all(reading);
  }

  /** Ends reading. */
  async close(): Promise<void> {
    this.#sink = undefined;
    this.#closing.abort();
    await this.#running;
  }

  /** Tells a listener everything that is known, then what changes. Opens, where it is not open yet. */
  async start(sink: SourceSink): Promise<void> {
    this.open();
    this.#sink = sink;
    this.#told = undefined;
    for (const { objects } of this.#kinds.values()) for (const object of objects.values()) sink.upsert(object);
    this.#tellProblems();
    this.#tell();
  }

  /** The listener is told no more; the cluster is read on, for the next one. */
  async stop(): Promise<void> {
    this.#sink = undefined;
  }

  /** An operator believes that there is nothing of the kinds that are doubted. */
  confirm(): void {
    for (const [kind, state] of this.#kinds) {
      if (!state.doubted) continue;
      state.doubted = false;
      state.confirmed = true;
      state.listed = true;
      this.#drop(kind, state, new Set());
    }
    this.#tell();
  }

  health(): KindHealth[] {
    return [...this.#kinds].map(([kind, { objects, listed, doubted, problem, reflector, restarts }]) => ({
      kind,
      objects: objects.size,
      listed,
      doubted: doubted && !this.#judged,
      problem,
      silentMs: reflector.contactAt === undefined ? undefined : this.#clock.now() - reflector.contactAt,
      restarts,
    }));
  }

  /** The UID of an Ingress that is known, for references to it. */
  uid(ref: IngressRef): string | undefined {
    return this.#kinds.get('Ingress')?.objects.get(`${ref.namespace}/${ref.name}`)?.metadata.uid;
  }

  readonly #keeper: ObjectSink = {
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
      this.#sayDoubt(kind, state);
      if (names.size > 0) state.confirmed = false;
      if (doubted && !this.#judged) return false;
      this.#drop(kind, state, names);
      if (!state.listed) this.#log.info('a kind is read', { kind, objects: state.objects.size });
      state.listed = true;
      this.#tell();
      return !doubted;
    },
    readable: (kind, problem) => {
      this.#state(kind).problem = problem;
      this.#log[problem === undefined ? 'info' : 'error'](
        problem === undefined ? 'a kind can be read' : 'a kind cannot be read',
        { kind, ...present({ problem }) },
      );
      this.#tellProblems();
      this.#tell();
    },
    restarted: (kind, reason) => {
      const { restarts } = this.#state(kind);
      restarts[reason] = (restarts[reason] ?? 0) + 1;
    },
  };

  #state(kind: K8sKind): KindState {
    return this.#kinds.get(kind) as KindState;
  }

  /** Whether a listener has the whole view, and so judges itself what a list lacks. */
  get #judged(): boolean {
    return this.#sink !== undefined && this.#told !== undefined;
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
    return names.size === 0 && !confirmed && bareIsDoubtful(kind, this.#nodeNeed);
  }

  /** Once for each time that it is certain: before Ingresses are read, it may be that no Node is needed. */
  #sayDoubt(kind: K8sKind, state: KindState): void {
    const certain = state.doubted && !this.#judged && (kind !== 'Node' || this.#nodeNeed.known);
    if (certain && !state.said) {
      this.#log.error('a list holds nothing at all and is not believed: nothing is published until it does', { kind });
    }
    state.said = certain;
  }

  /** Forgets what a list lacks. */
  #drop(kind: K8sKind, { objects }: KindState, names: ReadonlySet<string>): void {
    const missing = [...objects].filter(([name]) => !names.has(name));
    for (const [name] of missing) objects.delete(name);
    if (missing.length === 0) return;
    this.#sink?.missing(
      kind,
      missing.map(([, { metadata }]) => ({ namespace: metadata.namespace, name: metadata.name })),
    );
  }

  #tell(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    const kinds = [...this.#kinds];
    // Once the whole view was told, the listener judges itself what a list lacks.
    if (this.#told === undefined && kinds.some(([, { doubted }]) => doubted)) return;
    const settled = kinds.every(
      ([kind, { listed, problem }]) => listed || (WATCHED[kind].unread === 'hides' && problem !== undefined),
    );
    if (!settled) return;
    const complete = kinds.every(([, { listed, problem }]) => listed && problem === undefined);
    if (complete === this.#told) return;
    this.#told = complete;
    sink.synced(complete);
  }

  #tellProblems(): void {
    const problems = [...this.#kinds].flatMap(([kind, { problem }]): SourceProblem[] =>
      problem === undefined ? [] : [{ file: WATCHED[kind].path, line: 1, message: problem }],
    );
    this.#sink?.problems(problems);
  }
}
