import { describe, expect, it } from 'vitest';
import type { GroupMember } from '../../../lib/netscaler/index.ts';
import { type HttpAnswer, type HttpCall, type MemberList, NitroClient } from '../../../lib/nitro/index.ts';
import { failure, fake, items, ok, refusal, sessionOver } from './fake.ts';

const LIST = 'servicegroup_servicegroupmemberlist_binding';
const MEMBER = 'servicegroup_servicegroupmember_binding';
const a: GroupMember = { ip: '10.0.0.1', port: 8443 };
const b: GroupMember = { ip: '2001:db8::1', port: 8443 };
const list = (group: string, ...members: GroupMember[]): MemberList => ({ group, members });
const DONE = { error: undefined, failed: [] };

interface Body {
  servicegroupname: string;
  members: GroupMember[];
}

/**
 * An appliance with groups, each `API` or classic. `arrays`: it takes several lists, refuses them, takes the first and
 * says nothing of the others, or adds members and leaves those that are there.
 */
function appliance(
  options: {
    arrays?: 'taken' | 'refused' | 'first only' | 'added';
    classic?: readonly string[];
    refuse?: (call: HttpCall) => HttpAnswer | undefined;
    rows?: (group: string) => Record<string, unknown>[];
    drainSeconds?: number;
  } = {},
) {
  const { arrays = 'taken', classic = [], refuse, rows, drainSeconds } = options;
  const groups = new Map<string, readonly GroupMember[]>();
  const device = fake((call) => {
    if (call.path === 'config/login') return undefined;
    const answer = refuse?.(call);
    if (answer !== undefined) return answer;
    if (call.path === `config/${LIST}`) {
      const given = (call.body as Record<string, Body | Body[]>)[LIST] as Body | Body[];
      if (Array.isArray(given) && arrays === 'refused') return refusal(1234, 400);
      const bodies = Array.isArray(given) ? given : [given];
      const codes = bodies.map(({ servicegroupname, members }, index) => {
        if (classic.includes(servicegroupname)) return 257;
        const before = Array.isArray(given) && arrays === 'added' ? (groups.get(servicegroupname) ?? []) : [];
        if (index === 0 || arrays !== 'first only') groups.set(servicegroupname, [...before, ...members]);
        return 0;
      });
      if (codes.every((code) => code === 0)) return ok({}, 201);
      return Array.isArray(given) ? items(...codes) : refusal(257, 403);
    }
    if (call.method === 'GET' && call.path.startsWith(`config/${MEMBER}`)) {
      const named = /_binding\/([^?]+)/.exec(call.path)?.[1];
      if (named !== undefined) return ok({ [MEMBER]: rows?.(named) ?? [] });
      const all = [...groups].flatMap(([servicegroupname, members]) =>
        members.map((member) => ({ servicegroupname, servername: member.ip, state: 'ENABLED', ...member })),
      );
      return ok({ [MEMBER]: all });
    }
    return undefined;
  });
  const writer = new NitroClient(
    sessionOver([device.transport]).session,
    drainSeconds === undefined ? {} : { drainSeconds },
  );
  const sent = (): string[] => device.calls.slice(1).map(({ method, path }) => `${method} ${path.split('?')[0]}`);
  return { device, writer, groups, sent };
}

