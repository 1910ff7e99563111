import { LIMITS } from '../../netscaler/index.ts';
import { objectsIn } from '../../nitro/answer.ts';
import { anyOf } from '../../nitro/index.ts';
import { MARK, ownMap } from '../names.ts';
import { byCode, type FactFinding, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';

const TYPE = 'policystringmap_pattern_binding';
const MANY = ownMap('entries');
const FEW = ownMap('entry');
/** Entries that are bound: four bulk calls of the engine. */
const ENTRIES = 2_000;
/** Rows of a bulk call, where the appliance refuses as many as the engine sends. */
const SMALL_BULK = 100;
/** Rows of the engine's pages. */
const PAGE_ROWS = 12_000;
/** Key that both maps have. */
const SHARED = 'k7';
/** Rows of a page that is shorter than what the filter finds, and longer than what it finds among the first rows. */
const SHORT_PAGE = 50;

const rowOf = (index: number) => ({ name: MANY, key: `k${index}`, value: 'v', comment: MARK });

/** Entries of string maps: how many, bound again, and read in bulk, by filter, in pages and in batches. */
export const entries: Probe = {
  name: 'entries of string maps',
  facts: () => [
    'map-entries',
    'bulk-items',
    'map-key-again',
    'map-key-again-drops-comment',
    'page-rows',
    'filter-before-pages',
    'filter-across-maps',
    'batch-reads',
    'bindings-in-batches',
  ],
  objects: () => [
    { type: 'policystringmap', name: MANY, detail: `${ENTRIES} keys` },
    { type: 'policystringmap', name: FEW, detail: '1 key' },
  ],
  requests: () => 15,
  async run(tools) {
    const { code } = await tools.add('policystringmap', { name: MANY, comment: MARK });
    await tools.add('policystringmap', { name: FEW, comment: MARK });
    if (code !== 0) return all(`a string map was ${refusedWith(code)}`);
    return {
      ...(await bindMany(tools)),
      ...(await bindAgain(tools)),
      ...(await pages(tools)),
      ...(await filtered(tools)),
    };
  },
};

function all(unknown: string): FactFindings {
  return Object.fromEntries(entries.facts({ partition: false }).map((id) => [id, { unknown }]));
}

async function bindMany(tools: ProbeTools): Promise<FactFindings> {
  const items = Array.from({ length: ENTRIES }, (_, index) => rowOf(index));
  let size: number = LIMITS.bulk;
  let bulk: FactFinding = { value: true };
  for (let start = 0; start < ENTRIES; start += size) {
    const { code, status } = await tools.bind(TYPE, items.slice(start, start + size));
    if (start === 0 && code !== 0 && status !== 207) {
      bulk = { value: false, why: refusedWith(code) };
      size = SMALL_BULK;
      start = -size;
    }
  }
  const [row] = (await tools.rows(TYPE, `${TYPE}/${MANY}?count=yes`)) ?? [];
  const count = Number(row?.__count ?? 0);
  const why = `${count} of ${ENTRIES} were bound`;
  return { 'bulk-items': bulk, 'map-entries': count === ENTRIES ? { value: true } : { value: false, why } };
}

async function bindAgain(tools: ProbeTools): Promise<FactFindings> {
  await tools.bind(TYPE, { name: FEW, key: SHARED, value: 'first', comment: MARK });
  const { code } = await tools.bind(TYPE, { name: FEW, key: SHARED, value: 'second' });
  const [row] = (await tools.rows(TYPE, `${TYPE}/${FEW}`)) ?? [];
  const taken = row?.value === 'second';
  const none: FactFinding = { unknown: 'a key cannot be bound again' };
  return {
    'map-key-again': byCode(code, taken),
    'map-key-again-drops-comment': taken ? { value: String(row.comment ?? '') === '' } : none,
  };
}

async function pages(tools: ProbeTools): Promise<FactFindings> {
  const page = await tools.call({ method: 'GET', path: `${TYPE}/${MANY}?pagesize=${PAGE_ROWS}&pageno=1` });
  const whole = objectsIn(page.body[TYPE], 'read').length;
  const filter = encodeURIComponent('/7$/');
  const short = `${TYPE}/${MANY}?filter=key:${filter}&pagesize=${SHORT_PAGE}&pageno=1`;
  const rows = await tools.rows(TYPE, short);
  const unknown = 'a filtered page was refused';
  return {
    'page-rows': byCode(page.code, page.code === 0 && whole > SHORT_PAGE),
    'filter-before-pages': rows === undefined ? { unknown } : { value: rows.length === SHORT_PAGE },
  };
}

async function filtered(tools: ProbeTools): Promise<FactFindings> {
  const across = await acrossMaps(tools);
  return { 'filter-across-maps': across, ...(await batches(tools, 'value' in across && across.value === true)) };
}

async function acrossMaps(tools: ProbeTools): Promise<FactFinding> {
  const names = encodeURIComponent(anyOf([MANY, FEW]));
  const path = `${TYPE}?filter=name:${names},key:${SHARED}&bulkbindings=yes`;
  const { code, body } = await tools.call({ method: 'GET', path });
  return byCode(code, code === 0 && findsBoth(body[TYPE]));
}

function findsBoth(rows: unknown): boolean {
  const found = objectsIn(rows, 'read').filter((row) => row.key === SHARED);
  return [MANY, FEW].every((name) => found.some((row) => row.name === name));
}

/** @param across whether a filter finds entries of several maps; otherwise nothing shows that one in a batch does. */
async function batches(tools: ProbeTools, across: boolean): Promise<FactFindings> {
  const maps = { type: 'policystringmap', query_params: { filter: { name: anyOf([MANY, FEW]) } } };
  const bound = {
    type: TYPE,
    query_params: { filter: { name: anyOf([MANY, FEW]), key: SHARED }, bulkbindings: 'yes' },
  };
  const read = async (items: readonly unknown[]) => {
    const answer = await tools.call({ method: 'POST', path: 'batchapi?action=GET', body: { batchapi: items } });
    return { code: answer.code, results: objectsIn(answer.body.batchapi, 'read') };
  };
  const plain = await read([maps, { type: 'nsversion', query_params: {} }]);
  const works = plain.code === 0 && objectsIn(plain.results[0]?.policystringmap, 'read').length === 2;
  const batch = byCode(plain.code, works);
  if (!works) return { 'batch-reads': batch, 'bindings-in-batches': { unknown: 'there are no batch reads' } };
  if (!across)
    return { 'batch-reads': batch, 'bindings-in-batches': { unknown: 'a filter finds nothing across maps' } };
  const { code, results } = await read([bound]);
  return { 'batch-reads': batch, 'bindings-in-batches': byCode(code, findsBoth(results[0]?.[TYPE])) };
}
