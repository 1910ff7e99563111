import { objectOf, present } from '../../contract/index.ts';
import type { GatewayKind } from '../../gateway/index.ts';
import type { K8sKind } from '../../ingress/kubernetes.ts';
import { type Log, silentLog } from '../../telemetry/index.ts';
import type { Clock, IngressRef } from '../ports.ts';
import { isGatewayKind, type ReadKind } from '../source/known-kinds.ts';
import { sharedText } from '../source/shared-text.ts';
import type { ClusterSource, SourceSink } from '../source/source.ts';
import type { KubernetesApi } from './api.ts';
import { Compactor } from './compactor.ts';
import { emptyListIsDoubtful } from './empty-list.ts';
import { GatewayDiscovery } from './gateway-discovery.ts';
import { healthOf, type KindHealth, type KindState, problemsOf } from './kind-state.ts';
import { isUnserved, KindTable } from './kind-table.ts';
import { ALL_KINDS, GATEWAY_KINDS, WATCHED } from './kinds.ts';
import { monotonicClock } from './monotonic.ts';
import { nodeNeed } from './node-need.ts';
import type { ObjectSink } from './object-sink.ts';
import { DEFAULT_REFLECTOR, Reflector, type ReflectorSettings } from './reflector.ts';
import { replay } from './replay.ts';
import { SerialQueue } from './serial-queue.ts';
import type { ServedGatewayApi } from './served-gateway-api.ts';
import { comparableStatus } from './status-text.ts';
import { type SyncState, syncState } from './sync-state.ts';
import { Turns } from './turns.ts';

export interface KubernetesSourceOptions {
  readonly api: KubernetesApi;
  readonly settings?: Partial<ReflectorSettings>;
  /** Kinds that are not read: Nodes, where no Service needs a node's address. */
  readonly without?: readonly K8sKind[];
  /** Whether the Gateway API is read where it is served; true where absent. */
  readonly gateways?: boolean;
  /** Time between two questions whether it is served, in milliseconds. */
  readonly discoveryMs?: number;
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

/**
 * Reads a cluster as the source. It is read from {@link open} on, even without a listener, so that a replica that takes
 * over has everything at once. It shares its objects with the listener.
 *
 * | never read | reported |
 * |---|---|
 * | Services, EndpointSlices, Nodes | nothing, not even `synced`: back ends would lose their members |
 * | Ingresses, IngressClasses | `synced(false)`: nothing may count as deleted |
 * | a kind of the Gateway API, or Namespaces | `readsGateways` is false: no TLSRoute may count as deleted |
 *
 * | read once, then forbidden | reported |
 * |---|---|
 * | any | `synced(false)`, or `readsGateways` false, until it can be read again; the last state stays in force |
 *
 * | the Gateway API | reported |
 * |---|---|
 * | not served from the start | nothing: no right is needed, and `readsGateways` is false |
 * | no longer served | the last state stays in force for the listener, until it is served again or {@link confirm} |
 *
 * | an empty list that cannot be true ({@link emptyListIsDoubtful}) | reported |
 * |---|---|
 * | before the listener knows the kind | nothing, as if never read, until a list holds something or {@link confirm} |
 * | later | `missing`, for the listener to judge |
 */
export class KubernetesSource implements ClusterSource {
  readonly #kinds: KindTable;
  readonly #discovery: GatewayDiscovery | undefined;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #compactor = new Compactor();
  readonly #turns = new Turns();
  readonly #podsOnly: boolean;
  readonly #closing = new AbortController();
  #opened = false;
  #discovering: Promise<void> | undefined;
  #absenceConfirmed = false;
  #sink: SourceSink | undefined;
  /** What the listener was told last. */
  #told: SyncState | undefined;

