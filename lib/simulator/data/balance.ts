import type { Store, StoredRow } from '../store/store.ts';
import { type BalancedServer, backendsOf, balancedServerKey, type States } from './states.ts';

/** Number of persistence entries above which expired ones are removed. */
const MAX_PERSISTENCE_ENTRIES = 10_000;

/** Chooses among the members behind a balancing server. */
export class Balancer {
  readonly #states: States;
  readonly #open: (backend: BalancedServer) => number;
  readonly #now: () => number;
  readonly #turns = new Map<string, number>();
  readonly #persistence = new Map<string, { member: string; until: number }>();

  constructor(states: States, open: (backend: BalancedServer) => number, now: () => number) {
    this.#states = states;
    this.#open = open;
    this.#now = now;
  }

  /** Returns the members in the order to try them; empty when none is usable. */
  candidates(vserver: StoredRow, client: string, store: Store): BalancedServer[] {
    const name = String(vserver.name);
    const usable = [...backendsOf(name, store)].filter((backend) => this.#states.isUsable(backend, store));
    if (usable.length === 0) return [];
    const up = usable.filter((backend) => this.#states.isUp(backend, store));
    const ranked = this.#ranked(vserver, client, up.length > 0 ? up : usable);
    const rest = usable.filter((backend) => !ranked.includes(backend));
    const persistent = this.#persistent(vserver, client, [...ranked, ...rest]);
    return persistent === undefined
      ? [...ranked, ...rest]
      : [persistent, ...[...ranked, ...rest].filter((backend) => backend !== persistent)];
  }

  /** Remembers the choice for `persistencetype SOURCEIP`; the time-out is in minutes. */
  remember(vserver: StoredRow, client: string, backend: BalancedServer): void {
    if (vserver.persistencetype !== 'SOURCEIP') return;
    if (this.#persistence.size >= MAX_PERSISTENCE_ENTRIES) this.#forgetExpired();
    const until = this.#now() + Number(vserver.timeout ?? 2) * 60_000;
    this.#persistence.set(`${vserver.name} ${client}`, { member: balancedServerKey(backend), until });
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#persistence) if (until < now) this.#persistence.delete(key);
  }

  #persistent(vserver: StoredRow, client: string, backends: readonly BalancedServer[]): BalancedServer | undefined {
    if (vserver.persistencetype !== 'SOURCEIP') return undefined;
    const entry = this.#persistence.get(`${vserver.name} ${client}`);
    if (entry === undefined || entry.until < this.#now()) return undefined;
    return backends.find((backend) => balancedServerKey(backend) === entry.member);
  }

  #ranked(vserver: StoredRow, client: string, backends: readonly BalancedServer[]): BalancedServer[] {
    const name = String(vserver.name);
    const method = String(vserver.lbmethod ?? 'LEASTCONNECTION');
    if (method === 'SOURCEIPHASH') return rotate(backends, hash(client));
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, turn + 1);
    if (method === 'ROUNDROBIN') return weightedTurn(backends, turn);
    const start = rotate(backends, turn);
    return start
      .map((backend, index) => ({ backend, load: this.#open(backend) / backend.weight, index }))
      .sort((a, b) => a.load - b.load || a.index - b.index)
      .map(({ backend }) => backend);
  }
}

function rotate(backends: readonly BalancedServer[], by: number): BalancedServer[] {
  const at = by % backends.length;
  return [...backends.slice(at), ...backends.slice(0, at)];
}

/** Rotates so that each member comes as often in a round as its weight. */
function weightedTurn(backends: readonly BalancedServer[], turn: number): BalancedServer[] {
  const total = backends.reduce((sum, backend) => sum + backend.weight, 0);
  let slot = turn % total;
  const at = backends.findIndex((backend) => {
    slot -= backend.weight;
    return slot < 0;
  });
  return rotate(backends, at);
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) >>> 0;
  return value;
}
