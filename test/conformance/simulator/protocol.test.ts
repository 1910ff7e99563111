import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, Nitro } from './client.ts';

/** Answers that every NITRO client depends on. Each case names its source. */
let world: Bench;
let nitro: Nitro;
let time = Date.parse('2026-03-01T12:00:00Z');
beforeEach(async () => {
  time = Date.parse('2026-03-01T12:00:00Z');
  world = await bench({ now: () => time });
  nitro = world.nitro;
});
afterEach(() => world.stop());

const client = (): Nitro => new Nitro(world.simulator.url);
const lbs = (...names: string[]): Record<string, unknown>[] => names.map((name) => ({ name, servicetype: 'HTTP' }));

describe('sessions', () => {
  it('NITRO guide, log in: 201, the token in the body and as an encoded cookie, /nitro/v1', async () => {
    const reply = await client().login();
    expect(reply).toMatchObject({
      status: 201,
      reason: 'Created',
      body: { errorcode: 0, message: 'Done', severity: 'NONE' },
    });
    expect(String(reply.body.sessionid)).toMatch(/^##[0-9A-F]{96}$/);
    expect(reply.headers.get('set-cookie')).toContain(
      `NITRO_AUTH_TOKEN=%23%23${String(reply.body.sessionid).slice(2)}; path=/nitro/v1`,
    );
  });

  it.each([
    ['the raw token', (token: string) => ({ Cookie: `NITRO_AUTH_TOKEN=${token}` })],
    ['the encoded token', (token: string) => ({ Cookie: `NITRO_AUTH_TOKEN=${encodeURIComponent(token)}` })],
    [
      'Set-Cookie in the request, as the vendor’s Go client sends it',
      (token: string) => ({ 'Set-Cookie': `NITRO_AUTH_TOKEN=${token}` }),
    ],
    ['sessionid as the cookie', (token: string) => ({ Cookie: `sessionid=${token}` })],
  ])('clients: %s is accepted', async (_name, headers) => {
    const token = String((await nitro.login()).body.sessionid);
    nitro.cookie = undefined;
    expect(await nitro.call('GET', 'nsversion', undefined, headers(token) as Record<string, string>)).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['POST config/login/', 'config/login/'],
    ['POST config/ with a slash at the end', 'config/'],
    ['POST config', 'config'],
    ['double slashes', 'config//login'],
  ])('clients: %s logs in', async (_name, path) => {
    const reply = await client().raw(
      'POST',
      path,
      JSON.stringify({ login: { username: 'nsroot', password: 'nsroot', timeout: 10 } }),
    );
    expect(reply.status).toBe(201);
  });

  it.each([
    ['a wrong password', 'nsroot', 'wrong'],
    ['an unknown user', 'nobody', 'nsroot'],
  ])('error list, %s: 401 and 354', async (_name, username, password) => {
    expect(await client().login(username, password)).toMatchObject({
      status: 401,
      reason: 'Unauthorized',
      body: { errorcode: 354, message: 'Invalid username or password', severity: 'ERROR' },
    });
  });

  it('error list, no credentials: 401 and 1027', async () => {
    expect(await client().get('lbvserver')).toMatchObject({ status: 401, body: { errorcode: 1027 } });
  });

  it('NITRO guide, time-out: a session ends after its idle time, and not before', async () => {
    await nitro.login('nsroot', 'nsroot', { timeout: 60 });
    time += 59_000;
    expect((await nitro.get('nsversion')).status).toBe(200);
    time += 59_000;
    expect((await nitro.get('nsversion')).status).toBe(200);
    time += 61_000;
    expect(await nitro.get('nsversion')).toMatchObject({
      status: 401,
      body: { errorcode: 444, message: 'Session expired or killed. Please login again' },
    });
  });

  it('NITRO guide, default time-out: half an hour', async () => {
    time += 1_799_000;
    expect((await nitro.get('nsversion')).status).toBe(200);
    time += 1_801_000;
    expect((await nitro.get('nsversion')).status).toBe(401);
  });

  it('NITRO guide, log out: the token is refused afterwards', async () => {
    expect(await nitro.call('POST', 'logout', { logout: {} })).toMatchObject({ status: 201 });
    expect(await nitro.get('nsversion')).toMatchObject({ status: 401, body: { errorcode: 444 } });
  });

  it('connection FAQ: the limit is 20 sessions (446)', async () => {
    for (let n = 0; n < 19; n += 1) expect((await client().login()).status).toBe(201);
    expect(await client().login()).toMatchObject({ status: 503, body: { errorcode: 446 } });
    await nitro.call('POST', 'logout', { logout: {} });
    expect((await client().login()).status).toBe(201);
  });

  it('systemuser, maxsession: a user’s own limit (445)', async () => {
    await nitro.need('systemuser', { username: 'few', password: 'secret', maxsession: 1 });
    expect((await client().login('few', 'secret')).status).toBe(201);
    expect(await client().login('few', 'secret')).toMatchObject({ body: { errorcode: 445 } });
  });

  it('systemsession: shown, and killed by its id', async () => {
    const other = client();
    await other.login();
    const sessions = await nitro.rows('systemsession');
    expect(sessions).toHaveLength(2);
    expect(await nitro.act('systemsession', 'kill', { sid: sessions[1]?.sid })).toMatchObject({ status: 200 });
    expect(await other.get('nsversion')).toMatchObject({ status: 401, body: { errorcode: 444 } });
  });

  it.each([
    ['headers', { 'X-NITRO-USER': 'nsroot', 'X-NITRO-PASS': 'nsroot' }],
    ['Basic', { Authorization: `Basic ${Buffer.from('nsroot:nsroot').toString('base64')}` }],
  ])('NITRO use cases: %s for each call, until basicauth is DISABLED (1244)', async (_name, headers) => {
    const plain = client();
    expect((await plain.call('GET', 'nsversion', undefined, headers)).status).toBe(200);
    await nitro.set('systemparameter', { basicauth: 'DISABLED' });
    expect(await plain.call('GET', 'nsversion', undefined, headers)).toMatchObject({
      status: 401,
      body: { errorcode: 1244 },
    });
    expect((await nitro.get('nsversion')).status).toBe(200);
  });
});

describe('reads', () => {
  beforeEach(async () => {
    await nitro.need('lbvserver', lbs('k8s-a', 'k8s-b', 'other'));
  });

  it('ansible: without a match the key of the type is absent', async () => {
    const reply = await nitro.get('lbvserver?filter=name:none');
    expect(reply.body).toEqual({ errorcode: 0, message: 'Done', severity: 'NONE' });
  });

  it.each([
    ['a value', 'name:other', ['other']],
    ['a pattern', 'name:/^k8s-/', ['k8s-a', 'k8s-b']],
    ['a pattern whose value is encoded', `name:${encodeURIComponent('/^k8s[-_]/')}`, ['k8s-a', 'k8s-b']],
    [
      'everything encoded, as the vendor’s clean-up tool sends it',
      encodeURIComponent('name:/^k8s-(a|b)$/'),
      ['k8s-a', 'k8s-b'],
    ],
    ['several terms', 'name:/^k8s/,servicetype:HTTP', ['k8s-a', 'k8s-b']],
    ['a pattern with comma and colon', 'name:/^k8s-[ab]{1,2}$|:/', ['k8s-a', 'k8s-b']],
    ['(?i)', 'name:/(?i)^K8S-A$/', ['k8s-a']],
    ['a state', 'curstate:DOWN', ['k8s-a', 'k8s-b', 'other']],
    ['a default', 'lbmethod:ROUNDROBIN', []],
  ])('NITRO guide, filter by %s', async (_name, filter, names) => {
    expect((await nitro.rows(`lbvserver?filter=${filter}`)).map((row) => row.name)).toEqual(names);
  });

  it.each<[parameter: string, query: string, rows: Record<string, unknown>[]]>([
    ['attrs', 'attrs=name,servicetype', lbs('k8s-a', 'k8s-b', 'other')],
    ['count', 'count=yes', [{ __count: 3 }]],
    ['count with a filter', 'count=yes&filter=name:/^k8s/', [{ __count: 2 }]],
  ])('NITRO guide, %s', async (_parameter, query, rows) => {
    expect(await nitro.rows(`lbvserver?${query}`)).toEqual(rows);
  });

  it.each(['&', ';'])('NITRO guide, pages, joined by %s', async (by) => {
    const page = async (number: number): Promise<unknown[]> =>
      (await nitro.rows(`lbvserver?pagesize=2${by}pageno=${number}`)).map((row) => row.name);
    expect(await page(1)).toEqual(['k8s-a', 'k8s-b']);
    expect(await page(2)).toEqual(['other']);
    expect(await page(3)).toEqual([]);
  });

  it('NITRO guide, view=summary shows fewer attributes', async () => {
    const [summary] = await nitro.rows('lbvserver/other?view=summary');
    const [detail] = await nitro.rows('lbvserver/other');
    expect(summary).toMatchObject({ name: 'other', curstate: 'DOWN' });
    expect(Object.keys(detail ?? {}).length).toBeGreaterThan(Object.keys(summary ?? {}).length);
  });

  it('CPX rows: port, status, timeout are numbers, other numbers are strings', async () => {
    expect((await nitro.rows('lbvserver/other'))[0]).toMatchObject({
      port: 0,
      status: 0,
      timeout: 2,
      range: '1',
      clttimeout: '180',
      td: '0',
      isgslb: false,
      ipv46: '0.0.0.0',
    });
  });

  it.each([
    ['once, as the guide does', encodeURIComponent('a b@c=d')],
    ['twice, as ansible does', encodeURIComponent(encodeURIComponent('a b@c=d'))],
    ['twice, with a plus for the space', 'a%2Bb%2540c%253Dd'],
  ])('a name in a path is encoded %s', async (_form, path) => {
    await nitro.need('lbvserver', lbs('a b@c=d'));
    expect(await nitro.rows(`lbvserver/${path}`)).toMatchObject([{ name: 'a b@c=d' }]);
  });

  it('singletons are objects: nsconfig, nsversion, nsfeature', async () => {
    expect((await nitro.get('nsversion')).body.nsversion).toMatchObject({
      version: expect.stringMatching(/^NetScaler NS14\.1: Build 51\.80\.nc, /),
    });
    expect((await nitro.get('nsconfig')).body.nsconfig).toMatchObject({ configchanged: true });
    expect((await nitro.get('nsfeature')).body.nsfeature).toMatchObject({
      feature: expect.arrayContaining(['LB']),
      lb: true,
      gslb: false,
    });
  });
});

describe('bindings over the wire', () => {
  beforeEach(async () => {
    await nitro.need('lbvserver', lbs('v', 'w'));
    await nitro.need('servicegroup', [{ servicegroupname: 'g', servicetype: 'HTTP' }]);
  });

  it.each(['POST', 'PUT'])('both in use: %s binds with 201', async (method) => {
    const reply = await nitro.call(method, 'lbvserver_servicegroup_binding', {
      lbvserver_servicegroup_binding: { name: 'v', servicegroupname: 'g' },
    });
    expect(reply.status).toBe(201);
    expect(await nitro.rows('lbvserver_servicegroup_binding/v')).toMatchObject([
      { name: 'v', servicegroupname: 'g', servicename: 'g' },
    ]);
  });

  it('the vendor’s Go client puts the parent in the path, and calls the group servicename', async () => {
    const body = { lbvserver_servicegroup_binding: { servicename: 'g' } };
    expect(await nitro.call('PUT', 'lbvserver_servicegroup_binding/v', body)).toMatchObject({ status: 201 });
    expect(await nitro.rows('lbvserver_servicegroup_binding/v')).toMatchObject([{ servicegroupname: 'g' }]);
  });

  it.each([
    ['the parent in the path', '/v?args=servicegroupname:g'],
    ['the parent in the arguments', '?args=name:v,servicegroupname:g'],
    ['a repeated argument', '/v?args=servicegroupname:g,servicegroupname:g'],
    ['servicename, as the vendor’s Go client calls it', '/v?args=servicename:g'],
  ])('unbinds by %s', async (_form, query) => {
    await nitro.need('lbvserver_servicegroup_binding', { name: 'v', servicegroupname: 'g' });
    expect(await nitro.delete(`lbvserver_servicegroup_binding${query}`)).toMatchObject({ status: 200 });
    expect(await nitro.rows('lbvserver_servicegroup_binding/v')).toEqual([]);
  });

  it('empty args are no arguments', async () => {
    await nitro.need('lbvserver_servicegroup_binding', { name: 'v', servicegroupname: 'g' });
    expect(await nitro.rows('lbvserver_servicegroup_binding/v?args=')).toHaveLength(1);
  });

  it('without a name: 1095; bulkbindings=yes lists all', async () => {
    await nitro.add('lbvserver_servicegroup_binding', [
      { name: 'v', servicegroupname: 'g' },
      { name: 'w', servicegroupname: 'g' },
    ]);
    expect(await nitro.get('lbvserver_servicegroup_binding')).toMatchObject({ status: 400, body: { errorcode: 1095 } });
    expect(await nitro.rows('lbvserver_servicegroup_binding?bulkbindings=yes')).toHaveLength(2);
    expect(await nitro.rows('lbvserver_binding?bulkbindings=yes')).toMatchObject([
      { name: 'v', lbvserver_servicegroup_binding: [{ servicegroupname: 'g' }] },
      { name: 'w' },
    ]);
    expect((await nitro.get('lbvserver_servicegroup_binding/v?count=yes')).body.lbvserver_servicegroup_binding).toEqual(
      [{ __count: 1 }],
    );
  });

  it.each([
    ['a vserver that is not there: 258', 'lbvserver_servicegroup_binding/none', 404, 258],
    ['an SSL view that is not there: 461', 'sslvserver_sslpolicy_binding/none', 404, 461],
    ['a vserver that is not SSL: 1544', 'sslvserver_sslpolicy_binding/v', 599, 1544],
    ['a pattern set: 2823', 'policypatset_pattern_binding/none', 404, 2823],
    ['a string map: 2856', 'policystringmap_pattern_binding/none', 404, 2856],
  ])('vendor acceptance tests, bindings of %s', async (_name, path, status, errorcode) => {
    expect(await nitro.get(path)).toMatchObject({ status, body: { errorcode } });
  });
});

describe('bulk', () => {
  const some = lbs('a', 'b', 'a', 'c');

  it('NITRO guide: all done is 201 and a plain answer', async () => {
    expect(await nitro.add('lbvserver', lbs('a', 'b'))).toMatchObject({ status: 201, body: { errorcode: 0 } });
  });

  it.each([
    ['exit', 3, ['a', 'b']],
    ['continue', 4, ['a', 'b', 'c']],
    ['rollback', 3, []],
  ])('NITRO guide, X-NITRO-ONERROR %s', async (onError, responses, left) => {
    const reply = await nitro.call('POST', 'lbvserver', { lbvserver: some }, { 'X-NITRO-ONERROR': onError });
    expect(reply).toMatchObject({
      status: 207,
      reason: 'Multi Status',
      body: { errorcode: 1243, message: 'Bulk operation failed', severity: 'ERROR' },
    });
    const list = reply.body.response as Record<string, unknown>[];
    expect(list).toHaveLength(responses);
    expect(list.map((one) => one.errorcode)).toEqual([0, 0, 273, 0].slice(0, responses));
    expect((await nitro.rows('lbvserver')).map((row) => row.name)).toEqual(left);
  });

  it('X-NITRO-ONERROR: exit is the default', async () => {
    await nitro.call('POST', 'lbvserver', { lbvserver: some });
    expect((await nitro.rows('lbvserver')).map((row) => row.name)).toEqual(['a', 'b']);
  });

  it('macroapi: in the order given, and removed by names', async () => {
    const made = await nitro.call('POST', 'macroapi', {
      lbvserver: lbs('v'),
      servicegroup: { servicegroupname: 'g', servicetype: 'HTTP' },
      lbvserver_servicegroup_binding: [{ name: 'v', servicegroupname: 'g' }],
    });
    expect(made.status).toBe(201);
    const removed = await nitro.call('POST', 'macroapi?action=remove', {
      lbvserver_servicegroup_binding: [{ name: 'v', servicegroupname: 'g' }],
      servicegroup: [{ servicegroupname: 'g' }],
      lbvserver: [{ name: 'v' }],
    });
    expect(removed).toMatchObject({ status: 200, body: { errorcode: 0 } });
    expect(await nitro.rows('lbvserver')).toEqual([]);
  });

  it('macroapi: an object cannot name a later one', async () => {
    const reply = await nitro.call('POST', 'macroapi', {
      sslaction: [{ name: 'a', forward: 'v' }],
      lbvserver: lbs('v'),
    });
    expect(reply).toMatchObject({ status: 207, body: { response: [{ errorcode: 461 }] } });
  });

  it('macroapi, rollback: undoes objects and bindings', async () => {
    await nitro.need('policystringmap', { name: 'm' });
    await nitro.need('policystringmap_pattern_binding', { name: 'm', key: 'k', value: 'old' });
    const reply = await nitro.call(
      'POST',
      'macroapi',
      {
        lbvserver: lbs('v'),
        policystringmap_pattern_binding: [
          { name: 'm', key: 'k', value: 'new' },
          { name: 'none', key: 'k', value: 'v' },
        ],
      },
      { 'X-NITRO-ONERROR': 'rollback' },
    );
    expect(reply.status).toBe(207);
    expect(await nitro.rows('lbvserver')).toEqual([]);
    expect(await nitro.rows('policystringmap_pattern_binding/m')).toMatchObject([{ key: 'k', value: 'old' }]);
  });

  it('vendor’s clean-up tool, batchapi GET: answers by position, an error among them', async () => {
    await nitro.need('lbvserver', lbs('k8s-a', 'b'));
    const reply = await nitro.call('POST', 'batchapi?action=GET', {
      batchapi: [
        { type: 'lbvserver', query_params: { filter: { name: '/^k8s[-_]/' } } },
        { type: 'csvserver' },
        { type: 'nosuch' },
        { type: 'lbvserver', name: 'b' },
      ],
    });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        errorcode: 0,
        batchapi: [
          { errorcode: 0, lbvserver: [{ name: 'k8s-a' }] },
          { errorcode: 0 },
          { severity: 'ERROR' },
          { lbvserver: [{ name: 'b' }] },
        ],
      },
    });
  });

  it('vendor’s clean-up tool, batchapi REMOVE with continue', async () => {
    await nitro.need('lbvserver', lbs('a', 'b'));
    const reply = await nitro.call(
      'POST',
      'batchapi',
      { batchapi: ['a', 'none', 'b'].map((name) => ({ action: 'REMOVE', type: 'lbvserver', properties: { name } })) },
      { 'X-NITRO-ONERROR': 'continue' },
    );
    expect(reply.body).toMatchObject({
      errorcode: 1243,
      batchapi: [{ errorcode: 0 }, { errorcode: 258 }, { errorcode: 0 }],
    });
    expect(await nitro.rows('lbvserver')).toEqual([]);
  });
});

