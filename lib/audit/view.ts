import { backendResources, DEFAULTS, isForChallenges, type ResourceType } from '../netscaler/index.ts';
import {
  type BatchQuery,
  type InventoryContext,
  type NitroQuery,
  type NitroReader,
  type NitroRow,
  rowsIfAllowed,
} from '../nitro/index.ts';
import { PROXY_VERSIONS } from '../route/index.ts';

/**
 * Holds everything of the system on one appliance, read once, a type at a time. The view is a NitroReader, so that the
 * audit reads objects with the engine's own inventory (`lib/nitro/inventory`).
 */
export class ApplianceView implements NitroReader {
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  /** Tells whether lists may be too long for one answer: they are then counted first, which costs one request each. */
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

  /** Returns undefined: reads of a view cost nothing, so there is no need to combine them. */
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

/** Holds the rows of a type, indexed by name, or by the parent's name, at the first use. */
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

/** Returns a test for a filter's value as NITRO reads it: exact, or a PCRE between slashes. */
function matcher(pattern: string): (value: unknown) => boolean {
  if (!/^\/.*\/$/s.test(pattern)) return (value) => String(value ?? '') === pattern;
  const expression = new RegExp(pattern.slice(1, -1));
  return (value) => expression.test(String(value ?? ''));
}

/** Maps each type to the attribute that names an object, or a binding's parent. One answer has the bindings of all parents. */
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
  netprofile: 'name',
  servicegroup_servicegroupmember_binding: 'servicegroupname',
  lbmonitor: 'monitorname',
  servicegroup_lbmonitor_binding: 'servicegroupname',
  responderaction: 'name',
  responderpolicy: 'name',
  csvserver_responderpolicy_binding: 'name',
  csaction: 'name',
  cspolicy: 'policyname',
  csvserver_cspolicy_binding: 'name',
  nstcpprofile: 'name',
  sslcertkey: 'certkey',
  policydataset: 'name',
  policydataset_value_binding: 'name',
} as const;

/** Types whose names are those of policy expressions, without a hyphen. */
const IDENTIFIERS: readonly string[] = [
  'policystringmap_pattern_binding',
  'policystringmap',
  'policydataset_value_binding',
  'policydataset',
];

/** Types that a user of an earlier version may not read. */
const NEWER: readonly string[] = [
  'policydataset',
  'policydataset_value_binding',
  'netprofile',
  'csaction',
  'cspolicy',
  'csvserver_cspolicy_binding',
];

/** Types that only a front end for challenges has: it has a policy of the responder beside them. */
const FOR_CHALLENGES: readonly string[] = ['csaction', 'cspolicy', 'csvserver_cspolicy_binding'];

/** Types with large rows and as many rows as back ends: only the compared attributes are read. */
const TRIMMED: readonly ResourceType[] = ['lbvserver', 'servicegroup'];

/** Types that may have as many rows as back ends, read in pages, with the attributes that are kept; empty keeps all. */
const MANY: Partial<Record<keyof typeof NAMED_BY, readonly string[]>> = {
  policystringmap_pattern_binding: ['name', 'key', 'value', 'comment'],
  sslpolicy: ['name', 'rule', 'action', 'undefaction', 'comment'],
  sslvserver_sslpolicy_binding: ['vservername', 'policyname', 'type', 'priority', 'gotopriorityexpression', 'invoke'],
  sslaction: ['name', 'forward'],
  lbvserver: [],
  lbvserver_servicegroup_binding: ['name', 'servicegroupname', 'servicename'],
  servicegroup: [],
  servicegroup_servicegroupmember_binding: [
    'servicegroupname',
    'ip',
    'servername',
    'port',
    'weight',
    'state',
    'svrstate',
  ],
  lbmonitor: [],
  servicegroup_lbmonitor_binding: ['servicegroupname', 'monitor_name'],
  policydataset: ['name', 'type', 'comment'],
  policydataset_value_binding: ['name', 'value'],
};

/** Attributes with a different text in each row. */
const UNIQUE: readonly string[] = ['key', 'value', 'rule'];

