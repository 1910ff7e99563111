import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RequestInfo, SimulatorOptions } from '../../../lib/simulator/index.ts';
import { type Bench, bench, Nitro } from './client.ts';
import { uploadPair } from './fixtures.ts';
import { until } from './traffic.ts';

/** Pair, restart, saved configuration, faults on command, the Console. Sources: the protocol sheet, sections 1, 5, 6. */
let world: Bench;
let nitro: Nitro;
const folders: string[] = [];

async function start(options: SimulatorOptions = {}): Promise<void> {
  world = await bench(options);
  nitro = world.nitro;
}
afterEach(async () => {
  await world.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const lb = (name: string): Record<string, unknown> => ({ name, servicetype: 'HTTP' });

async function admin(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const given = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const response = await fetch(`${world.simulator.url}/simulator/${path}`, {
    method,
    ...(given === undefined ? {} : { body: given }),
    headers,
  });
  return { status: response.status, text: await response.text() };
}

describe('restart', () => {
  it.each<[name: string, restart: () => Promise<unknown>, left: string[]]>([
    ['a reboot', () => world.simulator.reboot(), ['saved']],
    [
      'a reboot by NITRO (201)',
      async () => {
        expect(await nitro.call('POST', 'reboot', { reboot: { warm: true } })).toMatchObject({ status: 201 });
      },
      ['saved'],
    ],
    ['a wipe', () => world.simulator.wipe(), []],
    [
      'a restore of an older configuration',
      async () => {
        const older = world.simulator.savedConfig();
        await nitro.act('nsconfig', 'save', {});
        await world.simulator.restore(older);
      },
      ['saved'],
    ],
  ])('%s keeps only the saved configuration and no session', async (_name, restart, left) => {
    await start();
    await nitro.need('lbvserver', lb('saved'));
    await nitro.act('nsconfig', 'save', {});
    await nitro.need('lbvserver', lb('later'));
    await restart();
    await until(async () => (await nitro.get('nsversion')).status === 401, 'the session is gone');
    expect(await nitro.get('lbvserver')).toMatchObject({ status: 401, body: { errorcode: 444 } });
    await nitro.login();
    expect((await nitro.rows('lbvserver')).map((row) => row.name)).toEqual(left);
  });

  it('a wipe removes files and the saved configuration', async () => {
    await start();
    await uploadPair(nitro);
    await nitro.act('nsconfig', 'save', {});
    await world.simulator.wipe();
    await nitro.login();
    expect(await nitro.rows('systemfile?args=filelocation:/nsconfig/ssl')).toEqual([]);
    expect(world.simulator.savedConfig()).toBe('');
  });

  it('up-time starts at 0 again', async () => {
    let time = 1_700_000_000_000;
    await start({ now: () => time });
    const uptime = async (): Promise<unknown> =>
      (
        (await nitro.raw('GET', 'stat/nsglobalcntr?args=counters:sys_cur_duration_sincestart')).body
          .nsglobalcntr as Record<string, unknown>
      ).sys_cur_duration_sincestart;
    time += 90_000;
    expect(await uptime()).toBe('90');
    expect((await nitro.raw('GET', 'stat/system')).body.system).toMatchObject({ timesincestart: '0 days, 00:01:30' });
    await world.simulator.reboot();
    await nitro.login();
    expect(await uptime()).toBe('0');
  });

  it('the save file outlives the process, contains the files, and is private', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'appliance-'));
    folders.push(folder);
    const saveFile = join(folder, 'ns.conf');
    await start({ saveFile });
    await uploadPair(nitro);
    await nitro.need('sslcertkey', { certkey: 'c', cert: 'x.pem', key: 'x.key' });
    expect(existsSync(saveFile)).toBe(false);
    await nitro.act('nsconfig', 'save', {});
    expect(statSync(saveFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(saveFile, 'utf8')).toContain('add ssl certKey c -cert x.pem -key x.key');
    await world.stop();
    await start({ saveFile });
    expect(await nitro.rows('sslcertkey/c')).toMatchObject([{ subject: 'CN=placeholder.example' }]);
  });
});

