import { isPlain } from '../command/ssl-views.ts';
import { ApplianceError } from '../errors.ts';
import type { LiveState } from '../node/live-state.ts';
import { bindings, bindingsOf } from '../schema/bindings.ts';
import { notFound } from '../schema/not-found.ts';
import type { ResourceSchema } from '../schema/resource.ts';
import { schemas } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import { defaultBindings } from './default-bindings.ts';
import type { FilterTerm } from './filter.ts';
import { attributeOf, present } from './present.ts';
import { reverseBindings } from './reverse.ts';

export interface ViewQuery {
  readonly name: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly filter: readonly FilterTerm[];
  readonly attrs: ReadonlySet<string> | undefined;
  readonly summary: boolean;
  readonly count: boolean;
  readonly page: { readonly size: number; readonly number: number } | undefined;
  readonly bulk: boolean;
}

/** A stored row, or one that is rendered already. */
export type RowSource =
  | { readonly kind: string; readonly row: StoredRow }
  | { readonly rendered: Record<string, unknown> };

/** The entries of string maps. */
const MAP_ENTRY = 'policystringmap_pattern_binding';

/** Attributes that `view=summary` shows. */
const SUMMARY = new Set([
  'name',
  'servicegroupname',
  'ipv46',
  'port',
  'servicetype',
  'curstate',
  'state',
  'type',
  'lbmethod',
  'rule',
  'action',
]);

/** Returns the refusal for bindings of a parent that does not exist; some kinds have a code of their own. */
function missingParent(kind: string, parent: string, live: LiveState): ApplianceError {
  const facts = bindings[kind]!;
  const key = schemas.get(kind)!.key;
  if (isPlain(facts.parent, parent, live.store)) return new ApplianceError(1544);
  return facts.noParent === 258 ? new ApplianceError(258, [key, parent]) : new ApplianceError(facts.noParent, parent);
}

function* bindingRows(schema: ResourceSchema, query: ViewQuery, live: LiveState): Iterable<RowSource> {
  const { kind } = schema;
  if (query.name === undefined) {
    if (!query.bulk) throw new ApplianceError(1095, 'Name argument required for binding object');
    // Such a build answers a filter over all parents with nothing.
    if (query.filter.length > 0 && kind === MAP_ENTRY && !live.behaviour['filter-across-maps']) return;
    for (const row of live.store.allBindings(kind)) yield { kind, row };
    for (const row of defaultBindings(kind, undefined, live.store)) yield { kind, row };
    return;
  }
  if (live.store.object(bindings[kind]!.parent, query.name) === undefined) throw missingParent(kind, query.name, live);
  for (const row of defaultBindings(kind, query.name, live.store)) yield { kind, row };
  const exact = exactBinding(kind, query, live);
  if (exact !== undefined) {
    if (exact.row !== undefined) yield { kind, row: exact.row };
    return;
  }
  for (const row of live.store.bindings(kind, query.name)) yield { kind, row };
}

/** Finds a binding by its identifying attribute in filter or args, without a walk. */
function exactBinding(kind: string, query: ViewQuery, live: LiveState): { row: StoredRow | undefined } | undefined {
  const { identity } = bindings[kind]!;
  if (identity.length !== 1) return undefined;
  const value = query.args[identity[0]!] ?? query.filter.find((term) => term.attribute === identity[0])?.exact;
  return value === undefined ? undefined : { row: live.store.binding(kind, query.name!, value) };
}

/** `<kind>_binding`: returns the bindings of one object, or of each, by their kinds. */
function* gathered(parent: string, query: ViewQuery, live: LiveState): Iterable<RowSource> {
  const { key } = schemas.get(`${parent}_binding`)!;
  const gather = (name: string): RowSource => {
    const rendered: Record<string, unknown> = { [key]: name };
    for (const kind of bindingsOf(parent)) {
      const bound = [...live.store.bindings(kind, name), ...defaultBindings(kind, name, live.store)];
      const rows = bound.map((row) => present(kind, row, live));
      if (rows.length > 0) rendered[kind] = rows;
    }
    for (const { kind, rows } of reverseBindings(parent, name, live)) rendered[kind] = rows;
    return { rendered };
  };
  if (query.name === undefined) {
    if (!query.bulk) throw new ApplianceError(1095, 'Name argument required for binding object');
    for (const row of live.store.objects(parent)) yield gather(String(row[key]));
    return;
  }
  if (live.store.object(parent, query.name) === undefined) throw notFound(parent, query.name);
  yield gather(query.name);
}

