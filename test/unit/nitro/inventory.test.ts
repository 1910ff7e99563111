import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { LONGEST_PATTERN } from '../../../lib/ledger/index.ts';
import { namesOf, ownerMark, type Resource } from '../../../lib/netscaler/index.ts';
import {
  anyOf,
  countOtherClaims,
  KeptParts,
  type NitroQuery,
  type NitroReader,
  type NitroRow,
  readAllFrontends,
  readBackends,
  readFrontend,
  readMap,
  readMembers,
  readPolicyBindings,
  readSomePolicyBindings,
  readSystem,
} from '../../../lib/nitro/index.ts';
import { memberLists } from '../../../lib/nitro/inventory/members.ts';
import { patternsOf, toResource } from '../../../lib/nitro/inventory/rows.ts';

const names = namesOf('nsp');
const context = { system: 'nsp', names, drainSeconds: 60 };
const owner = { cluster: 'c', namespace: 'default', name: 'a' };
const key = ownerKey(owner);
const comment = ownerMark('nsp', owner);
const MEMBER = 'servicegroup_servicegroupmember_binding';

/** Rows by type; filters are applied as an appliance does. */
function reader(rows: Readonly<Record<string, NitroRow[]>>) {
  const asked: { type: string; query: NitroQuery }[] = [];
  const fits = (row: NitroRow, filter: Readonly<Record<string, string>> = {}): boolean =>
    Object.entries(filter).every(([name, value]) => {
      const pattern = /^\/(.*)\/$/.exec(value)?.[1];
      const text = String(row[name] ?? '');
      return pattern === undefined ? text === value : new RegExp(pattern).test(text);
    });
  const port: NitroReader = {
    rows: async (type, query = {}) => {
      asked.push({ type, query });
      return (rows[type] ?? []).filter((row) => fits(row, query.filter)).map(query.shape ?? ((row) => row));
    },
    rowsOf: async (type, parents, filter) =>
      new Map(parents.map((name) => [name, (rows[type] ?? []).filter((row) => fits(row, { ...filter, name }))])),
    rowsBeside: async () => undefined,
    batch: async (queries) => queries.map(({ type, filter }) => (rows[type] ?? []).filter((row) => fits(row, filter))),
    count: async (type, { filter }) => (rows[type] ?? []).filter((row) => fits(row, filter)).length,
  };
  return { port, asked };
}

describe('rows as resources', () => {
  it('names in lower case, booleans as text, lists as one text', () => {
    const row = {
      monitorname: 'm',
      type: 'HTTP',
      respCode: ['200', '301-302'],
      LRTM: true,
      interval: '5',
      nothing: null,
    };
    expect(toResource('monitor', 'lbmonitor', row, ['o'])).toEqual({
      role: 'monitor',
      type: 'lbmonitor',
      id: { monitorname: 'm', type: 'HTTP' },
      attributes: { respcode: '200,301-302', lrtm: 'true', interval: '5' },
      owners: ['o'],
    });
  });

  it('what identifies a row and is missing is empty', () => {
    expect(toResource('lbvserver', 'lbvserver', {}, []).id).toEqual({ name: '' });
  });

  it.each(['a.b', 'a|b', 'a(b', '*.foo.com', 'a\\b', 'a/b', '[a]', 'a-b#c^d$'])(
    'a pattern matches just the name: %s',
    (name) => {
      const pattern = new RegExp(/^\/(.*)\/$/.exec(anyOf(['other', name]))?.[1] ?? '');
      expect(pattern.test(name)).toBe(true);
      expect([`x${name}`, `${name}x`, name.slice(1), 'aXb'].filter((text) => pattern.test(text))).toEqual([]);
    },
  );

  it('patterns are as many as URLs can hold', () => {
    const many = Array.from({ length: 200 }, (_, n) => `nsp-namespace-ingress-service-443-${n}`);
    const patterns = patternsOf(many);
    expect(patterns.length).toBeGreaterThan(1);
    expect(Math.max(...patterns.map((pattern) => pattern.length))).toBeLessThanOrEqual(LONGEST_PATTERN);
    const matched = many.filter(
      (name) => patterns.filter((one) => new RegExp(one.slice(1, -1)).test(name)).length === 1,
    );
    expect(matched).toEqual(many);
    expect(patternsOf([])).toEqual([]);
    expect(patternsOf(['x'.repeat(LONGEST_PATTERN)])).toHaveLength(1);
  });
});

