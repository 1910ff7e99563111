import { putBuiltIn } from '../command/built-in.ts';
import { referencesOf } from '../store/links.ts';
import { Store } from '../store/store.ts';

export const DEFAULT_PARTITION = 'default';

/**
 * Features that are on before anyone configures the appliance: those that the engine needs, not those of a new one (V).
 */
export const INITIAL_FEATURES: readonly string[] = ['LB', 'CS', 'SSL', 'RESPONDER'];
export const INITIAL_MODES: readonly string[] = ['FR', 'L3', 'Edge', 'USNIP', 'PMTUD'];

/** The configuration of a node: one store for each partition. */
export class Configuration {
  readonly partitions = new Map<string, Store>();
  readonly #attach: (store: Store) => void;
  readonly #detach: (store: Store) => void;

  /**
   * @param address address of the node
   * @param attach called with the store of each new partition, which holds only built-in objects
   * @param detach called with the store of a removed partition
   */
  constructor(address: string, attach: (store: Store) => void, detach: (store: Store) => void) {
    this.#attach = attach;
    this.#detach = detach;
    this.root.put('nsfeature', '', { feature: INITIAL_FEATURES });
    this.root.put('hanode', '0', { id: 0, ipaddress: address });
    this.root.put('nsmode', '', { mode: INITIAL_MODES });
  }

  get root(): Store {
    return this.partition(DEFAULT_PARTITION);
  }

  /** Removes a partition with everything in it. */
  drop(name: string): void {
    const store = this.partitions.get(name);
    if (store === undefined || name === DEFAULT_PARTITION) return;
    this.partitions.delete(name);
    this.#detach(store);
  }

  /** Gives up every partition: another configuration takes this one's place. */
  release(): void {
    for (const store of this.partitions.values()) this.#detach(store);
    this.partitions.clear();
  }

  /** Returns the store of a partition, which is created at first use. */
  partition(name: string): Store {
    let store = this.partitions.get(name);
    if (store === undefined) {
      store = new Store(referencesOf);
      putBuiltIn(store);
      this.partitions.set(name, store);
      this.#attach(store);
    }
    return store;
  }
}
