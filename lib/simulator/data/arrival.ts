import type { Socket } from 'node:net';
import type { Store, StoredRow } from '../store/store.ts';

/** A client that connected to a virtual server. */
export interface Arrival {
  readonly socket: Socket;
  readonly client: { readonly address: string; readonly port: number };
  /** Simulated address and port of the virtual server. */
  readonly server: { readonly address: string; readonly port: number };
  readonly vserver: StoredRow;
  readonly store: Store;
  /** Called when the client is passed to a member: it no longer depends on the listening server. */
  readonly passed: () => void;
}