describe('a pair', () => {
  let second: Nitro;
  async function pair(): Promise<void> {
    await start({ ha: {} });
    second = new Nitro(world.simulator.urls[1]!);
    await second.login();
  }

  it('hanode is an array with itself as 0, stat/hanode an object', async () => {
    await pair();
    expect(await nitro.rows('hanode')).toMatchObject([
      { id: '0', state: 'Primary', hastatus: 'UP' },
      { id: '1', state: 'Secondary' },
    ]);
    expect(await second.rows('hanode/0')).toMatchObject([{ state: 'Secondary', hasync: 'SUCCESS' }]);
    expect((await second.raw('GET', 'stat/hanode')).body.hanode).toMatchObject({
      hacurstatus: 'YES',
      hacurmasterstate: 'Secondary',
    });
  });

  it('the secondary repeats the commands of the primary, also on files', async () => {
    await pair();
    await uploadPair(nitro);
    await nitro.need('lbvserver', lb('v'));
    await nitro.need('sslcertkey', { certkey: 'c', cert: 'x.pem', key: 'x.key' });
    expect(await second.rows('lbvserver')).toMatchObject([{ name: 'v' }]);
    expect(await second.rows('sslcertkey')).toMatchObject([{ certkey: 'c' }]);
    await nitro.delete('lbvserver/v');
    expect(await second.rows('lbvserver')).toEqual([]);
  });

  it('the secondary repeats commands in partitions and saves', async () => {
    await pair();
    await nitro.need('nspartition', { partitionname: 'p' });
    await nitro.act('nspartition', 'Switch', { partitionname: 'p' });
    await nitro.need('lbvserver', lb('inside'));
    expect(await second.act('nspartition', 'Switch', { partitionname: 'p' })).toMatchObject({ status: 200 });
    expect(await second.rows('lbvserver')).toMatchObject([{ name: 'inside' }]);
    await nitro.act('nsconfig', 'save', {});
    await world.simulator.failover();
    expect(world.simulator.savedConfig()).toContain('add lb vserver inside');
  });

  it('1028: a write on the secondary warns, is not propagated, and is lost at the next synchronisation', async () => {
    await pair();
    expect(await second.add('lbvserver', lb('a'), '?warning=yes')).toMatchObject({
      status: 209,
      body: { errorcode: 1028 },
    });
    expect(await nitro.rows('lbvserver')).toEqual([]);
    expect(await nitro.act('hasync', 'Force', {})).toMatchObject({ status: 200 });
    await second.login();
    expect(await second.rows('lbvserver')).toEqual([]);
  });

  it('haprop DISABLED: the secondary repeats nothing', async () => {
    await pair();
    expect(await nitro.set('hanode', { id: 0, haprop: 'DISABLED' })).toMatchObject({ status: 200 });
    await nitro.need('lbvserver', lb('v'));
    expect(await second.rows('lbvserver')).toEqual([]);
  });

  it('failover on command: the roles change, and the front ends follow', async () => {
    await pair();
    await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    const endpoint = world.simulator.frontends.get('192.0.2.10:80');
    expect(await nitro.act('hafailover', 'Force', { force: true })).toMatchObject({ status: 200 });
    await nitro.login();
    expect(await nitro.rows('hanode/0')).toMatchObject([{ state: 'Secondary' }]);
    expect(await second.rows('hanode/0')).toMatchObject([{ state: 'Primary' }]);
    expect(world.simulator.frontends.get('192.0.2.10:80')).toEqual(endpoint);
    await second.need('csvserver', { name: 'more', servicetype: 'HTTP', ipv46: '192.0.2.11', port: 80 });
    expect(world.simulator.frontends.has('192.0.2.11:80')).toBe(true);
    expect(await nitro.rows('csvserver')).toHaveLength(2);
    await world.simulator.failover();
    expect(await nitro.rows('hanode/0')).toMatchObject([{ state: 'Primary' }]);
    expect(world.simulator.frontends.size).toBe(2);
  });

  it('a front end that was removed on the new primary does not come back with the next failover', async () => {
    await pair();
    await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    await world.simulator.failover();
    await second.login();
    expect(await second.delete('csvserver/web')).toMatchObject({ status: 200 });
    await world.simulator.failover();
    expect([...world.simulator.frontends.keys()]).toEqual([]);
  });

  it('364: a failover to a node with STAYSECONDARY, and of a node alone', async () => {
    await pair();
    await second.set('hanode', { id: 0, hastatus: 'STAYSECONDARY' });
    expect(await nitro.act('hafailover', 'Force', {})).toMatchObject({ body: { errorcode: 364 } });
    await world.stop();
    await start();
    expect(await nitro.act('hafailover', 'Force', {})).toMatchObject({ body: { errorcode: 364 } });
  });

  it('412: a write during a synchronisation', async () => {
    let time = 1_700_000_000_000;
    await start({ ha: {}, now: () => time });
    second = new Nitro(world.simulator.urls[1]!);
    world.simulator.set({ syncMs: 5000 });
    await nitro.act('hasync', 'Force', {});
    await second.login();
    expect(await second.rows('hanode/0')).toMatchObject([{ hasync: 'IN PROGRESS' }]);
    expect(await second.add('lbvserver', lb('v'))).toMatchObject({ status: 599, body: { errorcode: 412 } });
    time += 5001;
    expect((await second.add('lbvserver', lb('v'))).status).toBe(201);
  });

  it('a reboot of the primary makes the other one primary', async () => {
    await pair();
    await nitro.need('lbvserver', lb('unsaved'));
    await world.simulator.reboot();
    await nitro.login();
    expect(await nitro.rows('hanode/0')).toMatchObject([{ state: 'Secondary' }]);
    expect(await nitro.rows('lbvserver')).toMatchObject([{ name: 'unsaved' }]);
  });

  it('a peer that is only configured is shown, and can be removed', async () => {
    await start();
    await nitro.need('hanode', { id: 1, ipaddress: '192.0.2.2' });
    expect(await nitro.rows('hanode')).toHaveLength(2);
    expect(await nitro.delete('hanode/1')).toMatchObject({ status: 200 });
    expect(await nitro.rows('hanode')).toMatchObject([{ id: '0', state: 'Primary' }]);
    expect((await nitro.raw('GET', 'stat/hanode')).body.hanode).toMatchObject({ hacurstatus: 'NO' });
  });
});

