import { type Connection, reset } from './relay.ts';
import { type BalancedServer, balancedServerKey } from './states.ts';

/** Holds the connections that were passed to members, by member. */
export class ConnectionTable {
  readonly #all = new Set<Connection>();
  readonly #byMember = new Map<string, Set<Connection>>();
  /** Member → connections to it that are being opened. */
  readonly #dialling = new Map<string, number>();

  get size(): number {
    return this.#all.size;
  }

  add(connection: Connection): void {
    const key = balancedServerKey(connection.backend);
    this.#all.add(connection);
    this.#byMember.set(key, (this.#byMember.get(key) ?? new Set()).add(connection));
  }

  /** @returns whether the member has no other connection */
  remove(connection: Connection): boolean {
    const key = balancedServerKey(connection.backend);
    const ofMember = this.#byMember.get(key);
    this.#all.delete(connection);
    ofMember?.delete(connection);
    if (ofMember !== undefined && ofMember.size > 0) return false;
    this.#byMember.delete(key);
    return true;
  }

  /** Returns the number of open connections to a member. */
  open(member: string): number {
    return this.#byMember.get(member)?.size ?? 0;
  }

  /** Returns the number of connections to a member that are open or being opened. */
  load(member: string): number {
    return this.open(member) + (this.#dialling.get(member) ?? 0);
  }

  /** Counts a connection to a member as being opened while `open` runs. */
  async dialling<T>(backend: BalancedServer, open: () => Promise<T>): Promise<T> {
    const key = balancedServerKey(backend);
    this.#dialling.set(key, (this.#dialling.get(key) ?? 0) + 1);
    try {
      return await open();
    } finally {
      const left = this.#dialling.get(key)! - 1;
      if (left === 0) this.#dialling.delete(key);
      else this.#dialling.set(key, left);
    }
  }

  closeMember(member: string): void {
    for (const connection of [...(this.#byMember.get(member) ?? [])]) close(connection);
  }

  /** Closes the connections that came in by a virtual server or were balanced by it. */
  closeVserver(name: string): void {
    for (const connection of [...this.#all])
      if (connection.lbvserver === name || connection.frontend === name) close(connection);
  }

  /** Follows the new name of a virtual server: its connections stay. */
  renameVserver(kind: 'csvserver' | 'lbvserver', from: string, to: string): void {
    for (const connection of this.#all) {
      if (connection.frontend === from) connection.frontend = to;
      if (kind === 'lbvserver' && connection.lbvserver === from) connection.lbvserver = to;
    }
  }

  closeAll(): void {
    for (const connection of [...this.#all]) close(connection);
  }
}

function close({ client, upstream }: Connection): void {
  reset(client);
  reset(upstream);
}
