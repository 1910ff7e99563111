import { describe, expect, it } from 'vitest';
import { NitroClient } from '../../../lib/nitro/index.ts';
import { failure, fake, ok, refusal, sessionOver } from './fake.ts';

type Handler = Parameters<typeof fake>[0];

function client(handler: Handler, pageRows = 3) {
  const appliance = fake(handler);
  return { appliance, reader: new NitroClient(sessionOver([appliance.transport]).session, { pageRows }) };
}

const MAP = 'policystringmap_pattern_binding';
const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ key: `k${from + n}` }));
const parameter = (path: string, name: string): number => Number(new RegExp(`[?&]${name}=(\\d+)`).exec(path)?.[1]);

/** A list of so many rows that is read in pages. */
const listOf =
  (count: number): Handler =>
  ({ path }) => {
    if (!path.includes('pagesize')) return undefined;
    const size = parameter(path, 'pagesize');
    const start = (parameter(path, 'pageno') - 1) * size;
    return ok(start >= count ? {} : { [MAP]: keys(start, Math.min(count, start + size)) });
  };

describe('rows', () => {
  it.each([
    ['a list', { lbvserver: [{ name: 'a' }, { name: 'b' }] }, [{ name: 'a' }, { name: 'b' }]],
    ['a singleton', { lbvserver: { name: 'a' } }, [{ name: 'a' }]],
    ['no match: no key', {}, []],
  ])('%s', async (_name, fields, rows) => {
    const { reader } = client(({ path }) => (path === 'config/login' ? undefined : ok(fields)));
    expect(await reader.rows('lbvserver', { name: 'a' })).toEqual(rows);
  });

  it.each([258, 461, 463, 2823, 1544])('%i: nothing is there', async (code) => {
    const { reader } = client(({ path }) => (path === 'config/login' ? undefined : refusal(code, 404)));
    expect(await reader.rows('sslvserver_sslpolicy_binding', { name: 'a' })).toEqual([]);
  });

  it.each([2138, 278, 1232])('%i: an error is not taken for nothing', async (code) => {
    const { reader } = client(({ path }) => (path === 'config/login' ? undefined : refusal(code)));
    expect(await failure(reader.rows('lbvserver', { name: 'a' }))).toMatchObject({ code });
  });

  it('counts', async () => {
    const { reader, appliance } = client(({ path }) =>
      path.includes('count=yes') ? ok({ [MAP]: [{ __count: 4 }] }) : undefined,
    );
    expect(await reader.count(MAP, { name: 'm', filter: { key: '/^\\#/' } })).toBe(4);
    expect(appliance.paths()).toEqual([`config/${MAP}/m?filter=key:%2F%5E%5C%23%2F&count=yes`]);
  });

  it('a count of nothing is 0', async () => {
    expect(await client(() => undefined).reader.count(MAP, { name: 'm' })).toBe(0);
  });
});