describe('faults', () => {
  it('onRequest sees each request with its number, kind and operation', async () => {
    const seen: RequestInfo[] = [];
    await start({
      onRequest: (request) => {
        seen.push(request);
        return request.kind === 'lbvserver' && request.operation === 'add' ? { type: 'error', code: 272 } : undefined;
      },
    });
    expect(await nitro.add('lbvserver', lb('v'))).toMatchObject({
      status: 599,
      body: { errorcode: 272, message: 'Device busy' },
    });
    expect(await nitro.rows('lbvserver')).toEqual([]);
    expect(seen.map(({ n, kind, operation }) => [n, kind, operation])).toEqual([
      [1, 'login', 'login'],
      [2, 'lbvserver', 'add'],
      [3, 'lbvserver', 'get'],
    ]);
  });

  it('a rule starts at the nth match and is applied a limited number of times', async () => {
    await start();
    await admin('PUT', 'faults', [
      { kind: 'lbvserver', operation: 'add', nth: 2, times: 1, fault: { type: 'error', code: 293 } },
    ]);
    const codes: unknown[] = [];
    for (const name of ['a', 'b', 'c']) codes.push((await nitro.add('lbvserver', lb(name))).body.errorcode);
    expect(codes).toEqual([0, 293, 0]);
    expect(JSON.parse((await admin('GET', 'faults')).text)).toMatchObject([{ seen: 3, done: 1 }]);
    await admin('DELETE', 'faults');
    expect((await nitro.add('lbvserver', lb('b'))).status).toBe(201);
  });

  it('a bare 503, as of an appliance that boots', async () => {
    await start();
    world.simulator.setFaults([{ method: 'GET', fault: { type: 'status', status: 503 } }]);
    const response = await fetch(`${world.simulator.url}/nitro/v1/config/lbvserver`);
    expect(response.status).toBe(503);
    expect(response.statusText).toBe('Service Unavailable');
    expect(await response.text()).toBe('');
  });

  it.each([
    ['before', []],
    ['after', [{ name: 'v' }]],
  ] as const)('a connection that is reset %s it was done', async (when, left) => {
    await start();
    world.simulator.setFaults([{ kind: 'lbvserver', method: 'POST', fault: { type: 'reset', when } }]);
    await expect(nitro.add('lbvserver', lb('v'))).rejects.toThrow();
    expect(await nitro.rows('lbvserver?attrs=name')).toEqual(left);
  });

  it('a write that is done and never answered', async () => {
    await start();
    world.simulator.setFaults([{ kind: 'lbvserver', method: 'POST', fault: { type: 'hang', when: 'after' } }]);
    const signal = AbortSignal.timeout(150);
    const call = fetch(`${world.simulator.url}/nitro/v1/config/lbvserver`, {
      method: 'POST',
      body: JSON.stringify({ lbvserver: lb('v') }),
      headers: { Cookie: nitro.cookie! },
      signal,
    });
    await expect(call).rejects.toThrow();
    expect(await nitro.rows('lbvserver')).toHaveLength(1);
  });

  it('latency: a fixed part, and one for each object', async () => {
    await start();
    world.simulator.setFaults([
      { kind: 'lbvserver', method: 'POST', perObjectMs: 20, fault: { type: 'delay', ms: 20 } },
    ]);
    const waits = vi.spyOn(globalThis, 'setTimeout');
    await nitro.add('lbvserver', [lb('a'), lb('b'), lb('c')]);
    expect(waits.mock.calls.map(([, ms]) => ms)).toContain(80);
    waits.mockRestore();
  });

  it('counts, configuration, wipe and restart over the admin path; a browser is refused', async () => {
    await start();
    await nitro.need('lbvserver', lb('v'));
    expect(JSON.parse((await admin('GET', 'requests')).text)).toEqual({
      total: 2,
      reads: 0,
      writes: 1,
      byKind: { login: 1, lbvserver: 1 },
    });
    expect((await admin('GET', 'config')).text).toContain('add lb vserver v HTTP');
    expect(await admin('POST', 'wipe', undefined, { Origin: 'http://evil.example' })).toMatchObject({ status: 403 });
    await admin('POST', 'wipe');
    expect((await admin('GET', 'config')).text).not.toContain('lb vserver');
    await admin('PUT', 'saved', 'add lb vserver w HTTP\n');
    expect((await admin('GET', 'config')).text).toContain('add lb vserver w HTTP');
    expect((await admin('GET', 'nosuch')).status).toBe(404);
    await admin('DELETE', 'requests');
    expect(world.simulator.requests.total).toBe(0);
  });
});

