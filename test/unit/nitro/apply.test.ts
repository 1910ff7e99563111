import { describe, expect, it } from 'vitest';
import type { Resource, ResourceRole } from '../../../lib/netscaler/index.ts';
import { apply, type ItemResult, type MemberList, NitroError, type NitroWriter } from '../../../lib/nitro/index.ts';
import type { Change } from '../../../lib/plan/index.ts';
import { failure } from './fake.ts';

/** A writer that answers by `op type name`, and remembers what it was asked. */
function writer(answers: Readonly<Record<string, number | readonly number[]>> = {}) {
  const asked: string[] = [];
  const seen = new Map<string, number>();
  const answer = (what: string): ItemResult => {
    asked.push(what);
    const codes = answers[what];
    const times = seen.get(what) ?? 0;
    seen.set(what, times + 1);
    const code = Array.isArray(codes) ? (codes[times] ?? 0) : ((codes as number | undefined) ?? 0);
    if (code === 0) return undefined;
    const error = new NitroError(what, code, 599, 'no');
    if (error.transient) throw error;
    return error;
  };
  const bodies: unknown[] = [];
  const port: NitroWriter = {
    add: async (items) =>
      items.map(({ type, body }) => {
        bodies.push(body);
        return answer(`add ${type} ${Object.values(body)[0]}`);
      }),
    set: async (type, given) =>
      given.map((body) => {
        bodies.push(body);
        return answer(`set ${type} ${Object.values(body)[0]}`);
      }),
    unset: async (type, given) =>
      given.map((body) => {
        bodies.push(body);
        return answer(`unset ${type} ${Object.values(body)[0]}`);
      }),
    enable: async (type, given) =>
      given.map((body) => {
        bodies.push(body);
        return answer(`enable ${type} ${Object.values(body)[0]}`);
      }),
    remove: async (items) =>
      items.map(({ type, name, args }) => {
        bodies.push(args);
        return answer(`remove ${type} ${name[1]}`);
      }),
    members: async (lists: readonly MemberList[]) =>
      lists.map((list) => ({
        error: answer(`members ${list.group}`),
        failed: list.members.filter(({ port: number }) => number === 666),
      })),
    upload: async () => {},
    save: async () => {},
  };
  return { port, asked, bodies };
}

function resource(
  role: ResourceRole,
  type: Resource['type'],
  name: string,
  owners: string[],
  attributes = {},
): Resource {
  const id: Record<string, string> = {
    servicegroup: { servicegroupname: name },
    servicegroup_servicegroupmemberlist_binding: { servicegroupname: name },
    lbmonitor: { monitorname: name, type: 'HTTP' },
    policystringmap_pattern_binding: { name: 'nsp_f', key: name },
    sslvserver_sslpolicy_binding: { vservername: 'cs', policyname: name, type: 'CLIENTHELLO_REQ' },
  }[type as string] ?? { name };
  return { role, type, id, attributes, owners };
}

const add = (made: Resource): Change => ({ op: 'add', resource: made });
const remove = (made: Resource): Change => ({ op: 'remove', resource: made });
const action = (name: string, ...owners: string[]) => resource('action', 'sslaction', name, owners);
const host = (name: string, ...owners: string[]) =>
  resource('host', 'policystringmap_pattern_binding', name, owners, { value: 'be' });
const members = (group: string, owner: string, ...lines: string[]): Change => ({
  op: 'members',
  resource: resource('members', 'servicegroup_servicegroupmemberlist_binding', group, [owner], {
    members: lines.join('\n'),
  }),
});

