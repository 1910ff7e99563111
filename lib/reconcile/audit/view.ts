import { backEndResources, DEFAULTS, type ResourceType } from '../../netscaler/index.ts';
import type { BatchQuery, InventoryContext, NitroReader, NitroRow, Query } from '../../nitro/index.ts';

/**
 * Everything of the system on one appliance, read once, a type at a time. It is a reader itself, so that the audit
 * sees the objects through the engine's own eyes (`lib/nitro/inventory`).
 */
export class ApplianceView implements NitroReader {
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  async rows(type: string, { name, filter = {}, shape }: Query = {}): Promise<NitroRow[]> {
    const table = this.#tables.get(type);
    if (table === undefined) throw new TypeError(`the audit does not read ${type}`);
    const from = name === undefined ? table.rows : (table.byName.get(name) ?? []);
    const tests = Object.entries(filter).map(([attribute, pattern]) => [attribute, matcher(pattern)] as const);
    const rows = from.filter((row) => tests.every(([attribute, matches]) => matches(row[attribute])));
    return shape === undefined ? rows : rows.map(shape);
  }

  async rowsOf(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, readonly NitroRow[]>> {
    return new Map(
      await Promise.all(names.map(async (name) => [name, await this.rows(type, { name, filter })] as const)),
    );
  }

  /** Costs nothing here: what is asked for beside is asked for by itself. */
  rowsBeside(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  batch(queries: readonly BatchQuery[]): Promise<NitroRow[][]> {
    return Promise.all(queries.map(({ type, filter }) => this.rows(type, { filter })));
  }

  async count(type: string, query: Query): Promise<number> {
    return (await this.rows(type, query)).length;
  }
}

interface Table {
  readonly rows: readonly NitroRow[];
  /** Rows by name, or by the parent's name. */
  readonly byName: ReadonlyMap<string, readonly NitroRow[]>;
}

/** A filter's value as NITRO reads it: exact, or a PCRE between slashes. */
function matcher(pattern: string): (value: unknown) => boolean {
  if (!/^\/.*\/$/s.test(pattern)) return (value) => String(value ?? '') === pattern;
  const expression = new RegExp(pattern.slice(1, -1));
  return (value) => expression.test(String(value ?? ''));
}

/** Type → the attribute that names an object, or a binding's parent. Bindings of all parents come in one answer. */
const NAMED_BY = {
  policystringmap_pattern_binding: 'name',
  policystringmap: 'name',
  csvserver: 'name',
  sslpolicy: 'name',
  sslvserver_sslpolicy_binding: 'vservername',
  sslvserver_sslcertkey_binding: 'vservername',
  sslaction: 'name',
  lbvserver: 'name',
  lbvserver_servicegroup_binding: 'name',
  servicegroup: 'servicegroupname',
  servicegroup_servicegroupmember_binding: 'servicegroupname',
  lbmonitor: 'monitorname',
  servicegroup_lbmonitor_binding: 'servicegroupname',
  responderaction: 'name',
  responderpolicy: 'name',
  csvserver_responderpolicy_binding: 'name',
  nstcpprofile: 'name',
  sslcertkey: 'certkey',
} as const;

/** Types of which there are as many as back ends, and whose rows are large: only what is compared is asked for. */
const TRIMMED: readonly ResourceType[] = ['lbvserver', 'servicegroup'];

/** Whatever the back end, the same attributes are compared. */
function comparedAttributes(context: InventoryContext, type: ResourceType): string[] {
  const sample = backEndResources(
    { ...context, drainSeconds: 0 },
    {
      owner: { cluster: '', namespace: '', name: '' },
      key: { service: '', port: '', place: '', settings: '' },
      settings: {},
      members: [],
      frontEnd: { vip: '', port: 0, kind: 'tls' },
      exact: false,
      wildcard: false,
    },
  ).filter((resource) => resource.type === type);
  const made = sample.flatMap(({ id, attributes }) => [...Object.keys(id), ...Object.keys(attributes)]);
  return [...new Set([...made, ...Object.keys(DEFAULTS[type] ?? {}), 'state', 'curstate'])];
}

/**
 * Reads everything of the system, by the beginning of its names: one request a type, one after the other, because the
 * appliance runs one at a time anyway.
 */
export async function takeView(reader: NitroReader, context: InventoryContext): Promise<ApplianceView> {
  const { system } = context;
  const tables = new Map<string, Table>();
  for (const [type, by] of Object.entries(NAMED_BY)) {
    const beginning = type.startsWith('policystringmap') ? `/^${system}_/` : `/^${system}-/`;
    const trimmed = TRIMMED.find((candidate) => candidate === type);
    const rows = await reader.rows(type, {
      filter: { [by]: beginning },
      ...(trimmed === undefined ? {} : { attrs: comparedAttributes(context, trimmed) }),
    });
    tables.set(type, { rows, byName: Map.groupBy(rows, (row) => String(row[by])) });
  }
  return new ApplianceView(tables);
}