  constructor(options: KubernetesSourceOptions) {
    const { api, without = [], gateways = true, podsOnly = false, discoveryMs: intervalMs } = options;
    const { pageRead = () => {}, clock = monotonicClock, random = Math.random, log = silentLog } = options;
    const settings = { ...DEFAULT_REFLECTOR, ...options.settings };
    this.#clock = clock;
    this.#podsOnly = podsOnly;
    this.#log = log;
    const pages = new SerialQueue();
    const turns = this.#turns;
    const sink = this.#objectSink;
    this.#kinds = new KindTable(
      (kind, path) => new Reflector({ api, kind, path, sink, pages, turns, pageRead, settings, clock, random, log }),
      this.#closing.signal,
    );
    const changed = (served: ServedGatewayApi | undefined): void => this.#serve(served);
    if (gateways) {
      this.#discovery = new GatewayDiscovery({ api, changed, clock, random, log, ...present({ intervalMs }) });
    }
    for (const kind of ALL_KINDS) if (!without.includes(kind)) this.#kinds.state(kind);
  }

  /** Starts reading the cluster. */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    for (const kind of this.#kinds.all.keys()) this.#kinds.begin(kind, WATCHED[kind].path);
    this.#discovering = this.#discovery?.run(this.#closing.signal);
  }

  /** Stops reading. */
  async close(): Promise<void> {
    this.#sink = undefined;
    this.#closing.abort();
    await Promise.all([this.#discovering, this.#kinds.ended()]);
  }

  /**
   * Reports everything that is known to a listener, then the changes. It opens the source where it is not open yet. A new leader
   * is told of thousands of objects: it renews its Lease between parts of them. What arrives meanwhile waits.
   */
  async start(sink: SourceSink): Promise<void> {
    this.open();
    this.#sink = sink;
    this.#told = undefined;
    await this.#turns.exclusive(replay(this.#kinds.all, sink, () => this.#sink === sink));
    this.#reportProblems();
    this.#reportSync();
  }

  /** Stops reporting to the listener; the cluster is read on, for the next one. */
  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#told = undefined;
    this.#absenceConfirmed = false;
    this.#kinds.forgetUnserved(false);
  }

  /** Whether the listener knows all objects of the Gateway API. */
  get readsGateways(): boolean {
    return this.#told?.gateways === true;
  }

  /** An operator confirms the empty lists that are doubted, and that what is no longer served is gone. */
  confirm(): void {
    for (const [kind, state] of this.#kinds.all) {
      const unserved = isUnserved(kind, state);
      this.#absenceConfirmed ||= unserved;
      if (!state.doubted && !unserved) continue;
      state.doubted = false;
      state.confirmed = true;
      state.listed = true;
      this.#drop(kind, state, new Set());
    }
    this.#kinds.forgetUnserved(this.#sink !== undefined);
    this.#reportProblems();
    this.#reportSync();
  }

  health(): KindHealth[] {
    const now = this.#clock.now();
    return [...this.#kinds.all].map(([kind, state]) => healthOf(kind, state, this.#listenerHasView, now));
  }

  /** Returns the UID of a known object with routes, for references to it. @param ref name as that of an owner. */
  uid(ref: IngressRef): string | undefined {
    const { kind, name } = objectOf(ref);
    return this.#kinds.all.get(kind)?.objects.get(`${ref.namespace}/${name}`)?.metadata.uid;
  }

  /** Returns the status of an object as {@link comparableStatus} writes it; undefined for an unknown object. */
  statusOf(kind: GatewayKind, namespace: string, name: string): string | undefined {
    return this.#kinds.all.get(kind)?.statuses.get(`${namespace}/${name}`);
  }

  readonly #objectSink: ObjectSink = {
    upsert: (projected, status, triggeredAt) => {
      const { kind, metadata } = projected;
      const key = sharedText(`${metadata.namespace}/${metadata.name}`);
      const { objects, statuses } = this.#kinds.state(kind);
      const object = this.#compactor.compact(projected, objects.get(key));
      objects.set(key, object);
      this.#sink?.upsert(object, triggeredAt);
      if (!isGatewayKind(kind) || kind === 'Namespace') return;
      const seen = this.#compactor.text(comparableStatus(status));
      if (statuses.get(key) === seen) return;
      statuses.set(key, seen);
      this.#sink?.statusChanged?.(kind, metadata.namespace, metadata.name);
    },
    remove: (kind, namespace, name) => {
      const state = this.#kinds.state(kind);
      state.objects.delete(`${namespace}/${name}`);
      state.statuses.delete(`${namespace}/${name}`);
      this.#sink?.remove(kind, namespace, name);
    },
    listing: (kind) => this.#sink?.listing?.(kind),
    listed: (kind, names) => {
      const state = this.#kinds.state(kind);
      const doubted = this.#doubts(kind, state, names);
      state.doubted = doubted;
      this.#logDoubt(kind, state);
      if (names.size > 0) state.confirmed = false;
      if (doubted && !this.#listenerHasView) {
        this.#reportSync();
        return false;
      }
      this.#sink?.listed?.(kind);
      this.#drop(kind, state, names);
      if (!state.listed) this.#log.info('read all objects of a kind', { kind, objects: state.objects.size });
      state.listed = true;
      this.#reportSync();
      return !doubted;
    },
    readable: (kind, problem) => {
      this.#kinds.state(kind).problem = problem;
      this.#log[problem === undefined ? 'info' : 'error'](
        problem === undefined ? 'can read a kind again' : 'cannot read a kind',
        { kind, ...present({ problem }) },
      );
      this.#reportProblems();
      this.#reportSync();
    },
    restarted: (kind, reason) => {
      const { restarts } = this.#kinds.state(kind);
      restarts[reason] = (restarts[reason] ?? 0) + 1;
      if (reason === 'unreadable' && isGatewayKind(kind)) this.#discovery?.askNow();
    },
  };

