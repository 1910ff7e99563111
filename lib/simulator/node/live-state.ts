import type { ApplianceBehaviour } from '../../appliance-facts/index.ts';
import type { PacketEngine } from '../data/packet-engine.ts';
import type { Files } from '../store/files.ts';
import type { Store } from '../store/store.ts';

/** Everything beside its rows that answers about a partition are made from. */
export interface LiveState {
  readonly store: Store;
  readonly root: Store;
  readonly files: Files;
  readonly engine: PacketEngine;
  readonly behaviour: ApplianceBehaviour;
  readonly now: () => number;
}
