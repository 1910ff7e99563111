import { bindings } from '../schema/bindings.ts';
import { foldedKinds } from '../schema/references.ts';

export type StoredValue = string | number | boolean | readonly unknown[];

/** Maps attributes to values as set; a stored row is replaced, never changed. */
export type StoredRow = Readonly<Record<string, StoredValue>>;

/** An object or binding whose attribute names another object. */
export interface Reference {
  readonly kind: string;
  readonly row: StoredRow;
  readonly attribute: string;
}

/** Returns the kind and name of each object that a row names, with the attribute. */
export type ReferencesOf = (kind: string, row: StoredRow) => { kind: string; name: string; attribute: string }[];

export interface StoreChange {
  readonly kind: string;
  readonly before: StoredRow | undefined;
  readonly after: StoredRow | undefined;
}

function addTo(index: Map<string, Set<string>>, value: StoredValue | undefined, id: string): void {
  if (value === undefined) return;
  const ids = index.get(String(value));
  if (ids === undefined) index.set(String(value), new Set([id]));
  else ids.add(id);
}

/** Returns the key of a name: some kinds are not case-sensitive. */
function fold(kind: string, name: string): string {
  return foldedKinds.has(kind) ? name.toLowerCase() : name;
}

/** Returns the key of a binding among those of its parent. */
export function bindingId(kind: string, row: StoredRow): string {
  return bindings[kind]!.identity.map((attribute) => String(row[attribute] ?? '')).join('\u0000');
}

/**
 * The configuration of one partition: objects by name, bindings by parent, references by target, so that no look-up
 * walks everything. Every change can be undone: see `transaction`.
 */
export class Store {
  readonly #objects = new Map<string, Map<string, StoredRow>>();
  readonly #bindings = new Map<string, Map<string, Map<string, StoredRow>>>();
  readonly #referrers = new Map<string, Map<StoredRow, Reference[]>>();
  /** Kind → attribute → value → ids, for attributes that were looked up. */
  readonly #indexes = new Map<string, Map<string, Map<string, Set<string>>>>();
  readonly #referencesOf: ReferencesOf;
  readonly #listeners: ((change: StoreChange) => void)[] = [];
  #undo: (() => void)[] | undefined;

  constructor(referencesOf: ReferencesOf) {
    this.#referencesOf = referencesOf;
  }

  onChange(listener: (change: StoreChange) => void): void {
    this.#listeners.push(listener);
  }

  object(kind: string, name: string): StoredRow | undefined {
    return this.#objects.get(kind)?.get(fold(kind, name));
  }

  objects(kind: string): Iterable<StoredRow> {
    return this.#objects.get(kind)?.values() ?? [];
  }

  count(kind: string): number {
    return this.#objects.get(kind)?.size ?? 0;
  }

  binding(kind: string, parent: string, id: string): StoredRow | undefined {
    return this.#bindings.get(kind)?.get(fold(bindings[kind]!.parent, parent))?.get(id);
  }

  bindings(kind: string, parent: string): Iterable<StoredRow> {
    return this.#bindings.get(kind)?.get(fold(bindings[kind]!.parent, parent))?.values() ?? [];
  }

  bindingCount(kind: string, parent: string): number {
    return this.#bindings.get(kind)?.get(fold(bindings[kind]!.parent, parent))?.size ?? 0;
  }

