import { TYPES } from '../netscaler/index.ts';
import { codeIn, countIn, objectsIn, textIn } from './answer.ts';
import { NitroError } from './errors.ts';
import { anyOf, readPath } from './path.ts';
import type { BatchQuery, NitroQuery, NitroReader, NitroRow, RowsBeside } from './ports.ts';
import type { NitroAnswer, NitroSession } from './session.ts';

type Body = NitroAnswer['body'];

/** `1544 Not an SSL vserver`: nothing of SSL is bound to it. */
const NOT_SSL = 1544;

/** The reading calls over one session. */
export class NitroReads implements NitroReader {
  readonly #session: NitroSession;
  readonly #pageRows: number;
  /** Newer builds only: tested once for each session. */
  #batches = true;
  #pages = true;
  /** Tells whether bindings of all parents can be filtered: undefined until an answer was not empty. */
  #acrossParents: boolean | undefined;
  /** Tells whether a batch can read bindings, which is undocumented (V). */
  #bindingsInBatches = true;

  /** @param pageRows rows of one page. */
  constructor(session: NitroSession, pageRows: number) {
    this.#session = session;
    this.#pageRows = pageRows;
  }

  rows(type: string, query: NitroQuery = {}): Promise<NitroRow[]> {
    if (!this.#pages || !mayBeLarge(type, query)) return this.#whole(type, query);
    return query.filter === undefined ? this.#paged(type, query) : this.#counted(type, query);
  }

  async count(type: string, query: NitroQuery): Promise<number> {
    const [row] = rowsOf(await this.#get(type, query, ['count=yes']), type);
    return countIn(row?.__count);
  }

  /**
   * Filters over the bindings of all parents are undocumented (V). An empty answer proves nothing, so each parent is read
   * by itself until an answer was not empty. Rows that the filter should have excluded are dropped here.
   */
  async rowsOf(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, readonly NitroRow[]>> {
    if (names.length > 1 && this.#acrossParents !== false) {
      const found = await this.#across(type, names, filter);
      if (found !== undefined) return found;
    }
    return new Map(
      await Promise.all(names.map(async (name) => [name, await this.rows(type, { name, filter })] as const)),
    );
  }

  /** @returns undefined where the answer proves nothing. */
  async #across(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, readonly NitroRow[]> | undefined> {
    let rows: NitroRow[];
    try {
      rows = await this.#whole(type, { filter: { name: anyOf(names), ...filter } });
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
      this.#acrossParents = false;
      return undefined;
    }
    const found = byParent(names, rows);
    if ([...found.values()].some((some) => some.length > 0)) this.#acrossParents = true;
    return this.#acrossParents === true ? found : undefined;
  }

  async rowsBeside(
    type: string,
    names: readonly string[],
    filter: Readonly<Record<string, string>>,
    others: readonly BatchQuery[],
  ): Promise<RowsBeside | undefined> {
    if (!this.#batches || !this.#bindingsInBatches || this.#acrossParents !== true) return undefined;
    let answers: NitroRow[][] | undefined;
    try {
      answers = await this.#batch([{ type, filter: { name: anyOf(names), ...filter } }, ...others]);
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
    }
    const rows = byParent(names, answers?.[0] ?? []);
    if (answers !== undefined && [...rows.values()].some((some) => some.length > 0)) {
      return { rows, others: answers.slice(1) };
    }
    this.#bindingsInBatches = false;
    return undefined;
  }

  async batch(queries: readonly BatchQuery[]): Promise<NitroRow[][]> {
    if (this.#batches) {
      const results = await this.#batch(queries);
      if (results !== undefined) return results;
      this.#batches = false;
    }
    return Promise.all(queries.map(({ type, filter }) => this.rows(type, { filter })));
  }

  /** @returns undefined where the build has no batches. */
  async #batch(queries: readonly BatchQuery[]): Promise<NitroRow[][] | undefined> {
    let results: unknown;
    try {
      const answer = await this.#session.request({
        what: 'read in a batch',
        method: 'POST',
        path: 'config/batchapi?action=GET',
        body: { batchapi: queries.map(batchItem) },
        repeatable: true,
      });
      results = answer.body?.batchapi;
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
      return undefined;
    }
    const bodies = Array.isArray(results) ? objectsIn(results, 'read in a batch') : [];
    if (bodies.length !== queries.length) return undefined;
    return queries.map(({ type }, index) => {
      const body = bodies[index] as NitroRow;
      const code = codeIn(body.errorcode);
      if (code !== 0) {
        const error = new NitroError(`read ${type} in a batch`, code, 207, textIn(body.message));
        if (error.kind !== 'gone') throw error;
      }
      return rowsOf(body, type);
    });
  }

