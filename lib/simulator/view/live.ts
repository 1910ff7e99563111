import type { PacketEngine } from '../data/packet-engine.ts';
import type { Files } from '../store/files.ts';
import type { Store } from '../store/store.ts';

/** What answers are drawn from, beside the rows. */
export interface Live {
  readonly store: Store;
  readonly root: Store;
  readonly files: Files;
  readonly plane: PacketEngine;
  readonly now: () => number;
}
