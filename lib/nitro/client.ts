import { NitroError } from './errors.ts';
import type { NitroAnswer, NitroSession } from './session.ts';

export type NitroRow = Readonly<Record<string, unknown>>;

/** One row to be written or removed. */
export interface NitroItem {
  readonly type: string;
  readonly body: NitroRow;
}

/** What became of one item of a bulk call: undefined is success. */
export type ItemResult = NitroError | undefined;

export interface Query {
  /** Of one entity, or of a binding's parent. */
  readonly name?: string;
  /** Attribute → value, or PCRE between slashes. */
  readonly filter?: Readonly<Record<string, string>>;
  /** Only these attributes. */
  readonly attrs?: readonly string[];
}

/** Reads: it has no way to write. */
export interface NitroReader {
  /** Rows of a type; none where the entity, or the binding's parent, does not exist. */
  rows(type: string, query?: Query): Promise<NitroRow[]>;
  /** Several reads in one call where the build has it. */
  batch(queries: readonly { type: string; filter: Readonly<Record<string, string>> }[]): Promise<NitroRow[][]>;
  count(type: string, query: Query): Promise<number>;
}

/** Writes. Each returns one result an item, in order; errors of the appliance as a whole are thrown. */
export interface NitroWriter {
  add(items: readonly NitroItem[]): Promise<ItemResult[]>;
  set(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  /** Back to the appliance's defaults. @param bodies the name, and `true` for each attribute. */
  unset(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]>;
  remove(items: readonly RemovalItem[]): Promise<ItemResult[]>;
  /** The whole desired set of members. @returns the members that could not be bound. */
  members(group: string, members: readonly { ip: string; port: number }[]): Promise<{ ip: string; port: number }[]>;
  upload(files: readonly { name: string; location: string; content: string }[]): Promise<void>;
  save(): Promise<void>;
}

/** A row to be removed: its name, and what else identifies it. */
export interface RemovalItem {
  readonly type: string;
  /** Attribute and value that stand in the path. */
  readonly name: readonly [attribute: string, value: string];
  readonly args: Readonly<Record<string, string | number>>;
}

/** Names are encoded twice in a path: the appliance decodes once for HTTP and once for itself. */
const inPath = (name: string): string => encodeURIComponent(encodeURIComponent(name));

/** `key:value` pairs: the colon and the comma between pairs stay plain, values are encoded once. */
const pairs = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}:${encodeURIComponent(String(value))}`)
    .join(',');

const CONTINUE = { 'X-NITRO-ONERROR': 'continue' };

/** Bulk calls that a build does not have are answered so; then each item goes alone. */
const UNSUPPORTED: ReadonlySet<number> = new Set([1088, 1090, 1232, 1236, 1237, 1240]);

/** The calls that the engine makes, over one session. */
export class NitroClient implements NitroReader, NitroWriter {
  readonly #session: NitroSession;
  #batches = true;

  constructor(session: NitroSession) {
    this.#session = session;
  }

  async rows(type: string, query: Query = {}): Promise<NitroRow[]> {
    return rowsOf(await this.#get(type, query), type);
  }

  async count(type: string, query: Query): Promise<number> {
    const [row] = rowsOf(await this.#get(type, query, ['count=yes']), type);
    return Number(row?.__count ?? 0);
  }

  async batch(queries: readonly { type: string; filter: Readonly<Record<string, string>> }[]): Promise<NitroRow[][]> {
    if (this.#batches) {
      try {
        const answer = await this.#session.request({
          what: 'read in a batch',
          method: 'POST',
          path: 'config/batchapi?action=GET',
          body: { batchapi: queries.map(({ type, filter }) => ({ type, query_params: { filter } })) },
          repeatable: true,
        });
        const results = answer.body?.batchapi;
        if (Array.isArray(results) && results.length === queries.length) {
          return queries.map(({ type }, index) => rowsOf({ body: results[index] as Record<string, unknown> }, type));
        }
      } catch (error) {
        if (!(error instanceof NitroError) || error.transient) throw error;
      }
      // Newer builds only.
      this.#batches = false;
    }
    return Promise.all(queries.map(({ type, filter }) => this.rows(type, { filter })));
  }

  async add(items: readonly NitroItem[]): Promise<ItemResult[]> {
    if (items.length === 0) return [];
    const types = new Set(items.map(({ type }) => type));
    const [type] = types;
    const uniform = types.size === 1;
    const call = {
      what: `add ${[...types].join(', ')}`,
      method: 'POST' as const,
      path: `config/${uniform ? type : 'macroapi'}`,
      body: uniform ? { [type as string]: single(items.map(({ body }) => body)) } : macro(items),
      headers: CONTINUE,
      repeatable: false,
    };
    return this.#bulk(call, items, (item) => this.add([item]));
  }

  async set(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    if (bodies.length === 0) return [];
    const call = {
      what: `set ${type}`,
      method: 'PUT' as const,
      path: `config/${type}`,
      body: { [type]: single(bodies) },
      headers: CONTINUE,
      repeatable: true,
    };
    return this.#bulk(call, bodies, (body) => this.set(type, [body]));
  }

  async unset(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    if (bodies.length === 0) return [];
    const call = {
      what: `unset ${type}`,
      method: 'POST' as const,
      path: `config/${type}?action=unset`,
      body: { [type]: single(bodies) },
      headers: CONTINUE,
      repeatable: true,
    };
    return this.#bulk(call, bodies, (body) => this.unset(type, [body]));
  }

  async remove(items: readonly RemovalItem[]): Promise<ItemResult[]> {
    if (items.length === 0) return [];
    if (items.length === 1) {
      const [{ type, name, args }] = items as [RemovalItem];
      const query = Object.keys(args).length === 0 ? '' : `?args=${pairs(args)}`;
      const call = {
        what: `remove ${type}`,
        method: 'DELETE' as const,
        path: `config/${type}/${inPath(name[1])}${query}`,
        repeatable: true,
      };
      return this.#bulk(call, items, undefined);
    }
    const call = {
      what: `remove ${[...new Set(items.map(({ type }) => type))].join(', ')}`,
      method: 'POST' as const,
      path: 'config/macroapi?action=remove',
      body: macro(items.map(({ type, name, args }) => ({ type, body: { [name[0]]: name[1], ...args } }))),
      headers: CONTINUE,
      repeatable: false,
    };
    return this.#bulk(call, items, (item) => this.remove([item]));
  }

  async members(
    group: string,
    members: readonly { ip: string; port: number }[],
  ): Promise<{ ip: string; port: number }[]> {
    const type = 'servicegroup_servicegroupmemberlist_binding';
    try {
      const answer = await this.#session.request({
        what: 'set members',
        method: 'PUT',
        path: `config/${type}`,
        body: { [type]: { servicegroupname: group, members } },
        repeatable: true,
      });
      return failedMembers(answer.body);
    } catch (error) {
      // Not a group with API autoscale (an older build, or made by hand): one by one.
      if (error instanceof NitroError && (error.code === 257 || error.code === 3810)) {
        return this.#membersOneByOne(group, members);
      }
      if (error instanceof NitroError && error.code === 1442) return [...members];
      throw error;
    }
  }

  async upload(files: readonly { name: string; location: string; content: string }[]): Promise<void> {
    await this.add(
      files.map(({ name, location, content }) => ({
        type: 'systemfile',
        body: {
          filename: name,
          filelocation: location,
          filecontent: Buffer.from(content, 'utf8').toString('base64'),
          fileencoding: 'BASE64',
        },
      })),
    ).then((results) => {
      const failed = results.find((result) => result !== undefined && result.kind !== 'exists');
      if (failed !== undefined) throw failed;
    });
  }

  async save(): Promise<void> {
    await this.#session.request({
      what: 'save',
      method: 'POST',
      path: 'config/nsconfig?action=save',
      body: { nsconfig: {} },
      repeatable: true,
    });
  }

  async #membersOneByOne(
    group: string,
    members: readonly { ip: string; port: number }[],
  ): Promise<{ ip: string; port: number }[]> {
    const type = 'servicegroup_servicegroupmember_binding';
    const text = (member: { ip: string; port: number }): string => `${member.ip} ${member.port}`;
    const there = (await this.rows(type, { name: group })).map((row) => ({
      ip: String(row.ip ?? row.servername),
      servername: String(row.servername),
      port: Number(row.port),
    }));
    const wanted = new Set(members.map(text));
    const have = new Set(there.map(text));
    const missing = members.filter((member) => !have.has(text(member)));
    const added = await this.add(
      missing.map(({ ip, port }) => ({ type, body: { servicegroupname: group, ip, port } })),
    );
    await this.remove(
      there
        .filter((member) => !wanted.has(text(member)))
        .map(({ servername, port }) => ({ type, name: ['servicegroupname', group], args: { servername, port } })),
    );
    return missing.filter((_, index) => added[index] !== undefined && added[index]?.kind !== 'exists');
  }

  async #get(type: string, query: Query, more: readonly string[] = []): Promise<{ body: NitroAnswer['body'] }> {
    const binding = type.endsWith('_binding');
    const parameters = [
      ...(query.filter === undefined ? [] : [`filter=${pairs(query.filter)}`]),
      ...(query.attrs === undefined ? [] : [`attrs=${query.attrs.join(',')}`]),
      ...(binding && query.name === undefined ? ['bulkbindings=yes'] : []),
      ...more,
    ];
    const path = `config/${type}${query.name === undefined ? '' : `/${inPath(query.name)}`}`;
    try {
      return await this.#session.request({
        what: `read ${type}`,
        method: 'GET',
        path: parameters.length === 0 ? path : `${path}?${parameters.join('&')}`,
        repeatable: true,
      });
    } catch (error) {
      // 1544: not an SSL vserver, so nothing of SSL is bound to it.
      if (error instanceof NitroError && (error.kind === 'gone' || error.code === 1544)) return { body: undefined };
      throw error;
    }
  }

  /**
   * Sends a bulk call and sorts its answer by item. Errors that concern the appliance as a whole are thrown, whether
   * they stand for the call or for an item of it.
   */
  async #bulk<T>(
    call: Parameters<NitroSession['request']>[0],
    items: readonly T[],
    alone: ((item: T) => Promise<ItemResult[]>) | undefined,
  ): Promise<ItemResult[]> {
    try {
      const answer = await this.#session.request(call);
      if (answer.status !== 207) return items.map(() => undefined);
      const list = answer.body?.response;
      const results = Array.isArray(list) ? (list as NitroRow[]) : [];
      return items.map((_, index) => {
        const result = results[index];
        const code = Number(result?.errorcode ?? 0);
        if (code === 0) return undefined;
        const error = new NitroError(call.what, code, 207, String(result?.message ?? ''));
        if (error.transient) throw error;
        return error.kind === 'done' ? undefined : error;
      });
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
      if (error.kind === 'done') return items.map(() => undefined);
      if (items.length === 1) return [error];
      if (alone === undefined || !UNSUPPORTED.has(error.code)) return items.map(() => error);
      const results: ItemResult[] = [];
      for (const item of items) results.push(...(await alone(item)));
      return results;
    }
  }
}

/** An array of one goes as the object itself: its error then comes with its own status. */
function single(bodies: readonly NitroRow[]): NitroRow | readonly NitroRow[] {
  return bodies.length === 1 ? (bodies[0] as NitroRow) : bodies;
}

/** Types in the order of their first item: the appliance runs them in the order given. */
function macro(items: readonly NitroItem[]): Record<string, NitroRow[]> {
  const body: Record<string, NitroRow[]> = {};
  for (const { type, body: row } of items) {
    body[type] ??= [];
    body[type].push(row);
  }
  return body;
}

function rowsOf(answer: { body: NitroAnswer['body'] }, type: string): NitroRow[] {
  const value = answer.body?.[type];
  if (Array.isArray(value)) return value as NitroRow[];
  return typeof value === 'object' && value !== null ? [value as NitroRow] : [];
}

function failedMembers(body: NitroAnswer['body']): { ip: string; port: number }[] {
  const list = (body?.servicegroup_servicegroupmemberlist_binding as { failedmembers?: unknown } | undefined)
    ?.failedmembers;
  const failed = list ?? body?.failedmembers;
  return Array.isArray(failed)
    ? failed.map((member: NitroRow) => ({ ip: String(member.ip), port: Number(member.port) }))
    : [];
}
