import { hasDesiredSets, parseBuild } from './build.ts';
import { bulk, byType, CONTINUE, inCalls, inPairsOfCalls, macro, single } from './bulk.ts';
import { MemberWriter } from './members.ts';
import { removePath } from './path.ts';
import type {
  BatchQuery,
  ItemResult,
  MemberList,
  MemberResult,
  NitroItem,
  NitroQuery,
  NitroReader,
  NitroRow,
  NitroWriter,
  RemovalItem,
  RowsBeside,
  StatisticsReader,
  UploadedFile,
} from './ports.ts';
import { NitroReads, rowsOf } from './reads.ts';
import type { NitroSession } from './session.ts';

export interface NitroClientOptions {
  /** Rows of one page of a list that may be large. */
  readonly pageRows: number;
  /**
   * Seconds that a removed member keeps its connections, on builds without desired sets of members, where groups do not
   * hold that time.
   */
  readonly drainSeconds: number;
}

/** A page holds the policies of a front end with 10,000 back ends, so that they take one request. */
const DEFAULTS: NitroClientOptions = { pageRows: 12_000, drainSeconds: 300 };

/** An operation on rows of one type. */
interface WriteOperation {
  readonly what: string;
  readonly method: 'POST' | 'PUT';
  readonly type: string;
  readonly query?: string;
}

/** The calls of the engine over one session. */
export class NitroClient implements NitroReader, NitroWriter, StatisticsReader {
  readonly #session: NitroSession;
  readonly #reads: NitroReads;
  readonly #members: MemberWriter;
  #desiredSets: Promise<boolean> | undefined;

  constructor(session: NitroSession, options: Partial<NitroClientOptions> = {}) {
    const { pageRows, drainSeconds } = { ...DEFAULTS, ...options };
    this.#session = session;
    this.#reads = new NitroReads(session, pageRows);
    this.#members = new MemberWriter(session, this, drainSeconds);
  }

  rows(type: string, query: NitroQuery = {}): Promise<NitroRow[]> {
    return this.#reads.rows(type, query);
  }

