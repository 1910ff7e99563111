/** How an Ingress is to be said. */
export interface Demand {
  /** Although nothing differs from what was said last. */
  readonly again: boolean;
  /** By an event of its own, whatever snapshots say meanwhile. */
  readonly alone: boolean;
  /** Appliances that compare real objects (protocol rule 10). */
  readonly verify: ReadonlySet<string>;
}

const NO_APPLIANCE: ReadonlySet<string> = new Set();

/** Said if it differs. */
export const IF_CHANGED: Demand = { again: false, alone: false, verify: NO_APPLIANCE };

/** Seen to be gone: said if it differs, and by no snapshot (protocol rule 11). */
export const SEEN_GONE: Demand = { again: false, alone: true, verify: NO_APPLIANCE };

/** Said in any case. */
export function again(verify: Iterable<string> = []): Demand {
  return { again: true, alone: false, verify: new Set(verify) };
}

/**
 * Names of Ingresses that may have to be said, in the order in which they came. Only names: the state is taken when
 * an event is made, so that an outage, however long, costs one name for each Ingress, and a newer state replaces an
 * older one by itself.
 */
export class Outbox {
  readonly #demands = new Map<string, Demand>();

  get size(): number {
    return this.#demands.size;
  }

  /** How many a snapshot would serve as well. */
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
            again: known.again || demand.again,
            alone: known.alone || demand.alone,
            verify: new Set([...known.verify, ...demand.verify]),
          },
    );
  }

  /**
   * Takes a name out that a snapshot is about to say, unless it must be said by an event of its own.
   *
   * @returns whether it was taken out.
   */
  settle(name: string): boolean {
    const demand = this.#demands.get(name);
    return demand !== undefined && bySnapshot(demand) && this.#demands.delete(name);
  }

  /** The oldest, which is taken out. */
  take(): { readonly name: string; readonly demand: Demand } | undefined {
    const first = this.#demands.entries().next().value;
    if (first === undefined) return undefined;
    this.#demands.delete(first[0]);
    return { name: first[0], demand: first[1] };
  }
}

const bySnapshot = ({ again, alone }: Demand): boolean => !again && !alone;