  *allBindings(kind: string): Iterable<StoredRow> {
    for (const rows of this.#bindings.get(kind)?.values() ?? []) yield* rows.values();
  }

  /** Returns objects with exactly this value, from an index that the first look-up builds. */
  *lookup(kind: string, attribute: string, value: string): Iterable<StoredRow> {
    const rows = this.#objects.get(kind);
    if (rows === undefined) return;
    let indexes = this.#indexes.get(kind);
    if (indexes === undefined) {
      indexes = new Map();
      this.#indexes.set(kind, indexes);
    }
    let index = indexes.get(attribute);
    if (index === undefined) {
      index = new Map();
      indexes.set(attribute, index);
      for (const [id, row] of rows) addTo(index, row[attribute], id);
    }
    for (const id of index.get(value) ?? []) yield rows.get(id)!;
  }

  /** Returns everything that names this object. */
  *referrers(kind: string, name: string): Iterable<Reference> {
    for (const list of this.#referrers.get(`${kind}\u0000${fold(kind, name)}`)?.values() ?? []) yield* list;
  }

  referrerCount(kind: string, name: string, by: string): number {
    let count = 0;
    for (const reference of this.referrers(kind, name)) if (reference.kind === by) count += 1;
    return count;
  }

  /** Adds or replaces an object. */
  put(kind: string, name: string, row: StoredRow): void {
    let rows = this.#objects.get(kind);
    if (rows === undefined) {
      rows = new Map();
      this.#objects.set(kind, rows);
    }
    this.#set(kind, rows, fold(kind, name), row);
  }

  remove(kind: string, name: string): void {
    const rows = this.#objects.get(kind);
    if (rows !== undefined) this.#set(kind, rows, fold(kind, name), undefined);
  }

  /** Moves an object to another name: one change, which names both. */
  rename(kind: string, from: string, to: string, row: StoredRow): void {
    const rows = this.#objects.get(kind);
    const before = rows?.get(fold(kind, from));
    if (rows === undefined || before === undefined) return;
    const outer = this.#undo;
    this.#undo = undefined;
    this.#set(kind, rows, fold(kind, from), undefined, false);
    this.#set(kind, rows, fold(kind, to), row, false);
    this.#undo = outer;
    this.#undo?.push(() => this.rename(kind, to, from, before));
    for (const listener of this.#listeners) listener({ kind, before, after: row });
  }

  putBinding(kind: string, parent: string, row: StoredRow): void {
    let parents = this.#bindings.get(kind);
    if (parents === undefined) {
      parents = new Map();
      this.#bindings.set(kind, parents);
    }
    const folded = fold(bindings[kind]!.parent, parent);
    let rows = parents.get(folded);
    if (rows === undefined) {
      rows = new Map();
      parents.set(folded, rows);
    }
    this.#set(kind, rows, bindingId(kind, row), row);
  }

  removeBinding(kind: string, parent: string, id: string): void {
    const rows = this.#bindings.get(kind)?.get(fold(bindings[kind]!.parent, parent));
    if (rows !== undefined) this.#set(kind, rows, id, undefined);
  }

  /** Runs `work`, and undoes its changes when it throws. Transactions nest. */
  transaction<T>(work: () => T): T {
    const outer = this.#undo;
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      const result = work();
      for (const step of undo) outer?.push(step);
      return result;
    } catch (error) {
      this.#undo = undefined;
      for (const step of undo.reverse()) step();
      throw error;
    } finally {
      this.#undo = outer;
    }
  }

  /** Runs `work` like `transaction`, and returns a function that undoes its changes. */
  recorded<T>(work: () => T): { result: T; undo: () => void } {
    const outer = this.#undo;
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      const result = work();
      return { result, undo: () => undo.reverse().forEach((step) => void step()) };
    } finally {
      this.#undo = outer;
      for (const step of undo) outer?.push(step);
    }
  }

  #set(kind: string, rows: Map<string, StoredRow>, id: string, after: StoredRow | undefined, tell = true): void {
    const before = rows.get(id);
    if (before === after) return;
    if (before !== undefined) this.#unlink(kind, before);
    if (after === undefined) rows.delete(id);
    else rows.set(id, after);
    for (const [attribute, index] of this.#indexes.get(kind) ?? []) {
      if (before !== undefined) index.get(String(before[attribute]))?.delete(id);
      if (after !== undefined) addTo(index, after[attribute], id);
    }
    if (after !== undefined) this.#link(kind, after);
    this.#undo?.push(() => this.#set(kind, rows, id, before));
    if (!tell) return;
    for (const listener of this.#listeners) listener({ kind, before, after });
  }

  #link(kind: string, row: StoredRow): void {
    for (const target of this.#referencesOf(kind, row)) {
      const key = `${target.kind}\u0000${fold(target.kind, target.name)}`;
      let referrers = this.#referrers.get(key);
      if (referrers === undefined) {
        referrers = new Map();
        this.#referrers.set(key, referrers);
      }
      const list = referrers.get(row) ?? [];
      list.push({ kind, row, attribute: target.attribute });
      referrers.set(row, list);
    }
  }

  #unlink(kind: string, row: StoredRow): void {
    for (const target of this.#referencesOf(kind, row)) {
      const key = `${target.kind}\u0000${fold(target.kind, target.name)}`;
      const referrers = this.#referrers.get(key);
      referrers?.delete(row);
      if (referrers?.size === 0) this.#referrers.delete(key);
    }
  }
}
