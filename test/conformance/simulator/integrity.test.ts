import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, type Nitro } from './client.ts';
import { uploadPair } from './fixtures.ts';

/**
 * Refusals that keep the configuration consistent, with the appliance's own codes. Source, where no other is named:
 * the vendor's error list and the table of deletes that are refused in the protocol sheet.
 */
let world: Bench;
let nitro: Nitro;
beforeEach(async () => {
  world = await bench();
  nitro = world.nitro;
});
afterEach(() => world.stop());

const M = 'nsp_map';
const RULE = `CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER.IS_STRINGMAP_KEY("${M}")`;

/** Creates a front end with one back end, as the engine does. */
async function passthrough(): Promise<void> {
  await uploadPair(nitro);
  await nitro.need('policystringmap', { name: M });
  await nitro.need('sslcertkey', { certkey: 'ph', cert: '/nsconfig/ssl/x.pem', key: '/nsconfig/ssl/x.key' });
  await nitro.need('csvserver', { name: 'cs', servicetype: 'SSL', ipv46: '192.0.2.10', port: 443 });
  await nitro.need('lbvserver', { name: 'be', servicetype: 'TCP' });
  await nitro.need('servicegroup', { servicegroupname: 'be', servicetype: 'TCP', autoscale: 'API' });
  await nitro.need('lbvserver_servicegroup_binding', { name: 'be', servicegroupname: 'be' });
  await nitro.need('sslaction', { name: 'be', forward: 'be' });
  await nitro.need('sslpolicy', { name: 'be', rule: RULE, action: 'be', undefaction: 'RESET' });
  await nitro.need('sslvserver_sslpolicy_binding', {
    vservername: 'cs',
    policyname: 'be',
    priority: 2,
    type: 'CLIENTHELLO_REQ',
  });
  await nitro.need('sslvserver_sslcertkey_binding', { vservername: 'cs', certkeyname: 'ph' });
}

async function responder(): Promise<void> {
  await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
  await nitro.need('responderaction', { name: 'to', type: 'redirect', target: '"https://a"' });
  await nitro.need('responderpolicy', { name: 'to', rule: 'true', action: 'to' });
  await nitro.need('csvserver_responderpolicy_binding', { name: 'web', policyname: 'to', priority: 1 });
}

async function switching(): Promise<void> {
  await nitro.need('lbvserver', [
    { name: 'lb', servicetype: 'HTTP' },
    { name: 'bound', servicetype: 'HTTP' },
  ]);
  await nitro.need('csaction', { name: 'act', targetlbvserver: 'lb' });
  await nitro.need('cspolicy', { policyname: 'pol', rule: 'true', action: 'act' });
  await nitro.need('cspolicy', { policyname: 'plain', rule: 'true' });
  await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
  await nitro.need('csvserver_cspolicy_binding', { name: 'web', policyname: 'pol', priority: 1 });
  await nitro.need('csvserver_cspolicy_binding', {
    name: 'web',
    policyname: 'plain',
    priority: 2,
    targetlbvserver: 'bound',
  });
}