describe('pages', () => {
  it.each([
    [0, 1],
    [2, 1],
    [3, 2],
    [7, 3],
  ])('%i rows by three take %i requests', async (count, requests) => {
    const { reader, appliance } = client(listOf(count));
    expect(await reader.rows(MAP, { name: 'm' })).toEqual(keys(0, count));
    expect(appliance.paths()).toHaveLength(requests);
  });

  it.each([
    ['one entity', 'lbvserver', { name: 'a' }],
    ['a list that a filter makes small', MAP, { name: 'm', filter: { key: 'a' } }],
    ['a singleton', 'nsconfig', {}],
  ])('not for %s', async (_name, type, query) => {
    const { reader, appliance } = client(() => undefined);
    await reader.rows(type, query);
    expect(appliance.paths().join()).not.toContain('page');
  });

  describe('of a filtered list that is large', () => {
    const query = { name: 'm', filter: { key: '/^k/' }, large: true };
    /** Seven rows fit the filter; pages are cut after it, or before, where the list has ten rows more. */
    const filtered =
      (cut: 'after' | 'before', count = 7): Handler =>
      ({ path }) => {
        if (path.includes('count=yes')) return ok({ [MAP]: [{ __count: count }] });
        if (!path.includes('pagesize')) return path.includes(MAP) ? ok({ [MAP]: keys(0, count) }) : undefined;
        const start = (parameter(path, 'pageno') - 1) * 3;
        const all: { key: string }[] = cut === 'after' ? keys(0, count) : [{ key: 'x' }, ...keys(0, count)];
        const rows = all.slice(start, start + 3).filter(({ key }) => key !== 'x');
        return ok(rows.length === 0 ? {} : { [MAP]: rows });
      };

    it.each([
      ['after the filter: pages add up', 'after', 4],
      ['before the filter: they do not, and it is read whole', 'before', 3],
    ] as const)('cut %s', async (_name, cut, requests) => {
      const { reader, appliance } = client(filtered(cut));
      expect(await reader.rows(MAP, query)).toEqual(keys(0, 7));
      expect(appliance.paths()).toHaveLength(requests);
    });

    it('that is not: whole', async () => {
      const { reader, appliance } = client(filtered('after', 3));
      expect(await reader.rows(MAP, query)).toEqual(keys(0, 3));
      expect(appliance.paths().join()).not.toContain('page');
    });
  });

  it('a build that ignores them says everything at once', async () => {
    const { reader, appliance } = client(({ path }) => (path.includes(MAP) ? ok({ [MAP]: keys(0, 5) }) : undefined));
    expect(await reader.rows(MAP)).toEqual(keys(0, 5));
    expect(appliance.paths()).toHaveLength(1);
  });

  it('and if that fills exactly a page, it is noticed by the next', async () => {
    const { reader } = client(({ path }) => (path.includes(MAP) ? ok({ [MAP]: keys(0, 3) }) : undefined));
    expect(await reader.rows(MAP)).toEqual(keys(0, 3));
  });

  it('a build that refuses them is asked without, once and for all', async () => {
    const { reader, appliance } = client(({ path }) => {
      if (path.includes('pagesize')) return refusal(1090, 400, 'Invalid argument [pagesize]');
      return path.includes(MAP) ? ok({ [MAP]: keys(0, 5) }) : undefined;
    });
    expect(await reader.rows(MAP)).toEqual(keys(0, 5));
    expect(await reader.rows(MAP)).toEqual(keys(0, 5));
    expect(appliance.paths().map((path) => path.includes('pagesize'))).toEqual([true, false, false]);
  });

  it('a read that is not allowed stays an error, and says nothing of pages', async () => {
    let allowed = false;
    const { reader, appliance } = client(({ path }) => {
      if (path === 'config/login') return undefined;
      return allowed ? ok({ [MAP]: keys(0, 2) }) : refusal(2138, 403);
    });
    expect(await failure(reader.rows(MAP))).toMatchObject({ kind: 'denied' });
    allowed = true;
    await reader.rows(MAP);
    expect(appliance.paths().at(-1)).toContain('pagesize');
  });
});

describe('bindings of several parents', () => {
  const row = (name: string, key: string) => ({ name, key });
  const bulk = (path: string): boolean => path.includes('bulkbindings=yes');
  const ask = (reader: NitroClient) => reader.rowsOf(MAP, ['m', 'n.o'], { key: '/^a/' });
  /** One parent's answer has a row, whatever is asked. */
  const single: Handler = ({ path }) => (path.includes(`${MAP}/m`) ? ok({ [MAP]: [row('m', 'a')] }) : undefined);

  it('come in one answer, and are sorted by parent; those of others are not ours', async () => {
    const rows = [row('m', 'a1'), row('x', 'a'), row('m', 'a2')];
    const { reader, appliance } = client(({ path }) => (bulk(path) ? ok({ [MAP]: rows }) : undefined));
    expect([...(await ask(reader))]).toEqual([
      ['m', [row('m', 'a1'), row('m', 'a2')]],
      ['n.o', []],
    ]);
    expect(appliance.paths().map(decodeURIComponent)).toEqual([
      `config/${MAP}?filter=name:/^(m|n\\.o)$/,key:/^a/&bulkbindings=yes`,
    ]);
  });

  it('an empty answer proves nothing: each is asked by itself, until one was not empty', async () => {
    let rows: object[] = [];
    const { reader, appliance } = client((call, n) => (bulk(call.path) ? ok({ [MAP]: rows }) : single(call, n)));
    expect((await ask(reader)).get('m')).toEqual([row('m', 'a')]);
    expect(appliance.paths()).toHaveLength(3);
    rows = [row('n.o', 'a')];
    expect((await ask(reader)).get('n.o')).toEqual([row('n.o', 'a')]);
    rows = [];
    expect((await ask(reader)).get('m')).toEqual([]);
    expect(appliance.paths()).toHaveLength(5);
  });

  it('a build that refuses it is not asked again', async () => {
    const { reader, appliance } = client((call, n) => (bulk(call.path) ? refusal(278) : single(call, n)));
    for (const _ of [1, 2]) expect((await ask(reader)).get('m')).toEqual([row('m', 'a')]);
    expect(appliance.paths()).toHaveLength(5);
  });

  it('a busy appliance is not taken for one that refuses', async () => {
    const { reader } = client((call, n) => (bulk(call.path) ? refusal(272) : single(call, n)));
    expect(await failure(ask(reader))).toMatchObject({ kind: 'busy' });
  });

  it('one parent is asked as ever', async () => {
    const { reader, appliance } = client(single);
    expect((await reader.rowsOf(MAP, ['m'], { key: '/^a/' })).get('m')).toEqual([row('m', 'a')]);
    expect(appliance.paths().some(bulk)).toBe(false);
  });
});