  rowsOf(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, readonly NitroRow[]>> {
    return this.#reads.rowsOf(type, names, filter);
  }

  rowsBeside(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
    others: readonly BatchQuery[],
  ): Promise<RowsBeside | undefined> {
    return this.#reads.rowsBeside(type, names, filter, others);
  }

  count(type: string, query: NitroQuery): Promise<number> {
    return this.#reads.count(type, query);
  }

  batch(queries: readonly BatchQuery[]): Promise<NitroRow[][]> {
    return this.#reads.batch(queries);
  }

  async statistics(type: string): Promise<NitroRow[]> {
    const call = { what: `read statistics of ${type}`, method: 'GET', path: `stat/${type}`, repeatable: true } as const;
    return rowsOf((await this.#session.request(call)).body, type);
  }

  async add(items: readonly NitroItem[]): Promise<ItemResult[]> {
    return inPairsOfCalls(await this.#forBuild(items), (some) => byType(some, (sorted) => this.#add(sorted)));
  }

  set(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    return inCalls(bodies, (some) => this.#write({ what: `set ${type}`, method: 'PUT', type }, some));
  }

  unset(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    return this.act(type, 'unset', bodies);
  }

  enable(type: string, bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    return this.act(type, 'enable', bodies);
  }

  /** Applies an action to several rows of a type. */
  act(type: string, action: 'enable' | 'disable' | 'unset', bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    return inCalls(bodies, (some) =>
      this.#write({ what: `${action} ${type}`, method: 'POST', type, query: `?action=${action}` }, some),
    );
  }

  remove(items: readonly RemovalItem[]): Promise<ItemResult[]> {
    return inCalls(items, (some) => byType(some, (sorted) => this.#remove(sorted)));
  }

  members(lists: readonly MemberList[]): Promise<MemberResult[]> {
    return this.#members.write(lists);
  }

  async upload(files: readonly UploadedFile[]): Promise<void> {
    const results = await this.add(files.map(fileItem));
    const existing = results.filter((result) => result?.kind === 'exists');
    if (existing.length > 0 && existing.length < files.length) {
      // An interrupted upload left some files. A key fits its own certificate only, so all are uploaded again.
      for (const { name, location } of files) {
        await this.remove([{ type: 'systemfile', name: ['filename', name], args: { filelocation: location } }]);
      }
      results.splice(0, results.length, ...(await this.add(files.map(fileItem))));
    }
    const failed = results.find((result) => result !== undefined && result.kind !== 'exists');
    if (failed !== undefined) throw failed;
  }

  async save(): Promise<void> {
    await this.#session.request({
      what: 'save',
      method: 'POST',
      path: 'config/nsconfig?action=save',
      body: { nsconfig: {} },
      repeatable: false,
      // Saving a large configuration takes long. Nothing else of the batch waits for it.
      patient: true,
    });
  }

  #add(items: readonly NitroItem[]): Promise<ItemResult[]> {
    const types = new Set(items.map(({ type }) => type));
    const what = `add ${[...types].join(', ')}`;
    const [type] = types;
    if (types.size === 1) {
      return this.#write(
        { what, method: 'POST', type: type as string },
        items.map(({ body }) => body),
      );
    }
    const call = {
      what,
      method: 'POST' as const,
      path: 'config/macroapi',
      body: macro(items),
      headers: CONTINUE,
      repeatable: false,
    };
    return bulk(this.#session, call, items, (some) => this.#add(some));
  }

  /** Writes rows of one type in one call. */
  #write(operation: WriteOperation, bodies: readonly NitroRow[]): Promise<ItemResult[]> {
    const { what, method, type, query = '' } = operation;
    const call = {
      what,
      method,
      path: `config/${type}${query}`,
      body: { [type]: single(bodies) },
      headers: CONTINUE,
      repeatable: false,
    };
    return bulk(this.#session, call, bodies, (some) => this.#write(operation, some));
  }

  #remove(items: readonly RemovalItem[]): Promise<ItemResult[]> {
    const what = `remove ${[...new Set(items.map(({ type }) => type))].join(', ')}`;
    const [{ type, name, args }, ...others] = items as [RemovalItem, ...RemovalItem[]];
    const call =
      others.length === 0
        ? { what, method: 'DELETE' as const, path: removePath(type, name[1], args), repeatable: false }
        : {
            what,
            method: 'POST' as const,
            path: 'config/macroapi?action=remove',
            body: macro(
              items.map((item) => ({ type: item.type, body: { [item.name[0]]: item.name[1], ...item.args } })),
            ),
            headers: CONTINUE,
            repeatable: false,
          };
    return bulk(this.#session, call, items, (some) => this.#remove(some));
  }

  /** Leaves out attributes that older builds do not know: their groups' members are bound one by one. */
  async #forBuild(items: readonly NitroItem[]): Promise<readonly NitroItem[]> {
    const asks = items.some(({ type, body }) => type === 'servicegroup' && body.autoscale === 'API');
    if (!asks || (await this.#hasDesiredSets())) return items;
    return items.map((item) => {
      if (item.type !== 'servicegroup') return item;
      const { autoscale: _, autodisablegraceful: _g, autodisabledelay: _d, ...body } = item.body;
      return { ...item, body };
    });
  }

  /** Reads the version once, when the first group is created. */
  #hasDesiredSets(): Promise<boolean> {
    if (this.#desiredSets === undefined) {
      const asking = this.rows('nsversion').then(([row]) => hasDesiredSets(parseBuild(String(row?.version ?? ''))));
      this.#desiredSets = asking;
      asking.catch(() => {
        this.#desiredSets = undefined;
      });
    }
    return this.#desiredSets;
  }
}

function fileItem({ name, location, content }: UploadedFile): NitroItem {
  return {
    type: 'systemfile',
    body: {
      filename: name,
      filelocation: location,
      filecontent: Buffer.from(content, 'utf8').toString('base64'),
      fileencoding: 'BASE64',
    },
  };
}