  /** Begins or ends reading the Gateway API. */
  #serve(served: ServedGatewayApi | undefined): void {
    for (const kind of GATEWAY_KINDS) {
      const path = kind === 'ReferenceGrant' ? served?.grantsPath : WATCHED[kind].path;
      if (path !== undefined && served !== undefined) this.#kinds.begin(kind, path);
      else if (this.#kinds.unserve(kind)) {
        const { size = 0 } = this.#kinds.all.get(kind)?.objects ?? {};
        this.#log.error('a kind is no longer served; its objects stay as they were last seen', { kind, objects: size });
      }
    }
    if (served !== undefined) this.#absenceConfirmed = false;
    this.#kinds.forgetUnserved(this.#sink !== undefined);
    this.#reportProblems();
    this.#reportSync();
  }

  /** Whether the listener has the whole view, and so judges itself which objects a list lacks. */
  get #listenerHasView(): boolean {
    return this.#sink !== undefined && this.#told !== undefined;
  }

  #doubts(kind: ReadKind, { confirmed }: KindState, names: ReadonlySet<string>): boolean {
    return names.size === 0 && !confirmed && emptyListIsDoubtful(kind, nodeNeed(this.#kinds.all, this.#podsOnly));
  }

  /** Logs a doubt once, when it is certain: before Ingresses are read, Nodes may not be needed. */
  #logDoubt(kind: ReadKind, state: KindState): void {
    const needKnown = kind !== 'Node' || nodeNeed(this.#kinds.all, this.#podsOnly).known;
    const certain = state.doubted && !this.#listenerHasView && needKnown;
    if (certain && !state.doubtLogged) {
      this.#log.error(
        'the API server lists no object of a kind, which is not believed; nothing is published until it lists one',
        { kind },
      );
    }
    state.doubtLogged = certain;
  }

  /** Forgets the objects that a list lacks. */
  #drop(kind: ReadKind, { objects, statuses }: KindState, names: ReadonlySet<string>): void {
    const missing = [...objects].filter(([name]) => !names.has(name));
    for (const [name] of missing) {
      objects.delete(name);
      statuses.delete(name);
    }
    const refs = missing.map(([, { metadata }]) => ({ namespace: metadata.namespace, name: metadata.name }));
    if (refs.length > 0) this.#sink?.missing(kind, refs);
  }

  #reportSync(): void {
    const sink = this.#sink;
    if (sink === undefined || this.#turns.held) return;
    const { asked = true, served = false } = this.#discovery ?? {};
    const presence = { asked, served, absenceConfirmed: this.#absenceConfirmed };
    const now = syncState(this.#kinds.all, presence, this.#told === undefined);
    if (now === undefined) return;
    if (now.complete === this.#told?.complete && now.gateways === this.#told.gateways) return;
    this.#told = now;
    sink.synced(now.complete);
  }

  #reportProblems(): void {
    this.#sink?.problems(problemsOf(this.#kinds.all));
  }
}
