import type { GroupMember } from '../netscaler/index.ts';
import type { NitroError } from './errors.ts';

/** The interfaces to an appliance. Reading and writing are separate, so that a plan cannot write. */

export type NitroRow = Readonly<Record<string, unknown>>;

/** A row to write. */
export interface NitroItem {
  readonly type: string;
  readonly body: NitroRow;
}

/** A row to remove: its name, and the other attributes that identify it. */
export interface RemovalItem {
  readonly type: string;
  /** Attribute and value for the path. */
  readonly name: readonly [attribute: string, value: string];
  readonly args: Readonly<Record<string, string | number>>;
}

/** The result of one item of a bulk call: undefined for success. */
export type ItemResult = NitroError | undefined;

export interface NitroQuery {
  /** Name of an entity, or of a binding's parent. */
  readonly name?: string;
  /** Maps attributes to a value, or to a PCRE between slashes. */
  readonly filter?: Readonly<Record<string, string>>;
  /** Attributes to return; all where absent. */
  readonly attrs?: readonly string[];
  /** The filtered list may be large: it is counted first, and read in pages where it is. */
  readonly large?: boolean;
  /** Reduces each row when its page arrives, so that a long list is never held as a whole. Pure. */
  readonly shape?: (row: NitroRow) => NitroRow;
}

/** One read of a batch: rows of a type. */
export interface BatchQuery {
  readonly type: string;
  readonly filter: Readonly<Record<string, string>>;
}

/** The whole desired set of members of a service group. */
export interface MemberList {
  readonly group: string;
  readonly members: readonly GroupMember[];
}

/** The result of a member list. */
export interface MemberResult {
  /** The error that rejected the whole list. */
  readonly error: ItemResult;
  /** Members that could not be bound; the others were. */
  readonly failed: readonly GroupMember[];
}

export interface UploadedFile {
  readonly name: string;
  /** Folder on the appliance. */
  readonly location: string;
  readonly content: string;
}

/** Bindings of several parents, and other rows that the same call read. */
export interface RowsBeside {
  /** Maps a parent's name to its bindings. */
  readonly rows: ReadonlyMap<string, readonly NitroRow[]>;
  /** Answers to the other queries, in their order. */
  readonly others: readonly NitroRow[][];
}

export interface NitroReader {
  /** Reads rows of a type. Returns none where the entity, or the binding's parent, does not exist. */
  rows(type: string, query?: NitroQuery): Promise<NitroRow[]>;
  /** Reads bindings of one type of several parents, by parent's name: in one call where that is known to work. */
  rowsOf(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, readonly NitroRow[]>>;
  /**
   * Reads the same, and other types in the same call.
   *
   * @param names parents, at least one with such bindings: an empty answer shows that the build lacks such calls.
   * @returns undefined where such a call is not known to work: nothing was read.
   */
  rowsBeside(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
    others: readonly BatchQuery[],
  ): Promise<RowsBeside | undefined>;
  /** Reads several lists in one call where the build has batches. */
  batch(queries: readonly BatchQuery[]): Promise<NitroRow[][]>;
  count(type: string, query: NitroQuery): Promise<number>;
}

/** Reads counters of traffic, which are not part of the configuration. */
export interface StatisticsReader {
  /** Returns the counters of every object of a type. */
  statistics(type: string): Promise<NitroRow[]>;
}

/** Each call returns one result for each item, in order, and throws errors that concern the whole appliance. */
export interface NitroWriter {
  /**
   * Adds rows in calls of at most {@link LIMITS.bulk}. The first call is done before the others begin, the last one begins
   * when the others are done; those between may come in any order.
   */
  add(items: readonly NitroItem[]): Promise<ItemResult[]>;
  set(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  /** Restores the appliance's defaults. @param bodies the name, and `true` for each attribute. */
  unset(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  /** Enables disabled objects. @param bodies the name. */
  enable(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  remove(items: readonly RemovalItem[]): Promise<ItemResult[]>;
  members(lists: readonly MemberList[]): Promise<MemberResult[]>;
  /** Uploads files that belong together: it keeps existing ones only if all exist. */
  upload(files: readonly UploadedFile[]): Promise<void>;
  save(): Promise<void>;
}
