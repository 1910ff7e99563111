import { describe, expect, it } from 'vitest';
import { kindOf, oneForEach, type RecordedCall } from '../../bench/support/recorded-call.ts';

const call = (method: string, path: string, body?: unknown): RecordedCall => ({
  method,
  url: `/nitro/v1/config/${path}`,
  body: body === undefined ? '' : JSON.stringify(body),
  headers: { 'x-nitro-onerror': 'continue' },
  status: 201,
});

describe('kindOf', () => {
  it.each([
    ['GET', 'csvserver', 'read'],
    ['POST', 'batchapi?action=get', 'read'],
    ['POST', 'macroapi', 'write'],
    ['DELETE', 'csvserver/a', 'write'],
    ['POST', 'login', 'session'],
    ['POST', 'logout', 'session'],
  ])('%s %s is a %s', (method, path, kind) => {
    expect(kindOf(call(method, path))).toBe(kind);
  });
});

describe('oneForEach', () => {
  const short = (calls: RecordedCall[]) => calls.map(({ method, url, body }) => `${method} ${url} ${body}`);

  it('a call of several types becomes one for each object, in order, at the path of its type', () => {
    expect(
      short(
        oneForEach(call('POST', 'macroapi', { server: [{ name: 'a' }, { name: 'b' }], lbvserver: [{ name: 'c' }] })),
      ),
    ).toEqual([
      'POST /nitro/v1/config/server {"server":{"name":"a"}}',
      'POST /nitro/v1/config/server {"server":{"name":"b"}}',
      'POST /nitro/v1/config/lbvserver {"lbvserver":{"name":"c"}}',
    ]);
  });

  it('a list of members becomes one binding for each member', () => {
    const lists = [
      {
        servicegroupname: 'g',
        members: [
          { ip: '10.0.0.1', port: 1 },
          { ip: '10.0.0.2', port: 2 },
        ],
      },
    ];
    const list = 'servicegroup_servicegroupmemberlist_binding';
    const member = 'servicegroup_servicegroupmember_binding';
    expect(short(oneForEach(call('PUT', list, { [list]: lists })))).toEqual(
      lists[0]?.members.map(
        (each) => `PUT /nitro/v1/config/${member} ${JSON.stringify({ [member]: { servicegroupname: 'g', ...each } })}`,
      ),
    );
  });

  it('a call of one object, an action, and a removal stay as they are, but for the status that is expected', () => {
    const action = call('POST', 'sslcertkey?action=update', { sslcertkey: { certkey: 'a' } });
    expect(oneForEach(action)).toEqual([{ ...action, status: 0 }]);
    const removal = call('DELETE', 'server/a');
    expect(oneForEach(removal)).toEqual([removal]);
  });
});
