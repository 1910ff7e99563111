import { type GroupMember, parseMembers } from '../netscaler/index.ts';
import { codeIn, countIn, objectsIn, textIn } from './answer.ts';
import { CLASSIC_GROUP, completeWeights, endpoint, type MemberCalls, writeOneByOne } from './classic-members.ts';
import { NitroError } from './errors.ts';
import { MEMBER_LIST, PARTLY_DONE } from './facts.ts';
import { readMembers } from './inventory/members.ts';
import { inParallel } from './limiter.ts';
import type { MemberList, MemberResult, NitroRow } from './ports.ts';
import { rowsOf } from './reads.ts';
import type { NitroAnswer, NitroSession } from './session.ts';

/** Concurrent calls where each list is a call of its own. */
const PARALLEL = 4;
/** Lists of the call that tests whether the appliance accepts several. */
const PROBE = 2;
/** Lists and members of one call at most. */
const MOST_LISTS = 100;
const MOST_MEMBERS = 500;
/** Calls of several lists that are under way at once. */
const AT_ONCE = 2;

/**
 * Writes the members of service groups: each list as a whole, several in one call where the appliance accepts that. Neither
 * documents nor clients say whether it does (V): the first two lists of a session test it, and are read back, because an
 * array could also be accepted in part without an error.
 */
export class MemberWriter {
  readonly #session: NitroSession;
  readonly #client: MemberCalls;
  readonly #drainSeconds: number;
  #arrays: boolean | undefined;

  /** @param drainSeconds seconds that a removed member drains, for groups that do not drain by themselves. */
  constructor(session: NitroSession, client: MemberCalls, drainSeconds: number) {
    this.#session = session;
    this.#client = client;
    this.#drainSeconds = drainSeconds;
  }

  /** @returns one result for each list, in order. */
  async write(lists: readonly MemberList[]): Promise<MemberResult[]> {
    const results: MemberResult[] = [];
    while (lists.length - results.length > 1 && this.#arrays === undefined) {
      const written = await this.#together(nextChunk(lists, results.length, PROBE));
      if (written === undefined) this.#arrays = false;
      else results.push(...written);
    }
    const rest = lists.slice(results.length);
    if (this.#arrays !== true) return [...results, ...(await this.#oneByOne(rest))];
    // Two calls at once: the appliance works on one while the next is prepared.
    const written = await inParallel(chunksOf(rest), AT_ONCE, (chunk) => this.#chunk(chunk));
    return [...results, ...written.flat()];
  }

  /** Writes lists in one call, unless an earlier one of the same session was refused. */
  async #chunk(lists: readonly MemberList[]): Promise<MemberResult[]> {
    const written = this.#arrays === false ? undefined : await this.#together(lists);
    if (written !== undefined) return written;
    this.#arrays = false;
    return this.#oneByOne(lists);
  }

  #oneByOne(lists: readonly MemberList[]): Promise<MemberResult[]> {
    return inParallel(lists, PARALLEL, (list) => this.#alone(list));
  }

  /** @returns undefined where the appliance accepts no array of lists. */
  async #together(lists: readonly MemberList[]): Promise<MemberResult[] | undefined> {
    if (lists.length === 1) return Promise.all(lists.map((list) => this.#alone(list)));
    let answer: NitroAnswer;
    try {
      answer = await this.#session.request({
        ...CALL,
        body: { [MEMBER_LIST]: lists.map(bodyOf) },
        headers: { 'X-NITRO-ONERROR': 'continue' },
      });
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
      return undefined;
    }
    const items = objectsIn(answer.body?.response, CALL.what);
    if (answer.status === 207 && items.length !== lists.length) return undefined;
    const results: MemberResult[] = [];
    for (const [index, list] of lists.entries()) results.push(await this.#resultOf(list, items[index]));
    if (this.#arrays === undefined && !(await this.#areBound(lists, results))) return undefined;
    this.#arrays ??= true;
    return results;
  }

  async #alone(list: MemberList): Promise<MemberResult> {
    try {
      const answer = await this.#session.request({ ...CALL, body: { [MEMBER_LIST]: bodyOf(list) } });
      return await this.#resultOf(list, answer.body);
    } catch (error) {
      if (!(error instanceof NitroError) || error.transient) throw error;
      return this.#resultOf(list, { errorcode: error.code, message: error.message }, error);
    }
  }

  /** @param result the appliance's answer about one list; undefined for success. */
  async #resultOf(list: MemberList, result: NitroRow | undefined, rejected?: NitroError): Promise<MemberResult> {
    const failed = failedMembers(result);
    const code = rejected?.code ?? codeIn(result?.errorcode);
    if (code === 0) return { error: await completeWeights(this.#client, list), failed };
    const error = rejected ?? new NitroError('set members', code, 207, textIn(result?.message));
    if (error.code === PARTLY_DONE) {
      const missing = failed.length > 0 ? failed : await this.#missing(list);
      return { error: await completeWeights(this.#client, list), failed: missing };
    }
    if (error.kind === 'done') return { error: await completeWeights(this.#client, list), failed };
    if (CLASSIC_GROUP.has(error.code)) return writeOneByOne(this.#client, list, this.#drainSeconds);
    if (error.transient) throw error;
    return { error, failed: [] };
  }

  /** Reads which members the appliance did not bind, where its answer does not say so. */
  async #missing({ group, members }: MemberList): Promise<GroupMember[]> {
    const there = endpointsIn((await readMembers(this.#client, [group])).get(group));
    return members.filter((member) => !there.has(endpoint(member)));
  }

  async #areBound(lists: readonly MemberList[], results: readonly MemberResult[]): Promise<boolean> {
    const whole = lists.filter((_, index) => {
      const result = results[index];
      return result?.error === undefined && result?.failed.length === 0;
    });
    if (whole.length === 0) return true;
    const groups = whole.map(({ group }) => group);
    const there = await readMembers(this.#client, groups);
    return whole.every(({ group, members }) => {
      const have = endpointsIn(there.get(group));
      return have.size === members.length && members.every((member) => have.has(endpoint(member)));
    });
  }
}

const endpointsIn = (text = ''): ReadonlySet<string> => new Set(parseMembers(text).map(endpoint));

const CALL = { what: 'set members', method: 'PUT', path: `config/${MEMBER_LIST}`, repeatable: false } as const;

const bodyOf = ({ group, members }: MemberList): NitroRow => ({ servicegroupname: group, members });

function nextChunk(lists: readonly MemberList[], start: number, most: number): readonly MemberList[] {
  let end = start;
  let members = 0;
  do {
    members += lists[end]?.members.length ?? 0;
    end += 1;
  } while (end < lists.length && end - start < most && members + (lists[end]?.members.length ?? 0) <= MOST_MEMBERS);
  return lists.slice(start, end);
}

function chunksOf(lists: readonly MemberList[]): (readonly MemberList[])[] {
  const chunks: (readonly MemberList[])[] = [];
  for (let start = 0; start < lists.length; start += chunks.at(-1)?.length ?? 0) {
    chunks.push(nextChunk(lists, start, MOST_LISTS));
  }
  return chunks;
}

/** Returns the failed members, which are beside the error or within the list. */
function failedMembers(result: NitroRow | undefined): GroupMember[] {
  const nested = rowsOf(result, MEMBER_LIST)[0]?.failedmembers;
  const failed = objectsIn(nested ?? result?.failedmembers, CALL.what);
  return failed.map(({ ip, port }) => ({ ip: textIn(ip), port: countIn(port) }));
}
