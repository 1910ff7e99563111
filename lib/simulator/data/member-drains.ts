import { MEMBER } from '../command/servicegroups.ts';
import { bindingId, type Store, type StoredRow } from '../store/store.ts';
import { type BalancedServer, memberKey } from './states.ts';

/** Removes draining members when their last connection has closed or their time is over. */
export class MemberDrains {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #now: () => number;
  readonly #isAttached: (store: Store) => boolean;

  constructor(now: () => number, isAttached: (store: Store) => boolean) {
    this.#now = now;
    this.#isAttached = isAttached;
  }

  /** Starts the timer of a member that drains; a member without a time limit waits for its connections only. */
  start(member: StoredRow, store: Store): void {
    this.stop(memberKey(member));
    const until = Number(member.$drainuntil);
    if (!Number.isFinite(until)) return;
    const timer = setTimeout(() => this.#finish(member, store), Math.max(0, until - this.#now()));
    timer.unref();
    this.#timers.set(memberKey(member), timer);
  }

  stop(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  stopAll(): void {
    for (const key of [...this.#timers.keys()]) this.stop(key);
  }

  /** Removes a member whose last connection has closed, if it drains. */
  lastConnectionClosed(backend: BalancedServer, store: Store): void {
    if (backend.row.servicegroupname === undefined) return;
    const member = store.binding(MEMBER, backend.group, bindingId(MEMBER, backend.row));
    if (member?.$drainuntil !== undefined) this.#finish(member, store);
  }

  #finish(member: StoredRow, store: Store): void {
    if (!this.#isAttached(store)) return;
    store.removeBinding(MEMBER, String(member.servicegroupname), bindingId(MEMBER, member));
  }
}
