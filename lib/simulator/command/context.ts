import type { ApplianceBehaviour } from '../../appliance-facts/index.ts';
import type { Warning } from '../errors.ts';
import type { Files } from '../store/files.ts';
import type { Store, StoredRow } from '../store/store.ts';

/** Everything that a command reads and changes. */
export interface Context {
  /** Configuration of the session's partition. */
  readonly store: Store;
  /** Configuration of the default partition: users, features, HA. */
  readonly root: Store;
  readonly files: Files;
  readonly behaviour: ApplianceBehaviour;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly warnings: Warning[];
  /** True while a saved configuration is loaded: files may be missing. */
  readonly loading: boolean;
  /** Takes a note about where the simulator does less than an appliance. */
  readonly note: (text: string) => void;
  /** Returns the number of open connections to a member of a service group. */
  readonly connections: (group: string, member: StoredRow) => number;
}

/** Behaviour of a kind beyond its schema. Each hook may throw an ApplianceError. */
export interface Hooks {
  /** Returns the attributes in the form in which they are stored, where clients may give another. */
  readonly toStored?: (row: StoredRow, context: Context) => StoredRow;
  /** Checks a new object or binding and adds what the appliance sets itself. */
  readonly complete?: (row: StoredRow, context: Context) => StoredRow;
  readonly added?: (row: StoredRow, context: Context) => void;
  /** Handles an update that is not one of the object itself; returns whether it did. */
  readonly update?: (row: StoredRow, context: Context) => boolean;
  readonly changed?: (before: StoredRow, after: StoredRow, context: Context) => StoredRow;
  readonly removing?: (row: StoredRow, context: Context) => void;
  /** Further actions: `?action=…` in lower case. */
  readonly actions?: Readonly<Record<string, (row: StoredRow, context: Context) => void>>;
}
