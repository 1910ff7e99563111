import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindings } from '../../../lib/simulator/schema/bindings.ts';
import { schemas } from '../../../lib/simulator/schema/schema.ts';
import { type Bench, bench, type Nitro } from './client.ts';
import { uploadPair } from './fixtures.ts';
import { BACK_END_CERTIFICATE } from './pem.ts';

/**
 * The life of every binding, generated from the table of bindings. Sources: the vendor's NITRO reference (a binding is
 * created by PUT or POST without a name, 201, and removed by DELETE with its arguments), its acceptance tests.
 */
let world: Bench;
let nitro: Nitro;
beforeEach(async () => {
  // The clock stands still, because rows with times are compared.
  world = await bench({ now: () => Date.parse('2026-03-01T12:00:00Z') });
  nitro = world.nitro;
  await uploadPair(nitro);
  await nitro.need('lbvserver', [
    { name: 'lb', servicetype: 'HTTP' },
    { name: 'ssl', servicetype: 'SSL' },
  ]);
  await nitro.need('csvserver', { name: 'cs', servicetype: 'HTTP' });
  await nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'HTTP' });
  await nitro.need('servicegroup', { servicegroupname: 'sslg', servicetype: 'SSL' });
  await nitro.need('service', { name: 's', ip: '198.51.100.9', servicetype: 'HTTP', port: 80 });
  await nitro.need('lbmonitor', { monitorname: 'm', type: 'HTTP' });
  await nitro.need('cspolicy', { policyname: 'csp', rule: 'true' });
  await nitro.need('responderpolicy', { name: 'rp', rule: 'true', action: 'RESET' });
  await nitro.need('sslpolicy', { name: 'sp', rule: 'true', action: 'RESET' });
  await nitro.need('sslcertkey', { certkey: 'ck', cert: 'x.pem', key: 'x.key' });
  await nitro.need('policystringmap', { name: 'map' });
  await nitro.need('policydataset', { name: 'data', type: 'ipv4' });
  await nitro.need('policypatset', { name: 'set' });
  await nitro.need('systemuser', { username: 'u', password: 'secret' });
});
afterEach(() => world.stop());

interface Case {
  readonly body: Readonly<Record<string, unknown>>;
  /** Arguments of the DELETE. */
  readonly args: string;
}

const cases: Readonly<Record<string, Case>> = {
  csvserver_cspolicy_binding: {
    body: { name: 'cs', policyname: 'csp', priority: 10, targetlbvserver: 'lb' },
    args: 'policyname:csp,priority:10',
  },
  csvserver_lbvserver_binding: { body: { name: 'cs', lbvserver: 'lb' }, args: 'lbvserver:lb' },
  csvserver_responderpolicy_binding: {
    body: { name: 'cs', policyname: 'rp', priority: 10, bindpoint: 'REQUEST' },
    args: 'policyname:rp,priority:10,bindpoint:REQUEST',
  },
  lbvserver_responderpolicy_binding: { body: { name: 'lb', policyname: 'rp', priority: 10 }, args: 'policyname:rp' },
  lbvserver_service_binding: { body: { name: 'lb', servicename: 's' }, args: 'servicename:s' },
  lbvserver_servicegroup_binding: { body: { name: 'lb', servicegroupname: 'g' }, args: 'servicegroupname:g' },
  policydataset_value_binding: { body: { name: 'data', value: '192.0.2.0/24' }, args: 'value:192.0.2.0%2F24' },
  policypatset_pattern_binding: { body: { name: 'set', String: 'p' }, args: 'String:p' },
  policystringmap_pattern_binding: { body: { name: 'map', key: 'k', value: 'v' }, args: 'key:k' },
  service_lbmonitor_binding: { body: { name: 's', monitor_name: 'm' }, args: 'monitor_name:m' },
  servicegroup_lbmonitor_binding: { body: { servicegroupname: 'g', monitor_name: 'm' }, args: 'monitor_name:m' },
  servicegroup_servicegroupmember_binding: {
    body: { servicegroupname: 'g', ip: '198.51.100.1', port: 80 },
    args: 'ip:198.51.100.1,port:80',
  },
  sslservicegroup_sslcertkey_binding: {
    body: { servicegroupname: 'sslg', certkeyname: 'ck' },
    args: 'certkeyname:ck',
  },
  sslvserver_sslciphersuite_binding: {
    body: { vservername: 'ssl', ciphername: 'TLS1.2-ECDHE-RSA-AES256-GCM-SHA384' },
    args: 'ciphername:TLS1.2-ECDHE-RSA-AES256-GCM-SHA384',
  },
  sslvserver_sslcertkey_binding: { body: { vservername: 'ssl', certkeyname: 'ck' }, args: 'certkeyname:ck' },
  sslvserver_sslpolicy_binding: {
    body: { vservername: 'ssl', policyname: 'sp', priority: 10, type: 'CLIENTHELLO_REQ' },
    args: 'policyname:sp,priority:10,type:CLIENTHELLO_REQ',
  },
  systemuser_systemcmdpolicy_binding: {
    body: { username: 'u', policyname: 'read-only', priority: 1 },
    args: 'policyname:read-only',
  },
};

