import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** An object of Kubernetes, as far as the server looks into it. */
export interface FakeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly uid?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly version: number;
  readonly object: FakeObject;
}

interface Watcher {
  readonly collection: string;
  readonly response: ServerResponse;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** PEM. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
}

/** Deals with a request in the server's place. @returns whether it did. */
export type Fault = (request: SeenRequest, response: ServerResponse) => boolean;

const PATH = /^((?:\/api\/v1|\/apis\/[^/]+\/[^/]+))(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/(status))?$/;

const GATEWAY_API = '/apis/gateway.networking.k8s.io/';

/** Collections in which every API server keeps `default/kubernetes`. */
const ALWAYS = ['/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices'];

/** An answer with a `Status`, as the API server refuses. */
export function refuse(response: ServerResponse, code: number, reason: string, message: string, headers = {}): true {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code }));
  return true;
}

/**
 * An API server with the operations that the forwarder uses, and with faults on demand: lists in pages, watches whose
 * history can be cut, bookmarks, merge patches under a version.
 */
export class FakeApiServer {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #collections = new Map<string, Map<string, FakeObject>>();
  readonly #watchers = new Set<Watcher>();
  readonly #faults: Fault[] = [];
  /** Lists of which pages may be asked for, by collection and version. */
  readonly #lists = new Map<string, FakeObject[]>();
  #history: Change[] = [];
  #compacted = 0;
  #version = 100;
  /** Watches answer, and say nothing more. */
  mute = false;
  /** Resources of the Gateway API that are served, by version; none has CRDs. */
  gatewayApi: Readonly<Record<string, readonly string[]>> = {};

  readonly #scheme: string;