describe('writes', () => {
  it.each(['lbvserver/v', 'lbvserver'])('NITRO guide and clients: update by PUT %s', async (path) => {
    await nitro.need('lbvserver', lbs('v'));
    const name = path.includes('/') ? {} : { name: 'v' };
    expect(await nitro.call('PUT', path, { lbvserver: { ...name, comment: 'c' } })).toMatchObject({ status: 200 });
    expect(await nitro.rows('lbvserver/v')).toMatchObject([{ comment: 'c' }]);
  });

  it('vendor acceptance tests: 278 names the first offender in the order of the body', async () => {
    await nitro.need('lbvserver', lbs('v'));
    expect((await nitro.set('lbvserver', { name: 'v', td: 1, range: 2, comment: 'c' })).body.message).toBe(
      'Invalid argument [td]',
    );
    expect((await nitro.rows('lbvserver/v'))[0]).not.toHaveProperty('comment');
  });

  it('attribute names in any case', async () => {
    expect(await nitro.add('lbvserver', { Name: 'v', ServiceType: 'http' })).toMatchObject({ status: 201 });
    expect(await nitro.rows('lbvserver/v')).toMatchObject([{ name: 'v', servicetype: 'HTTP' }]);
  });

  it('null is ignored, and no answer contains null', async () => {
    await nitro.need('lbmonitor', { monitorname: 'm', type: 'TCP', deviation: null, interval: 60 });
    const text = JSON.stringify((await nitro.get('lbmonitor/m')).body);
    expect(text).not.toContain('null');
    expect(await nitro.rows('lbmonitor/m')).toMatchObject([{ interval: 1, units3: 'MIN' }]);
  });

  it('lbmonitor: type is needed for PUT and DELETE', async () => {
    await nitro.need('lbmonitor', { monitorname: 'm', type: 'TCP' });
    expect(await nitro.set('lbmonitor', { monitorname: 'm', type: 'TCP', retries: 5 })).toMatchObject({ status: 200 });
    expect(await nitro.delete('lbmonitor/m')).toMatchObject({ status: 400, body: { errorcode: 1095 } });
    expect(await nitro.delete('lbmonitor/m?args=type:TCP')).toMatchObject({ status: 200 });
  });

  it('terraform #155, idempotent=yes on an existing object of a type without set: 400 and 1074', async () => {
    await nitro.need('lbvserver', { name: 't', servicetype: 'TCP' });
    const twice = async (): Promise<number> =>
      (await nitro.add('sslaction', { name: 'a', forward: 't' }, '?idempotent=yes')).status;
    expect(await twice()).toBe(201);
    const reply = await nitro.add('sslaction', { name: 'a', forward: 't' }, '?idempotent=yes');
    expect(reply).toMatchObject({
      status: 400,
      body: { errorcode: 1074, message: 'Invalid value [set command not present for this resource]' },
    });
  });

  it('NITRO guide, idempotent=yes: adds, then sets; keeps other attributes; refuses fixed ones (278)', async () => {
    await nitro.add('lbvserver', { name: 'v', servicetype: 'HTTP', comment: 'a' }, '?idempotent=yes');
    expect(
      await nitro.add('lbvserver', { name: 'v', servicetype: 'HTTP', lbmethod: 'ROUNDROBIN' }, '?idempotent=yes'),
    ).toMatchObject({ status: 200 });
    expect(await nitro.rows('lbvserver/v')).toMatchObject([{ comment: 'a', lbmethod: 'ROUNDROBIN' }]);
    expect(await nitro.add('lbvserver', { name: 'v', servicetype: 'TCP' }, '?idempotent=yes')).toMatchObject({
      body: { errorcode: 278 },
    });
  });

  it('features: one that is off warns (209 with ?warning=yes), an unlicensed one is refused (356)', async () => {
    await nitro.act('nsfeature', 'disable', { feature: ['LB'] });
    expect(await nitro.add('lbvserver', lbs('a')[0])).toMatchObject({ status: 201, body: { errorcode: 0 } });
    const warned = await nitro.add('lbvserver', lbs('b')[0], '?warning=yes');
    expect(warned).toMatchObject({
      status: 209,
      reason: 'X-NITRO-WARNING',
      body: { errorcode: 1067, severity: 'WARNING', message: 'Feature(s) not enabled [LB]' },
    });
    expect(warned.headers.get('x-nitro-warning')).toBe('1067 - Feature(s) not enabled [LB]');
    expect(await nitro.rows('lbvserver')).toHaveLength(2);
    expect(await nitro.act('nsfeature', 'enable', { feature: ['ContentSwitching', 'lb'] })).toMatchObject({
      status: 200,
    });
    expect(await nitro.act('nsfeature', 'enable', { feature: ['VideoOptimization'] })).toMatchObject({
      status: 599,
      body: { errorcode: 356 },
    });
  });

  it('a form body of releases before 10.5 is accepted', async () => {
    const body = `object=${encodeURIComponent(JSON.stringify({ lbvserver: { name: 'v', servicetype: 'HTTP' } }))}`;
    const reply = await nitro.raw('POST', 'config/lbvserver', body, {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(reply.status).toBe(201);
  });

  it('nsacls apply answers 200 without any ACL', async () => {
    expect(await nitro.act('nsacls', 'apply', {})).toMatchObject({ status: 200 });
  });
});

describe('files', () => {
  const file = { filename: 'a.txt', filelocation: '/nsconfig/ssl', filecontent: 'aGVsbG8=', fileencoding: 'BASE64' };

  it('NITRO use cases: written, listed, read back, removed', async () => {
    await nitro.need('systemfile', file);
    const where = `args=filelocation:${encodeURIComponent('/nsconfig/ssl')}`;
    expect(await nitro.rows(`systemfile?${where}`)).toMatchObject([
      { filename: 'a.txt', filelocation: '/nsconfig/ssl', filesize: '5' },
    ]);
    expect(await nitro.rows(`systemfile/a.txt?${where}`)).toMatchObject([{ filecontent: 'aGVsbG8=' }]);
    expect(await nitro.delete(`systemfile/a.txt?${where}`)).toMatchObject({ status: 200 });
    expect(await nitro.get(`systemfile/a.txt?${where}`)).toMatchObject({ status: 404 });
  });

  it('vendor acceptance tests: /nsconfig has at least ns.conf', async () => {
    expect((await nitro.rows('systemfile?args=filelocation:%2Fnsconfig')).map((row) => row.filename)).toContain(
      'ns.conf',
    );
  });

  it.each([
    ['twice: 1642', file, 1642],
    ['another encoding: 1097', { ...file, filename: 'b', fileencoding: 'ROT13' }, 1097],
    ['content that is not base64', { ...file, filename: 'b', filecontent: '***' }, 278],
    ['more than 2 MB: 1106', { ...file, filename: 'b', filecontent: 'A'.repeat(3_000_000) }, 1106],
    ['a path out of the folder', { ...file, filename: '../b' }, 1074],
    ['a folder that the appliance does not have', { ...file, filename: 'b', filelocation: '/etc' }, 1074],
  ])('%s', async (_name, body, errorcode) => {
    await nitro.need('systemfile', file);
    expect((await nitro.add('systemfile', body)).body.errorcode).toBe(errorcode);
  });
});

describe('partitions', () => {
  it('nspartition Switch: changes the partition of the session; an unknown one is 2755', async () => {
    await nitro.need('nspartition', { partitionname: 'p1' });
    await nitro.need('lbvserver', lbs('v'));
    expect(await nitro.act('nspartition', 'Switch', { partitionname: 'p1' })).toMatchObject({ status: 200 });
    expect(await nitro.rows('lbvserver')).toEqual([]);
    await nitro.need('lbvserver', lbs('v'));
    const other = client();
    await other.login();
    expect(await other.rows('lbvserver')).toHaveLength(1);
    expect(await nitro.act('nspartition', 'Switch', { partitionname: 'none' })).toMatchObject({
      body: { errorcode: 2755 },
    });
    await nitro.act('nspartition', 'Switch', { partitionname: 'default' });
    expect(await nitro.rows('lbvserver')).toHaveLength(1);
  });
});

describe('users and their command policies', () => {
  beforeEach(async () => {
    await nitro.need('systemuser', { username: 'op', password: 'secret' });
  });
  const op = async (): Promise<Nitro> => {
    const other = client();
    await other.login('op', 'secret');
    return other;
  };

  it('error list, no policy at all: 371', async () => {
    expect(await (await op()).get('lbvserver')).toMatchObject({ status: 403, body: { errorcode: 371 } });
  });

  describe('read-only', () => {
    beforeEach(() =>
      nitro.need('systemuser_systemcmdpolicy_binding', { username: 'op', policyname: 'read-only', priority: 1 }),
    );

    it('reads', async () => {
      expect((await (await op()).get('lbvserver')).status).toBe(200);
    });

    it.each<[request: string, method: string, path: string, body: object | undefined]>([
      ['a write', 'POST', 'lbvserver', { lbvserver: { name: 'v', servicetype: 'HTTP' } }],
      ['a save', 'POST', 'nsconfig?action=save', { nsconfig: {} }],
      ['a reboot', 'POST', 'reboot', { reboot: { warm: true } }],
      ['a reboot as an action', 'POST', 'reboot?action=reboot', { reboot: {} }],
      ['a failover', 'POST', 'hafailover?action=Force', { hafailover: {} }],
      ['a read of users', 'GET', 'systemuser', undefined],
    ])('is refused (2138): %s', async (_request, method, path, body) => {
      expect(await (await op()).call(method, path, body)).toMatchObject({ status: 403, body: { errorcode: 2138 } });
    });
  });

  it('own rules by priority: the first match decides, for each command of a bulk', async () => {
    await nitro.need('systemcmdpolicy', { policyname: 'no-prod', action: 'DENY', cmdspec: '^add lb vserver prod' });
    await nitro.need('systemcmdpolicy', {
      policyname: 'lb',
      action: 'ALLOW',
      cmdspec: '(^show .*)|(^add lb vserver .*)',
    });
    await nitro.need('systemuser_systemcmdpolicy_binding', { username: 'op', policyname: 'no-prod', priority: 1 });
    await nitro.need('systemuser_systemcmdpolicy_binding', { username: 'op', policyname: 'lb', priority: 2 });
    const user = await op();
    const reply = await user.call(
      'POST',
      'lbvserver',
      { lbvserver: lbs('a', 'prod', 'b') },
      { 'X-NITRO-ONERROR': 'continue' },
    );
    expect(reply.body.response).toMatchObject([{ errorcode: 0 }, { errorcode: 2138 }, { errorcode: 0 }]);
  });

  it('a password is never shown', async () => {
    expect(JSON.stringify((await nitro.get('systemuser/op')).body)).not.toContain('secret');
    expect(world.simulator.runningConfig()).not.toContain('secret');
  });
});

describe('saving', () => {
  it('configchanged until a save; two saves at once: 293', async () => {
    world.simulator.set({ saveMs: 100 });
    const saves = await Promise.all([nitro.act('nsconfig', 'save', {}), nitro.act('nsconfig', 'save', {})]);
    expect(saves.map((reply) => reply.body.errorcode).sort()).toEqual([0, 293]);
    expect((await nitro.get('nsconfig')).body.nsconfig).toMatchObject({
      configchanged: false,
      lastconfigsavetime: expect.any(String),
    });
    await nitro.need('lbvserver', lbs('v'));
    expect((await nitro.get('nsconfig')).body.nsconfig).toMatchObject({ configchanged: true });
  });
});

describe('single requests that are refused', () => {
  beforeEach(async () => {
    await nitro.need('lbvserver', lbs('v'));
    await nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'HTTP' });
    await nitro.need('lbvserver_servicegroup_binding', { name: 'v', servicegroupname: 'g' });
  });

  it.each<[rule: string, method: string, path: string, body: object | undefined, status: number, code: number]>([
    ['a filter by an unknown attribute', 'GET', 'lbvserver?filter=nosuch:1', undefined, 599, 278],
    ['a type that this build does not have', 'GET', 'clusterinstance', undefined, 404, 1232],
    [
      'an argument that the binding does not have',
      'DELETE',
      'lbvserver_servicegroup_binding/v?args=nosuch:1',
      undefined,
      400,
      1090,
    ],
    ['an update that names only the object', 'PUT', 'lbvserver', { lbvserver: { name: 'v' } }, 599, 431],
    ['an update of a type without set', 'PUT', 'sslaction', { sslaction: { name: 'a', forward: 't' } }, 400, 1074],
    ['an unknown action', 'POST', 'lbvserver?action=explode', { lbvserver: { name: 'v' } }, 400, 1240],
    ['another HTTP method', 'PATCH', 'lbvserver', {}, 405, 1237],
  ])('%s', async (_rule, method, path, body, status, errorcode) => {
    expect(await nitro.call(method, path, body)).toMatchObject({ status, body: { errorcode, severity: 'ERROR' } });
    expect(await nitro.rows('lbvserver_servicegroup_binding/v')).toHaveLength(1);
  });
});

