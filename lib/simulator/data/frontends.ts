import { createServer, type Server, type Socket } from 'node:net';
import { isAddressable, isDatagramType, isSslType } from '../command/vservers.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { acceptHttp } from './accept-http.ts';
import { acceptTls } from './accept-tls.ts';
import type { Arrival } from './arrival.ts';
import { endpointKey, type SimulatedEndpoint } from './endpoint-map.ts';
import type { PacketEngine } from './packet-engine.ts';
import { reset } from './relay.ts';

export interface FrontendEvent {
  readonly address: string;
  readonly port: number;
  readonly listen: SimulatedEndpoint | undefined;
  /** The local address that it cannot listen at, with the system's error code. */
  readonly refused?: SimulatedEndpoint & { readonly code: string };
}

type Kind = 'csvserver' | 'lbvserver';

interface Listener {
  readonly server: Server;
  readonly endpoint: SimulatedEndpoint;
  readonly address: string;
  readonly port: number;
  /** Clients that were not passed to a member: they are closed with the server. */
  readonly sockets: Set<Socket>;
  owner: { readonly kind: Kind; readonly name: string; readonly store: Store };
}

/** Any free local port. */
const FREE: SimulatedEndpoint = { host: '127.0.0.1', port: 0 };

/**
 * Listens for each addressable virtual server that is UP, at the local address of its VIP; one that is not UP refuses
 * connections. An unmapped VIP gets a free port, the same for the life of the process.
 */
export class Frontends {
  readonly listening = new Map<string, SimulatedEndpoint>();
  readonly #engine: PacketEngine;
  readonly #notify: (event: FrontendEvent) => void;
  readonly #listeners = new Map<string, Listener>();
  readonly #remembered = new Map<string, SimulatedEndpoint>();
  readonly #addressable = new Map<Store, Map<string, Kind>>();
  readonly #followed = new WeakSet<Store>();
  #dirty = false;
  #syncing: Promise<void> = Promise.resolve();

  constructor(engine: PacketEngine, notify: (event: FrontendEvent) => void) {
    this.#engine = engine;
    this.#notify = notify;
  }

  attach(store: Store): void {
    this.#addressable.set(store, new Map());
    const note = (kind: Kind, row: StoredRow): void => {
      const names = this.#addressable.get(store)!;
      if (isAddressable(row) && !isDatagramType(row.servicetype)) names.set(String(row.name), kind);
      else names.delete(String(row.name));
    };
    for (const kind of ['csvserver', 'lbvserver'] as const) for (const row of store.objects(kind)) note(kind, row);
    this.#dirty = true;
    if (this.#followed.has(store)) return;
    this.#followed.add(store);
    store.onChange(({ kind, before, after }) => {
      const names = this.#addressable.get(store);
      if (names === undefined) return;
      if (kind === 'csvserver' || kind === 'lbvserver') {
        if (before !== undefined && after !== undefined) this.#follow(store, String(before.name), String(after.name));
        if (before !== undefined) {
          this.#dirty ||= names.has(String(before.name));
          names.delete(String(before.name));
        }
        if (after !== undefined) {
          note(kind, after);
          this.#dirty ||= names.has(String(after.name));
        }
      } else if (kind === 'sslvserver_sslcertkey_binding') this.#dirty = true;
      else if (kind.startsWith('lbvserver_service') || kind.startsWith('servicegroup_servicegroupmember'))
        this.#markBalancingServers();
    });
  }

  /** Follows the new name of a server at once: a client may arrive before the sockets are in step. */
  #follow(store: Store, from: string, to: string): void {
    if (from === to) return;
    for (const listener of this.#listeners.values()) {
      const { owner } = listener;
      if (owner.store === store && owner.name === from) listener.owner = { ...owner, name: to };
    }
  }

  detach(store: Store): void {
    this.#addressable.delete(store);
    this.#dirty = true;
  }

  /** Marks balancing servers with an address of their own for a check, because the state of a member changed. */
  #markBalancingServers(): void {
    for (const names of this.#addressable.values())
      for (const kind of names.values()) if (kind === 'lbvserver') this.#dirty = true;
  }

