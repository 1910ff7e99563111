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

/**
 * Holds the names of Ingresses that may have to be published, oldest first. It holds no states: the event writer takes
 * the state when it makes the event. So an outage costs one name for each Ingress, however long it lasts, and a newer
 * state replaces an older one by itself.
 */
export class Outbox {
  readonly #demands = new Map<string, Demand>();

  get size(): number {
    return this.#demands.size;
  }

  /** Number of Ingresses that a snapshot would publish as well. */
  get changes(): number {
    let changes = 0;
    for (const demand of this.#demands.values()) if (bySnapshot(demand)) changes += 1;
    return changes;
  }

  add(name: string, demand: Demand = IF_CHANGED): void {
    const known = this.#demands.get(name);
    this.#demands.set(
      name,
      known === undefined
        ? demand
        : {
            repeat: known.repeat || demand.repeat,
            alone: known.alone || demand.alone,
            verify: new Set([...known.verify, ...demand.verify]),
          },
    );
  }

  /**
   * Removes a name that a snapshot is about to cover, unless it needs a single event.
   *
   * @returns whether the name was removed.
   */
  absorb(name: string): boolean {
    const demand = this.#demands.get(name);
    return demand !== undefined && bySnapshot(demand) && this.#demands.delete(name);
  }

  /** Removes and returns the oldest name. */
  take(): { readonly name: string; readonly demand: Demand } | undefined {
    const first = this.#demands.entries().next().value;
    if (first === undefined) return undefined;
    this.#demands.delete(first[0]);
    return { name: first[0], demand: first[1] };
  }
}

const bySnapshot = ({ repeat, alone }: Demand): boolean => !repeat && !alone;
