import type { Socket } from 'node:net';
import { MEMBER } from '../command/servicegroups.ts';
import { bindingId, type Store, type StoredRow } from '../store/store.ts';
import { proxyHeader } from '../wire/proxy-protocol.ts';
import { Balancer } from './balance.ts';
import { Counters } from './counters.ts';
import {
  EndpointMap,
  endpointKey,
  type MemberAddress,
  type ResolveMember,
  type SimulatedEndpoint,
} from './endpoint-map.ts';
import { DEFAULT_PROBE, Health, type ProbeSettings } from './health.ts';
import { PolicyBanks } from './policy-bank.ts';
import { type Connection, dial, idleSeconds, join, reset } from './relay.ts';
import { addressOf, type BalancedServer, balancedServerKey, States } from './states.ts';

export interface PacketEngineOptions {
  readonly map: ReadonlyMap<string, SimulatedEndpoint> | undefined;
  readonly resolveMember: ResolveMember | undefined;
  readonly now: () => number;
  readonly monotonic: () => number;
  /** Content of a file of the appliance: keys of its own certificates. */
  readonly readFile: (path: string) => Buffer | undefined;
}

/** A client that came in by a server. */
export interface Arrival {
  readonly socket: Socket;
  readonly client: { readonly address: string; readonly port: number };
  /** Address and port of the server in the appliance's world. */
  readonly server: { readonly address: string; readonly port: number };
  readonly vserver: StoredRow;
  readonly store: Store;
  /** The client was passed to a member: it no longer depends on the listening server. */
  readonly passed: () => void;
}

/** Idle time of TCP-based servers in seconds, where none is set. */
const IDLE_SECONDS = 9000;

/**
 * The packet engine behind the servers: balances, passes bytes, keeps count. Configuration changes do not touch
 * connections that are open, except where the appliance itself closes them: a deleted server, a member removed from
 * a group that flushes.
 */
export class PacketEngine {
  readonly places: EndpointMap;
  readonly health: Health;
  readonly states: States;
  readonly counters = new Counters();
  readonly balancer: Balancer;
  readonly readFile: PacketEngineOptions['readFile'];
  readonly #now: () => number;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly #connections = new Set<Connection>();
  readonly #byMember = new Map<string, Set<Connection>>();
  /** Connections to a member that are being opened. */
  readonly #dialling = new Map<string, number>();
  readonly #banks = new WeakMap<Store, PolicyBanks>();
  readonly #drains = new Map<string, NodeJS.Timeout>();
  #attached = new Set<Store>();