describe('bindings of several parents beside other reads', () => {
  const row = (name: string, key: string) => ({ name, key });
  const rows = [row('m', 'a1'), row('x', 'a')];
  const server = { name: 's', comment: 'ours' };
  const others = [{ type: 'lbvserver', filter: { name: 's' } }];
  const isBatch = (path: string): boolean => path.startsWith('config/batchapi');
  const ask = (reader: NitroClient) => reader.rowsBeside(MAP, ['m', 'n.o'], { key: '/^a/' }, others);

  /** A session that knows that one call for all parents works, and an appliance that answers batches like this. */
  async function knowing(batch: Handler) {
    const made = client((call, n) => {
      if (isBatch(call.path)) return batch?.(call, n);
      return call.path.startsWith('config/login') ? undefined : ok({ [MAP]: rows });
    });
    await made.reader.rowsOf(MAP, ['m', 'x'], { key: '/^a/' });
    return made;
  }

  it('come in one call', async () => {
    const { reader, appliance } = await knowing(() => ok({ batchapi: [{ [MAP]: rows }, { lbvserver: [server] }] }));
    const found = await ask(reader);
    expect([...(found?.rows ?? [])]).toEqual([
      ['m', [row('m', 'a1')]],
      ['n.o', []],
    ]);
    expect(found?.others).toEqual([[server]]);
    expect(appliance.calls.at(-1)?.body).toEqual({
      batchapi: [
        { type: MAP, query_params: { filter: { name: '/^(m|n\\.o)$/', key: '/^a/' }, bulkbindings: 'yes' } },
        { type: 'lbvserver', query_params: { filter: { name: 's' } } },
      ],
    });
  });

  it('are not read where one call for all parents is not known to work', async () => {
    const { reader, appliance } = client(() => ok({}));
    expect(await ask(reader)).toBeUndefined();
    expect(appliance.calls).toEqual([]);
  });

  it.each<[string, Handler]>([
    ['no batches', () => refusal(278)],
    ['no bindings in batches', () => ok({ batchapi: [{ errorcode: 278, message: 'Invalid argument' }, {}] })],
    [
      'an empty answer for bindings that are there',
      () => ok({ batchapi: [{ errorcode: 0 }, { lbvserver: [server] }] }),
    ],
  ])('a build that has %s is asked once, and not again', async (_what, batch) => {
    const { reader, appliance } = await knowing(batch);
    for (const _ of [1, 2]) expect(await ask(reader)).toBeUndefined();
    expect(appliance.paths().filter(isBatch)).toHaveLength(1);
  });

  it('a busy appliance is not taken for one that refuses', async () => {
    const { reader } = await knowing(() => refusal(272));
    expect(await failure(ask(reader))).toMatchObject({ kind: 'busy' });
  });
});

describe('batch', () => {
  const queries = [
    { type: 'csvserver', filter: { ipv46: '192.0.2.1' } },
    { type: 'lbvserver', filter: { ipv46: '192.0.2.1' } },
  ];
  const answering = (...results: unknown[]) =>
    client(({ path }) => (path.startsWith('config/batchapi') ? ok({ batchapi: results }) : undefined));

  it('several reads in one call, in order', async () => {
    const { reader, appliance } = answering({ csvserver: [{ name: 'a' }] }, { errorcode: 258, message: 'No such' });
    expect(await reader.batch(queries)).toEqual([[{ name: 'a' }], []]);
    expect(appliance.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: 'config/batchapi?action=GET',
      body: { batchapi: [{ type: 'csvserver', query_params: { filter: { ipv46: '192.0.2.1' } } }, {}] },
    });
  });

  it.each([2138, 272])('an error of one (%i) is not taken for nothing', async (code) => {
    const { reader } = answering({ csvserver: [] }, { errorcode: code, message: 'no' });
    expect(await failure(reader.batch(queries))).toMatchObject({ code });
  });

  it.each([
    ['refused', refusal(1232, 404)],
    ['answered with something else', ok({ batchapi: [{}] })],
    ['answered with nothing', { status: 200, headers: {}, body: undefined }],
  ])('%s: one by one, once and for all', async (_name, answer) => {
    const { reader, appliance } = client(({ path }) => {
      if (path.startsWith('config/batchapi')) return answer;
      return path.startsWith('config/csvserver') ? ok({ csvserver: [{ name: 'a' }] }) : undefined;
    });
    expect(await reader.batch(queries)).toEqual([[{ name: 'a' }], []]);
    await reader.batch(queries);
    expect(appliance.paths().filter((path) => path.includes('batchapi'))).toHaveLength(1);
    expect(appliance.paths()).toHaveLength(5);
  });

  it('a busy appliance has batches: the error is thrown', async () => {
    const { reader } = client(({ path }) => (path.startsWith('config/batchapi') ? refusal(272) : undefined));
    expect(await failure(reader.batch(queries))).toMatchObject({ kind: 'busy' });
  });
});