it('every binding of the table has a case', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(bindings).sort());
});

/** Returns the rows that are shown while nothing is bound: built-in bindings, or none. */
const unbound = (kind: string, parent: string): unknown[] => {
  if (kind === 'service_lbmonitor_binding')
    return [expect.objectContaining({ name: parent, monitor_name: 'tcp-default' })];
  if (kind !== 'sslvserver_sslciphersuite_binding') return [];
  return [expect.objectContaining({ vservername: parent, ciphername: 'DEFAULT' })];
};

describe.each(Object.entries(cases))('%s', (kind, { body, args }) => {
  const { key } = schemas.get(kind)!;
  const parent = String(body[key]);
  const facts = bindings[kind]!;

  it.each(['PUT', 'POST'])(
    '%s: 201, shown under its parent, in the count, in bulk and in the gathered bindings',
    async (method) => {
      expect(await nitro.call(method, kind, { [kind]: body })).toMatchObject({ status: 201, body: { errorcode: 0 } });
      const rows = await nitro.rows(`${kind}/${parent}`);
      expect(rows).toHaveLength(1);
      for (const [attribute, value] of Object.entries(body)) expect(String(rows[0]?.[attribute])).toBe(String(value));
      expect(await nitro.rows(`${kind}/${parent}?count=yes`)).toEqual([{ __count: 1 }]);
      expect(await nitro.rows(`${kind}?bulkbindings=yes`)).toEqual(rows);
      expect(await nitro.rows(`${facts.parent}_binding/${parent}`)).toMatchObject([{ [kind]: rows }]);
    },
  );

  it('unbound: 200, a second time the code of the error list', async () => {
    await nitro.need(kind, body);
    expect(await nitro.delete(`${kind}/${parent}?args=${args}`)).toMatchObject({ status: 200 });
    expect(await nitro.rows(`${kind}/${parent}`)).toEqual(unbound(kind, parent));
    expect((await nitro.delete(`${kind}/${parent}?args=${args}`)).body.errorcode).toBe(facts.notBound);
  });

  it('an unknown parent: the code of its kind', async () => {
    const other = { ...body, [key]: 'nobody' };
    expect((await nitro.add(kind, other)).body.errorcode).toBe(facts.noParent);
    expect((await nitro.get(`${kind}/nobody`)).body.errorcode).toBe(facts.noParent);
    expect((await nitro.delete(`${kind}/nobody?args=${args}`)).body.errorcode).toBe(facts.noParent);
  });

  it('a missing required attribute: 1095', async () => {
    for (const attribute of facts.required) {
      const given = attribute === 'string' ? 'String' : attribute;
      const { [given]: _, ...rest } = body as Record<string, unknown>;
      const code = (await nitro.add(kind, rest)).body.errorcode;
      expect([1095, 695]).toContain(code);
    }
  });

  it('an unknown attribute: 278', async () => {
    expect(await nitro.add(kind, { ...body, nosuch: 1 })).toMatchObject({
      status: 599,
      body: { errorcode: 278, message: 'Invalid argument [nosuch]' },
    });
  });

  it('is deleted with its parent', async () => {
    await nitro.need(kind, body);
    const owners: Record<string, string> = { sslvserver: 'lbvserver', sslservicegroup: 'servicegroup' };
    const owner = owners[facts.parent] ?? facts.parent;
    expect(await nitro.delete(`${owner}/${parent}`)).toMatchObject({ status: 200 });
    expect(await nitro.rows(`${kind}?bulkbindings=yes`)).toEqual([]);
  });

  it('its line of the running configuration loads again', async () => {
    await nitro.need(kind, body);
    const text = world.simulator.runningConfig();
    const again = await bench({ config: text });
    try {
      expect(again.simulator.problems).toEqual([]);
      expect(again.simulator.runningConfig()).toBe(text);
    } finally {
      await again.stop();
    }
  });

  it('is undone by a rollback', async () => {
    const reply = await nitro.call(
      'POST',
      'macroapi',
      { [kind]: [body], nosuch: [{}] },
      { 'X-NITRO-ONERROR': 'rollback' },
    );
    expect(reply.status).toBe(207);
    expect(await nitro.rows(`${kind}/${parent}`)).toEqual(unbound(kind, parent));
  });
});