  constructor(options: PacketEngineOptions, stateChanged: () => void) {
    this.#now = options.now;
    this.started = options.now();
    this.readFile = options.readFile;
    this.places = new EndpointMap(options.map, options.resolveMember);
    this.health = new Health(this.places, options, stateChanged);
    this.states = new States(this.health);
    this.balancer = new Balancer(this.states, (backend) => this.#load(balancedServerKey(backend)), options.now);
  }

  /** Follows the configuration of a partition. */
  attach(store: Store): void {
    this.#attached.add(store);
    for (const member of store.allBindings(MEMBER)) this.#memberAdded(member, store);
    for (const service of store.objects('service')) this.#serviceAdded(service, store);
    if (this.#banks.has(store)) return;
    this.#banks.set(store, new PolicyBanks(store, this.counters));
    store.onChange(({ kind, before, after }) => {
      if (!this.#attached.has(store)) return;
      if (kind === MEMBER) this.#memberChanged(before, after, store);
      else if (kind === 'service') this.#serviceChanged(before, after, store);
      else if (kind === 'service_lbmonitor_binding')
        this.#serviceMonitorsChanged(String((after ?? before)!.name), store);
      else if (kind === 'servicegroup_lbmonitor_binding')
        this.#monitorsChanged(String((after ?? before)!.servicegroupname), store);
      else if ((kind === 'lbvserver' || kind === 'csvserver') && after === undefined)
        this.#vserverRemoved(String(before!.name));
    });
  }

  detach(store: Store): void {
    this.#attached.delete(store);
    for (const member of store.allBindings(MEMBER)) this.health.unwatch(String(member.ip), Number(member.port));
    for (const service of store.objects('service'))
      this.health.unwatch(addressOf(service, store), Number(service.port));
  }

  banks(store: Store): PolicyBanks {
    return this.#banks.get(store)!;
  }

  /** Connections that are open through a member. */
  open(group: string, member: StoredRow): number {
    return this.#byMember.get(`${group}|${endpointKey(String(member.ip), Number(member.port))}`)?.size ?? 0;
  }

  openTo(group: string, address: string, port: number): number {
    return this.#byMember.get(`${group}|${endpointKey(address, port)}`)?.size ?? 0;
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** Passes a client to a member of a balancing server; resets it where none takes it. */
  async forward(arrival: Arrival, lbvserver: string, first: Buffer): Promise<void> {
    const { socket, store, client } = arrival;
    const target = store.object('lbvserver', lbvserver);
    if (target === undefined || target.state === 'DISABLED') return reset(socket);
    socket.pause();
    socket.on('error', () => undefined);
    for (const backend of this.balancer.candidates(target, client.address, store)) {
      const upstream = await this.#dial(backend);
      if (socket.destroyed) {
        upstream?.destroy();
        return;
      }
      if (upstream === undefined) continue;
      this.balancer.chosen(target, client.address, backend);
      this.#join(arrival, target, backend, upstream, first);
      return;
    }
    reset(socket);
  }

  #load(key: string): number {
    return (this.#byMember.get(key)?.size ?? 0) + (this.#dialling.get(key) ?? 0);
  }

  async #dial(backend: BalancedServer): Promise<Socket | undefined> {
    const key = balancedServerKey(backend);
    this.#dialling.set(key, (this.#dialling.get(key) ?? 0) + 1);
    try {
      return await this.#open(backend);
    } finally {
      const left = this.#dialling.get(key)! - 1;
      if (left === 0) this.#dialling.delete(key);
      else this.#dialling.set(key, left);
    }
  }

  async #open({ address, port, group }: BalancedServer): Promise<Socket | undefined> {
    const asked: MemberAddress = { address, port, serviceGroup: group };
    const place = await this.places.find(asked);
    if (place === undefined) return undefined;
    this.health.located(address, port);
    const socket = await dial(place);
    this.health.report(address, port, socket !== undefined);
    return socket;
  }

  #join(arrival: Arrival, target: StoredRow, backend: BalancedServer, upstream: Socket, first: Buffer): void {
    const { socket, vserver, store } = arrival;
    arrival.passed();
    const lbvserver = String(target.name);
    const connection: Connection = { client: socket, upstream, backend, lbvserver, frontend: String(vserver.name) };
    const key = balancedServerKey(backend);
    this.#connections.add(connection);
    const ofMember = this.#byMember.get(key) ?? new Set();
    this.#byMember.set(key, ofMember.add(connection));
    const header = this.#proxyHeader(arrival, target, backend);
    if (header !== undefined) upstream.write(header);
    const group = store.object('servicegroup', backend.group) ?? store.object('service', backend.group);
    const idle = {
      client: idleSeconds(target, 'clttimeout', IDLE_SECONDS),
      server: idleSeconds(group, 'svrtimeout', IDLE_SECONDS),
    };
    join(connection, first, idle, this.counters, () => {
      this.#connections.delete(connection);
      ofMember.delete(connection);
      if (ofMember.size > 0) return;
      this.#byMember.delete(key);
      this.#drained(backend, store);
    });
  }

  #proxyHeader({ client, server, store }: Arrival, target: StoredRow, backend: BalancedServer): Buffer | undefined {
    const group = store.object('servicegroup', backend.group) ?? store.object('service', backend.group);
    const name = group?.netprofile ?? target.netprofile;
    const profile = name === undefined ? undefined : store.object('netprofile', String(name));
    if (profile?.proxyprotocol !== 'ENABLED') return undefined;
    return proxyHeader(profile.proxyprotocoltxversion === 'V2' ? 'V2' : 'V1', client, server);
  }

