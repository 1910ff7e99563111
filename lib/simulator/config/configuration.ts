import { putBuiltIn } from '../command/built-in.ts';
import { referencesOf } from '../store/links.ts';
import { Store } from '../store/store.ts';

export const DEFAULT_PARTITION = 'default';

/** What an appliance has before anyone configures it. */
const INITIAL_FEATURES = ['LB', 'CS', 'SSL', 'RESPONDER'];

/** The configuration of a node: one store for each partition. */
export class Configuration {
  readonly partitions = new Map<string, Store>();
  readonly #attach: (store: Store) => void;
  readonly #detach: (store: Store) => void;

  /**
   * @param address - the node's own
   * @param detach - called when a partition goes
   * @param attach - called with each partition's store, before anything but the built-in is in it
   */
  constructor(address: string, attach: (store: Store) => void, detach: (store: Store) => void) {
    this.#attach = attach;
    this.#detach = detach;
    this.root.put('nsfeature', '', { feature: INITIAL_FEATURES });
    this.root.put('hanode', '0', { id: 0, ipaddress: address });
    this.root.put('nsmode', '', { mode: ['FR', 'L3', 'Edge', 'USNIP', 'PMTUD'] });
  }

  get root(): Store {
    return this.partition(DEFAULT_PARTITION);
  }

  /** Forgets a partition with all that is in it. */
  drop(name: string): void {
    const store = this.partitions.get(name);
    if (store === undefined || name === DEFAULT_PARTITION) return;
    this.partitions.delete(name);
    this.#detach(store);
  }

  /** The store of a partition, made at the first use. */
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