  private constructor(tls: ServerTls | undefined) {
    const take: RequestListener = (request, response) => void this.#take(request, response);
    this.#server = tls === undefined ? createServer(take) : createSecureServer(tls, take);
    // As kube-apiserver: Node's five seconds would end connections between the pages of a slow reader.
    this.#server.keepAliveTimeout = 90_000;
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(tls?: ServerTls): Promise<FakeApiServer> {
    const fake = new FakeApiServer(tls);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    fake.put('/api/v1/namespaces', { metadata: { name: 'kube-system', uid: 'uid-of-kube-system' } });
    for (const path of ALWAYS) fake.put(path, { metadata: { name: 'kubernetes', namespace: 'default' } });
    return fake;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get version(): number {
    return this.#version;
  }

  get watching(): number {
    return this.#watchers.size;
  }

  /** Returns the number of requests to paths that contain a text. */
  count(part: string, method = 'GET'): number {
    return this.requests.filter((request) => request.method === method && request.path.includes(part)).length;
  }

  get(collection: string, name: string, namespace = ''): FakeObject | undefined {
    return this.#collection(collection).get(`${namespace}/${name}`);
  }

  all(collection: string): FakeObject[] {
    return [...this.#collection(collection).values()];
  }

  /** Creates or replaces. */
  put(collection: string, object: FakeObject): FakeObject {
    const { name, namespace = '' } = object.metadata;
    const objects = this.#collection(collection);
    const type = objects.has(`${namespace}/${name}`) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    objects.set(`${namespace}/${name}`, stored);
    this.#changed({ type, collection, version: this.#version, object: stored });
    return stored;
  }

  delete(collection: string, name: string, namespace = ''): void {
    const objects = this.#collection(collection);
    const object = objects.get(`${namespace}/${name}`);
    if (object === undefined) return;
    objects.delete(`${namespace}/${name}`);
    this.#version += 1;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#changed({ type: 'DELETED', collection, version: this.#version, object: last });
  }

  /** The next request, or every one until it is taken back, is shown to this first. @returns takes it back. */
  fault(fault: Fault): () => void {
    this.#faults.unshift(fault);
    return () => {
      const index = this.#faults.indexOf(fault);
      if (index !== -1) this.#faults.splice(index, 1);
    };
  }

  /** Refuses one request to a path that contains this. */
  once(part: string, code: number, reason: string, message = reason, headers = {}): void {
    const back = this.fault(({ path }, response) => {
      if (!path.includes(part)) return false;
      back();
      return refuse(response, code, reason, message, headers);
    });
  }

  /** Forgets all versions up to now: who watches from one of them is told that it expired. */
  compact(): void {
    this.#history = [];
    this.#lists.clear();
    this.#compacted = this.#version;
  }

  /** Closes every connection, in the middle of whatever it was. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends all watches as the server does when their time is over. */
  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  /** Writes raw bytes to every watch of a collection. */
  say(collection: string, bytes: string): void {
    for (const watcher of this.#watchers) if (watcher.collection === collection) watcher.response.write(bytes);
  }

  bookmark(collection: string): void {
    const object = { kind: 'Bookmark', metadata: { resourceVersion: String(this.#version) } };
    this.say(collection, `${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #collection(path: string): Map<string, FakeObject> {
    const known = this.#collections.get(path) ?? new Map<string, FakeObject>();
    this.#collections.set(path, known);
    return known;
  }

  #changed(change: Change): void {
    this.#history.push(change);
    if (!this.mute) this.say(change.collection, frame(change));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const url = new URL(request.url ?? '/', this.url);
    const text = Buffer.concat(chunks).toString('utf8');
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    this.requests.push(seen);
    if (this.#faults.some((fault) => fault(seen, response))) return;
    if (url.pathname.startsWith(GATEWAY_API) && this.#gatewayApi(url.pathname, response)) return;
    const match = PATH.exec(url.pathname);
    if (match === null) return void refuse(response, 404, 'NotFound', `no such path ${url.pathname}`);
    const [, group = '', namespace, resource = '', name] = match;
    const collection = `${group}/${resource}`;
    if (name === undefined && seen.method === 'GET') {
      if (seen.query.has('watch')) this.#watch(collection, seen.query, response);
      else this.#list(collection, namespace, seen.query, response);
    } else this.#object(collection, namespace ?? '', name, seen, response);
  }

  /** Answers what is served of the Gateway API, and refuses what is not. @returns whether it answered. */
  #gatewayApi(path: string, response: ServerResponse): boolean {
    const [version = '', ...rest] = path.slice(GATEWAY_API.length).split('/');
    const served = this.gatewayApi[version];
    if (served === undefined)
      return refuse(response, 404, 'NotFound', 'the server could not find the requested resource');
    if (rest.length === 0) return send(response, 200, { resources: served.map((name) => ({ name })) });
    const resource = rest[0] === 'namespaces' ? rest[2] : rest[0];
    if (served.includes(resource ?? '')) return false;
    return refuse(response, 404, 'NotFound', 'the server could not find the requested resource');
  }

  /** @param namespace undefined: all namespaces. */
  #list(collection: string, namespace: string | undefined, query: URLSearchParams, response: ServerResponse): void {
    const [version = this.#version, from = 0] = query.get('continue')?.split(':').map(Number) ?? [];
    // All pages of a list are of one version, whatever changes in between, until that is forgotten.
    const key = `${collection} ${namespace ?? ''} ${version}`;
    const all = this.all(collection);
    const own = namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
    const objects = query.has('continue') ? this.#lists.get(key) : own;
    if (objects === undefined) return void refuse(response, 410, 'Expired', 'the continue token is too old');
    this.#lists.set(key, objects);
    const limit = Number(query.get('limit') ?? objects.length);
    const page = objects.slice(from, from + limit);
    const more = from + limit < objects.length;
    send(response, 200, {
      kind: 'List',
      metadata: { resourceVersion: String(version), ...(more ? { continue: `${version}:${from + limit}` } : {}) },
      items: page,
    });
  }

  #watch(collection: string, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < this.#compacted) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    const watcher = { collection, response };
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
    if (this.mute) return;
    for (const change of this.#history) {
      if (change.collection === collection && change.version > from) response.write(frame(change));
    }
  }

  #object(
    collection: string,
    namespace: string,
    name: string | undefined,
    { method, body }: SeenRequest,
    response: ServerResponse,
  ): true {
    const given = body as FakeObject | undefined;
    const key = name ?? given?.metadata.name ?? '';
    const there = this.get(collection, key, namespace);
    if (method === 'POST') {
      if (there !== undefined) return refuse(response, 409, 'AlreadyExists', `${key} already exists`);
      const object = { ...given, metadata: { ...given?.metadata, name: key, namespace } };
      return send(response, 201, this.put(collection, object));
    }
    if (there === undefined) return refuse(response, 404, 'NotFound', `${key} not found`);
    if (method === 'GET') return send(response, 200, there);
    const version = given?.metadata?.resourceVersion;
    if (version !== undefined && version !== there.metadata.resourceVersion) {
      return refuse(response, 409, 'Conflict', 'the object has been modified');
    }
    return send(response, 200, this.put(collection, merge(there, given) as FakeObject));
  }
}

function send(response: ServerResponse, code: number, body: unknown): true {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return true;
}

function frame({ type, object }: Change): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** RFC 7396. */
function merge(there: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const target: Record<string, unknown> =
    typeof there === 'object' && there !== null && !Array.isArray(there) ? { ...there } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else target[key] = merge(target[key], value);
  }
  return target;
}
