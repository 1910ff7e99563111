import type { Clock } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import { refOf } from '../state/ingress-ref.ts';
import { NamespaceBudget } from './namespace-budget.ts';

/** Requirements on the publication of an Ingress. */
export interface Demand {
  /** Even if it is unchanged since it was published last. */
  readonly repeat: boolean;
  /** By a single event, even if a snapshot covers it meanwhile. */
  readonly alone: boolean;
  /** Appliances that must compare real objects (protocol rule 10). */
  readonly verify: ReadonlySet<string>;
}

const NO_APPLIANCE: ReadonlySet<string> = new Set();

/** Publishes the Ingress if it differs. */
export const IF_CHANGED: Demand = { repeat: false, alone: false, verify: NO_APPLIANCE };

/** Publishes a deletion that was seen: by a single event, never by a snapshot (protocol rule 11). */
export const SEEN_DELETED: Demand = { repeat: false, alone: true, verify: NO_APPLIANCE };

/** Publishes the Ingress even if it is unchanged. */
export function repeat(verify: Iterable<string> = []): Demand {
  return { repeat: true, alone: false, verify: new Set(verify) };
}

/** Names of one namespace, oldest first. */
interface Waiting {
  /** Deletions that were seen: no budget delays them, because each follows a creation that had one. */
  readonly alone: Map<string, Demand>;
  readonly others: Map<string, Demand>;
}

/** Delays a namespace that has published too much. */
type Budget = Pick<NamespaceBudget, 'waitMs' | 'spend'>;

const NO_LIMIT: Budget = { waitMs: () => 0, spend: () => {} };

/**
 * Holds the names of Ingresses that may have to be published. Namespaces take turns, so none waits for another's names;
 * within a namespace the oldest comes first. The outbox holds no states: the event writer takes the state when it makes the
 * event. So an outage costs one name for each Ingress, however long it lasts, and a newer state replaces an older one by
 * itself.
 */
export class Outbox {
  /** By namespace, the next to have its turn first. */
  readonly #namespaces = new Map<string, Waiting>();
  #budget: Budget;
  #size = 0;
  #changes = 0;

  constructor(budget: Budget = NO_LIMIT) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#size;
  }

  /** Number of Ingresses that a snapshot would publish as well. */
  get changes(): number {
    return this.#changes;
  }

  add(name: string, demand: Demand = IF_CHANGED): void {
    const { namespace } = refOf(name);
    const waiting = this.#namespaces.get(namespace) ?? { alone: new Map(), others: new Map() };
    this.#namespaces.set(namespace, waiting);
    const known = waiting.alone.get(name) ?? waiting.others.get(name);
    const both = known === undefined ? demand : merge(known, demand);
    if (known === undefined) this.#size += 1;
    else if (bySnapshot(known)) this.#changes -= 1;
    if (bySnapshot(both)) this.#changes += 1;
    // A demand is never taken back: a name only moves from one list to the other.
    if (both.alone) waiting.others.delete(name);
    (both.alone ? waiting.alone : waiting.others).set(name, both);
  }

  /**
   * Removes a name that a snapshot is about to cover, unless it needs a single event.
   *
   * @returns whether the name was removed.
   */
  absorb(name: string): boolean {
    const { namespace } = refOf(name);
    const waiting = this.#namespaces.get(namespace);
    const demand = waiting?.others.get(name);
    if (waiting === undefined || demand === undefined || !bySnapshot(demand)) return false;
    this.#remove(namespace, waiting, name, demand);
    return true;
  }

  /** Removes and returns the oldest name of the next namespace that may publish one. */
  take(): { readonly name: string; readonly demand: Demand } | undefined {
    for (const [namespace, waiting] of this.#namespaces) {
      const { alone, others } = waiting;
      const from = alone.size > 0 ? alone : this.#budget.waitMs(namespace) === 0 ? others : undefined;
      const first = from?.entries().next().value;
      if (first === undefined) continue;
      this.#remove(namespace, waiting, ...first);
      this.#endTurn(namespace);
      return { name: first[0], demand: first[1] };
    }
    return undefined;
  }

  /** Returns the milliseconds until a name may be taken; undefined where none waits. */
  waitMs(): number | undefined {
    let least: number | undefined;
    for (const [namespace, { alone }] of this.#namespaces) {
      const wait = alone.size > 0 ? 0 : this.#budget.waitMs(namespace);
      if (wait === 0) return 0;
      least = Math.min(least ?? wait, wait);
    }
    return least;
  }

  /** An event was made of a name that was taken. */
  spend(name: string, demand: Demand): void {
    if (!demand.alone) this.#budget.spend(refOf(name).namespace);
  }

  /** Lets every name be taken at once, for a stop. */
  lift(): void {
    this.#budget = NO_LIMIT;
  }

  #remove(namespace: string, waiting: Waiting, name: string, demand: Demand): void {
    waiting.alone.delete(name);
    waiting.others.delete(name);
    this.#size -= 1;
    if (bySnapshot(demand)) this.#changes -= 1;
    if (waiting.alone.size + waiting.others.size === 0) this.#namespaces.delete(namespace);
  }

  #endTurn(namespace: string): void {
    const waiting = this.#namespaces.get(namespace);
    if (waiting === undefined) return;
    this.#namespaces.delete(namespace);
    this.#namespaces.set(namespace, waiting);
  }
}

/**
 * Returns an outbox with a budget for each namespace.
 *
 * @param isComplete whether the view of the cluster is complete. While it is not, no snapshot can carry what is above a
 *   budget, so no budget applies.
 */
export function fairOutbox(
  { namespaceBudget }: Pick<ForwarderSettings, 'namespaceBudget'>,
  clock: Pick<Clock, 'now'>,
  isComplete: () => boolean,
): Outbox {
  const budget = new NamespaceBudget(namespaceBudget, clock.now);
  return new Outbox({
    waitMs: (namespace) => (isComplete() ? budget.waitMs(namespace) : 0),
    spend: (namespace) => {
      if (isComplete()) budget.spend(namespace);
    },
  });
}

const merge = (a: Demand, b: Demand): Demand => ({
  repeat: a.repeat || b.repeat,
  alone: a.alone || b.alone,
  verify: new Set([...a.verify, ...b.verify]),
});

const bySnapshot = ({ repeat, alone }: Demand): boolean => !repeat && !alone;