describe('members', () => {
  const row = (ip: string, more: NitroRow = {}): NitroRow => ({ servicegroupname: 'g', ip, port: 443, ...more });

  it.each([
    ['one that serves', { state: 'ENABLED', svrstate: 'UP' }, true],
    ['one that is down', { state: 'ENABLED', svrstate: 'DOWN' }, true],
    ['one without a state', {}, true],
    ['a disabled one', { state: 'DISABLED' }, false],
    ['one that drains', { state: 'ENABLED', svrstate: 'GOING OUT OF SERVICE' }, false],
    ['one that has drained', { svrstate: 'OUT OF SERVICE' }, false],
    ['one that drains, by its other name', { svrstate: 'TROFS' }, false],
  ])('%s counts: %s', (_name, state, counts) => {
    expect(memberLists([row('10.0.0.1', state)]).get('g')).toBe(counts ? '10.0.0.1 443' : undefined);
  });

  it('by address, whatever the server is called; sorted, each once', () => {
    const rows = [row('10.0.0.2', { servername: 'web' }), row('10.0.0.1'), row('10.0.0.1', { port: '443' })];
    expect(memberLists([...rows, { servicegroupname: 'h', servername: '10.0.0.3', port: 1 }])).toEqual(
      new Map([
        ['g', '10.0.0.1 443\n10.0.0.2 443'],
        ['h', '10.0.0.3 1'],
      ]),
    );
  });

  it('of very many groups are read in several requests', async () => {
    const groups = Array.from({ length: 300 }, (_, n) => `nsp-default-a-web-443-${n}`);
    const { port, asked } = reader({
      [MEMBER]: groups.map((servicegroupname) => ({ ...row('10.0.0.1'), servicegroupname })),
    });
    expect((await readMembers(port, groups)).size).toBe(300);
    expect(asked.length).toBeGreaterThan(1);
  });
});

describe('back ends', () => {
  const name = names.backend(owner, { service: 'web', port: '443', frontendKey: '', settings: '' });
  const group = { servicegroupname: name, servicetype: 'TCP', comment };
  const rows = {
    lbvserver: [
      { name, servicetype: 'TCP', comment },
      { name: 'nsp-default-a-theirs', servicetype: 'TCP', comment: 'an operator' },
    ],
    servicegroup: [{ ...group, autoscale: 'API', autodisabledelay: '60', autodisablegraceful: 'YES' }],
    sslpolicy: [{ name, rule: 'true', action: name, comment }],
    sslaction: [
      { name, forward: name },
      { name: 'nsp-default-a-theirs', forward: 'x' },
    ],
    lbmonitor: [{ monitorname: name, type: 'TCP', interval: 2, units3: 'MIN', resptimeout: 1, units4: 'SEC' }],
    lbvserver_servicegroup_binding: [{ name, servicename: name }],
    [MEMBER]: [{ servicegroupname: name, ip: '10.0.0.1', port: 443 }],
    servicegroup_lbmonitor_binding: [{ servicegroupname: name, monitor_name: name }],
  };
  const of = async (given: Record<string, NitroRow[]>, owners = [key]): Promise<readonly Resource[]> =>
    (await readBackends(reader(given).port, context, owners)).get(key) ?? [];

  it('LIF-5: are found by their mark, and what has none by the name of a marked one', async () => {
    const found = await of(rows);
    expect(found.map(({ role }) => role)).toEqual([
      'lbvserver',
      'service-group',
      'policy',
      'group-binding',
      'action',
      'monitor',
      'monitor-binding',
      'members',
    ]);
    expect(found.every(({ id }) => Object.values(id).includes(name))).toBe(true);
  });

  it('of nobody: nothing is read', async () => {
    const { port, asked } = reader(rows);
    expect((await readBackends(port, context, [])).size).toBe(0);
    expect(asked).toEqual([]);
  });

  it('of somebody who has none: three reads', async () => {
    const { port, asked } = reader({});
    expect((await readBackends(port, context, [key])).get(key)).toEqual([]);
    expect(asked).toHaveLength(3);
  });

  it('of very many are read at once, and those of others left out', async () => {
    const others = Array.from({ length: 60 }, (_, n) => ownerKey({ ...owner, name: `i${n}` }));
    const { port, asked } = reader(rows);
    const found = await readBackends(port, context, [key, ...others]);
    expect(found.get(key)).toHaveLength(8);
    expect(asked.every(({ query }) => query.large)).toBe(true);
    const without = await readBackends(port, context, others);
    expect([...without.values()].flat()).toEqual([]);
  });

  describe('with what an earlier batch read', () => {
    const others = Array.from({ length: 60 }, (_, n) => ownerKey({ ...owner, name: `i${n}` }));
    const START = 1_000_000;
    const parts = async (given: typeof rows) => {
      const kept = new KeptParts(
        () => START,
        () => 1,
      ).publishedBy(0);
      // The first batch speaks of others, of which one has something.
      const other = { name: 'nsp-other', comment: ownerMark('nsp', { ...owner, name: 'i1' }) };
      await readBackends(reader({ ...rows, lbvserver: [...rows.lbvserver, other] }).port, context, others, kept);
      const { port, asked } = reader(given);
      return { found: (await readBackends(port, context, [key, ...others], kept)).get(key), asked };
    };

    it('what carries no mark is not read again, and the same is found', async () => {
      const { found, asked } = await parts(rows);
      expect(found).toEqual((await readBackends(reader(rows).port, context, [key])).get(key));
      expect(asked.map(({ type }) => type)).toEqual(['lbvserver', 'servicegroup', 'sslpolicy']);
    });

    it.each<[string, Partial<typeof rows>]>([
      ['its policy went since', { sslpolicy: [] }],
      ['its group went since', { servicegroup: [] }],
    ])('is read again where it does not fit what does: %s', async (_what, changed) => {
      const { found, asked } = await parts({ ...rows, ...changed, sslaction: [] });
      expect(found?.map(({ role }) => role)).not.toContain('action');
      expect(asked.map(({ type }) => type)).toContain('sslaction');
    });
  });

  it('one owner with very many back ends needs no endless URL', async () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ name: `${name}-${n}`, comment }));
    const { port, asked } = reader({ lbvserver: many, sslaction: many.map(({ name: made }) => ({ name: made })) });
    expect((await readBackends(port, context, [key])).get(key)).toHaveLength(200);
    expect(Math.max(...asked.map(({ query }) => Object.values(query.filter ?? {}).join().length))).toBeLessThan(
      LONGEST_PATTERN,
    );
  });

  it('a group without desired sets is as good as one with them', async () => {
    for (const autoscale of [undefined, 'DISABLED']) {
      const [, found] = await of({
        ...rows,
        servicegroup: [{ ...group, ...(autoscale === undefined ? {} : { autoscale }) }],
      });
      expect(found?.attributes).toMatchObject({ autoscale: 'API', autodisablegraceful: 'YES', autodisabledelay: 60 });
    }
  });

  it('minutes of a monitor are seconds again', async () => {
    const monitor = (await of(rows)).find(({ role }) => role === 'monitor');
    expect(monitor?.attributes).toMatchObject({ interval: 120, units3: 'SEC', resptimeout: 1, units4: 'SEC' });
  });
});