describe('deletes that are refused', () => {
  it.each([
    ['an lbvserver that an sslaction forwards to', passthrough, 'lbvserver/be', 1598],
    ['an sslaction that a policy names', passthrough, 'sslaction/be', 832],
    ['a bound sslpolicy', passthrough, 'sslpolicy/be', 810],
    ['a string map that a rule names', passthrough, `policystringmap/${M}`, 1070],
    ['a bound certificate', passthrough, 'sslcertkey/ph', 1541],
    ['a bound responderpolicy', responder, 'responderpolicy/to', 810],
    ['a responderaction that a policy names', responder, 'responderaction/to', 832],
    ['an lbvserver that a csaction names', switching, 'lbvserver/lb', 1371],
    ['an lbvserver that a policy binding names', switching, 'lbvserver/bound', 1409],
    ['a csaction that a policy names', switching, 'csaction/act', 1372],
    ['a bound cspolicy', switching, 'cspolicy/pol', 810],
    ['a built-in monitor', async () => {}, 'lbmonitor/tcp?args=type:TCP', 2132],
  ])('%s', async (_name, build, path, errorcode) => {
    await build();
    expect(await nitro.delete(path)).toMatchObject({ status: 599, body: { errorcode, severity: 'ERROR' } });
    expect((await nitro.get(path.replace(/\?.*/, ''))).status).toBe(200);
  });

  it('2131: a bound monitor', async () => {
    await nitro.need('lbmonitor', { monitorname: 'm', type: 'TCP' });
    await nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'TCP' });
    await nitro.need('servicegroup_lbmonitor_binding', { servicegroupname: 'g', monitor_name: 'm' });
    expect(await nitro.delete('lbmonitor/m?args=type:TCP')).toMatchObject({ body: { errorcode: 2131 } });
    expect(await nitro.delete('servicegroup_lbmonitor_binding/g?args=monitor_name:m')).toMatchObject({ status: 200 });
    expect(await nitro.delete('lbmonitor/m?args=type:TCP')).toMatchObject({ status: 200 });
  });

  it('this order of deletes succeeds: unbind, policy, action, lbvserver, group, map, certificate', async () => {
    await passthrough();
    const codes: unknown[] = [];
    for (const path of [
      'sslvserver_sslpolicy_binding/cs?args=policyname:be,priority:2,type:CLIENTHELLO_REQ',
      'sslpolicy/be',
      'sslaction/be',
      'lbvserver/be',
      'servicegroup/be',
      `policystringmap/${M}`,
      'csvserver/cs',
      'sslcertkey/ph',
    ]) {
      codes.push((await nitro.delete(path)).body.errorcode);
    }
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('1325: not where lbparameter.allowboundsvcremoval is DISABLED', async () => {
    await passthrough();
    await nitro.set('lbparameter', { allowboundsvcremoval: 'DISABLED' });
    expect(await nitro.delete('servicegroup/be')).toMatchObject({ body: { errorcode: 1325 } });
  });
});

async function serverOfMember(): Promise<void> {
  await nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'TCP' });
  await nitro.need('servicegroup_servicegroupmember_binding', { servicegroupname: 'g', ip: '198.51.100.1', port: 1 });
}

describe('deletes that remove other objects, too (CLI behaviour)', () => {
  it.each<[object: string, build: () => Promise<void>, path: string, gone: string, errorcode: number]>([
    ['a csvserver: its SSL view', passthrough, 'csvserver/cs', 'sslvserver/cs', 461],
    ['a csvserver: its policy bindings', passthrough, 'csvserver/cs', 'sslpolicy_sslvserver_binding/be', 0],
    ['a service group: its bindings', passthrough, 'servicegroup/be', 'lbvserver_servicegroup_binding/be', 0],
    ['a server: its members', serverOfMember, 'server/198.51.100.1', 'servicegroup_servicegroupmember_binding/g', 0],
  ])('%s', async (_object, build, path, gone, errorcode) => {
    await build();
    expect(await nitro.rows(gone)).toHaveLength(1);
    expect(await nitro.delete(path)).toMatchObject({ status: 200 });
    expect(await nitro.rows(gone)).toEqual([]);
    expect((await nitro.get(gone)).body.errorcode).toBe(errorcode);
  });

  it('a policy can be deleted once the server that it was bound to is gone', async () => {
    await passthrough();
    await nitro.delete('csvserver/cs');
    expect(await nitro.delete('sslpolicy/be')).toMatchObject({ status: 200 });
  });
});

