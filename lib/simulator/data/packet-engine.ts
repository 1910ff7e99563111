import type { Socket } from 'node:net';
import type { ApplianceBehaviour } from '../../appliance-facts/index.ts';
import { MEMBER } from '../command/servicegroups.ts';
import { isSslType } from '../command/vservers.ts';
import type { Store, StoreChange, StoredRow } from '../store/store.ts';
import { proxyHeader } from '../wire/proxy-protocol.ts';
import type { Arrival } from './arrival.ts';
import { Balancer } from './balance.ts';
import { ConnectionTable } from './connection-table.ts';
import { Counters } from './counters.ts';
import { EndpointMap, type ResolveMember, type SimulatedEndpoint } from './endpoint-map.ts';
import { Health } from './health.ts';
import { MemberDrains } from './member-drains.ts';
import { Monitoring } from './monitoring.ts';
import { PolicyBanks } from './policy-bank.ts';
import { refuse } from './refuse.ts';
import { type Connection, dial, idleSeconds, join } from './relay.ts';
import { type BalancedServer, backendsOf, balancedServerKey, memberKey, States } from './states.ts';

interface PacketEngineOptions {
  readonly map: ReadonlyMap<string, SimulatedEndpoint> | undefined;
  readonly resolveMember: ResolveMember | undefined;
  readonly now: () => number;
  readonly monotonic: () => number;
  /** Returns the content of a file of the appliance, e.g. the key of a certificate. */
  readonly readFile: (path: string) => Buffer | undefined;
  readonly behaviour: ApplianceBehaviour;
}

/** Idle time of TCP-based servers in seconds, when none is set. */
const IDLE_SECONDS = 9000;
/** The same of SSL servers. */
const SSL_IDLE_SECONDS = 180;

/** An open connection to a member. */
interface Dialled {
  readonly backend: BalancedServer;
  readonly upstream: Socket;
}

/**
 * The packet engine behind the virtual servers: balances, passes bytes, keeps count. Configuration changes leave open
 * connections alone, except those that the appliance itself closes: of a deleted server, and of a member removed from
 * a group that flushes.
 */
export class PacketEngine {
  readonly endpoints: EndpointMap;
  readonly states: States;
  readonly counters = new Counters();
  readonly readFile: PacketEngineOptions['readFile'];
  readonly behaviour: ApplianceBehaviour;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly #health: Health;
  readonly #monitoring: Monitoring;
  readonly #balancer: Balancer;
  readonly #connections = new ConnectionTable();
  readonly #drains: MemberDrains;
  readonly #policyBanks = new WeakMap<Store, PolicyBanks>();
  readonly #attached = new Set<Store>();