/**
 * Returns a function that keeps these attributes of a row, and each text once, however many rows have it. Names and marks
 * take most of the memory of 50,000 Ingresses.
 */
function compactor(): (attributes: readonly string[]) => (row: NitroRow) => NitroRow {
  const texts = new Map<string, string>();
  const once = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  const shared = (name: string, value: unknown): unknown =>
    typeof value === 'string' && !UNIQUE.includes(name) ? once(value) : value;
  return (attributes) => (row) => {
    const names = attributes.length === 0 ? Object.keys(row) : attributes;
    return Object.fromEntries(
      names.flatMap((name) => (row[name] === undefined ? [] : [[name, shared(name, row[name])] as const])),
    );
  };
}

/** Returns the attributes that are compared: the same for every back end. */
function comparedAttributes(context: InventoryContext, type: ResourceType): string[] {
  const sample = backendResources(
    { ...context, drainSeconds: 0 },
    {
      owner: { cluster: '', namespace: '', name: '' },
      key: { service: '', port: '', frontendKey: '', settings: '' },
      // Says which net profile a group names.
      settings: { proxyProtocol: 'v1' },
      members: [],
      frontend: { vip: '', port: 0, kind: 'tls' },
      forms: new Set(),
    },
  ).filter((resource) => resource.type === type);
  const made = sample.flatMap(({ id, attributes }) => [...Object.keys(id), ...Object.keys(attributes)]);
  return [...new Set([...made, ...Object.keys(DEFAULTS[type] ?? {}), 'state', 'curstate'])];
}

/** From this number of map rows on, other lists may be long: every back end has two or three rows. */
const LARGE = 5_000;

function isLarge(tables: ReadonlyMap<string, Table>): boolean {
  return (tables.get('policystringmap_pattern_binding')?.rows.length ?? Number.POSITIVE_INFINITY) > LARGE;
}

/** Returns whether other rows show that a type has none that counts: most appliances need no read of it. */
function hasNone(type: string, tables: ReadonlyMap<string, Table>, { names }: InventoryContext): boolean {
  if (type === 'policydataset_value_binding') return tables.get('policydataset')?.rows.length === 0;
  if (FOR_CHALLENGES.includes(type)) {
    return tables.get('responderpolicy')?.rows.every(({ name }) => !isForChallenges(String(name))) === true;
  }
  if (type !== 'netprofile') return false;
  const own: unknown[] = PROXY_VERSIONS.map((version) => names.proxyProfile(version));
  return tables.get('servicegroup')?.rows.every(({ netprofile }) => !own.includes(netprofile)) === true;
}

const readRows = (reader: NitroReader, type: string, query: NitroQuery): Promise<NitroRow[]> =>
  reader.rows(type, query);

/**
 * Reads everything of the system, by the prefix of its names: one type after the other, because the appliance handles
 * one request at a time anyway. Long lists come in pages, and only the compared attributes of each page are kept.
 */
export async function takeView(reader: NitroReader, context: InventoryContext): Promise<ApplianceView> {
  const { system } = context;
  const tables = new Map<string, Table>();
  const compact = compactor();
  for (const [type, by] of Object.entries(NAMED_BY) as [keyof typeof NAMED_BY, string][]) {
    const prefix = IDENTIFIERS.includes(type) ? `/^${system}_/` : `/^${system}-/`;
    const trimmed = TRIMMED.find((candidate) => candidate === type);
    const attrs = trimmed === undefined ? undefined : comparedAttributes(context, trimmed);
    const kept = MANY[type];
    const query: NitroQuery = {
      filter: { [by]: prefix },
      ...(attrs === undefined ? {} : { attrs }),
      ...(kept === undefined ? {} : { large: isLarge(tables), shape: compact(attrs ?? kept) }),
    };
    const read = NEWER.includes(type) ? rowsIfAllowed : readRows;
    const rows = hasNone(type, tables, context) ? [] : await read(reader, type, query);
    tables.set(type, new Table(rows, by));
  }
  return new ApplianceView(tables);
}