describe('references', () => {
  beforeEach(switching);
  it.each([
    ['sslaction', { name: 'x', forward: 'none' }, 461],
    ['sslaction', { name: 'x', forward: 'lb' }, 478],
    ['sslpolicy', { name: 'x', rule: 'true', action: 'none' }, 538],
    ['responderpolicy', { name: 'x', rule: 'true', action: 'none' }, 538],
    ['cspolicy', { policyname: 'x', rule: 'true', action: 'none' }, 538],
    ['csaction', { name: 'x', targetlbvserver: 'none' }, 258],
    ['csvserver', { name: 'x', servicetype: 'SSL', tcpprofilename: 'none' }, 3248],
    ['csvserver_responderpolicy_binding', { name: 'web', policyname: 'none', priority: 1 }, 2054],
    ['csvserver_responderpolicy_binding', { name: 'none', policyname: 'none', priority: 1 }, 258],
    ['sslvserver_sslpolicy_binding', { vservername: 'none', policyname: 'x', priority: 1 }, 461],
    ['sslvserver_sslpolicy_binding', { vservername: 'web', policyname: 'x', priority: 1 }, 1544],
    ['sslvserver_sslcertkey_binding', { vservername: 'none', certkeyname: 'x' }, 461],
    ['lbvserver_servicegroup_binding', { name: 'lb', servicegroupname: 'none' }, 258],
    ['lbvserver_service_binding', { name: 'lb', servicename: 'none' }, 344],
    ['policystringmap_pattern_binding', { name: 'none', key: 'k', value: 'v' }, 2856],
    ['policypatset_pattern_binding', { name: 'none', String: 'k' }, 2823],
    ['servicegroup_lbmonitor_binding', { servicegroupname: 'none', monitor_name: 'tcp' }, 258],
  ])('%s %j: %i', async (kind, body, errorcode) => {
    expect((await nitro.add(kind, body)).body.errorcode).toBe(errorcode);
  });

  it('names of built-in actions may be in lower case', async () => {
    expect(await nitro.add('sslpolicy', { name: 'x', rule: 'true', action: 'reset' })).toMatchObject({ status: 201 });
  });

  it('clients: referencecount follows at once, and can be filtered on', async () => {
    await nitro.need('lbvserver', { name: 't', servicetype: 'TCP' });
    await nitro.need('sslaction', { name: 'a', forward: 't' });
    expect(await nitro.rows('sslaction?filter=referencecount:0')).toHaveLength(1);
    await nitro.need('sslpolicy', { name: 'p', rule: 'true', action: 'a' });
    expect(await nitro.rows('sslaction?filter=referencecount:0')).toEqual([]);
    await nitro.delete('sslpolicy/p');
    expect(await nitro.rows('sslaction/a')).toMatchObject([{ referencecount: '0' }]);
  });

  it('clients: boundto of a policy', async () => {
    expect(await nitro.rows('cspolicy/pol')).toMatchObject([{ boundto: 'web' }]);
    await nitro.need('responderpolicy', { name: 'r', rule: 'true', action: 'RESET' });
    await nitro.need('csvserver_responderpolicy_binding', { name: 'web', policyname: 'r', priority: 1 });
    expect(await nitro.rows('responderpolicy/r')).toMatchObject([{ boundto: 'REQ VSERVER web' }]);
  });

  it('rename follows every name, but not one in an expression (2852)', async () => {
    expect(await nitro.act('lbvserver', 'rename', { name: 'lb', newname: 'new' })).toMatchObject({ status: 200 });
    expect(await nitro.rows('csaction/act')).toMatchObject([{ targetlbvserver: 'new' }]);
    expect(await nitro.act('csvserver', 'rename', { name: 'web', newname: 'www' })).toMatchObject({ status: 200 });
    expect(await nitro.rows('csvserver_cspolicy_binding/www')).toHaveLength(2);
    expect(await nitro.act('lbvserver', 'rename', { name: 'new', newname: 'bound' })).toMatchObject({ status: 409 });
  });
});