  async #whole(type: string, query: NitroQuery): Promise<NitroRow[]> {
    return shaped(rowsOf(await this.#get(type, query), type), query);
  }

  /**
   * The appliance may cut pages before or after the filter, which is undocumented (V). Rows that are missing would be
   * created again, so pages count only if they add up.
   */
  async #counted(type: string, query: NitroQuery): Promise<NitroRow[]> {
    const count = await this.count(type, query);
    if (count <= this.#pageRows) return this.#whole(type, query);
    const rows = await this.#paged(type, query);
    return rows.length === count ? rows : this.#whole(type, query);
  }

  /** Reads page by page until one is not full: a list that fits a page takes one request. */
  async #paged(type: string, query: NitroQuery): Promise<NitroRow[]> {
    const all: NitroRow[] = [];
    let first: string | undefined;
    for (let page = 1; ; page++) {
      const rows = await this.#page(type, query, page);
      if (rows === undefined) {
        const whole = await this.#whole(type, query);
        // The whole list works, so the appliance rejects pages.
        this.#pages = false;
        return whole;
      }
      // The same page again: the build has no pages, and its first answer was complete.
      if (page > 1 && JSON.stringify(rows[0]) === first) return all;
      first ??= JSON.stringify(rows[0]);
      for (const row of shaped(rows, query)) all.push(row);
      if (rows.length !== this.#pageRows) return all;
    }
  }

  /** @returns undefined where the appliance rejects pages of this type. */
  async #page(type: string, query: NitroQuery, page: number): Promise<NitroRow[] | undefined> {
    try {
      return rowsOf(await this.#get(type, query, [`pagesize=${this.#pageRows}`, `pageno=${page}`]), type);
    } catch (error) {
      if (error instanceof NitroError && !error.transient) return undefined;
      throw error;
    }
  }

  async #get(type: string, query: NitroQuery, more: readonly string[] = []): Promise<Body> {
    try {
      const answer = await this.#session.request({
        what: `read ${type}`,
        method: 'GET',
        path: readPath(type, query, more),
        repeatable: true,
      });
      return answer.body;
    } catch (error) {
      if (error instanceof NitroError && (error.kind === 'gone' || error.code === NOT_SSL)) return undefined;
      throw error;
    }
  }
}

/** Returns a read as a batch has it. Bindings of all parents require `bulkbindings`, as in a path. */
function batchItem({ type, filter }: BatchQuery): Record<string, unknown> {
  return { type, query_params: { filter, ...(type.endsWith('_binding') ? { bulkbindings: 'yes' } : {}) } };
}

const shaped = (rows: NitroRow[], { shape }: NitroQuery): NitroRow[] => (shape === undefined ? rows : rows.map(shape));

/** Groups bindings by parent, without those of other parents. */
function byParent(names: readonly string[], rows: readonly NitroRow[]): Map<string, NitroRow[]> {
  const found = new Map(names.map((name): [string, NitroRow[]] => [name, []]));
  for (const row of rows) found.get(String(row.name))?.push(row);
  return found;
}

/** Returns whether a list grows with the number of objects: without a filter, or where the caller says so. */
function mayBeLarge(type: string, query: NitroQuery): boolean {
  if (query.filter !== undefined) return query.large === true;
  return type.endsWith('_binding') || (query.name === undefined && Object.hasOwn(TYPES, type));
}

/**
 * Returns the rows of a type in an answer.
 *
 * @throws {NitroUnreachable} for rows that NITRO does not have.
 */
export function rowsOf(body: Body, type: string): NitroRow[] {
  return objectsIn(body !== undefined && Object.hasOwn(body, type) ? body[type] : undefined, `read ${type}`);
}