describe('seen from the other side', () => {
  it.each([
    ['sslcertkey_sslvserver_binding/ck', 'sslvserver_sslcertkey_binding', { certkey: 'ck', vservername: 'ssl' }],
    ['sslpolicy_sslvserver_binding/sp', 'sslvserver_sslpolicy_binding', { name: 'sp', boundto: 'ssl', priority: '10' }],
    [
      'responderpolicy_csvserver_binding/rp',
      'csvserver_responderpolicy_binding',
      { name: 'rp', boundto: 'REQ VSERVER cs' },
    ],
    ['cspolicy_csvserver_binding/csp', 'csvserver_cspolicy_binding', { policyname: 'csp', boundto: 'cs' }],
    [
      'server_servicegroup_binding/198.51.100.1',
      'servicegroup_servicegroupmember_binding',
      { servicegroupname: 'g', port: 80 },
    ],
    ['lbmonbindings/m', 'servicegroup_lbmonitor_binding', { monitorname: 'm', servicegroupname: 'g' }],
    ['servicegroupbindings/g', 'lbvserver_servicegroup_binding', { servicegroupname: 'g', vservername: 'lb' }],
  ])('%s', async (path, kind, row) => {
    await nitro.need(kind, cases[kind]!.body);
    expect(await nitro.rows(path)).toMatchObject([row]);
  });
});

describe('bodies of the old form', () => {
  const old = (path: string, body: unknown) =>
    nitro.raw('POST', `config${path}`, `object=${encodeURIComponent(JSON.stringify(body))}`, {
      'Content-Type': 'application/x-www-form-urlencoded',
    });

  it('the session, the action and the behaviour on errors stand in the body', async () => {
    const login = await nitro.login();
    nitro.cookie = undefined;
    const sessionid = String(login.body.sessionid);
    expect((await old('', { sessionid, lbvserver: { name: 'old', servicetype: 'HTTP' } })).status).toBe(201);
    expect((await old('/', { sessionid, params: { action: 'save' }, nsconfig: {} })).status).toBe(200);
    const bulk = await old('/lbvserver', {
      sessionid,
      params: { onerror: 'continue' },
      lbvserver: ['old', 'new'].map((name) => ({ name, servicetype: 'HTTP' })),
    });
    expect(bulk).toMatchObject({ status: 207, body: { response: [{ errorcode: 273 }, { errorcode: 0 }] } });
    expect((await old('/logout', { sessionid, logout: {} })).status).toBe(201);
    expect((await old('', { sessionid, lbvserver: {} })).body.errorcode).toBe(444);
  });
});