describe('one list', () => {
  it('goes whole: what is left out drains', async () => {
    const { writer, device } = appliance();
    expect(await writer.members([list('g', a, b)])).toEqual([DONE]);
    expect(device.calls.at(-1)).toMatchObject({
      method: 'PUT',
      path: `config/${LIST}`,
      body: { [LIST]: { servicegroupname: 'g', members: [a, b] } },
    });
  });

  it('none: no call', async () => {
    const { writer, device } = appliance();
    expect(await writer.members([])).toEqual([]);
    expect(device.calls).toEqual([]);
  });

  it.each([
    ['beside the error', { failedmembers: [{ ip: '10.0.0.1', port: '8443' }] }],
    ['within the list', { [LIST]: { failedmembers: [{ ip: '10.0.0.1', port: 8443 }] } }],
    ['within a list of lists', { [LIST]: [{ failedmembers: [{ ip: '10.0.0.1', port: 8443 }] }] }],
  ])('1442: members that could not be bound, named %s', async (_name, fields) => {
    const refuse = (): HttpAnswer => ({ status: 599, headers: {}, body: { errorcode: 1442, ...fields } });
    expect(await appliance({ refuse }).writer.members([list('g', a, b)])).toEqual([{ error: undefined, failed: [a] }]);
  });

  it('1442 that names nobody: those that are not there', async () => {
    const refuse = ({ method, path }: HttpCall): HttpAnswer | undefined => {
      if (method === 'PUT') return refusal(1442);
      const row = { servicegroupname: 'g', servername: '10.0.0.1', ip: '10.0.0.1', port: 8443, state: 'ENABLED' };
      return path.startsWith(`config/${MEMBER}`) ? ok({ [MEMBER]: [row] }) : undefined;
    };
    expect(await appliance({ refuse }).writer.members([list('g', a, b)])).toEqual([{ error: undefined, failed: [b] }]);
  });

  it('failed members of a call that succeeded count, too', async () => {
    const refuse = (): HttpAnswer => ok({ failedmembers: [a] });
    expect(await appliance({ refuse }).writer.members([list('g', a)])).toEqual([{ error: undefined, failed: [a] }]);
  });

  it('of a group that is not there: its error', async () => {
    const [result] = await appliance({ refuse: () => refusal(258, 404) }).writer.members([list('g', a)]);
    expect(result).toMatchObject({ error: { kind: 'gone' }, failed: [] });
  });

  it('a busy appliance is thrown', async () => {
    expect(await failure(appliance({ refuse: () => refusal(412) }).writer.members([list('g', a)]))).toMatchObject({
      kind: 'busy',
    });
  });
});