  #probeSettings(kind: string, of: string, store: Store): ProbeSettings {
    for (const binding of store.bindings(kind, of)) {
      const monitor = store.object('lbmonitor', String(binding.monitor_name));
      if (monitor === undefined) continue;
      const interval = Number(monitor.interval ?? 5) * (monitor.units3 === 'MIN' ? 60 : 1);
      const timeout = Number(monitor.resptimeout ?? 2);
      return { secure: monitor.secure === 'YES', intervalMs: interval * 1000, timeoutMs: timeout * 1000 };
    }
    return DEFAULT_PROBE;
  }

  #memberAdded(member: StoredRow, store: Store): void {
    this.health.watch(
      String(member.ip),
      Number(member.port),
      this.#probeSettings('servicegroup_lbmonitor_binding', String(member.servicegroupname), store),
    );
    if (member.$drainuntil !== undefined) this.#drain(member, store);
  }

  #memberChanged(before: StoredRow | undefined, after: StoredRow | undefined, store: Store): void {
    if (after !== undefined) this.#memberAdded(after, store);
    if (before === undefined) return;
    this.health.unwatch(String(before.ip), Number(before.port));
    const key = `${before.servicegroupname}|${endpointKey(String(before.ip), Number(before.port))}`;
    if (after?.$drainuntil === undefined) this.#stopDrain(key);
    if (after !== undefined) return;
    const group = store.object('servicegroup', String(before.servicegroupname));
    if (group?.downstateflush === 'DISABLED' && before.$drainuntil === undefined) return;
    for (const connection of [...(this.#byMember.get(key) ?? [])]) close(connection);
  }

  #serviceChanged(before: StoredRow | undefined, after: StoredRow | undefined, store: Store): void {
    if (after !== undefined) this.#serviceAdded(after, store);
    if (before !== undefined) this.health.unwatch(addressOf(before, store), Number(before.port));
  }

  #serviceAdded(service: StoredRow, store: Store): void {
    const settings = this.#probeSettings('service_lbmonitor_binding', String(service.name), store);
    this.health.watch(addressOf(service, store), Number(service.port), settings);
  }

  #serviceMonitorsChanged(name: string, store: Store): void {
    const service = store.object('service', name);
    if (service === undefined) return;
    const settings = this.#probeSettings('service_lbmonitor_binding', name, store);
    this.health.adjust(addressOf(service, store), Number(service.port), settings);
  }

  #monitorsChanged(group: string, store: Store): void {
    const settings = this.#probeSettings('servicegroup_lbmonitor_binding', group, store);
    for (const member of store.bindings(MEMBER, group))
      this.health.adjust(String(member.ip), Number(member.port), settings);
  }

  /** Deleting a server resets its connections. */
  #vserverRemoved(name: string): void {
    for (const connection of [...this.#connections]) {
      if (connection.lbvserver === name || connection.frontend === name) close(connection);
    }
  }

  #drain(member: StoredRow, store: Store): void {
    const key = `${member.servicegroupname}|${endpointKey(String(member.ip), Number(member.port))}`;
    this.#stopDrain(key);
    const until = Number(member.$drainuntil);
    if (!Number.isFinite(until)) return;
    const timer = setTimeout(() => this.#finishDrain(member, store), Math.max(0, until - this.#now()));
    timer.unref();
    this.#drains.set(key, timer);
  }

  #stopDrain(key: string): void {
    clearTimeout(this.#drains.get(key));
    this.#drains.delete(key);
  }

  #drained(backend: BalancedServer, store: Store): void {
    if (backend.row.servicegroupname === undefined) return;
    const member = store.binding(MEMBER, backend.group, bindingId(MEMBER, backend.row));
    if (member?.$drainuntil !== undefined) this.#finishDrain(member, store);
  }

  #finishDrain(member: StoredRow, store: Store): void {
    if (!this.#attached.has(store)) return;
    store.removeBinding(MEMBER, String(member.servicegroupname), bindingId(MEMBER, member));
  }

  /** Resets everything that is open. */
  closeAll(): void {
    for (const connection of [...this.#connections]) close(connection);
  }

  stop(): void {
    this.closeAll();
    this.health.stop();
    for (const key of [...this.#drains.keys()]) this.#stopDrain(key);
    this.#attached = new Set();
  }
}

function close({ client, upstream }: Connection): void {
  reset(client);
  reset(upstream);
}