describe('the whole configuration', () => {
  it('clear ns config: removes objects and front ends, keeps session and files', async () => {
    await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    expect(world.simulator.frontends.size).toBe(1);
    expect(await nitro.act('nsconfig', 'clear', { force: true, level: 'full' })).toMatchObject({ status: 200 });
    expect(await nitro.rows('csvserver')).toEqual([]);
    expect(world.simulator.frontends.size).toBe(0);
    await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    expect(world.simulator.frontends.size).toBe(1);
    expect(await nitro.rows('systemfile?args=filelocation:/nsconfig/ssl')).toHaveLength(2);
  });

  it('removing a partition removes everything in it; one in use stays (2757)', async () => {
    await nitro.need('nspartition', { partitionname: 'p' });
    await nitro.act('nspartition', 'Switch', { partitionname: 'p' });
    await nitro.need('csvserver', { name: 'inside', servicetype: 'HTTP', ipv46: '192.0.2.20', port: 80 });
    const other = await nitro.call(
      'POST',
      'login',
      { login: { username: 'nsroot', password: 'nsroot' } },
      { Cookie: '' },
    );
    const cookie = { Cookie: `NITRO_AUTH_TOKEN=${encodeURIComponent(String(other.body.sessionid))}` };
    expect(await nitro.call('DELETE', 'nspartition/p', undefined, cookie)).toMatchObject({ body: { errorcode: 2757 } });
    await nitro.act('nspartition', 'Switch', { partitionname: 'default' });
    expect(world.simulator.frontends.has('192.0.2.20:80')).toBe(true);
    expect(await nitro.delete('nspartition/p')).toMatchObject({ status: 200 });
    expect(world.simulator.frontends.has('192.0.2.20:80')).toBe(false);
    await nitro.need('nspartition', { partitionname: 'p' });
    await nitro.act('nspartition', 'Switch', { partitionname: 'p' });
    expect(await nitro.rows('csvserver')).toEqual([]);
  });

  it('a read in a batch needs the same permission as any other', async () => {
    await nitro.need('systemuser_systemcmdpolicy_binding', { username: 'u', policyname: 'read-only', priority: 1 });
    const headers = { Cookie: '', 'X-NITRO-USER': 'u', 'X-NITRO-PASS': 'secret' };
    const reply = await nitro.call(
      'POST',
      'batchapi?action=GET',
      { batchapi: [{ type: 'csvserver' }, { type: 'systemuser' }] },
      headers,
    );
    expect(reply.body.batchapi).toMatchObject([{ errorcode: 0 }, { errorcode: 2138 }]);
  });

  it('GET without a type lists the types', async () => {
    expect((await nitro.get('')).body).toMatchObject({
      configobjects: { objects: expect.arrayContaining(['lbvserver', 'sslpolicy']) },
    });
  });

  it('a service creates a server of its address, and is deleted with it', async () => {
    expect(await nitro.rows('service/s')).toMatchObject([
      { name: 's', servername: '198.51.100.9', ipaddress: '198.51.100.9', port: 80, svrstate: 'DOWN' },
    ]);
    expect(await nitro.rows('server/198.51.100.9')).toHaveLength(1);
    expect((await nitro.raw('GET', 'stat/service/s')).body.service).toMatchObject([{ state: 'DOWN', primaryport: 80 }]);
    expect(await nitro.delete('server/198.51.100.9')).toMatchObject({ status: 200 });
    expect(await nitro.get('service/s')).toMatchObject({ status: 404 });
  });

  it('a certificate is linked once (409), and kept while another is linked to it (1541)', async () => {
    await nitro.need('systemfile', {
      filename: 'ca.pem',
      filelocation: '/nsconfig/ssl',
      filecontent: Buffer.from(BACK_END_CERTIFICATE).toString('base64'),
    });
    await nitro.need('sslcertkey', { certkey: 'ca', cert: 'ca.pem' });
    expect(await nitro.act('sslcertkey', 'link', { certkey: 'ck', linkcertkeyname: 'ca' })).toMatchObject({
      status: 200,
    });
    expect(await nitro.act('sslcertkey', 'link', { certkey: 'ck', linkcertkeyname: 'ca' })).toMatchObject({
      status: 409,
    });
    expect(await nitro.delete('sslcertkey/ca')).toMatchObject({ body: { errorcode: 1541 } });
    expect(await nitro.act('sslcertkey', 'unlink', { certkey: 'ck' })).toMatchObject({ status: 200 });
    expect(await nitro.delete('sslcertkey/ca')).toMatchObject({ status: 200 });
  });
});