function* objectRows(schema: ResourceSchema, query: ViewQuery, live: LiveState): Iterable<RowSource> {
  const { kind, key } = schema;
  if (query.name !== undefined) {
    const row = live.store.object(kind, query.name);
    if (row === undefined) throw notFound(kind, query.name);
    yield { kind, row };
    return;
  }
  const byKey = query.filter.find((term) => term.attribute === key)?.exact;
  if (byKey !== undefined) {
    const row = live.store.object(kind, byKey);
    if (row !== undefined) yield { kind, row };
    return;
  }
  const indexed = query.filter.find((term) => term.exact !== undefined && INDEXED.has(`${kind}.${term.attribute}`));
  const rows =
    indexed === undefined ? live.store.objects(kind) : live.store.lookup(kind, indexed.attribute, indexed.exact!);
  for (const row of rows) yield { kind, row };
}

/** Attributes without a default: an index look-up finds the same rows as a walk. */
const INDEXED = new Set([
  'server.ipaddress',
  'sslpolicy.action',
  'sslaction.forward',
  'responderpolicy.action',
  'csvserver.comment',
  'lbvserver.comment',
  'servicegroup.comment',
]);

/** Returns the rows that a GET is about, before filter and page. */
export function sources(schema: ResourceSchema, query: ViewQuery, live: LiveState): Iterable<RowSource> {
  const { kind } = schema;
  if (bindings[kind] !== undefined) return bindingRows(schema, query, live);
  const parent = kind.replace(/_?bindings?$/, '');
  if (kind === `${parent}_binding` && schemas.has(parent)) return gathered(parent, query, live);
  return objectRows(schema, query, live);
}

function value(source: RowSource, attribute: string, live: LiveState): unknown {
  if ('row' in source) {
    if (source.kind === 'policypatset_pattern_binding' && attribute === 'string') return source.row.string;
    return attributeOf(source.kind, source.row, attribute, live);
  }
  const name = Object.keys(source.rendered).find((key) => key.toLowerCase() === attribute);
  return name === undefined ? undefined : source.rendered[name];
}

function selected(source: RowSource, query: ViewQuery, live: LiveState): boolean {
  for (const term of query.filter) {
    const found = value(source, term.attribute, live);
    if (found === undefined || !term.test(String(found))) return false;
    const pattern = term.exact === undefined;
    if (pattern && !live.behaviour['filter-number-pattern'] && /^\d+$/.test(String(found))) return false;
  }
  for (const [attribute, wanted] of Object.entries(query.args)) {
    const found = value(source, attribute, live);
    if (found !== undefined && String(found) !== wanted) return false;
  }
  return true;
}

function checkFilter(schema: ResourceSchema, query: ViewQuery): void {
  for (const { attribute } of query.filter) {
    if (!schema.attributes.has(attribute) && !schema.readOnly.has(attribute)) throw new ApplianceError(278, attribute);
  }
}

function render(source: RowSource, query: ViewQuery, live: LiveState): Record<string, unknown> {
  const only = query.attrs ?? (query.summary ? SUMMARY : undefined);
  if ('row' in source) return present(source.kind, source.row, live, only);
  if (only === undefined) return source.rendered;
  return Object.fromEntries(Object.entries(source.rendered).filter(([name]) => only.has(name.toLowerCase())));
}

/**
 * Returns the rows of an answer: filters look at single attributes, and only the rows of the answer are rendered.
 *
 * @returns rows, or `__count`; undefined when there are none, because the answer then lacks the key
 */
export function answerRows(
  schema: ResourceSchema,
  rows: Iterable<RowSource>,
  query: ViewQuery,
  live: LiveState,
): Record<string, unknown>[] | undefined {
  checkFilter(schema, query);
  const { page } = query;
  const cut = <T>(all: T[]): T[] =>
    page === undefined ? all : all.slice((page.number - 1) * page.size, page.number * page.size);
  const filterFirst = live.behaviour['filter-before-pages'];
  const found: RowSource[] = [];
  for (const source of filterFirst ? rows : cut([...rows])) if (selected(source, query, live)) found.push(source);
  if (query.count) return [{ __count: found.length }];
  const shown = filterFirst ? cut(found) : found;
  return shown.length === 0 ? undefined : shown.map((source) => render(source, query, live));
}