describe('front ends', () => {
  const frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
  const server = (more: NitroRow): NitroRow => ({ name: 'web', ipv46: frontend.vip, port: 443, ...more });
  const look = (rows: Record<string, NitroRow[]>) => readFrontend(reader(rows).port, context, frontend, []);

  it.each([
    ['nobody', {}, undefined],
    ['a content-switching server of others', { csvserver: [server({})] }, 'web'],
    ['a balancing one, SSL_BRIDGE included', { lbvserver: [server({ servicetype: 'SSL_BRIDGE' })] }, 'web'],
    ['one on all ports', { lbvserver: [server({ port: 65535 })] }, 'web'],
    ['one on another port', { csvserver: [server({ port: 8443 })] }, undefined],
    ['one of another system', { csvserver: [server({ comment: 'nsp1;s=other;f=192.0.2.10_443_tls' })] }, 'web'],
    [
      'ours',
      { csvserver: [server({ name: names.csvserver(frontend), comment: 'nsp1;s=nsp;f=192.0.2.10_443_tls' })] },
      undefined,
    ],
  ])('CON-4: on the address sits %s', async (_name, rows, foreign) => {
    expect((await look(rows)).foreign).toBe(foreign);
  });

  it('without a server there are no bindings', async () => {
    expect((await look({})).bindings).toEqual([]);
  });

  it('bindings of others are places taken, and not ours', async () => {
    const vservername = names.csvserver(frontend);
    const binding = { vservername, policyname: 'theirs', priority: '5', type: 'CLIENTHELLO_REQ' };
    const { port } = reader({
      csvserver: [server({ name: vservername, comment: 'nsp1;s=nsp;f=192.0.2.10_443_tls' })],
      sslvserver_sslpolicy_binding: [binding, { ...binding, policyname: names.reset, priority: 64000 }],
      sslvserver_sslcertkey_binding: [
        { vservername, certkeyname: names.certKey },
        { vservername, certkeyname: 'theirs' },
      ],
    });
    const { found, bindings } = await readFrontend(port, context, frontend, []);
    expect(bindings?.map(({ id }) => id.policyname)).toEqual(['theirs', names.reset]);
    expect(found.map(({ role, id }) => [role, id.policyname ?? id.certkeyname ?? id.name])).toEqual([
      ['csvserver', vservername],
      ['front-end-binding', names.reset],
      ['certificate', names.certKey],
    ]);
    expect(await readPolicyBindings(port, names, frontend)).toHaveLength(2);
  });

  describe('some policy bindings', () => {
    const gate = names.gate(frontend);
    const bound = (policyname: string, priority: number) => ({
      ...{ vservername: names.csvserver(frontend), type: 'CLIENTHELLO_REQ' },
      ...{ policyname, priority: String(priority) },
    });
    const ours = [
      bound(gate, 1),
      bound('nsp-web', 2),
      bound('nsp-web-w3', 56_000),
      bound('nsp-web2', 3),
      bound('nsp-api', 17),
    ];

    /** What was found on an appliance that filters a list so, and the filters that it was asked for. */
    async function some(
      backends: string[],
      priorities: number[],
      filters = (row: NitroRow, [by, pattern]: string[]) =>
        new RegExp((pattern as string).slice(1, -1)).test(String(row[by as string])),
    ) {
      const asked: unknown[] = [];
      const { port } = reader({});
      const rows = async (_type: string, { filter = {} }: { filter?: Readonly<Record<string, string>> } = {}) => {
        asked.push(filter);
        return ours.filter((row) => Object.entries(filter).every((one) => filters(row, one)));
      };
      const found = await readSomePolicyBindings({ ...port, rows }, names, frontend, { backends, priorities });
      return { asked, found: found?.map(({ id }) => id.policyname) };
    }

    it('those of a back end in every tier, and not those of another whose name begins so', async () => {
      const { found } = await some(['nsp-web'], []);
      expect(found).toEqual([gate, 'nsp-web', 'nsp-web-w3']);
    });

    it('those at some priorities, and not at those that begin so', async () => {
      const { found, asked } = await some([], [3, 5]);
      expect(found).toEqual([gate, 'nsp-web2']);
      expect(asked).toEqual([{ priority: '/^(3|5|1)$/' }]);
    });

    it('both, each once', async () => {
      expect((await some(['nsp-web'], [2, 17])).found).toEqual([gate, 'nsp-web', 'nsp-api', 'nsp-web-w3']);
    });

    it('an appliance that ignores the filter shows them all', async () => {
      expect((await some(['nsp-web'], [2], () => true)).found).toHaveLength(ours.length);
    });

    it.each<[string, string]>([
      ['a pattern for a number', 'priority'],
      ['a pattern for a name', 'policyname'],
    ])('an appliance that does not take %s → nothing is known', async (_what, field) => {
      const { found } = await some(
        ['nsp-web'],
        [2],
        (row, [by, pattern]) => by !== field && (pattern ?? '') !== String(row),
      );
      expect(found).toBeUndefined();
    });
  });

  it('are all found by the marks of their maps', async () => {
    const { port } = reader({
      policystringmap: [
        { name: 'nsp_f_192_0_2_10_443', comment: 'nsp1;s=nsp;f=192.0.2.10_443_tls' },
        { name: 'nsp_f_by_hand', comment: 'an operator' },
        { name: 'other_f_1', comment: 'nsp1;s=other;f=192.0.2.11_443_tls' },
      ],
    });
    expect(await readAllFrontends(port, context)).toEqual([frontend]);
  });

  it('claims of others are counted', async () => {
    const row = (k: string): NitroRow => ({ name: 'm', key: k, value: 'v' });
    const { port } = reader({ policystringmap_pattern_binding: [row('#a.1.b'), row('#a.2.c'), row('!'), row('host')] });
    expect(await countOtherClaims(port, names, { frontend, rows: [] }, new Set())).toBe(2);
  });
});

describe('maps and what exists once', () => {
  it('rows of a map: an entry without a comment has an empty one', async () => {
    const { port } = reader({
      policystringmap_pattern_binding: [
        { key: 'k', value: 'v' },
        { key: 'l', value: 1, comment: 'c' },
      ],
    });
    expect(await readMap(port, 'm')).toEqual([
      { key: 'k', value: 'v', comment: '' },
      { key: 'l', value: '1', comment: 'c' },
    ]);
    expect(await readMap(port, 'm', { key: '/^l$/' })).toHaveLength(1);
  });

  it('what the system has', async () => {
    const { port } = reader({
      nstcpprofile: [{ name: names.tcpProfile }, { name: 'theirs' }],
      sslcertkey: [{ certkey: names.certKey }],
      sslpolicy: [{ name: names.reset }],
      responderpolicy: [{ name: names.responderReset }],
    });
    expect((await readSystem(port, context)).map(({ role }) => role)).toEqual([
      'system',
      'system',
      'system-policy',
      'system-policy',
    ]);
  });
});