describe('bad input', () => {
  it.each([
    ['not JSON', '{', 1233],
    ['an array', '[]', 1233],
    ['a text', '"x"', 1233],
    ['a text instead of an object', '{"lbvserver":"x"}', 1234],
    ['an array of texts in bulk', '{"lbvserver":["x"]}', 1243],
    ['another type than the path says', '{"csvserver":{}}', 1232],
    ['a nested object as a value', '{"lbvserver":{"name":{"a":1},"servicetype":"HTTP"}}', 1234],
    ['a word for a number', '{"lbvserver":{"name":"v","servicetype":"HTTP","port":"x"}}', 1097],
    ['a number out of range', '{"lbvserver":{"name":"v","servicetype":"HTTP","ipv46":"192.0.2.1","port":70000}}', 1108],
    ['an invalid address', '{"lbvserver":{"name":"v","servicetype":"HTTP","ipv46":"300.1.1.1","port":80}}', 1110],
    ['an invalid name', '{"lbvserver":{"name":"-v/","servicetype":"HTTP"}}', 1075],
    ['a name too long', `{"lbvserver":{"name":"${'v'.repeat(128)}","servicetype":"HTTP"}}`, 1106],
    ['__proto__', '{"lbvserver":{"__proto__":{"x":1},"name":"v"}}', 278],
    ['constructor', '{"lbvserver":{"name":"v","constructor":1}}', 278],
  ])('%s: refused with a code', async (_name, body, errorcode) => {
    expect((await nitro.raw('POST', 'config/lbvserver', body)).body).toMatchObject({ errorcode, severity: 'ERROR' });
    expect(await nitro.rows('lbvserver')).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', '%00', '%', '..%2f..'])('a type named %s: 4xx', async (kind) => {
    const reply = await nitro.get(kind);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
  });

  it('refuses a body above the limit (413), and goes on', async () => {
    const reply = await nitro.raw('POST', 'config/lbvserver', `{"lbvserver":"${'x'.repeat(33 * 1024 * 1024)}"}`);
    expect(reply.status).toBe(413);
    expect((await nitro.get('nsversion')).status).toBe(200);
  });

  it('survives bytes that are not HTTP', async () => {
    const { hostname, port } = new URL(world.simulator.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end('\u0000\u0001 nonsense\r\n\r\n'));
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect((await nitro.get('nsversion')).status).toBe(200);
  });
});