  constructor(options: PacketEngineOptions, stateChanged: () => void) {
    this.started = options.now();
    this.readFile = options.readFile;
    this.behaviour = options.behaviour;
    this.endpoints = new EndpointMap(options.map, options.resolveMember);
    this.#health = new Health(this.endpoints, options, stateChanged);
    this.#monitoring = new Monitoring(this.#health);
    this.states = new States(this.#health);
    const load = (backend: BalancedServer): number => this.#connections.load(balancedServerKey(backend));
    this.#balancer = new Balancer(this.states, load, options.now);
    this.#drains = new MemberDrains(options.now, (store) => this.#attached.has(store));
  }

  /** Follows the configuration of a partition. */
  attach(store: Store): void {
    this.#attached.add(store);
    this.#monitoring.attach(store);
    for (const member of store.allBindings(MEMBER))
      if (member.$drainuntil !== undefined) this.#drains.start(member, store);
    if (this.#policyBanks.has(store)) return;
    this.#policyBanks.set(store, new PolicyBanks(store, this.counters));
    store.onChange((change) => {
      if (this.#attached.has(store)) this.#changed(change, store);
    });
  }

  detach(store: Store): void {
    this.#attached.delete(store);
    this.#monitoring.detach(store);
  }

  #changed({ kind, before, after }: StoreChange, store: Store): void {
    const row = (after ?? before)!;
    switch (kind) {
      case MEMBER:
        this.#monitoring.memberChanged(before, after, store);
        this.#memberChanged(before, after, store);
        break;
      case 'service':
        this.#monitoring.serviceChanged(before, after, store);
        break;
      case 'service_lbmonitor_binding':
        this.#monitoring.serviceMonitorsChanged(String(row.name), store);
        break;
      case 'servicegroup_lbmonitor_binding':
        this.#monitoring.groupMonitorsChanged(String(row.servicegroupname), store);
        break;
      case 'lbvserver':
      case 'csvserver':
        if (after === undefined) this.#connections.closeVserver(String(row.name));
        else if (before !== undefined && before.name !== after.name) {
          if (!this.behaviour['rename-keeps-connections']) this.#connections.closeVserver(String(before.name));
          this.#connections.renameVserver(kind, String(before.name), String(after.name));
          this.counters.rename(`${kind} ${before.name}`, `${kind} ${after.name}`);
        }
        break;
    }
  }

  #memberChanged(before: StoredRow | undefined, after: StoredRow | undefined, store: Store): void {
    if (after?.$drainuntil !== undefined) this.#drains.start(after, store);
    if (before === undefined) return;
    const key = memberKey(before);
    if (after?.$drainuntil === undefined) this.#drains.stop(key);
    if (after !== undefined) return;
    const group = store.object('servicegroup', String(before.servicegroupname));
    const keepsConnections = group?.downstateflush === 'DISABLED' && before.$drainuntil === undefined;
    if (!keepsConnections) this.#connections.closeMember(key);
  }

  policyBanks(store: Store): PolicyBanks {
    return this.#policyBanks.get(store)!;
  }

  /**
   * Returns the number of open connections to a service or a member.
   *
   * @param group name of the service group, or of the service
   */
  openConnections(group: string, address: string, port: number): number {
    return this.#connections.open(balancedServerKey({ group, address, port }));
  }

  /** The number of open connections to all members. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Returns the members that a new client of a balancing server may reach; none where the server is disabled. */
  reachable(lbvserver: string, store: Store): BalancedServer[] {
    const target = store.object('lbvserver', lbvserver);
    if (target === undefined || target.state === 'DISABLED') return [];
    return [...backendsOf(lbvserver, store)].filter((backend) => this.states.isUsable(backend, store));
  }

  /** Passes a client to a member of a balancing server; resets the client when no member accepts it. */
  async forward(arrival: Arrival, lbvserver: string, first: Buffer): Promise<void> {
    const { socket, store, client } = arrival;
    const target = store.object('lbvserver', lbvserver);
    const refused = this.behaviour['forward-without-members'];
    if (target === undefined || target.state === 'DISABLED') return refuse(socket, refused);
    socket.pause();
    socket.on('error', () => undefined);
    for (const backend of this.#balancer.candidates(target, client.address, store)) {
      const upstream = await this.#connections.dialling(backend, () => this.#dial(backend));
      if (socket.destroyed) {
        upstream?.destroy();
        return;
      }
      if (upstream === undefined) continue;
      this.#balancer.remember(target, client.address, backend);
      this.#join(arrival, target, { backend, upstream }, first);
      return;
    }
    refuse(socket, refused);
  }

  async #dial({ address, port, group }: BalancedServer): Promise<Socket | undefined> {
    const endpoint = await this.endpoints.resolve({ address, port, serviceGroup: group });
    if (endpoint === undefined) return undefined;
    this.#health.endpointKnown(address, port);
    const socket = await dial(endpoint);
    this.#health.report(address, port, socket !== undefined);
    return socket;
  }

  #join(arrival: Arrival, target: StoredRow, { backend, upstream }: Dialled, first: Buffer): void {
    const { socket, vserver, store } = arrival;
    arrival.passed();
    const lbvserver = String(target.name);
    const connection: Connection = { client: socket, upstream, backend, lbvserver, frontend: String(vserver.name) };
    this.#connections.add(connection);
    const group = store.object('servicegroup', backend.group) ?? store.object('service', backend.group);
    const header = this.behaviour['proxy-header-sent'] ? proxyHeaderFor(arrival, group, target) : undefined;
    if (header !== undefined) upstream.write(header);
    join(connection, {
      first,
      idle: {
        client: this.#clientIdle(target, vserver),
        server: idleSeconds(group, 'svrtimeout', IDLE_SECONDS),
      },
      counters: this.counters,
      closed: () => {
        if (this.#connections.remove(connection)) this.#drains.lastConnectionClosed(backend, store);
      },
    });
  }

  /** Returns the idle time-out of a client in seconds. */
  #clientIdle(target: StoredRow, vserver: StoredRow): number {
    if (this.behaviour['forward-idle-timeout'] === 'target' || !isSslType(vserver.servicetype))
      return idleSeconds(target, 'clttimeout', IDLE_SECONDS);
    return idleSeconds(vserver, 'clttimeout', SSL_IDLE_SECONDS);
  }

  /** Resets every open connection. */
  closeAll(): void {
    this.#connections.closeAll();
  }

  stop(): void {
    this.closeAll();
    this.#health.stop();
    this.#drains.stopAll();
    this.#attached.clear();
  }
}

/** Returns the PROXY header that the net profile of the group, or else of the server, asks for. */
function proxyHeaderFor(arrival: Arrival, group: StoredRow | undefined, target: StoredRow): Buffer | undefined {
  const { client, server, store } = arrival;
  const name = group?.netprofile ?? target.netprofile;
  const profile = name === undefined ? undefined : store.object('netprofile', String(name));
  if (profile?.proxyprotocol !== 'ENABLED') return undefined;
  return proxyHeader(profile.proxyprotocoltxversion === 'V2' ? 'V2' : 'V1', client, server);
}
