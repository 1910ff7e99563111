import { LOWER_LIMITS } from '../behaviour.ts';
import { schemaOf } from '../command/run.ts';
import { ApplianceError } from '../errors.ts';
import type { LiveState } from '../node/live-state.ts';
import type { SimulatedNode } from '../node/node.ts';
import { notFound } from '../schema/not-found.ts';
import { schemas } from '../schema/schema.ts';
import { type FilterTerm, filterTerm } from '../view/filter.ts';
import { nodeResources } from '../view/node-resources.ts';
import { answerRows, type RowSource, sources, type ViewQuery } from '../view/read.ts';
import { reverse, reverseRows } from '../view/reverse.ts';
import { statistics } from '../view/stat.ts';
import { done, type NitroReply } from './exchange.ts';
import { decode, parseArgs, parseFilter, type RequestTarget } from './url.ts';

const YES = /^(yes|true)$/i;

function page(parameters: ReadonlyMap<string, string>, most: number): ViewQuery['page'] {
  const size = Number(parameters.get('pagesize') ?? 0);
  const number = Number(parameters.get('pageno') ?? 1);
  if (!parameters.has('pagesize')) return undefined;
  if (!Number.isInteger(size) || size < 1 || size > most || !Number.isInteger(number) || number < 1)
    throw new ApplianceError(1097, 'pagesize');
  return { size, number };
}

function queryOf(target: RequestTarget, mostRows: number): ViewQuery {
  const { parameters } = target;
  const attrs = parameters.get('attrs');
  return {
    name: target.name,
    args: parseArgs(parameters.get('args')),
    filter: parseFilter(parameters.get('filter')),
    attrs: attrs === undefined || attrs === '' ? undefined : new Set(decode(attrs).toLowerCase().split(',')),
    summary: parameters.get('view')?.toLowerCase() === 'summary',
    count: YES.test(parameters.get('count') ?? ''),
    page: page(parameters, mostRows),
    bulk: YES.test(parameters.get('bulkbindings') ?? '') || YES.test(parameters.get('statbindings') ?? ''),
  };
}

function rendered(rows: readonly Record<string, unknown>[]): RowSource[] {
  return rows.map((row) => ({ rendered: row }));
}

function rowsOf(
  kind: string,
  query: ViewQuery,
  live: LiveState,
  node: SimulatedNode,
): { object: Record<string, unknown> } | { rows: Iterable<RowSource> } {
  if (query.name !== undefined && schemas.get(kind)?.singleton === true) throw new ApplianceError(1090, 'name');
  const special = nodeResources[kind];
  if (special !== undefined) return special(query, live, node);
  const schema = schemaOf(kind);
  if (reverse[kind] !== undefined) {
    if (query.name === undefined) throw new ApplianceError(1095, 'Name argument required for binding object');
    const { of } = reverse[kind];
    if (live.store.object(of, query.name) === undefined) throw notFound(of, query.name);
    const rows = reverseRows(kind, query.name, live);
    return {
      rows: rendered(
        rows.length === 0 && !kind.endsWith('_binding') && kind !== 'lbmonbindings'
          ? [{ [schema.key]: query.name }]
          : rows,
      ),
    };
  }
  if (schema.singleton) {
    const row = live.store.object(kind, '') ?? {};
    const only = answerRows(schema, [{ kind, row }], query, live)?.[0];
    return { object: only ?? {} };
  }
  return { rows: sources(schema, query, live) };
}

/** Returns the fields of the answer to a read; without a match the key of the kind is absent. */
export function readFields(
  kind: string,
  query: ViewQuery,
  live: LiveState,
  node: SimulatedNode,
): Record<string, unknown> {
  const schema = schemaOf(kind);
  const readable = ['get', 'get-all', 'get-byname'].some((operation) => schema.operations.has(operation));
  if (!readable) throw new ApplianceError(1240);
  const result = rowsOf(kind, query, live, node);
  if ('object' in result) return { [kind]: result.object };
  const rows = answerRows(schema, result.rows, query, live);
  return rows === undefined ? {} : { [kind]: rows };
}

export function read(target: RequestTarget, live: LiveState, node: SimulatedNode): NitroReply {
  const query = queryOf(target, live.behaviour['page-rows'] ? Number.POSITIVE_INFINITY : LOWER_LIMITS.page);
  if (target.area === 'stat') {
    const found = statistics(target.kind, query, live, node);
    return done(200, Array.isArray(found) && found.length === 0 ? {} : { [target.kind]: found });
  }
  if (target.kind === '') return done(200, { configobjects: { objects: [...schemas.keys()].sort() } });
  if (!schemas.has(target.kind)) throw new ApplianceError(1232, target.kind);
  return done(200, readFields(target.kind, query, live, node));
}

function term(attribute: string, value: unknown): FilterTerm {
  return filterTerm(attribute.toLowerCase(), String(value));
}

/** Reads a query of `batchapi?action=GET`, which has its parameters in JSON. */
export function batchQuery(item: Record<string, unknown>): ViewQuery {
  const parameters = (item.query_params ?? {}) as Record<string, unknown>;
  const filter = (parameters.filter ?? {}) as Record<string, unknown>;
  const args = (parameters.args ?? {}) as Record<string, unknown>;
  const attrs = parameters.attrs;
  const name = item.name ?? parameters.name;
  return {
    name: name === undefined ? undefined : String(name),
    args:
      typeof args === 'string'
        ? parseArgs(args)
        : Object.fromEntries(Object.entries(args).map(([key, value]) => [key.toLowerCase(), String(value)])),
    filter:
      typeof filter === 'string' ? parseFilter(filter) : Object.entries(filter).map(([key, value]) => term(key, value)),
    attrs: attrs === undefined ? undefined : new Set(String(attrs).toLowerCase().split(',')),
    summary: parameters.view === 'summary',
    count: YES.test(String(parameters.count ?? '')),
    page: undefined,
    bulk: YES.test(String(parameters.bulkbindings ?? '')),
  };
}