describe('apply', () => {
  it('says what was written, in order', async () => {
    const { port } = writer();
    const plan = [add(host('a.example.com', 'x')), add(action('one', 'x'))];
    const { done, failures, outdatedOwners } = await apply(port, plan, ['x']);
    expect(done.map(({ resource: made }) => made.role)).toEqual(['action', 'host']);
    expect([failures.size, outdatedOwners.size]).toEqual([0, 0]);
  });

  it('LIF-8: a refused object sinks its owner alone, and nothing of him that comes after is made', async () => {
    const { port, asked } = writer({ 'add sslaction bad': 278 });
    const plan = [
      add(action('bad', 'x')),
      add(action('good', 'y')),
      add(host('x.example.com', 'x')),
      add(host('y.example.com', 'y')),
    ];
    const { failures, done } = await apply(port, plan, ['x', 'y']);
    expect(asked).toEqual(['add sslaction bad', 'add sslaction good', 'add policystringmap_pattern_binding nsp_f']);
    expect(done.map(({ resource: made }) => made.owners)).toEqual([['y'], ['y']]);
    expect([...failures.keys()]).toEqual(['x']);
    expect(failures.get('x')?.[0]?.error.code).toBe(278);
  });

  it('what all share sinks all', async () => {
    const { port, asked } = writer({ 'add nstcpprofile tcp': 278 });
    const plan = [add(resource('system', 'nstcpprofile', 'tcp', [])), add(host('a.example.com', 'x'))];
    const { failures } = await apply(port, plan, ['x', 'y']);
    expect([...failures.keys()]).toEqual(['x', 'y']);
    expect(asked).toEqual(['add nstcpprofile tcp']);
  });

  it('what somebody else still needs is made', async () => {
    const { port, asked } = writer({ 'add sslaction bad': 278 });
    await apply(port, [add(action('bad', 'x')), add(host('a.example.com', 'x', 'y'))], ['x', 'y']);
    expect(asked).toHaveLength(2);
  });

  it('of several surprises of one owner the first is the cause: the others may be its consequence', async () => {
    const { port } = writer({ 'add sslaction one': 258, 'add policystringmap_pattern_binding nsp_f': 258 });
    const plan = [add(action('one', 'x')), add(action('two', 'y')), add(host('a.example.com', 'x', 'y'))];
    const { outdatedCause } = await apply(port, plan, ['x', 'y']);
    expect(outdatedCause.get('x')?.error.message).toMatch(/^add sslaction one/);
    expect(outdatedCause.get('y')?.error.message).toMatch(/^add policystringmap_pattern_binding/);
  });

  it('writes nothing for an owner who failed before, and what he shares for the others', async () => {
    const { port, asked } = writer();
    const failed = new Map([['x', [{ error: new NitroError('add', 1072, 599, 'no') }]]]);
    const plan = [add(action('one', 'x')), add(action('both', 'x', 'y')), remove(action('old', 'x'))];
    const { failures } = await apply(port, plan, ['x', 'y'], { failed });
    expect(asked).toEqual(['add sslaction both']);
    expect(failures).toEqual(failed);
  });

  it.each([
    [273, 'exists'],
    [258, 'gone'],
    [3041, 'priority'],
  ])('%i (%s): the appliance is not as the ledger has it, the owner is read and planned again', async (code) => {
    const { port } = writer({ 'add sslaction one': code });
    const { outdatedOwners, failures } = await apply(port, [add(action('one', 'x'))], ['x']);
    expect([...outdatedOwners]).toEqual(['x']);
    expect(failures.size).toBe(0);
  });

  it.each([
    ['what exists once for the system', resource('system', 'nstcpprofile', 'tcp', []), 'add nstcpprofile tcp'],
    [
      'a binding',
      resource('policy-binding', 'sslvserver_sslpolicy_binding', 'p', ['x']),
      'add sslvserver_sslpolicy_binding cs',
    ],
  ])('%s that exists is there', async (_name, made, what) => {
    const { port } = writer({ [what]: 273 });
    const { done, outdatedOwners } = await apply(port, [add(made)], ['x']);
    expect(done).toHaveLength(1);
    expect(outdatedOwners.size).toBe(0);
  });

  it('gone on removal is success', async () => {
    const { port } = writer({ 'remove sslaction one': 258 });
    const { done } = await apply(port, [remove(action('one', 'x'))], ['x']);
    expect(done).toHaveLength(1);
  });

  it('what is still referenced is removed at the end', async () => {
    const { port, asked } = writer({ 'remove sslaction one': [832] });
    const lb = resource('lbvserver', 'lbvserver', 'lb', ['x']);
    const { done, outdatedOwners } = await apply(port, [remove(action('one', 'x')), remove(lb)], ['x']);
    expect(asked).toEqual(['remove sslaction one', 'remove lbvserver lb', 'remove sslaction one']);
    expect(done).toHaveLength(2);
    expect(outdatedOwners.size).toBe(0);
  });

  it('and if it still is, the owner is read again', async () => {
    const { port } = writer({ 'remove sslaction one': 832 });
    const { outdatedOwners } = await apply(port, [remove(action('one', 'x'))], ['x']);
    expect([...outdatedOwners]).toEqual(['x']);
  });

  it('what concerns the appliance is thrown', async () => {
    const { port } = writer({ 'add sslaction one': 412 });
    expect(await failure(apply(port, [add(action('one', 'x'))], ['x']))).toMatchObject({ code: 412 });
  });

  it('what cannot even be tried fails as if the appliance had said so', async () => {
    const { port, asked } = writer();
    const change: Change = { ...add(action('one', 'x')), refused: 'no priority is free' };
    const { failures } = await apply(port, [change], ['x']);
    expect(asked).toEqual([]);
    expect(failures.get('x')?.[0]?.error).toMatchObject({ kind: 'limit' });
  });

  it('member lists go together, those of a sunk owner not at all', async () => {
    const { port, asked } = writer({ 'add sslaction bad': 278, 'members lost': 258 });
    const plan = [
      add(action('bad', 'x')),
      members('gx', 'x', '10.0.0.1 443'),
      members('gy', 'y', '10.0.0.1 443', '10.0.0.2 666'),
      members('lost', 'z'),
    ];
    const { failedMembers, outdatedOwners } = await apply(port, plan, ['x', 'y', 'z']);
    expect(asked).toEqual(['add sslaction bad', 'members gy', 'members lost']);
    expect(failedMembers).toEqual(new Map([['gy', [{ ip: '10.0.0.2', port: 666 }]]]));
    expect([...outdatedOwners]).toEqual(['z']);
  });

  it('attributes that NITRO takes as lists are split at the edge', async () => {
    const { port, bodies } = writer();
    const monitor = resource('monitor', 'lbmonitor', 'm', ['x'], { respcode: '200, 301-302', httprequest: 'GET /a,b' });
    await apply(port, [add(monitor)], ['x']);
    expect(bodies).toEqual([{ monitorname: 'm', type: 'HTTP', respcode: ['200', '301-302'], httprequest: 'GET /a,b' }]);
  });

  it('removal carries what else identifies a row: priority of a binding, type of a monitor', async () => {
    const { port, bodies } = writer();
    const bound = resource('policy-binding', 'sslvserver_sslpolicy_binding', 'p', ['x'], { priority: 7 });
    const monitor = resource('monitor', 'lbmonitor', 'm', ['x'], { interval: 5 });
    await apply(port, [remove(bound), remove(monitor)], ['x']);
    expect(bodies).toEqual([{ policyname: 'p', type: 'CLIENTHELLO_REQ', priority: 7 }, { type: 'HTTP' }]);
  });

  it('removal of a server leaves out the priority that rows of an appliance show', async () => {
    const { port, bodies } = writer();
    await apply(port, [remove(resource('lbvserver', 'lbvserver', 'v', ['x'], { priority: 0 }))], ['x']);
    expect(bodies).toEqual([{}]);
  });

  it('updates send what differs, defaults are restored by name', async () => {
    const { port, bodies } = writer();
    const lb = resource('lbvserver', 'lbvserver', 'lb', ['x'], { clttimeout: 60 });
    await apply(
      port,
      [
        { op: 'set', resource: lb },
        { op: 'unset', resource: lb },
      ],
      ['x'],
    );
    expect(bodies).toEqual([
      { name: 'lb', clttimeout: 60 },
      { name: 'lb', clttimeout: true },
    ]);
  });
});