  memberStateChanged(): void {
    this.#markBalancingServers();
    if (this.#dirty) void this.sync();
  }

  /** Brings the listening sockets in step with the configuration; resolves when they are. */
  sync(): Promise<void> {
    if (!this.#dirty) return this.#syncing;
    this.#dirty = false;
    this.#syncing = this.#syncing.catch(() => undefined).then(() => this.#run());
    return this.#syncing;
  }

  async #run(): Promise<void> {
    const wanted = this.#wanted();
    for (const [key, listener] of [...this.#listeners]) {
      const owner = wanted.get(key);
      if (owner === undefined) this.#close(key, listener);
      else listener.owner = owner;
    }
    for (const [key, owner] of wanted) {
      if (!this.#listeners.has(key)) await this.#open(key, owner);
    }
  }

  #wanted(): Map<string, Listener['owner']> {
    const wanted = new Map<string, Listener['owner']>();
    for (const [store, names] of this.#addressable) {
      for (const [name, kind] of names) {
        const row = store.object(kind, name);
        if (row === undefined || this.#engine.states.vserverState(kind, row, store) !== 'UP') continue;
        const key = endpointKey(String(row.ipv46), Number(row.port));
        if (!wanted.has(key) || row.servicetype === 'SSL_BRIDGE') wanted.set(key, { kind, name, store });
      }
    }
    return wanted;
  }

  async #open(key: string, owner: Listener['owner']): Promise<void> {
    const row = owner.store.object(owner.kind, owner.name)!;
    const address = String(row.ipv46);
    const port = Number(row.port);
    const given = this.#engine.endpoints.mapped(key);
    const remembered = this.#remembered.get(key);
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const wanted = given ?? remembered ?? FREE;
    let endpoint = await listen(server, wanted);
    // Another process may have taken the port meanwhile: a new port is better than none.
    if ('code' in endpoint && given === undefined && remembered !== undefined) endpoint = await listen(server, FREE);
    if ('code' in endpoint) {
      this.#notify({ address, port, listen: undefined, refused: { ...wanted, code: endpoint.code } });
      return;
    }
    this.#remembered.set(key, endpoint);
    const listener: Listener = { server, endpoint, address, port, sockets: new Set(), owner };
    server.on('connection', (socket) => this.#accept(listener, socket));
    this.#listeners.set(key, listener);
    this.listening.set(key, endpoint);
    this.#notify({ address, port, listen: endpoint });
  }

  #close(key: string, listener: Listener): void {
    this.#listeners.delete(key);
    this.listening.delete(key);
    for (const socket of listener.sockets) reset(socket);
    listener.server.close();
    this.#notify({ address: listener.address, port: listener.port, listen: undefined });
  }

  #accept(listener: Listener, socket: Socket): void {
    const { kind, name, store } = listener.owner;
    const vserver = store.object(kind, name);
    if (vserver === undefined) {
      reset(socket);
      return;
    }
    listener.sockets.add(socket);
    socket.once('close', () => listener.sockets.delete(socket));
    const arrival: Arrival = {
      socket,
      client: { address: plain(socket.remoteAddress), port: socket.remotePort ?? 0 },
      server: { address: listener.address, port: listener.port },
      // By its present name: it may be renamed before the client has said what it wants.
      get vserver() {
        return listener.owner.store.object(listener.owner.kind, listener.owner.name) ?? vserver;
      },
      store,
      passed: () => void listener.sockets.delete(socket),
    };
    const type = String(vserver.servicetype);
    if (isSslType(type)) acceptTls(arrival, this.#engine);
    else if (type === 'HTTP') acceptHttp(arrival, this.#engine);
    else this.#passRaw(arrival, kind);
  }

  #passRaw(arrival: Arrival, kind: Kind): void {
    const name = String(arrival.vserver.name);
    let target: string | undefined = kind === 'lbvserver' ? name : undefined;
    for (const binding of arrival.store.bindings('csvserver_lbvserver_binding', name))
      target ??= String(binding.lbvserver);
    if (target === undefined) reset(arrival.socket);
    else void this.#engine.forward(arrival, target, Buffer.alloc(0));
  }

  /** Returns the virtual server that has an address, listening or not, with its store; undefined where none is UP. */
  serverAt(address: string, port: number): { readonly vserver: StoredRow; readonly store: Store } | undefined {
    let found: { readonly vserver: StoredRow; readonly store: Store } | undefined;
    for (const [store, names] of this.#addressable) {
      for (const [name, kind] of names) {
        const vserver = store.object(kind, name);
        if (vserver?.ipv46 !== address || Number(vserver.port) !== port) continue;
        if (this.#engine.states.vserverState(kind, vserver, store) !== 'UP') continue;
        if (found === undefined || vserver.servicetype === 'SSL_BRIDGE') found = { vserver, store };
      }
    }
    return found;
  }

  async stop(): Promise<void> {
    this.#addressable.clear();
    this.#dirty = true;
    await this.sync();
  }
}

const plain = (address: string | undefined): string => (address ?? '0.0.0.0').replace(/^::ffff:/, '');

/** Returns the local address that it listens at, or the code of the error: `EADDRINUSE`, `EACCES`, … */
function listen(server: Server, endpoint: SimulatedEndpoint): Promise<SimulatedEndpoint | { readonly code: string }> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve({ code: error.code ?? error.message });
    server.once('error', failed);
    server.listen({ host: endpoint.host, port: endpoint.port }, () => {
      server.off('error', failed);
      const bound = server.address();
      resolve(bound !== null && typeof bound === 'object' ? { host: endpoint.host, port: bound.port } : endpoint);
    });
  });
}
