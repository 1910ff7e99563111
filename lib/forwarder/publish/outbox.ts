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
  /** Those that a single event must carry. They are few, or follow a snapshot: no budget delays them. */
  readonly demanded: Map<string, Demand>;
  readonly changed: Map<string, Demand>;
}

/** Delays the changes of a namespace that has published too many. */
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
    const waiting = this.#namespaces.get(namespace) ?? { demanded: new Map(), changed: new Map() };
    this.#namespaces.set(namespace, waiting);
    const known = waiting.demanded.get(name) ?? waiting.changed.get(name);
    const both = known === undefined ? demand : merge(known, demand);
    if (known === undefined) this.#size += 1;
    // A demand is never taken back: a name only moves from one list to the other.
    if (waiting.changed.has(name)) this.#changes -= 1;
    if (bySnapshot(both)) {
      waiting.changed.set(name, both);
      this.#changes += 1;
    } else {
      waiting.changed.delete(name);
      waiting.demanded.set(name, both);
    }
  }

  /**
   * Removes a name that a snapshot is about to cover, unless it needs a single event.
   *
   * @returns whether the name was removed.
   */
  absorb(name: string): boolean {
    const { namespace } = refOf(name);
    const waiting = this.#namespaces.get(namespace);
    if (waiting?.changed.has(name) !== true) return false;
    this.#remove(namespace, waiting, name);
    return true;
  }

  /** Removes and returns the oldest name of the next namespace that may publish one. */
  take(): { readonly name: string; readonly demand: Demand } | undefined {
    for (const [namespace, waiting] of this.#namespaces) {
      const { demanded, changed } = waiting;
      const from = demanded.size > 0 ? demanded : this.#budget.waitMs(namespace) === 0 ? changed : undefined;
      const first = from?.entries().next().value;
      if (first === undefined) continue;
      this.#remove(namespace, waiting, first[0]);
      this.#endTurn(namespace);
      return { name: first[0], demand: first[1] };
    }
    return undefined;
  }

  /** Returns the milliseconds until a name may be taken; undefined where none waits. */
  waitMs(): number | undefined {
    let least: number | undefined;
    for (const [namespace, { demanded }] of this.#namespaces) {
      const wait = demanded.size > 0 ? 0 : this.#budget.waitMs(namespace);
      if (wait === 0) return 0;
      least = Math.min(least ?? wait, wait);
    }
    return least;
  }

  /** An event was made of a name that was taken. */
  spend(name: string, demand: Demand): void {
    if (bySnapshot(demand)) this.#budget.spend(refOf(name).namespace);
  }

  /** Lets every name be taken at once, for a stop. */
  lift(): void {
    this.#budget = NO_LIMIT;
  }

  #remove(namespace: string, waiting: Waiting, name: string): void {
    if (waiting.changed.delete(name)) this.#changes -= 1;
    else waiting.demanded.delete(name);
    this.#size -= 1;
    if (waiting.demanded.size + waiting.changed.size === 0) this.#namespaces.delete(namespace);
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
