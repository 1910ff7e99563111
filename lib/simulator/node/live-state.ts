import type { PacketEngine } from '../data/packet-engine.ts';
import type { Files } from '../store/files.ts';
import type { Store } from '../store/store.ts';

/** Holds what answers about a partition are made from, beside its rows. */
export interface LiveState {
  readonly store: Store;
  readonly root: Store;
  readonly files: Files;
  readonly engine: PacketEngine;
  readonly now: () => number;
}
