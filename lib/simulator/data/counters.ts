/** Traffic of one server or member. */
export interface Traffic {
  hits: number;
  open: number;
  received: number;
  sent: number;
  /** Sockets of connected clients: their bytes count while they flow. */
  readonly live: Set<{ readonly bytesRead: number; readonly bytesWritten: number }>;
}

const EMPTY: Traffic = { hits: 0, open: 0, received: 0, sent: 0, live: new Set() };

/** Counts hits of policies, and traffic of servers and members. */
export class Counters {
  readonly #hits = new Map<string, number>();
  readonly #undef = new Map<string, number>();
  readonly #traffic = new Map<string, Traffic>();

  hit(kind: string, name: string): void {
    const key = `${kind} ${name}`;
    this.#hits.set(key, (this.#hits.get(key) ?? 0) + 1);
  }

  undef(kind: string, name: string): void {
    const key = `${kind} ${name}`;
    this.#undef.set(key, (this.#undef.get(key) ?? 0) + 1);
  }

  hits(kind: string, name: string): number {
    return this.#hits.get(`${kind} ${name}`) ?? 0;
  }

  undefs(kind: string, name: string): number {
    return this.#undef.get(`${kind} ${name}`) ?? 0;
  }

  /** Returns the traffic of `csvserver name`, `lbvserver name` or `member group|address:port`. */
  traffic(key: string): Traffic {
    let found = this.#traffic.get(key);
    if (found === undefined) {
      found = { hits: 0, open: 0, received: 0, sent: 0, live: new Set() };
      this.#traffic.set(key, found);
    }
    return found;
  }

  /** Returns the current totals, with the bytes of open connections. */
  totals(key: string): { hits: number; open: number; received: number; sent: number } {
    const { hits, open, received, sent, live } = this.#traffic.get(key) ?? EMPTY;
    const total = { hits, open, received, sent };
    for (const socket of live) {
      total.received += socket.bytesRead;
      total.sent += socket.bytesWritten;
    }
    return total;
  }

  /** Counts on under another key. */
  rename(from: string, to: string): void {
    const traffic = this.#traffic.get(from);
    if (traffic === undefined) return;
    this.#traffic.delete(from);
    this.#traffic.set(to, traffic);
  }

  clear(): void {
    this.#hits.clear();
    this.#undef.clear();
    this.#traffic.clear();
  }
}