describe('addresses and names', () => {
  describe('that others have', () => {
    const address = { ipv46: '192.0.2.1', port: 443 };
    beforeEach(async () => {
      await nitro.need('csvserver', { name: 'a', servicetype: 'SSL', ...address });
      await nitro.need('server', { name: 's', ipaddress: '198.51.100.1' });
      await nitro.need('policystringmap', { name: 'Map' });
    });

    it.each<[rule: string, kind: string, body: Record<string, unknown>, status: number, errorcode: number]>([
      ['address and port, other kind', 'lbvserver', { name: 'b', servicetype: 'SSL_BRIDGE', ...address }, 599, 304],
      ['address and port, same kind', 'csvserver', { name: 'b', servicetype: 'HTTP', ...address }, 599, 304],
      ['address and port, other transport', 'lbvserver', { name: 'u', servicetype: 'UDP', ...address }, 201, 0],
      ['address, other port', 'lbvserver', { name: 'c', servicetype: 'HTTP', ...address, port: 80 }, 201, 0],
      ['name, other kind', 'lbvserver', { name: 'a', servicetype: 'HTTP' }, 409, 273],
      ['address of a server', 'server', { name: 't', ipaddress: '198.51.100.1' }, 409, 1335],
      ['name of a string map in other letters', 'policystringmap', { name: 'mAP' }, 409, 273],
    ])('%s', async (_rule, kind, body, status, errorcode) => {
      expect(await nitro.add(kind, body)).toMatchObject({ status, body: { errorcode } });
    });

    it('a string map is found in any letters and shown in its own', async () => {
      expect(await nitro.rows('policystringmap/map')).toMatchObject([{ name: 'Map' }]);
    });
  });

  it.each([
    ['an address that is not IPv4', { ipaddress: '192.0.2.300', netmask: '255.255.255.0' }, 1110],
    ['a netmask with a gap', { ipaddress: '192.0.2.51', netmask: '255.0.255.0' }, 1111],
  ])('nsip refuses %s', async (_rule, body, errorcode) => {
    expect(await nitro.add('nsip', body)).toMatchObject({ status: 400, body: { errorcode } });
  });

  it('a server without an address of its own is shown with 0.0.0.0 and 0; several are no conflict', async () => {
    await nitro.need('lbvserver', [
      { name: 'a', servicetype: 'TCP' },
      { name: 'b', servicetype: 'TCP' },
    ]);
    expect(await nitro.rows('lbvserver/b')).toMatchObject([{ ipv46: '0.0.0.0', port: 0 }]);
  });

  it('clients: ipv46 "*" is shown as given; IPv6 in the form of RFC 5952', async () => {
    await nitro.need('lbvserver', { name: 'any', servicetype: 'ANY', ipv46: '*', port: '*' });
    await nitro.need('csvserver', { name: 'six', servicetype: 'HTTP', ipv46: '2001:DB8:0:0::1', port: 80 });
    expect(await nitro.rows('lbvserver/any')).toMatchObject([{ ipv46: '*', port: 65_535 }]);
    expect(await nitro.rows('csvserver/six')).toMatchObject([{ ipv46: '2001:db8::1' }]);
  });

  it('nsip: the NSIP, what was added, and the VIP of each server; by name with args', async () => {
    await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    await nitro.need('nsip', { ipaddress: '192.0.2.50', netmask: '255.255.255.0', type: 'SNIP' });
    expect((await nitro.rows('nsip')).map(({ ipaddress, type }) => `${ipaddress} ${type}`)).toEqual([
      '192.0.2.1 NSIP',
      '192.0.2.50 SNIP',
      '192.0.2.10 VIP',
    ]);
    expect(await nitro.rows('nsip/192.0.2.50?args=type:SNIP,td:0')).toHaveLength(1);
    expect(await nitro.rows('nsip?filter=type:VIP')).toMatchObject([{ ipaddress: '192.0.2.10' }]);
  });

  it.each(['with-hyphen', 're_x', 'xp', '1st', 'a.b', 'http'])(
    'names in policies: a string map is not called %s',
    async (name) => {
      expect(await nitro.add('policystringmap', { name })).toMatchObject({ body: { errorcode: 1075 } });
    },
  );
});

describe('priorities', () => {
  beforeEach(passthrough);
  const bind = (policyname: string, priority: number, type = 'CLIENTHELLO_REQ') =>
    nitro.add('sslvserver_sslpolicy_binding', { vservername: 'cs', policyname, priority, type });

  it.each([
    ['policy pages: another policy has the priority', 'RESET', 2, 3041],
    ['API reference: the priority is below 0', 'RESET', -1, 595],
    ['API reference: the priority is above 64000', 'RESET', 64_001, 595],
    ['policy pages: the action needs decrypted bytes', 'CLIENTAUTH', 5, 3096],
    ['error list: the action forwards to the server itself', 'self', 9, 1600],
  ])('not bound at the ClientHello: %s', async (_rule, action, priority, errorcode) => {
    await nitro.need('sslaction', { name: 'self', forward: 'cs' });
    await nitro.need('sslpolicy', { name: 'other', rule: 'true', action });
    expect(await bind('other', priority)).toMatchObject({ status: 599, body: { errorcode } });
  });

  it.each([
    ['the priority of a policy at another bind point', 'RESET', 2, 'REQUEST'],
    ['the next priority', 'RESET', 3, 'CLIENTHELLO_REQ'],
    ['the smallest priority', 'RESET', 0, 'CLIENTHELLO_REQ'],
    ['the largest priority', 'RESET', 64_000, 'CLIENTHELLO_REQ'],
    ['an action that needs decrypted bytes, at REQUEST', 'CLIENTAUTH', 5, 'REQUEST'],
  ])('bound: %s', async (_rule, action, priority, type) => {
    await nitro.need('sslpolicy', { name: 'other', rule: 'true', action });
    expect((await bind('other', priority, type)).status).toBe(201);
  });

  it('clients: rows of the bank have priority as a string, invoke as a Boolean', async () => {
    expect(await nitro.rows('sslvserver_sslpolicy_binding/cs')).toMatchObject([
      { policyname: 'be', priority: '2', invoke: false, type: 'CLIENTHELLO_REQ', gotopriorityexpression: 'END' },
    ]);
  });

  it('policy pages: unbinding names the bind point', async () => {
    expect(await nitro.delete('sslvserver_sslpolicy_binding/cs?args=policyname:be,priority:2')).toMatchObject({
      body: { errorcode: 2097 },
    });
    expect(
      await nitro.delete('sslvserver_sslpolicy_binding/cs?args=policyname:be,priority:2,type:CLIENTHELLO_REQ'),
    ).toMatchObject({ status: 200 });
  });

  it('a policy is changed while it is bound, its action’s references follow', async () => {
    await nitro.need('lbvserver', { name: 'new', servicetype: 'TCP' });
    await nitro.need('sslaction', { name: 'new', forward: 'new' });
    expect(await nitro.set('sslpolicy', { name: 'be', action: 'new' })).toMatchObject({ status: 200 });
    expect(await nitro.delete('sslaction/be')).toMatchObject({ status: 200 });
    expect(await nitro.delete('lbvserver/be')).toMatchObject({ status: 200 });
  });
});

