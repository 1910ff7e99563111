import type { Warning } from '../errors.ts';
import type { Files } from '../store/files.ts';
import type { Store, StoredRow } from '../store/store.ts';

/** What a command runs in. */
export interface Context {
  /** Configuration of the partition that the session is in. */
  readonly store: Store;
  /** Configuration of the default partition: users, features, HA. */
  readonly root: Store;
  readonly files: Files;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly warnings: Warning[];
  /** Loading a saved configuration: files may be missing. */
  readonly loading: boolean;
  /** Tells whoever runs the simulator where it does less than an appliance. */
  readonly note: (text: string) => void;
  /** Connections that a member of a service group holds open. */
  readonly connections: (group: string, member: StoredRow) => number;
}

/** What a kind does beyond what the schema says. Each may throw a NitroError. */
export interface Hooks {
  /** Attributes in the form in which they are stored, where a client may give them in another. */
  readonly toStored?: (row: StoredRow, context: Context) => StoredRow;
  /** Checks a new object or binding and fills in what the appliance itself does. */
  readonly complete?: (row: StoredRow, context: Context) => StoredRow;
  readonly added?: (row: StoredRow, context: Context) => void;
  /** An update that is not one of the object itself; true where it was done. */
  readonly update?: (row: StoredRow, context: Context) => boolean;
  readonly changed?: (before: StoredRow, after: StoredRow, context: Context) => StoredRow;
  readonly removing?: (row: StoredRow, context: Context) => void;
  /** Actions of its own: `?action=…` in lower case. */
  readonly actions?: Readonly<Record<string, (row: StoredRow, context: Context) => void>>;
}
