import type { ApiRequest, KubernetesApi } from '../../lib/forwarder/kubernetes/api.ts';
import { ApiError } from '../../lib/forwarder/kubernetes/index.ts';
import { WATCHED } from '../../lib/forwarder/kubernetes/kinds.ts';
import type { K8sKind } from '../../lib/ingress/kubernetes.ts';
import type { ProcessTime, VirtualClock } from './clock.ts';
import { Watcher } from './watcher.ts';

/** An object of Kubernetes, as far as the server looks into it. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly version: number;
  readonly object: ApiObject;
}

/** A server that answers from an older state: a replica whose watch cache lags. */
interface Lag {
  readonly version: number;
  readonly collections: ReadonlyMap<string, ReadonlyMap<string, ApiObject>>;
}

const OBJECT = /^(\/apis?\/[^?]*?)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/status)?$/;

/** Collections in which every API server keeps `default/kubernetes`. */
const ALWAYS: readonly K8sKind[] = ['Service', 'EndpointSlice'];

/** An API server in this process: lists in pages, watches, merge patches under a version, and wrong answers. */
export class ApiServer {
  readonly #clock: VirtualClock;
  readonly #collections = new Map<string, Map<string, ApiObject>>();
  readonly #watchers = new Set<Watcher>();
  #history: Change[] = [];
  #version = 100;
  #compacted = 0;
  /** Version since which the history is complete. */
  #historyFrom = 0;
  #down = false;
  #lag: Lag | undefined;
  #halfPages = 0;
  /** Kinds that are listed as empty. */
  readonly #empty = new Set<string>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    for (const kind of ALWAYS) this.put(WATCHED[kind].path, { metadata: { name: 'kubernetes', namespace: 'default' } });
  }

  get(collection: string, namespace: string, name: string): ApiObject | undefined {
    return this.#collection(collection).get(`${namespace}/${name}`);
  }

  all(collection: string): ApiObject[] {
    return [...this.#collection(collection).values()];
  }

  put(collection: string, object: ApiObject): ApiObject {
    const { name, namespace = '' } = object.metadata;
    const objects = this.#collection(collection);
    const type = objects.has(`${namespace}/${name}`) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    objects.set(`${namespace}/${name}`, stored);
    this.#changed({ type, collection, version: this.#version, object: stored });
    return stored;
  }

  delete(collection: string, namespace: string, name: string): void {
    const objects = this.#collection(collection);
    const object = objects.get(`${namespace}/${name}`);
    if (object === undefined) return;
    objects.delete(`${namespace}/${name}`);
    this.#version += 1;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#changed({ type: 'DELETED', collection, version: this.#version, object: last });
  }

  get wrong(): boolean {
    return this.#down || this.#lag !== undefined || this.#empty.size > 0;
  }

  /** Every connection breaks, and none is accepted until {@link up}. */
  goDown(): void {
    this.#down = true;
    for (const watcher of this.#watchers) watcher.fail(new Error('socket hang up'));
    this.#watchers.clear();
  }

  up(): void {
    this.#down = false;
  }

  /** Forgets all versions up to now, and ends the watches: everything is listed again. */
  expire(): void {
    this.#compacted = this.#version + 1;
    this.#version += 2;
    this.#history = [];
    this.#historyFrom = this.#version;
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }

  /** Lists nothing of a kind until {@link fill}. */
  lieEmpty(kind: K8sKind): void {
    this.#empty.add(WATCHED[kind].path);
    this.expire();
  }

  fill(): void {
    if (this.#empty.size === 0) return;
    this.#empty.clear();
    this.expire();
  }

  /** Answers from a state of now until {@link catchUp}; what came since the last event of a watch waits. */
  lagBehind(behind: Lag): void {
    this.#lag = behind;
    this.#compacted = behind.version;
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }

  catchUp(): void {
    if (this.#lag === undefined) return;
    const { version } = this.#lag;
    this.#lag = undefined;
    // Watches of the older state would miss what is forgotten: everything is listed again.
    if (version < this.#historyFrom) this.expire();
    else for (const watcher of this.#watchers) this.#send(watcher);
  }

  /** The state of now, to lag behind later. */
  checkpoint(): Lag {
    const collections = new Map([...this.#collections].map(([path, objects]) => [path, new Map(objects)] as const));
    return { version: this.#version, collections };
  }

  /** The next lists break in the middle of a page. */
  halfPages(times: number): void {
    this.#halfPages = times;
    this.expire();
  }

  /** A client of one process: it hears nothing while the process has no time. */
  client(time: ProcessTime): KubernetesApi {
    return {
      call: async <T>(request: ApiRequest): Promise<T> => {
        await awake(time);
        return this.#call(request) as T;
      },
      stream: async (request) => {
        await awake(time);
        return this.#stream(request, time);
      },
      close: () => {},
    };
  }

  #collection(path: string): Map<string, ApiObject> {
    const known = this.#collections.get(path) ?? new Map<string, ApiObject>();
    this.#collections.set(path, known);
    return known;
  }

  #changed(change: Change): void {
    this.#history.push(change);
    if (this.#lag === undefined) for (const watcher of this.#watchers) this.#send(watcher);
  }

  #send(watcher: Watcher): void {
    for (const { type, collection, version, object } of this.#history) {
      if (collection !== watcher.collection || version <= watcher.sent) continue;
      watcher.sent = version;
      watcher.push(Buffer.from(`${JSON.stringify({ type, object })}\n`));
    }
  }

  #assertUp(): void {
    if (this.#down) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }

  #call({ method = 'GET', path, body }: ApiRequest): unknown {
    this.#assertUp();
    const [, group = '', namespace = '', resource = '', name] = OBJECT.exec(path) ?? [];
    const collection = `${group}/${resource}`;
    const given = body as ApiObject | undefined;
    // Events are kept nowhere: nobody reads them.
    if (method === 'POST') return given;
    const there = this.get(collection, namespace, name ?? '');
    if (there === undefined) throw new ApiError(404, 'NotFound', `${name} not found`);
    if (method === 'GET') return there;
    const version = given?.metadata?.resourceVersion;
    if (version !== undefined && version !== there.metadata.resourceVersion) {
      throw new ApiError(409, 'Conflict', 'the object has been modified');
    }
    return this.put(collection, { ...there, status: given?.status });
  }

  #stream({ path, query = {}, signal }: ApiRequest, time: ProcessTime): AsyncIterable<Buffer> {
    this.#assertUp();
    if (query.watch === undefined) return this.#list(path, query);
    const from = Number(query.resourceVersion);
    const watcher = new Watcher(path, from, time, signal);
    if (from < this.#compacted) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      watcher.push(Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`));
      watcher.end();
      return watcher;
    }
    this.#watchers.add(watcher);
    const timer = this.#clock.after(Number(query.timeoutSeconds) * 1_000, () => watcher.end());
    watcher.closed = () => {
      timer.cancel();
      this.#watchers.delete(watcher);
    };
    if (this.#lag === undefined) this.#send(watcher);
    return watcher;
  }

  async *#list(path: string, query: NonNullable<ApiRequest['query']>): AsyncGenerator<Buffer> {
    const [version = this.#lag?.version ?? this.#version, from = 0] =
      typeof query.continue === 'string' ? query.continue.split(':').map(Number) : [];
    if (version < this.#compacted) throw new ApiError(410, 'Expired', 'the continue token is too old');
    const current = this.#lag?.collections.get(path) ?? this.#collection(path);
    const objects = this.#empty.has(path) ? [] : [...current.values()];
    const limit = query.limit === undefined ? objects.length : Number(query.limit);
    const more = from + limit < objects.length;
    const metadata = { resourceVersion: String(version), ...(more ? { continue: `${version}:${from + limit}` } : {}) };
    const bytes = Buffer.from(JSON.stringify({ kind: 'List', metadata, items: objects.slice(from, from + limit) }));
    if (this.#halfPages > 0) {
      this.#halfPages -= 1;
      yield bytes.subarray(0, Math.floor(bytes.length / 2));
      throw new Error('socket hang up');
    }
    yield bytes;
  }
}

const awake = (time: ProcessTime): Promise<void> => new Promise((resolve) => time.whenAwake(resolve));