describe('expressions', () => {
  beforeEach(() => nitro.need('policystringmap', { name: M }));
  it.each([
    ['a syntax error', 'CLIENT.SSL.CLIENT_HELLO.SNI.EQ("a"', 3081],
    ['an unknown method', 'CLIENT.SSL.CLIENT_HELLO.SNI.NOSUCH("a")', 3073],
    ['a rule that is not a Boolean', 'CLIENT.SSL.CLIENT_HELLO.SNI', 3092],
    ['a string map that is not there', 'CLIENT.SSL.CLIENT_HELLO.SNI.IS_STRINGMAP_KEY("none")', 2856],
    ['a pattern set that is not there', 'CLIENT.SSL.CLIENT_HELLO.SNI.EQUALS_ANY("none")', 2823],
    ['a literal above 255', `CLIENT.SSL.CLIENT_HELLO.SNI.EQ("${'a'.repeat(256)}")`, 3084],
    ['more than 1499 characters', `CLIENT.SSL.CLIENT_HELLO.SNI.EQ("a")${' || true'.repeat(200)}`, 1106],
    ['an unknown named expression', 'nosuch', 3073],
  ])('refused: %s', async (_name, rule, errorcode) => {
    expect((await nitro.add('sslpolicy', { name: 'p', rule, action: 'RESET' })).body.errorcode).toBe(errorcode);
    expect(await nitro.rows('sslpolicy')).toEqual([]);
  });

  it('a named expression is used, and kept while it is', async () => {
    await nitro.need('policyexpression', { name: 'is_a', value: 'CLIENT.SSL.CLIENT_HELLO.SNI.EQ("a")' });
    await nitro.need('sslpolicy', { name: 'p', rule: 'is_a && true', action: 'RESET' });
    expect(await nitro.delete('policyexpression/is_a')).toMatchObject({ body: { errorcode: 1070 } });
  });

  it('a string map is kept while a rule names it', async () => {
    await nitro.need('sslpolicy', { name: 'p', rule: RULE, action: 'RESET' });
    expect(await nitro.delete(`policystringmap/${M}`)).toMatchObject({ body: { errorcode: 1070 } });
    expect(await nitro.set('sslpolicy', { name: 'p', rule: 'true' })).toMatchObject({ status: 200 });
    expect(await nitro.delete(`policystringmap/${M}`)).toMatchObject({ status: 200 });
  });
});

describe('string maps and pattern sets', () => {
  it('CLI reference: a key bound again gets the new value, and the comment of the new call or none', async () => {
    await nitro.need('policystringmap', { name: M });
    await nitro.need('policystringmap_pattern_binding', { name: M, key: 'a.b', value: 'one', comment: 'c' });
    await nitro.need('policystringmap_pattern_binding', { name: M, key: 'a.b', value: 'two' });
    expect(await nitro.rows(`policystringmap_pattern_binding/${M}`)).toEqual([{ name: M, key: 'a.b', value: 'two' }]);
  });

  it('a filter on the key, exact and by pattern; unbound by key', async () => {
    await nitro.need('policystringmap', { name: M });
    await nitro.need(
      'policystringmap_pattern_binding',
      ['#h.1', '#h.2', '*.x'].map((key) => ({ name: M, key, value: 'v' })),
    );
    const rows = (filter: string) => nitro.rows(`policystringmap_pattern_binding/${M}?filter=${filter}`);
    expect(await rows(`key:${encodeURIComponent('#h.1')}`)).toHaveLength(1);
    expect(await rows(`key:${encodeURIComponent('/^#h\\./')}`)).toHaveLength(2);
    expect(
      await nitro.delete(`policystringmap_pattern_binding/${M}?args=key:${encodeURIComponent('*.x')}`),
    ).toMatchObject({ status: 200 });
    expect(
      await nitro.delete(`policystringmap_pattern_binding/${M}?args=key:${encodeURIComponent('*.x')}`),
    ).toMatchObject({ status: 404, body: { errorcode: 258 } });
  });

  it('ansible: the pattern is answered as String; twice is 2867; an index is taken once', async () => {
    await nitro.need('policypatset', { name: 'set' });
    await nitro.need('policypatset_pattern_binding', { name: 'set', String: 'a', index: 7 });
    expect(await nitro.rows('policypatset_pattern_binding/set')).toMatchObject([{ String: 'a', index: '7' }]);
    expect(await nitro.add('policypatset_pattern_binding', { name: 'set', String: 'a' })).toMatchObject({
      body: { errorcode: 2867 },
    });
    expect(await nitro.add('policypatset_pattern_binding', { name: 'set', String: 'b', index: 7 })).toMatchObject({
      body: { errorcode: 2830 },
    });
    expect(await nitro.delete('policypatset_pattern_binding/set?args=String:none')).toMatchObject({
      body: { errorcode: 2822 },
    });
  });
});

