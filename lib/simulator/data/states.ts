import { MEMBER } from '../command/servicegroups.ts';
import { isSslType } from '../command/vservers.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { endpointKey } from './endpoint-map.ts';
import type { Health } from './health.ts';

type ServerState = 'UP' | 'DOWN' | 'OUT OF SERVICE';
type MemberState = ServerState | 'GOING OUT OF SERVICE';

/** A service or a member of a group that accepts connections. */
export interface BalancedServer {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  /** Service group of the member, or the name of the service. */
  readonly group: string;
  readonly row: StoredRow;
}

/** Returns the key of a service or member. */
export function balancedServerKey({
  group,
  address,
  port,
}: Pick<BalancedServer, 'group' | 'address' | 'port'>): string {
  return `${group}|${endpointKey(address, port)}`;
}

/** Returns the key of a member of a service group. */
export function memberKey(member: StoredRow): string {
  const group = String(member.servicegroupname);
  return balancedServerKey({ group, address: String(member.ip), port: Number(member.port) });
}

/** Derives the states of servers and members from the configuration and the monitors. */
export class States {
  readonly #health: Health;

  constructor(health: Health) {
    this.#health = health;
  }

  memberState(member: StoredRow, store: Store): MemberState {
    if (member.$drainuntil !== undefined) return 'GOING OUT OF SERVICE';
    const group = store.object('servicegroup', String(member.servicegroupname));
    const server = store.object('server', String(member.servername));
    const off = [member.state, group?.state, server?.state].includes('DISABLED');
    if (off) return 'OUT OF SERVICE';
    if (group?.healthmonitor === 'NO') return 'UP';
    return this.#health.state(String(member.ip), Number(member.port));
  }

  serviceState(service: StoredRow, store: Store): ServerState {
    if (service.state === 'DISABLED') return 'OUT OF SERVICE';
    if (service.healthmonitor === 'NO') return 'UP';
    return this.#health.state(addressOf(service, store), Number(service.port));
  }

  /**
   * Returns UP when the server accepts connections: an SSL server needs a certificate, a balancing server a member that
   * is UP.
   */
  vserverState(kind: 'csvserver' | 'lbvserver', row: StoredRow, store: Store): ServerState {
    if (row.state === 'DISABLED') return 'OUT OF SERVICE';
    if (isSslType(row.servicetype) && !hasCertificate(String(row.name), store)) return 'DOWN';
    if (kind === 'csvserver') return 'UP';
    for (const backend of backendsOf(String(row.name), store)) {
      if (this.isUp(backend, store)) return 'UP';
    }
    return 'DOWN';
  }

  isUp(backend: BalancedServer, store: Store): boolean {
    return backend.row.servicegroupname === undefined
      ? this.serviceState(backend.row, store) === 'UP'
      : this.memberState(backend.row, store) === 'UP';
  }

  /** Returns whether to try a new connection: the state is UP, or no probe has reached the member yet. */
  isUsable(backend: BalancedServer, store: Store): boolean {
    const state =
      backend.row.servicegroupname === undefined
        ? this.serviceState(backend.row, store)
        : this.memberState(backend.row, store);
    return state === 'UP' || (state === 'DOWN' && this.#health.usable(backend.address, backend.port));
  }

  since(address: string, port: number): number {
    return this.#health.since(address, port);
  }
}

function hasCertificate(vserver: string, store: Store): boolean {
  for (const binding of store.bindings('sslvserver_sslcertkey_binding', vserver)) if (binding.ca !== true) return true;
  return false;
}

export function addressOf(service: StoredRow, store: Store): string {
  const server = store.object('server', String(service.servername ?? ''));
  return String(server?.ipaddress ?? '0.0.0.0');
}

/** Returns everything that is bound behind a balancing server. */
export function* backendsOf(lbvserver: string, store: Store): Iterable<BalancedServer> {
  for (const binding of store.bindings('lbvserver_servicegroup_binding', lbvserver)) {
    const group = String(binding.servicegroupname);
    for (const row of store.bindings(MEMBER, group)) {
      yield { address: String(row.ip), port: Number(row.port), weight: Number(row.weight ?? 1), group, row };
    }
  }
  for (const binding of store.bindings('lbvserver_service_binding', lbvserver)) {
    const row = store.object('service', String(binding.servicename));
    if (row === undefined) continue;
    const weight = Number(binding.weight ?? 1);
    yield { address: addressOf(row, store), port: Number(row.port), weight, group: String(row.name), row };
  }
}
