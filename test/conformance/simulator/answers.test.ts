import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, type Nitro } from './client.ts';
import { CERTIFICATE } from './pem.ts';

/** Answers of an appliance, letter by letter: recorded from real ones, or asserted by the vendor's own clients. */
let world: Bench;
let nitro: Nitro;
beforeEach(async () => {
  world = await bench({ now: () => Date.parse('2026-03-01T12:00:00Z') });
  nitro = world.nitro;
});
afterEach(() => world.stop());

/** Status and text of an answer. */
async function answer(method: string, path: string, body?: unknown): Promise<[number, string]> {
  const response = await fetch(`${world.simulator.url}/nitro/v1/${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'Content-Type': 'application/json', Cookie: nitro.cookie! },
  });
  return [response.status, await response.text()];
}

const error = (code: number, message: string): string =>
  `{ "errorcode": ${code}, "message": "${message}", "severity": "ERROR" }`;
const DONE = '{ "errorcode": 0, "message": "Done", "severity": "NONE" }';

/** A request with its answer, and the requests that must come before. */
interface Case {
  readonly before?: readonly (readonly [path: string, body: unknown, method?: 'PUT'])[];
  readonly request: readonly [method: string, path: string, body?: unknown];
  readonly status: number;
  readonly text: string;
}
const server = (name: string, ipaddress: string): [string, unknown] => [
  'config/server',
  { server: { name, ipaddress } },
];

const layout: Record<string, Case> = {
  'an error: blanks inside the braces and after colons': {
    request: ['GET', 'config/server/t3'],
    status: 404,
    text: error(258, 'No such resource [name, t3]'),
  },
  success: { request: ['POST', ...server('a', '192.0.2.9')], status: 201, text: DONE },
  'no match: no key': {
    request: ['GET', 'config/server'],
    status: 200,
    text: DONE,
  },
  rows: {
    before: [server('a', '192.0.2.9')],
    request: ['GET', 'config/server?attrs=name,ipaddress'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "server": [ { "name": "a", "ipaddress": "192.0.2.9" } ] }',
  },
  'slashes escaped': {
    request: ['GET', 'config/server/a%252Fb'],
    status: 404,
    text: error(258, 'No such resource [name, a\\/b]'),
  },
  'bulk, partly failed': {
    before: [server('a', '192.0.2.9')],
    request: ['POST', 'config/server', { server: [{ name: 'a', ipaddress: '192.0.2.8' }] }],
    status: 207,
    text: `{ "errorcode": 1243, "message": "Bulk operation failed", "severity": "ERROR", "response": [ ${error(273, 'Resource already exists [name, a]')} ] }`,
  },
  'a count': {
    request: ['GET', 'config/server?count=yes'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "server": [ { "__count": 0 } ] }',
  },
};

const rule = (text: string): Case => ({
  request: ['POST', 'config/policyexpression', { policyexpression: { name: 'e', value: text } }],
  status: 201,
  text: DONE,
});
const refusedRule = (text: string, code: number, message: string): Case => ({
  ...rule(text),
  status: 599,
  text: error(code, message),
});

/** Rules as the vendor's pages and tests write them. */
const rules: Record<string, Case> = {
  ...Object.fromEntries(
    [
      'CLIENT.IP.SRC.EQ(10.1.1.1)',
      'CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)',
      'CLIENT.IP.SRC.SUBNET(24).EQ(10.217.84.0)',
      'CLIENT.IPV6.SRC.IN_SUBNET(2001:db8::/32)',
      'HTTP.REQ.METHOD.EQ(GET)',
      'HTTP.REQ.HEADER("Host").EXISTS',
      'HTTP.REQ.URL.SUFFIX.EQ("jpg")',
      'HTTP.REQ.COOKIE.VALUE("a").EQ("b")',
      'SYS.RANDOM.MUL(100).LT(50)',
      'SYS.NON_BLOCKING_HTTP_CALLOUT(c)',
      'CLIENT.SSL.CLIENT_CERT.EXISTS',
      'CLIENT.VLAN.ID.EQ(5)',
    ].map((text) => [text, rule(text)]),
  ),
  'a wrong name where all names are known': refusedRule(
    'CLIENT.SSL.CLIENT_HELLO.NOSUCH',
    3073,
    'Invalid expression [unknown method NOSUCH]',
  ),
  'an invalid address': refusedRule(
    'CLIENT.IP.SRC.EQ(10.1.1.300)',
    3081,
    'Expression syntax error [10.1.1.300 is not an address]',
  ),
};

const file = (filename: string, text: string): [string, unknown] => [
  'config/systemfile',
  {
    systemfile: {
      filename,
      filelocation: '/nsconfig/ssl',
      filecontent: Buffer.from(text).toString('base64'),
      fileencoding: 'BASE64',
    },
  },
];
const pair: [string, unknown] = ['config/sslcertkey', { sslcertkey: { certkey: 'ck', cert: 'x.pem', key: 'x.key' } }];
const group: [string, unknown] = [
  'config/servicegroup',
  { servicegroup: { servicegroupname: 'g', servicetype: 'HTTP' } },
];
const vip: [string, unknown] = ['config/lbvserver', { lbvserver: { name: 'v', servicetype: 'HTTP' } }];
const bound: [string, unknown] = [
  'config/lbvserver_servicegroup_binding',
  { lbvserver_servicegroup_binding: { name: 'v', servicegroupname: 'g' } },
];
const ssl: [string, unknown] = ['config/lbvserver', { lbvserver: { name: 's', servicetype: 'SSL' } }];
const missing = (path: string, code: number, message: string): [string, Case] => [
  path,
  { request: ['GET', path], status: 404, text: error(code, message) },
];

/** Objects that do not exist; each code is one that a client of the vendor tests, or of the error list. */
const absent: Record<string, Case> = Object.fromEntries([
  missing('config/service/none', 344, 'No Service'),
  missing('config/systemuser/none', 2626, 'User does not exist'),
  missing('config/sslprofile/none', 3248, 'Profile does not exist'),
  missing('config/nstcpprofile/none', 3248, 'Profile does not exist'),
  missing('config/sslpolicylabel/none', 3087, 'Policy Label does not exist'),
  missing('config/systemcmdpolicy/none', 373, 'System command policy does not exist'),
  missing('config/sslcertkey/none', 1540, 'Certificate does not exist'),
  missing('config/sslvserver/none', 461, 'No such Vserver'),
  missing('config/nspartition/none', 2755, 'Partition does not exist'),
  missing('config/lbvserver/none', 258, 'No such resource [name, none]'),
  missing('config/service_binding/none', 344, 'No Service'),
  missing('stat/service/none', 344, 'No Service'),
  missing('stat/lbvserver/none', 258, 'No such resource [name, none]'),
]);

const refusals: Record<string, Case> = {
  'a file twice': {
    before: [file('a', 'x')],
    request: ['POST', ...file('a', 'x')],
    status: 409,
    text: error(1642, 'Cannot create output file. File already exists'),
  },
  'a second server at an address': {
    before: [server('a', '192.168.43.33')],
    request: ['POST', ...server('b', '192.168.43.33')],
    status: 409,
    text: error(1335, 'Server already exists [192.168.43.33]'),
  },
  'a second binding': {
    before: [vip, group, bound],
    request: ['POST', ...bound],
    status: 409,
    text: error(273, 'Resource already exists'),
  },
  'a certificate without its file': {
    request: ['POST', ...pair],
    status: 599,
    text: error(1647, 'Input file(s) not present or not accessible in current partition'),
  },
  'a certificate without the file of its key': {
    before: [file('x.pem', CERTIFICATE)],
    request: ['POST', ...pair],
    status: 599,
    text: error(1647, 'Input file(s) not present or not accessible in current partition'),
  },
  'SSL parameters of a server under the default profile': {
    before: [ssl, ['config/sslparameter', { sslparameter: { defaultprofile: 'ENABLED' } }, 'PUT']],
    request: ['PUT', 'config/sslvserver', { sslvserver: { vservername: 's', tls1: 'DISABLED' } }],
    status: 599,
    text: error(3740, 'Operation not permitted. Use profile command to do this operation'),
  },
  'unbinding a monitor that does not exist': {
    before: [group],
    request: ['DELETE', 'config/servicegroup_lbmonitor_binding/g?args=servicegroupname:g,monitor_name:none'],
    status: 404,
    text: error(258, 'No such resource [monitor_name, none]'),
  },
  'unbinding a monitor that is not bound': {
    before: [group],
    request: ['DELETE', 'config/servicegroup_lbmonitor_binding/g?args=servicegroupname:g,monitor_name:tcp'],
    status: 599,
    text: error(2170, 'Monitor not bound to service'),
  },
  'a singleton by a name': {
    request: ['GET', 'config/lbparameter/any-name'],
    status: 400,
    text: error(1090, 'No such argument [name]'),
  },
  'a service on a server of another address': {
    before: [server('a', '192.0.2.9')],
    request: [
      'POST',
      'config/service',
      { service: { name: 's', servername: 'a', ip: '192.0.2.8', servicetype: 'HTTP', port: 80 } },
    ],
    status: 400,
    text: error(1092, 'Arguments cannot both be specified [serverName, IP]'),
  },
};

const acl = (aclname: string, more: Record<string, unknown> = {}): [string, unknown] => [
  'config/nsacl',
  { nsacl: { aclname, aclaction: 'DENY', ...more } },
];
const profile: [string, unknown] = ['config/nshttpprofile', { nshttpprofile: { name: 'p' } }];
const cipher = (vservername: string, ciphername: string): [string, unknown] => [
  'config/sslvserver_sslciphersuite_binding',
  { sslvserver_sslciphersuite_binding: { vservername, ciphername } },
];
const sslGroup: [string, unknown] = [
  'config/servicegroup',
  { servicegroup: { servicegroupname: 'sg', servicetype: 'SSL' } },
];

/** Types that other clients need. */
const others: Record<string, Case> = {
  'ACLs: applied without any ACL': {
    request: ['POST', 'config/nsacls?action=apply', { nsacls: {} }],
    status: 200,
    text: DONE,
  },
  'ACLs: an unknown one': {
    request: ['GET', 'config/nsacl/none'],
    status: 404,
    text: error(864, 'ACL rule does not exist'),
  },
  'ACLs: an action is needed': {
    request: ['POST', 'config/nsacl', { nsacl: { aclname: 'a' } }],
    status: 400,
    text: error(1095, 'Required argument missing [aclaction]'),
  },
  'ACLs: a priority that another has': {
    before: [acl('a', { priority: 5 })],
    request: ['POST', ...acl('b', { priority: 5 })],
    status: 409,
    text: error(872, 'ACL with this priority already exists'),
  },
  'ACLs: a port without TCP or UDP': {
    request: ['POST', ...acl('a', { srcport: true, srcportval: '80' })],
    status: 599,
    text: error(871, 'Src\\/DstPort or RedirectPort can be specified only if protocol is TCP (6) or UDP (17)'),
  },
  'ACLs: a comparison without an address': {
    request: ['POST', ...acl('a', { srcip: true })],
    status: 400,
    text: error(1093, 'Argument pre-requisite missing [srcip, srcipVal]'),
  },
  'ACLs: not applied yet': {
    before: [acl('a', { srcipval: '192.0.2.1' })],
    request: ['GET', 'config/nsacl/a?attrs=aclname,srcip,srcipval,priority,kernelstate'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "nsacl": [ { "aclname": "a", "srcipval": "192.0.2.1", "priority": "10", "srcip": true, "kernelstate": "NOTAPPLIED" } ] }',
  },
  'ACLs: applied': {
    before: [acl('a'), ['config/nsacls?action=apply', { nsacls: {} }]],
    request: ['GET', 'config/nsacl/a?attrs=kernelstate'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "nsacl": [ { "kernelstate": "APPLIED" } ] }',
  },
  'ACLs: changed since they were applied': {
    before: [
      acl('a'),
      ['config/nsacls?action=apply', { nsacls: {} }],
      ['config/nsacl', { nsacl: { aclname: 'a', logstate: 'ENABLED' } }, 'PUT'],
    ],
    request: ['GET', 'config/nsacl/a?attrs=kernelstate'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "nsacl": [ { "kernelstate": "RE-APPLY" } ] }',
  },
  'ACLs: renumbered': {
    before: [acl('a', { priority: 7 }), acl('b', { priority: 3 }), ['config/nsacls?action=renumber', { nsacls: {} }]],
    request: ['GET', 'config/nsacl?attrs=aclname,priority'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "nsacl": [ { "aclname": "a", "priority": "20" }, { "aclname": "b", "priority": "10" } ] }',
  },
  'ACLs: cleared': {
    before: [acl('a'), ['config/nsacls?action=clear', { nsacls: {} }]],
    request: ['GET', 'config/nsacl?count=yes'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "nsacl": [ { "__count": 0 } ] }',
  },
  'an unknown profile': {
    request: ['POST', 'config/lbvserver', { lbvserver: { name: 'v', servicetype: 'HTTP', httpprofilename: 'none' } }],
    status: 404,
    text: error(3248, 'Profile does not exist [none]'),
  },
  'a profile that is built in': {
    request: [
      'POST',
      'config/lbvserver',
      { lbvserver: { name: 'v', servicetype: 'HTTP', httpprofilename: 'nshttp_default_profile' } },
    ],
    status: 201,
    text: DONE,
  },
  'a profile that is built in, removed': {
    request: ['DELETE', 'config/nshttpprofile/nshttp_default_profile'],
    status: 403,
    text: error(257, 'Operation not permitted'),
  },
  'a profile in use': {
    before: [profile, ['config/lbvserver', { lbvserver: { name: 'v', servicetype: 'HTTP', httpprofilename: 'p' } }]],
    request: ['DELETE', 'config/nshttpprofile/p'],
    status: 599,
    text: error(315, 'Resource in use'),
  },
  'the servers of a service': {
    before: [
      vip,
      ['config/service', { service: { name: 's', ip: '192.0.2.9', servicetype: 'HTTP', port: 80 } }],
      ['config/lbvserver_service_binding', { lbvserver_service_binding: { name: 'v', servicename: 's' } }],
    ],
    request: ['GET', 'config/svcbindings/s'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "svcbindings": [ { "servicename": "s", "vservername": "v", "ipaddress": "0.0.0.0", "port": 0, "servicetype": "HTTP", "svrstate": "DOWN" } ] }',
  },
  'the servers of no service': {
    request: ['GET', 'config/svcbindings/none'],
    status: 404,
    text: error(344, 'No Service'),
  },
  'ciphers: the default ones': {
    before: [ssl],
    request: ['GET', 'config/sslvserver_sslciphersuite_binding/s'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "sslvserver_sslciphersuite_binding": [ { "vservername": "s", "ciphername": "DEFAULT", "description": "Default cipher list with encryption strength >= 128bit" } ] }',
  },
  'ciphers: the default ones, unbound': {
    before: [ssl],
    request: ['DELETE', 'config/sslvserver_sslciphersuite_binding/s?args=ciphername:DEFAULT'],
    status: 200,
    text: DONE,
  },
  'ciphers: an unknown one': {
    before: [ssl],
    request: ['POST', ...cipher('s', 'no-such')],
    status: 404,
    text: error(3621, 'No such cipher\\/cipherAlias\\/cipherGroup'),
  },
  'ciphers: of a server that is not of SSL': {
    before: [vip],
    request: ['POST', ...cipher('v', 'HIGH')],
    status: 599,
    text: error(1544, "Object's protocol type is not SSL"),
  },
  'SSL settings of a group': {
    before: [sslGroup],
    request: ['PUT', 'config/sslservicegroup', { sslservicegroup: { servicegroupname: 'sg', tls1: 'DISABLED' } }],
    status: 200,
    text: DONE,
  },
  'SSL settings of a group: shown': {
    before: [
      sslGroup,
      ['config/sslservicegroup', { sslservicegroup: { servicegroupname: 'sg', tls1: 'DISABLED' } }, 'PUT'],
    ],
    request: ['GET', 'config/sslservicegroup/sg?attrs=servicegroupname,tls1,tls12'],
    status: 200,
    text: '{ "errorcode": 0, "message": "Done", "severity": "NONE", "sslservicegroup": [ { "servicegroupname": "sg", "tls1": "DISABLED", "tls12": "ENABLED" } ] }',
  },
  'SSL settings of a group: none such': {
    request: ['GET', 'config/sslservicegroup/none'],
    status: 404,
    text: error(463, 'No such service\\/serviceGroup'),
  },
  'SSL settings of a group under the default profile': {
    before: [sslGroup, ['config/sslparameter', { sslparameter: { defaultprofile: 'ENABLED' } }, 'PUT']],
    request: ['PUT', 'config/sslservicegroup', { sslservicegroup: { servicegroupname: 'sg', tls1: 'DISABLED' } }],
    status: 599,
    text: error(3740, 'Operation not permitted. Use profile command to do this operation'),
  },
  'SSL settings of a group that is not of SSL': {
    before: [group],
    request: [
      'POST',
      'config/sslservicegroup_sslcertkey_binding',
      { sslservicegroup_sslcertkey_binding: { servicegroupname: 'g', certkeyname: 'ck' } },
    ],
    status: 599,
    text: error(1544, "Object's protocol type is not SSL"),
  },
};

const taken: Record<string, Case> = {
  'a service with the server and its address': {
    before: [server('a', '192.0.2.9')],
    request: [
      'POST',
      'config/service',
      { service: { name: 's', servername: 'a', ipaddress: '192.0.2.9', servicetype: 'HTTP', port: 80 } },
    ],
    status: 201,
    text: DONE,
  },
  'a balancing server without a type': {
    request: ['POST', 'config/lbvserver', { lbvserver: { name: 'v' } }],
    status: 201,
    text: DONE,
  },
  'the old form with trailing commas': {
    before: [vip],
    request: ['POST', 'config', 'object={"params":{"action":"disable",},"lbvserver":[{"name":"v",},],}'],
    status: 200,
    text: DONE,
  },
  'a comma in a text is not a trailing comma': {
    request: ['POST', 'config/server', '{"server":{"name":"a","ipaddress":"192.0.2.9","comment":"\\",}",},}'],
    status: 201,
    text: DONE,
  },
  'a bulk delete of the old form': {
    before: [server('a', '192.0.2.9'), server('b', '192.0.2.8')],
    request: ['POST', 'config', '{"params":{"action":"rm",},"server":[{"name":"a",},{"name":"b",},],}'],
    status: 200,
    text: DONE,
  },
};

const tables: Record<string, Record<string, Case>> = { layout, rules, absent, refusals, others, taken };

for (const [title, table] of Object.entries(tables)) {
  describe(title, () => {
    it.each(Object.entries(table))('%s', async (_name, { before = [], request, status, text }) => {
      for (const [path, body, method = 'POST'] of before)
        expect((await answer(method, path, body))[0]).toBeLessThan(202);
      expect(await answer(...request)).toEqual([status, text]);
    });
  });
}

it('a prefix that is not evaluated is noted once', async () => {
  for (const name of ['a', 'b']) await nitro.need('policyexpression', { name, value: 'CLIENT.VLAN.ID.EQ(5)' });
  const note = 'CLIENT.VLAN is stored but not evaluated: its result is always UNDEF.';
  expect(world.simulator.notes.list()).toEqual([note]);
  const response = await fetch(`${world.simulator.url}/simulator/notes`);
  expect(await response.json()).toEqual([note]);
});

const STATEFUL: readonly (readonly [kind: string, body: Record<string, unknown>, shows: string, off: string])[] = [
  ['server', { name: 'x', ipaddress: '192.0.2.9' }, 'state', 'DISABLED'],
  ['service', { name: 'x', ip: '192.0.2.9', servicetype: 'HTTP', port: 80 }, 'svrstate', 'OUT OF SERVICE'],
  ['servicegroup', { servicegroupname: 'x', servicetype: 'HTTP' }, 'state', 'DISABLED'],
  ['lbvserver', { name: 'x', servicetype: 'HTTP', ipv46: '192.0.2.9', port: 80 }, 'curstate', 'OUT OF SERVICE'],
  ['csvserver', { name: 'x', servicetype: 'HTTP', ipv46: '192.0.2.9', port: 80 }, 'curstate', 'OUT OF SERVICE'],
  ['lbmonitor', { monitorname: 'x', type: 'TCP' }, 'state', 'DISABLED'],
  ['nsip', { ipaddress: '192.0.2.9', netmask: '255.255.255.0' }, 'state', 'DISABLED'],
];

describe('state at add', () => {
  it.each(STATEFUL)(
    '%s: accepted in any case, shown, kept by a save, and refused by an update',
    async (kind, body, shows, off) => {
      const name = String(Object.values(body)[0]);
      expect(await nitro.add(kind, { ...body, state: 'disabled' })).toMatchObject({ status: 201 });
      const shown = async (): Promise<unknown> => (await nitro.rows(`${kind}/${name}`))[0]?.[shows];
      expect(await shown()).toBe(off);
      expect(
        await nitro.set(kind, { ...Object.fromEntries([Object.entries(body)[0]!]), state: 'ENABLED' }),
      ).toMatchObject({
        status: 599,
        body: { errorcode: 278, message: 'Invalid argument [state]' },
      });
      expect(world.simulator.runningConfig()).toContain('-state DISABLED');
      const copy = await bench({ config: world.simulator.runningConfig() });
      try {
        expect(copy.simulator.problems).toEqual([]);
        expect((await copy.nitro.rows(`${kind}/${name}`))[0]?.[shows]).toBe(off);
      } finally {
        await copy.stop();
      }
    },
  );

  it('idempotent: the current state is not a change', async () => {
    const body = { name: 'x', ipaddress: '192.0.2.9', state: 'ENABLED' };
    expect((await nitro.add('server', body, '?idempotent=yes')).status).toBe(201);
    expect((await nitro.add('server', body, '?idempotent=yes')).status).toBe(200);
    const plain = { name: 'y', servicetype: 'HTTP' };
    await nitro.need('lbvserver', plain);
    expect((await nitro.add('lbvserver', { ...plain, state: 'ENABLED' }, '?idempotent=yes')).status).toBe(200);
  });

  it('the state in a real ns.conf is loaded', async () => {
    const copy = await bench({
      config:
        'add server d1 192.0.2.81 -state DISABLED\nadd service s1 d1 HTTP 80 -state DISABLED\nadd lb vserver v1 HTTP 192.0.2.82 80 -state DISABLED\nbind lb vserver v1 s1\n',
    });
    try {
      expect(copy.simulator.problems).toEqual([]);
      expect((await copy.nitro.rows('lbvserver_service_binding/v1'))[0]?.servicename).toBe('s1');
    } finally {
      await copy.stop();
    }
  });
});

const REAL_LINES = [
  'add ns httpProfile p -dropInvalReqs ENABLED',
  'add ns acl a DENY -srcIP = 192.0.2.1-192.0.2.9 -destPort = 80 -protocol TCP -priority 10 -kernelstate SFAPPLIED61',
  'add lb vserver s SSL 192.0.2.10 443 -httpProfileName p',
  'add serviceGroup sg SSL',
  'set ssl serviceGroup sg -tls1 DISABLED',
  'bind ssl vserver s -cipherName HIGH',
  'apply ns acls',
];

it('lines of a real ns.conf for these types load, and load again when written', async () => {
  const first = await bench({ config: REAL_LINES.join('\n') });
  try {
    expect(first.simulator.problems).toEqual([]);
    expect(await first.nitro.rows('nsacl/a')).toMatchObject([
      { srcip: true, srcipop: '=', srcipval: '192.0.2.1-192.0.2.9', destportval: '80', kernelstate: 'APPLIED' },
    ]);
    const text = first.simulator.runningConfig();
    expect(text).toContain('-srcIP = 192.0.2.1-192.0.2.9');
    const second = await bench({ config: text });
    try {
      expect(second.simulator.problems).toEqual([]);
      expect(second.simulator.runningConfig()).toBe(text);
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
  }
});

it('an SSL view is renamed and deleted with its group', async () => {
  await nitro.need('servicegroup', { servicegroupname: 'a', servicetype: 'SSL' });
  await nitro.act('servicegroup', 'rename', { servicegroupname: 'a', newname: 'b' });
  expect((await nitro.rows('sslservicegroup')).map((row) => row.servicegroupname)).toEqual(['b']);
  await nitro.delete('servicegroup/b');
  expect(await nitro.rows('sslservicegroup')).toEqual([]);
});

it('command policies see these types as the command line names them', async () => {
  await nitro.need('systemuser', { username: 'u', password: 'secret' });
  await nitro.need('systemcmdpolicy', { policyname: 'p', action: 'ALLOW', cmdspec: '^(add ns acl|apply ns acls)' });
  await nitro.need('systemuser_systemcmdpolicy_binding', { username: 'u', policyname: 'p', priority: 1 });
  await nitro.login('u', 'secret');
  expect((await nitro.add('nsacl', { aclname: 'a', aclaction: 'DENY' })).status).toBe(201);
  expect((await nitro.act('nsacls', 'apply', {})).status).toBe(200);
  expect((await nitro.act('nsacls', 'clear', {})).body.errorcode).toBe(2138);
  expect((await nitro.add('nshttpprofile', { name: 'p' })).body.errorcode).toBe(2138);
});