describe('members', () => {
  const rows = () => nitro.rows('servicegroup_servicegroupmember_binding/g');
  const group = (extra: Record<string, unknown> = {}) =>
    nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'TCP', ...extra });
  const list = (...members: unknown[]) =>
    nitro.add('servicegroup_servicegroupmemberlist_binding', { servicegroupname: 'g', members });

  it('ansible: a server comes with the first member of an address; both ip and servername is 1092', async () => {
    await group();
    await nitro.need('servicegroup_servicegroupmember_binding', {
      servicegroupname: 'g',
      ip: '198.51.100.1',
      port: 80,
    });
    expect(await nitro.rows('server/198.51.100.1')).toMatchObject([
      { name: '198.51.100.1', ipaddress: '198.51.100.1', state: 'ENABLED' },
    ]);
    expect(await rows()).toMatchObject([
      { ip: '198.51.100.1', servername: '198.51.100.1', port: 80, weight: '1', state: 'ENABLED' },
    ]);
    expect(
      await nitro.delete('servicegroup_servicegroupmember_binding/g?args=servername:x,ip:198.51.100.1,port:80'),
    ).toMatchObject({ body: { errorcode: 1092 } });
    expect(
      await nitro.delete('servicegroup_servicegroupmember_binding/g?args=servername:198.51.100.1,port:80'),
    ).toMatchObject({ status: 200 });
    expect(await nitro.rows('server')).toHaveLength(1);
  });

  it('an operator’s server of that address is used', async () => {
    await group();
    await nitro.need('server', { name: 'web1', ipaddress: '198.51.100.1' });
    await nitro.need('servicegroup_servicegroupmember_binding', {
      servicegroupname: 'g',
      ip: '198.51.100.1',
      port: 80,
    });
    expect(await rows()).toMatchObject([{ servername: 'web1', ip: '198.51.100.1' }]);
    expect(
      await nitro.add('servicegroup_servicegroupmember_binding', {
        servicegroupname: 'g',
        servername: 'web1',
        port: 80,
      }),
    ).toMatchObject({ status: 409, body: { errorcode: 273 } });
  });

  it('terraform: the desired set needs autoscale API (257), which is chosen when the group is created', async () => {
    await group();
    expect(await list({ ip: '198.51.100.1', port: 80 })).toMatchObject({ body: { errorcode: 257 } });
    expect(await nitro.set('servicegroup', { servicegroupname: 'g', autoscale: 'API' })).toMatchObject({
      body: { errorcode: 257 },
    });
  });

  it.each(['POST', 'PUT'])('nitro-go: %s replaces the whole set of members', async (method) => {
    await group({ autoscale: 'API' });
    const send = (...members: unknown[]) =>
      nitro.call(method, 'servicegroup_servicegroupmemberlist_binding', {
        servicegroup_servicegroupmemberlist_binding: { servicegroupname: 'g', members },
      });
    expect(await send({ ip: '198.51.100.1', port: 80, weight: 10 }, { ip: '198.51.100.2', port: 80 })).toMatchObject({
      status: 201,
    });
    expect(
      await send({ ip: '198.51.100.2', port: 80, state: 'DISABLED' }, { ip: '2001:DB8::1', port: 443 }),
    ).toMatchObject({ status: 201 });
    expect(await rows()).toMatchObject([
      { ip: '198.51.100.2', state: 'DISABLED', svrstate: 'OUT OF SERVICE' },
      { ip: '2001:db8::1', port: 443, state: 'ENABLED' },
    ]);
    expect(await send()).toMatchObject({ status: 201 });
    expect(await rows()).toEqual([]);
  });

  it('1442: names the members that cannot be bound, and binds the others', async () => {
    await group({ autoscale: 'API' });
    const reply = await list({ ip: '198.51.100.1', port: 80 }, { ip: '198.51.100.2', port: 0 }, { ip: 'x', port: 1 });
    expect(reply.body).toMatchObject({
      errorcode: 1442,
      servicegroup_servicegroupmemberlist_binding: [
        {
          failedmembers: [
            { ip: '198.51.100.2', port: 0 },
            { ip: 'x', port: 1 },
          ],
        },
      ],
    });
    expect(await rows()).toMatchObject([{ ip: '198.51.100.1' }]);
  });

  it('no GET for the list; DELETE removes all; the vendor’s client also deletes by servicegroup_binding', async () => {
    await group({ autoscale: 'API' });
    await list({ ip: '198.51.100.1', port: 80 }, { ip: '198.51.100.2', port: 80 });
    expect((await nitro.get('servicegroup_servicegroupmemberlist_binding/g')).body.errorcode).toBe(1240);
    expect(await nitro.delete('servicegroup_binding/g?args=port:80,ip:198.51.100.1')).toMatchObject({ status: 200 });
    expect(await rows()).toHaveLength(1);
    expect(await nitro.delete('servicegroup_servicegroupmemberlist_binding/g')).toMatchObject({ status: 200 });
    expect(await rows()).toEqual([]);
  });

  it('a member, a group and a server are disabled and enabled', async () => {
    await group();
    await nitro.need('servicegroup_servicegroupmember_binding', {
      servicegroupname: 'g',
      ip: '198.51.100.1',
      port: 80,
    });
    const state = async (): Promise<unknown> => (await rows())[0]?.svrstate;
    for (const [kind, body] of [
      ['servicegroup', { servicegroupname: 'g', servername: '198.51.100.1', port: 80 }],
      ['servicegroup', { servicegroupname: 'g' }],
      ['server', { name: '198.51.100.1' }],
    ] as const) {
      expect(await nitro.act(kind, 'disable', body)).toMatchObject({ status: 200 });
      expect(await state()).toBe('OUT OF SERVICE');
      expect(await nitro.act(kind, 'enable', body)).toMatchObject({ status: 200 });
      expect(await state()).toBe('DOWN');
    }
  });

  it('NITRO schema: a PUT of the group with servername is one of that member, of the server with servicename of its service', async () => {
    await group();
    await nitro.need('servicegroup_servicegroupmember_binding', {
      servicegroupname: 'g',
      ip: '198.51.100.1',
      port: 80,
    });
    expect(await nitro.set('servicegroup', { servicegroupname: 'g', weight: 7 })).toMatchObject({
      status: 400,
      body: { errorcode: 1093 },
    });
    expect(
      await nitro.set('servicegroup', { servicegroupname: 'g', servername: '198.51.100.1', port: 80, weight: 7 }),
    ).toMatchObject({ status: 200 });
    expect(await rows()).toMatchObject([{ weight: '7' }]);
    await nitro.need('lbvserver', { name: 'v', servicetype: 'TCP' });
    await nitro.need('service', { name: 's', ip: '198.51.100.2', servicetype: 'TCP', port: 80 });
    expect(await nitro.set('lbvserver', { name: 'v', servicename: 's', weight: 9 })).toMatchObject({
      body: { errorcode: 1303 },
    });
    await nitro.need('lbvserver_service_binding', { name: 'v', servicename: 's' });
    expect(await nitro.set('lbvserver', { name: 'v', servicename: 's', weight: 9 })).toMatchObject({ status: 200 });
    expect(await nitro.rows('lbvserver_service_binding/v')).toMatchObject([{ weight: '9' }]);
  });

  it('1304: services that the server cannot balance', async () => {
    await group();
    await nitro.need('lbvserver', { name: 'h', servicetype: 'HTTP' });
    expect(await nitro.add('lbvserver_servicegroup_binding', { name: 'h', servicegroupname: 'g' })).toMatchObject({
      body: { errorcode: 1304 },
    });
  });

  it('clients: servicegroupbindings answers a row even where nothing is bound', async () => {
    await group();
    expect(await nitro.rows('servicegroupbindings/g')).toHaveLength(1);
  });
});