describe('several lists', () => {
  const lists = ['g1', 'g2', 'g3', 'g4', 'g5'].map((group) => list(group, a, b));

  it('two find out that an array is taken, and are read back; then one call for all', async () => {
    const { writer, sent, groups } = appliance();
    expect(await writer.members(lists)).toEqual(lists.map(() => DONE));
    expect(sent()).toEqual([`PUT config/${LIST}`, `GET config/${MEMBER}`, `PUT config/${LIST}`]);
    expect([...groups.keys()]).toEqual(['g1', 'g2', 'g3', 'g4', 'g5']);
    await writer.members(lists);
    expect(sent()).toHaveLength(4);
  });

  it('refused: a call each, and not tried again in this session', async () => {
    const { writer, sent, groups } = appliance({ arrays: 'refused' });
    expect(await writer.members(lists)).toEqual(lists.map(() => DONE));
    expect(groups.size).toBe(5);
    expect(sent()).toHaveLength(6);
    await writer.members(lists);
    expect(sent()).toHaveLength(11);
  });

  it('taken in part without a word: noticed, and a call each', async () => {
    const { writer, groups } = appliance({ arrays: 'first only' });
    await writer.members(lists);
    expect([...groups.keys()]).toEqual(['g1', 'g2', 'g3', 'g4', 'g5']);
  });

  it('failed without saying which: a call each', async () => {
    const { writer, groups, sent } = appliance({
      refuse: ({ path, body }) =>
        path === `config/${LIST}` && Array.isArray((body as Record<string, unknown>)[LIST]) ? items(0) : undefined,
    });
    expect(await writer.members(lists)).toEqual(lists.map(() => DONE));
    expect(groups.size).toBe(5);
    expect(sent()).toHaveLength(6);
  });

  it('taken for something to be added: noticed, too', async () => {
    const { writer, groups } = appliance({ arrays: 'added' });
    groups.set('g2', [{ ip: '10.0.0.9', port: 1 }]);
    await writer.members(lists);
    expect(groups.get('g2')).toEqual([a, b]);
  });

  it('results by list: one that is classic does not hold up the others', async () => {
    const { writer, sent } = appliance({ classic: ['g2'] });
    expect(await writer.members(lists)).toEqual(lists.map(() => DONE));
    expect(sent()).toContain(`GET config/${MEMBER}/g2`);
    expect(sent()).toContain(`POST config/${MEMBER}`);
  });

  it('a call holds at most 500 members', async () => {
    const many = Array.from({ length: 300 }, (_, n): GroupMember => ({ ip: `10.0.${n >> 8}.${n & 255}`, port: 1 }));
    const { writer, device } = appliance();
    await writer.members(['a', 'b', 'c', 'd', 'e'].map((group) => list(group, ...many)));
    const sizes = device.calls.flatMap(({ path, body }) =>
      path === `config/${LIST}` ? [[(body as Record<string, unknown>)[LIST]].flat().length] : [],
    );
    expect(sizes).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('weights', () => {
  const heavy: GroupMember = { ...a, weight: 3 };
  const light: GroupMember = { ...b, weight: 1 };
  const row = (member: GroupMember) => ({
    servicegroupname: 'g',
    servername: member.ip,
    state: 'ENABLED',
    svrstate: 'UP',
    ...member,
  });
  const SET = 'PUT config/servicegroup';

  it('go with the list, and are read back', async () => {
    const { writer, device, sent } = appliance({ rows: () => [row(heavy), row(light)] });
    expect(await writer.members([list('g', heavy, light)])).toEqual([DONE]);
    expect(device.calls[1]).toMatchObject({ body: { [LIST]: { servicegroupname: 'g', members: [heavy, light] } } });
    expect(sent()).toEqual([`PUT config/${LIST}`, `GET config/${MEMBER}/g`]);
  });

  it('a list without weights is not read back', async () => {
    const { writer, sent } = appliance();
    await writer.members([list('g', a, b)]);
    expect(sent()).toEqual([`PUT config/${LIST}`]);
  });

  it('that the list left as they were are set, and the other members are not touched', async () => {
    const { writer, device, sent } = appliance({ rows: () => [row({ ...a, weight: 9 }), row(light)] });
    expect(await writer.members([list('g', heavy, light)])).toEqual([DONE]);
    expect(sent().at(-1)).toBe(SET);
    expect(device.calls.at(-1)?.body).toEqual({
      servicegroup: { servicegroupname: 'g', servername: a.ip, port: a.port, weight: 3 },
    });
  });

  it('that cannot be set are the list’s error', async () => {
    const refuse = ({ path, method }: HttpCall): HttpAnswer | undefined =>
      path === 'config/servicegroup' && method === 'PUT' ? refusal(278) : undefined;
    const { writer } = appliance({ rows: () => [row(a)], refuse });
    const [result] = await writer.members([list('g', heavy)]);
    expect(result?.error?.code).toBe(278);
  });

  it('of a group without desired sets: new members are bound with theirs, and others get theirs', async () => {
    const { writer, device, sent } = appliance({ classic: ['g'], rows: () => [row({ ...a, weight: 9 })] });
    expect(await writer.members([list('g', heavy, { ...b, weight: 2 })])).toEqual([DONE]);
    expect(sent().slice(1)).toEqual([`GET config/${MEMBER}/g`, `POST config/${MEMBER}`, SET]);
    expect(device.calls.at(-2)?.body).toEqual({ [MEMBER]: { servicegroupname: 'g', ...b, weight: 2 } });
    expect(device.calls.at(-1)?.body).toEqual({
      servicegroup: { servicegroupname: 'g', servername: a.ip, port: a.port, weight: 3 },
    });
  });

  it('of several lists at once are tested like the lists', async () => {
    const { writer } = appliance({
      rows: (group) => (group === 'g' ? [row(heavy)] : [{ ...row(light), servicegroupname: 'h' }]),
    });
    expect(await writer.members([list('g', heavy), list('h', light)])).toEqual([DONE, DONE]);
  });
});

describe('a group without desired sets', () => {
  const row = (member: GroupMember, more: Record<string, unknown> = {}) => ({
    servicegroupname: 'g',
    servername: member.ip,
    ...member,
    state: 'ENABLED',
    svrstate: 'UP',
    ...more,
  });
  const gone: GroupMember = { ip: '10.0.0.9', port: 8443 };
  const group = (rows: Record<string, unknown>[], more = {}) =>
    appliance({ classic: ['g'], rows: () => rows, drainSeconds: 60, ...more });

  it.each([257, 3810, 1232, 1240, 1090])('%i says so: members are bound one by one', async (code) => {
    const { writer, device } = group([row(a)], {
      refuse: ({ path }: HttpCall) => (path === `config/${LIST}` ? refusal(code) : undefined),
    });
    expect(await writer.members([list('g', a, b)])).toEqual([DONE]);
    expect(device.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: `config/${MEMBER}`,
      body: { [MEMBER]: { servicegroupname: 'g', ...b } },
    });
  });

  it('as it should be: nothing is written', async () => {
    const { writer, sent } = group([row(a), row(b)]);
    await writer.members([list('g', b, a)]);
    expect(sent()).toEqual([`PUT config/${LIST}`, `GET config/${MEMBER}/g`]);
  });

  it('a member that goes is disabled, with time and grace', async () => {
    const { writer, device } = group([row(a), row(gone, { servername: 'an-operators-name' })]);
    await writer.members([list('g', a)]);
    expect(device.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: 'config/servicegroup?action=disable',
      body: {
        servicegroup: {
          servicegroupname: 'g',
          servername: 'an-operators-name',
          port: 8443,
          delay: 60,
          graceful: 'YES',
        },
      },
    });
  });

  it.each([
    ['GOING OUT OF SERVICE', false],
    ['OUT OF SERVICE', true],
    ['DISABLED', true],
  ])('and unbound by a later write when its time is over: %s', async (svrstate, unbound) => {
    const { writer, sent, device } = group([row(a), row(gone, { state: 'DISABLED', svrstate })]);
    await writer.members([list('g', a)]);
    expect(sent().includes(`DELETE config/${MEMBER}/g`)).toBe(unbound);
    expect(device.paths().join()).not.toContain('action=');
  });

  it('at once where no drain is wanted', async () => {
    const { writer, device } = group([row(a), row(gone)], { drainSeconds: 0 });
    await writer.members([list('g', a)]);
    expect(device.paths().at(-1)).toBe(`config/${MEMBER}/g?args=servername:10.0.0.9,port:8443`);
  });

  it('one that comes back is enabled', async () => {
    const { writer, device } = group([row(a, { state: 'DISABLED', svrstate: 'GOING OUT OF SERVICE' })]);
    await writer.members([list('g', a)]);
    expect(device.calls.at(-1)).toMatchObject({
      path: 'config/servicegroup?action=enable',
      body: { servicegroup: { servicegroupname: 'g', servername: '10.0.0.1', port: 8443 } },
    });
  });

  it('members that cannot be bound are named, those that are there already are there', async () => {
    const refuse = ({ path, method }: HttpCall): HttpAnswer | undefined =>
      path === `config/${MEMBER}` && method === 'POST' ? items(304, 435) : undefined;
    expect(await group([], { refuse }).writer.members([list('g', a, b)])).toEqual([{ error: undefined, failed: [b] }]);
  });

  it('a group that vanished meanwhile is the list’s error', async () => {
    const refuse = ({ path, method }: HttpCall): HttpAnswer | undefined =>
      path === `config/${MEMBER}` && method === 'POST' ? items(258, 258) : undefined;
    const [result] = await group([], { refuse }).writer.members([list('g', a, b)]);
    expect(result).toMatchObject({ error: { kind: 'gone' }, failed: [] });
  });
});

describe('making groups', () => {
  const made = {
    servicegroupname: 'g',
    servicetype: 'TCP',
    autoscale: 'API',
    autodisablegraceful: 'YES',
    autodisabledelay: 60,
  };

  const making = (version: string) => {
    const device = fake(({ path }) =>
      path === 'config/nsversion' ? ok({ nsversion: { version, mode: '1' } }) : undefined,
    );
    return { device, writer: new NitroClient(sessionOver([device.transport]).session) };
  };

  it.each([
    ['NetScaler NS14.1: Build 51.80.nc', made],
    ['NetScaler NS13.0: Build 41.28.nc', { servicegroupname: 'g', servicetype: 'TCP' }],
  ])('%s takes what it knows, and is asked once a session', async (version, body) => {
    const { device, writer } = making(version);
    await writer.add([{ type: 'lbvserver', body: { name: 'v' } }]);
    expect(device.paths()).toEqual(['config/lbvserver']);
    await writer.add([
      { type: 'lbvserver', body: { name: 'v' } },
      { type: 'servicegroup', body: made },
    ]);
    await writer.add([{ type: 'servicegroup', body: made }]);
    expect(device.paths()).toEqual(['config/lbvserver', 'config/nsversion', 'config/macroapi', 'config/servicegroup']);
    expect(device.calls.at(-1)?.body).toEqual({ servicegroup: body });
  });

  it('an answer that did not come is asked for again', async () => {
    let busy = true;
    const device = fake(({ path }) => {
      if (path !== 'config/nsversion') return undefined;
      return busy ? refusal(272) : ok({ nsversion: { version: 'NS12.1: Build 1.1.nc' } });
    });
    const writer = new NitroClient(sessionOver([device.transport], { attempts: 1 }).session);
    await failure(writer.add([{ type: 'servicegroup', body: made }]));
    busy = false;
    await writer.add([{ type: 'servicegroup', body: made }]);
    expect(device.calls.at(-1)?.body).toEqual({ servicegroup: { servicegroupname: 'g', servicetype: 'TCP' } });
  });
});
