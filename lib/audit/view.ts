import { backendResources, DEFAULTS, type ResourceType } from '../netscaler/index.ts';
import type { BatchQuery, InventoryContext, NitroQuery, NitroReader, NitroRow } from '../nitro/index.ts';

/**
 * Everything of the system on one appliance, read once, a type at a time. It is a reader itself, so that the audit
 * sees the objects through the engine's own eyes (`lib/nitro/inventory`).
 */
export class ApplianceView implements NitroReader {
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  /** Whether lists may be longer than one answer should be: they are counted first then, at the price of a request each. */
  get isLarge(): boolean {
    return isLarge(this.#tables);
  }

  async rows(type: string, { name, filter = {}, shape }: NitroQuery = {}): Promise<NitroRow[]> {
    const table = this.#tables.get(type);
    if (table === undefined) throw new TypeError(`the audit does not read ${type}`);
    const from = name === undefined ? table.rows : (table.named(name) ?? []);
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

  async count(type: string, query: NitroQuery): Promise<number> {
    return (await this.rows(type, query)).length;
  }
}

/** Rows of a type, and where the rows of a name, or of a parent's name, are: found out when it is first asked for. */
class Table {
  readonly rows: readonly NitroRow[];
  readonly #by: string;
  #byName: ReadonlyMap<string, readonly NitroRow[]> | undefined;

  constructor(rows: readonly NitroRow[], by: string) {
    this.rows = rows;
    this.#by = by;
  }

  named(name: string): readonly NitroRow[] | undefined {
    this.#byName ??= Map.groupBy(this.rows, (row) => String(row[this.#by]));
    return this.#byName.get(name);
  }
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

/** Types of which there may be as many as back ends, in pages, with the attributes that anything is judged by; all where empty. */
const MANY: Partial<Record<keyof typeof NAMED_BY, readonly string[]>> = {
  policystringmap_pattern_binding: ['name', 'key', 'value', 'comment'],
  sslpolicy: ['name', 'rule', 'action', 'undefaction', 'comment'],
  sslvserver_sslpolicy_binding: ['vservername', 'policyname', 'type', 'priority', 'gotopriorityexpression', 'invoke'],
  sslaction: ['name', 'forward'],
  lbvserver: [],
  lbvserver_servicegroup_binding: ['name', 'servicegroupname', 'servicename'],
  servicegroup: [],
  servicegroup_servicegroupmember_binding: ['servicegroupname', 'ip', 'servername', 'port', 'state', 'svrstate'],
  lbmonitor: [],
  servicegroup_lbmonitor_binding: ['servicegroupname', 'monitor_name'],
};

/** Attributes with a text of their own in each row. */
const UNIQUE: readonly string[] = ['key', 'value', 'rule'];

/**
 * Returns a function that makes of a row what is kept of it: these attributes, and each text once, however many rows have
 * it. Names and marks are most of what 50,000 Ingresses take.
 */
function compactor(): (attributes: readonly string[]) => (row: NitroRow) => NitroRow {
  const texts = new Map<string, string>();
  const once = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  return (attributes) => (row) => {
    const kept: Record<string, unknown> = {};
    for (const name of attributes.length === 0 ? Object.keys(row) : attributes) {
      const value = row[name];
      if (value !== undefined) kept[name] = typeof value === 'string' && !UNIQUE.includes(name) ? once(value) : value;
    }
    return kept;
  };
}

/** Whatever the back end, the same attributes are compared. */
function comparedAttributes(context: InventoryContext, type: ResourceType): string[] {
  const sample = backendResources(
    { ...context, drainSeconds: 0 },
    {
      owner: { cluster: '', namespace: '', name: '' },
      key: { service: '', port: '', frontendKey: '', settings: '' },
      settings: {},
      members: [],
      frontend: { vip: '', port: 0, kind: 'tls' },
      exact: false,
      wildcard: false,
    },
  ).filter((resource) => resource.type === type);
  const made = sample.flatMap(({ id, attributes }) => [...Object.keys(id), ...Object.keys(attributes)]);
  return [...new Set([...made, ...Object.keys(DEFAULTS[type] ?? {}), 'state', 'curstate'])];
}

/** Rows of maps from which on other lists may be long: every back end has two or three of them. */
const LARGE = 5_000;

function isLarge(tables: ReadonlyMap<string, Table>): boolean {
  return (tables.get('policystringmap_pattern_binding')?.rows.length ?? Number.POSITIVE_INFINITY) > LARGE;
}

/**
 * Reads everything of the system, by the beginning of its names: one type after the other, because the appliance runs one
 * request at a time anyway. Long lists come in pages, and of each page only what is judged stays.
 */
export async function takeView(reader: NitroReader, context: InventoryContext): Promise<ApplianceView> {
  const { system } = context;
  const tables = new Map<string, Table>();
  const compact = compactor();
  for (const [type, by] of Object.entries(NAMED_BY) as [keyof typeof NAMED_BY, string][]) {
    const beginning = type.startsWith('policystringmap') ? `/^${system}_/` : `/^${system}-/`;
    const trimmed = TRIMMED.find((candidate) => candidate === type);
    const attrs = trimmed === undefined ? undefined : comparedAttributes(context, trimmed);
    const kept = MANY[type];
    const rows = await reader.rows(type, {
      filter: { [by]: beginning },
      ...(attrs === undefined ? {} : { attrs }),
      ...(kept === undefined ? {} : { large: isLarge(tables), shape: compact(attrs ?? kept) }),
    });
    tables.set(type, new Table(rows, by));
  }
  return new ApplianceView(tables);
}