describe('certificates', () => {
  beforeEach(() => uploadPair(nitro));
  const pair = { certkey: 'c', cert: 'x.pem', key: '/nsconfig/ssl/x.key' };

  it('clients: days to expiration, serial in hexadecimal, subject, from the file', async () => {
    await nitro.need('sslcertkey', pair);
    expect(await nitro.rows('sslcertkey/c')).toMatchObject([
      {
        daystoexpiration: expect.any(Number),
        serial: expect.stringMatching(/^[0-9A-F]+$/),
        subject: 'CN=placeholder.example',
        status: 'Valid',
        inform: 'PEM',
      },
    ]);
  });

  it.each([
    ['no such certificate file', { ...pair, cert: 'none.pem' }, 1647],
    ['no such key file', { ...pair, key: 'none.key' }, 1647],
    ['no certificate at all', { certkey: 'c' }, 1095],
    ['a key for a certificate', { ...pair, cert: 'x.key' }, 278],
    ['a certificate for a key', { ...pair, key: 'x.pem' }, 1537],
  ])('%s', async (_name, body, errorcode) => {
    expect((await nitro.add('sslcertkey', body)).body.errorcode).toBe(errorcode);
  });

  it('ansible #402: the same certificate under another name is 273', async () => {
    await nitro.need('sslcertkey', pair);
    expect(await nitro.add('sslcertkey', { ...pair, certkey: 'd' })).toMatchObject({
      status: 409,
      body: { errorcode: 273, message: 'Resource already exists [certkeyName Contents, c]' },
    });
  });

  it('update keeps the bindings; links once (409), unlinks; 1540 for one that is not there', async () => {
    await nitro.need('sslcertkey', pair);
    await nitro.need('lbvserver', { name: 'v', servicetype: 'SSL' });
    await nitro.need('sslvserver_sslcertkey_binding', { vservername: 'v', certkeyname: 'c' });
    expect(
      await nitro.call('POST', 'sslcertkey/c?action=update', {
        sslcertkey: { certkey: 'c', cert: 'x.pem', key: 'x.key', nodomaincheck: true },
      }),
    ).toMatchObject({ status: 200 });
    expect(await nitro.rows('sslvserver_sslcertkey_binding/v')).toMatchObject([{ certkeyname: 'c', snicert: false }]);
    expect(await nitro.rows('sslcertkey_sslvserver_binding/c')).toMatchObject([{ vservername: 'v' }]);
    expect(await nitro.act('sslcertkey', 'unlink', { certkey: 'c' })).toMatchObject({ body: { errorcode: 1545 } });
    expect(await nitro.get('sslcertkey/none')).toMatchObject({ status: 404, body: { errorcode: 1540 } });
    expect(await nitro.add('sslvserver_sslcertkey_binding', { vservername: 'v', certkeyname: 'none' })).toMatchObject({
      body: { errorcode: 1540 },
    });
  });

  it('3740: no SSL parameter of a server while the default profile is on', async () => {
    await nitro.need('lbvserver', { name: 'v', servicetype: 'SSL' });
    expect(await nitro.set('sslvserver', { vservername: 'v', snienable: 'ENABLED' })).toMatchObject({ status: 200 });
    await nitro.set('sslparameter', { defaultprofile: 'ENABLED' });
    expect(await nitro.set('sslvserver', { vservername: 'v', tls1: 'DISABLED' })).toMatchObject({
      body: { errorcode: 3740 },
    });
  });
});

describe('binding again', () => {
  it('vendor acceptance tests: policies of a csvserver succeed when identical, another priority is 3118', async () => {
    await responder();
    const again = { name: 'web', policyname: 'to', priority: 1 };
    expect((await nitro.add('csvserver_responderpolicy_binding', again)).status).toBe(201);
    expect(await nitro.add('csvserver_responderpolicy_binding', { ...again, priority: 2 })).toMatchObject({
      body: { errorcode: 3118 },
    });
  });

  it('vendor acceptance tests: a service group is 273', async () => {
    await passthrough();
    expect(await nitro.add('lbvserver_servicegroup_binding', { name: 'be', servicegroupname: 'be' })).toMatchObject({
      status: 409,
      body: { errorcode: 273 },
    });
  });

  it('a second default lbvserver takes the place of the first', async () => {
    await switching();
    await nitro.need('csvserver_lbvserver_binding', { name: 'web', lbvserver: 'lb' });
    await nitro.need('csvserver_lbvserver_binding', { name: 'web', lbvserver: 'bound' });
    expect(await nitro.rows('csvserver_lbvserver_binding/web')).toMatchObject([{ lbvserver: 'bound' }]);
  });
});
