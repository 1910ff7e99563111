import type { NitroError } from './errors.ts';

/** What the engine asks of an appliance. Reading and writing are separate: what plans cannot write. */

export type NitroRow = Readonly<Record<string, unknown>>;

/** One row to be written. */
export interface NitroItem {
  readonly type: string;
  readonly body: NitroRow;
}

/** A row to be removed: its name, and what else identifies it. */
export interface RemovalItem {
  readonly type: string;
  /** Attribute and value that stand in the path. */
  readonly name: readonly [attribute: string, value: string];
  readonly args: Readonly<Record<string, string | number>>;
}

/** What became of one item of a bulk call: undefined is success. */
export type ItemResult = NitroError | undefined;

export interface NitroQuery {
  /** Of one entity, or of a binding's parent. */
  readonly name?: string;
  /** Attribute → value, or PCRE between slashes. */
  readonly filter?: Readonly<Record<string, string>>;
  /** Only these attributes. */
  readonly attrs?: readonly string[];
  /** What the filter leaves may still be large: counted first, and read in pages where it is. */
  readonly large?: boolean;
  /** Makes of each row what is kept of it, as its page arrives: a long list is never held whole. Pure. */
  readonly shape?: (row: NitroRow) => NitroRow;
}

/** One read of a batch: rows of a type. */
export interface BatchQuery {
  readonly type: string;
  readonly filter: Readonly<Record<string, string>>;
}

export interface GroupMember {
  readonly ip: string;
  readonly port: number;
}

/** The whole desired set of members of a service group. */
export interface MemberList {
  readonly group: string;
  readonly members: readonly GroupMember[];
}

/** What became of a member list. */
export interface MemberResult {
  /** The list was refused as a whole. */
  readonly error: ItemResult;
  /** Members that could not be bound; the others are. */
  readonly failed: readonly GroupMember[];
}

export interface UploadedFile {
  readonly name: string;
  /** Folder on the appliance. */
  readonly location: string;
  readonly content: string;
}

/** Bindings of several parents, and what was read in the same call. */
export interface RowsBeside {
  /** Parent's name → its bindings. */
  readonly rows: ReadonlyMap<string, readonly NitroRow[]>;
  /** Answers to the other queries, in their order. */
  readonly others: readonly NitroRow[][];
}

export interface NitroReader {
  /** Rows of a type; none where the entity, or the binding's parent, does not exist. */
  rows(type: string, query?: NitroQuery): Promise<NitroRow[]>;
  /** Bindings of one type of several parents that have a `name`, by parent: in one call where that is known to work. */
  rowsOf(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, readonly NitroRow[]>>;
  /**
   * Reads the same, and other types in the same call.
   *
   * @param names parents of which at least one has such bindings: an empty answer shows that the build cannot do it.
   * @returns undefined where one call for all is not known to work: nothing was read.
   */
  rowsBeside(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
    others: readonly BatchQuery[],
  ): Promise<RowsBeside | undefined>;
  /** Several reads in one call where the build has it. */
  batch(queries: readonly BatchQuery[]): Promise<NitroRow[][]>;
  count(type: string, query: NitroQuery): Promise<number>;
}

/** Each returns one result an item, in order; errors of the appliance as a whole are thrown. */
export interface NitroWriter {
  add(items: readonly NitroItem[]): Promise<ItemResult[]>;
  set(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  /** Back to the appliance's defaults. @param bodies the name, and `true` for each attribute. */
  unset(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  /** Takes what was disabled into service again. @param bodies the name. */
  enable(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  remove(items: readonly RemovalItem[]): Promise<ItemResult[]>;
  members(lists: readonly MemberList[]): Promise<MemberResult[]>;
  /** Files that belong together: all that are there, or none, are of one upload. */
  upload(files: readonly UploadedFile[]): Promise<void>;
  save(): Promise<void>;
}