describe('the Console as proxy', () => {
  const instance = { ip: '192.0.2.1', name: 'ns1', id: 'a-b-c' };
  const proxied = { _MPS_API_PROXY_MANAGED_INSTANCE_IP: '192.0.2.1' };
  let console: Nitro;
  async function behindConsole(): Promise<void> {
    await start({ console: { username: 'adm', password: 'word', instance } });
    console = new Nitro(world.simulator.consoleUrl!);
  }
  async function consoleLogin(
    path = 'v1',
    body: unknown = { login: { username: 'adm', password: 'word' } },
  ): Promise<string> {
    const response = await fetch(`${console.url}/nitro/${path}/config/login`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    const { login } = (await response.json()) as { login: { sessionid: string }[] };
    return `SESSID=${login[0]?.sessionid}`;
  }

  it.each([
    ['on premises', 'v1', { login: { username: 'adm', password: 'word' } }],
    ['as nitro/v2', 'v2', { login: { username: 'adm', password: 'word' } }],
    ['in the cloud', 'v1', { login: { ID: 'adm', Secret: 'word' } }],
  ])('login %s, then the same URLs', async (_name, path, body) => {
    await behindConsole();
    console.cookie = await consoleLogin(path, body);
    expect(await console.call('POST', 'lbvserver', { lbvserver: lb('v') }, proxied)).toMatchObject({ status: 201 });
    expect(await nitro.rows('lbvserver')).toHaveLength(1);
  });

  it.each(['IP', 'NAME', 'ID'] as const)('finds the appliance by %s, and no other one', async (key) => {
    await behindConsole();
    console.cookie = await consoleLogin();
    const value = { IP: instance.ip, NAME: instance.name, ID: instance.id }[key];
    const header = `_MPS_API_PROXY_MANAGED_INSTANCE_${key}`;
    expect((await console.call('GET', 'nsversion', undefined, { [header]: value })).status).toBe(200);
    expect((await console.call('GET', 'nsversion', undefined, { [header]: 'other' })).status).toBe(404);
  });

  it('Basic for each call; wrong credentials; no session; a partition stays for the session', async () => {
    await behindConsole();
    const basic = `Basic ${Buffer.from('adm:word').toString('base64')}`;
    expect((await console.call('GET', 'nsversion', undefined, { ...proxied, Authorization: basic })).status).toBe(200);
    expect((await console.call('GET', 'nsversion', undefined, proxied)).status).toBe(401);
    expect(await console.login('adm', 'wrong')).toMatchObject({ status: 401, body: { errorcode: 354 } });
    await nitro.need('nspartition', { partitionname: 'p' });
    await nitro.need('lbvserver', lb('v'));
    console.cookie = await consoleLogin();
    await console.call('POST', 'nspartition?action=Switch', { nspartition: { partitionname: 'p' } }, proxied);
    expect((await console.call('GET', 'lbvserver', undefined, proxied)).body).not.toHaveProperty('lbvserver');
  });

  it('a logout ends the session of the Console', async () => {
    await behindConsole();
    console.cookie = await consoleLogin();
    expect((await console.call('POST', 'logout', { logout: {} })).status).toBe(201);
    expect(await console.call('GET', 'nsversion', undefined, proxied)).toMatchObject({
      status: 401,
      body: { errorcode: 444 },
    });
  });
});

describe('configuration as text', () => {
  const text = `#NS14.1 Build 51.80
enable ns feature CS LB SSL
add policy stringmap m -comment "a \\"quoted\\" word"
add server web1 198.51.100.1
add serviceGroup g TCP -autoScale API -cltTimeout 9000
add lb vserver be TCP
add cs vserver cs SSL 192.0.2.10 443
add ssl action be -forward be
add ssl policy p -rule "CLIENT.SSL.CLIENT_HELLO.SNI.IS_STRINGMAP_KEY(\\"m\\")" -action be
bind policy stringmap m *.example.com be
bind serviceGroup g web1 443 -weight 5
bind serviceGroup g 198.51.100.2 443
add service s 198.51.100.3 TCP 443
bind lb vserver be g
bind ssl vserver cs -policyName p -priority 10 -type CLIENTHELLO_REQ
`;

  it('starts from an operator’s ns.conf in any order, and lists the lines that it does not support', async () => {
    const shuffled = text.split('\n').reverse().join('\n');
    await start({ config: `${shuffled}\nset ns hostName box\nadd lb vserver broken NOSUCH\n` });
    expect(world.simulator.problems.map(({ text: line, reason }) => [line, reason])).toEqual([
      ['set ns hostName box', 'not supported'],
      ['add lb vserver broken NOSUCH', 'Invalid argument value [NOSUCH]'],
    ]);
    const members = await nitro.rows('servicegroup_servicegroupmember_binding/g');
    expect(members.map(({ servername, ip, port, weight }) => [servername, ip, port, weight]).sort()).toEqual([
      ['198.51.100.2', '198.51.100.2', 443, '1'],
      ['web1', '198.51.100.1', 443, '5'],
    ]);
    expect(await nitro.rows('service/s')).toMatchObject([{ servername: '198.51.100.3' }]);
    expect(await nitro.rows('policystringmap/m')).toMatchObject([{ comment: 'a "quoted" word' }]);
    expect(await nitro.rows('sslvserver_sslpolicy_binding/cs')).toMatchObject([{ policyname: 'p', priority: '10' }]);
    expect((await nitro.get('nsfeature')).body.nsfeature).toMatchObject({ responder: false, cs: true });
  });

  it('q{…} and the other quotes of the command line', async () => {
    await start({
      config:
        'add ssl policy a -rule q{CLIENT.SSL.CLIENT_HELLO.SNI.EQ("x y")} -action RESET\nadd ssl policy b -rule q/true/ -action RESET\n',
    });
    expect(await nitro.rows('sslpolicy/a')).toMatchObject([{ rule: 'CLIENT.SSL.CLIENT_HELLO.SNI.EQ("x y")' }]);
    expect(await nitro.rows('sslpolicy/b')).toMatchObject([{ rule: 'true' }]);
  });

  it('is the same for any order of commands', async () => {
    await start({ config: text });
    const first = world.simulator.runningConfig();
    await world.stop();
    await start({ config: text.split('\n').reverse().join('\n') });
    expect(world.simulator.runningConfig()).toBe(first);
  });

  it('partitions, users and their policies load again', async () => {
    await start();
    await nitro.need('nspartition', { partitionname: 'p' });
    await nitro.need('systemuser', { username: 'op', password: 'secret' });
    await nitro.need('systemuser_systemcmdpolicy_binding', { username: 'op', policyname: 'read-only', priority: 1 });
    await nitro.act('nspartition', 'Switch', { partitionname: 'p' });
    await nitro.need('lbvserver', lb('inside'));
    const saved = world.simulator.runningConfig();
    await world.stop();
    await start({ config: saved });
    expect(world.simulator.problems).toEqual([]);
    expect(world.simulator.runningConfig()).toBe(saved);
    expect((await nitro.login('op', 'secret')).status).toBe(201);
    expect((await nitro.get('lbvserver')).status).toBe(200);
  });
});
