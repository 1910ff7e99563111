import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrontendEvent, SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { type Bench, bench, type Nitro } from './client.ts';
import { uploadPair } from './fixtures.ts';
import { type Backend, collector, echo, frontendEndpoint, hold, named, raw, shake, tlsEcho, until } from './traffic.ts';

/**
 * The data plane, over real sockets. Sources: the vendor's pages on the SSL forward action and on SSL policy bindings
 * (CLIENTHELLO_REQ, first match, RESET), the expression reference, RFC 8446 and 6066 for the ClientHello.
 */
const VIP = '192.0.2.10:443';
const MAP = 'nsp_f_192_0_2_10_443';
const S = 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER';
const WILD = `("*."+${S}.AFTER_STR("."))`;

let world: Bench;
let nitro: Nitro;
const backends: Backend[] = [];
const map = new Map<string, SimulatedEndpoint>();
let time = 1_700_000_000_000;
/** Front ends that could not listen. */
const refusedFrontends: FrontendEvent[] = [];

beforeEach(async () => {
  map.clear();
  time = 1_700_000_000_000;
  refusedFrontends.length = 0;
  world = await bench({
    map,
    now: () => time,
    onFrontend: (event) => {
      if (event.refused !== undefined) refusedFrontends.push(event);
    },
  });
  nitro = world.nitro;
});
afterEach(async () => {
  await world.stop();
  await Promise.all(backends.splice(0).map((one) => one.stop()));
});

async function behind(address: string, made: Promise<Backend>): Promise<Backend> {
  const backend = await made;
  backends.push(backend);
  map.set(address, backend.endpoint);
  return backend;
}

async function frontend(options: { certificate?: boolean } = {}): Promise<void> {
  await uploadPair(nitro);
  await nitro.need('policystringmap', { name: MAP });
  await nitro.need('sslcertkey', { certkey: 'ph', cert: 'x.pem', key: 'x.key' });
  await nitro.need('csvserver', { name: 'cs', servicetype: 'SSL', ipv46: '192.0.2.10', port: 443 });
  await nitro.need('sslpolicy', {
    name: 'gate',
    rule: `${S}.IS_STRINGMAP_KEY("${MAP}").NOT && ${WILD}.IS_STRINGMAP_KEY("${MAP}").NOT`,
    action: 'RESET',
    undefaction: 'RESET',
  });
  await nitro.need('sslpolicy', {
    name: 'exact',
    rule: `${S}.IS_STRINGMAP_KEY("${MAP}")`,
    action: 'RESET',
    undefaction: 'RESET',
  });
  await nitro.need('sslpolicy', { name: 'reset', rule: 'true', action: 'RESET' });
  await bindPolicy('gate', 1);
  await bindPolicy('exact', 31_999);
  await bindPolicy('reset', 64_000);
  if (options.certificate !== false)
    await nitro.need('sslvserver_sslcertkey_binding', { vservername: 'cs', certkeyname: 'ph' });
}

function bindPolicy(policyname: string, priority: number): Promise<void> {
  return nitro.need('sslvserver_sslpolicy_binding', {
    vservername: 'cs',
    policyname,
    priority,
    type: 'CLIENTHELLO_REQ',
  });
}

/** Creates a back end with its exact and its wildcard policy. */
async function backend(
  name: string,
  priority: number,
  members: readonly string[],
  group: Record<string, unknown> = {},
): Promise<void> {
  await nitro.need('lbvserver', { name, servicetype: 'TCP', downstateflush: 'DISABLED' });
  await nitro.need('servicegroup', { servicegroupname: name, servicetype: 'TCP', autoscale: 'API', ...group });
  await nitro.need('lbvserver_servicegroup_binding', { name, servicegroupname: name });
  await setMembers(name, ...members);
  await nitro.need('sslaction', { name, forward: name });
  await nitro.need('sslpolicy', {
    name,
    rule: `${S}.IS_STRINGMAP_KEY("${MAP}") && ${S}.MAP_STRING("${MAP}").EQ("${name}")`,
    action: name,
    undefaction: 'RESET',
  });
  await nitro.need('sslpolicy', {
    name: `${name}-w`,
    rule: `${WILD}.IS_STRINGMAP_KEY("${MAP}") && ${WILD}.MAP_STRING("${MAP}").EQ("${name}")`,
    action: name,
    undefaction: 'RESET',
  });
  await bindPolicy(name, priority);
  await bindPolicy(`${name}-w`, 32_000 + priority);
}

function setMembers(group: string, ...addresses: readonly string[]): Promise<void> {
  const members = addresses.map((address) => ({
    ip: address.replace(/:\d+$/, ''),
    port: Number(/\d+$/.exec(address)?.[0]),
  }));
  return nitro.need('servicegroup_servicegroupmemberlist_binding', { servicegroupname: group, members });
}

const host = (key: string, value: string): Promise<void> =>
  nitro.need('policystringmap_pattern_binding', { name: MAP, key, value });
const vip = (): SimulatedEndpoint => frontendEndpoint(world.simulator, VIP);

describe('passing through by server name', () => {
  beforeEach(async () => {
    await behind('10.1.1.1:8443', tlsEcho());
    await frontend();
    await backend('be', 2, ['10.1.1.1:8443']);
    await host('www.example.com', 'be');
    await host('*.apps.example.com', 'be');
  });

  it.each([
    ['the host', 'www.example.com', 'backend.example'],
    ['the host in capitals', 'WWW.EXAMPLE.COM', 'backend.example'],
    ['one label under a wildcard', 'a.apps.example.com', 'backend.example'],
    ['two labels under a wildcard', 'a.b.apps.example.com', 'ECONNRESET'],
    ['the suffix of a wildcard', 'apps.example.com', 'ECONNRESET'],
    ['a longer name that ends like the host', 'xwww.example.com', 'ECONNRESET'],
    ['a name that begins like the host', 'www.example.com.evil.tld', 'ECONNRESET'],
    ['an unknown name', 'other.example.org', 'ECONNRESET'],
    ['no name', undefined, 'ECONNRESET'],
  ])('%s', async (_name, servername, seen) => {
    expect(await shake(vip(), servername)).toBe(seen);
  });

  it('carries bytes both ways, also with TLS 1.2', async () => {
    expect(await shake(vip(), 'www.example.com', { maxVersion: 'TLSv1.2' })).toBe('backend.example');
    const socket = await hold(vip(), 'www.example.com');
    const big = 'x'.repeat(300_000);
    socket.write(big);
    let got = 0;
    socket.on('data', (data: Buffer) => {
      got += data.length;
    });
    await until(() => got === big.length, 'all bytes are echoed');
    socket.destroy();
  });

  it('a host moves to another back end in one call, and an open connection stays', async () => {
    await behind('10.1.1.2:8443', named('plain'));
    await backend('two', 3, ['10.1.1.2:8443']);
    const open = await hold(vip(), 'www.example.com');
    await host('www.example.com', 'two');
    expect(await shake(vip(), 'www.example.com')).not.toBe('backend.example');
    expect(await echo(open, 'still here')).toBe('still here');
    open.destroy();
  });

  it('an exact host without its policy never falls to the wildcard', async () => {
    await host('x.apps.example.com', 'gone');
    expect(await shake(vip(), 'x.apps.example.com')).toBe('ECONNRESET');
    await nitro.delete('policystringmap_pattern_binding/nsp_f_192_0_2_10_443?args=key:x.apps.example.com');
    expect(await shake(vip(), 'x.apps.example.com')).toBe('backend.example');
  });

  it('resets clients without a member, and at a disabled server', async () => {
    await setMembers('be');
    expect(await shake(vip(), 'www.example.com')).toBe('ECONNRESET');
    await setMembers('be', '10.1.1.1:8443');
    await nitro.act('lbvserver', 'disable', { name: 'be' });
    expect(await shake(vip(), 'www.example.com')).toBe('ECONNRESET');
    expect(await nitro.rows('lbvserver/be')).toMatchObject([{ curstate: 'OUT OF SERVICE' }]);
  });

  it('counts hits, connections and bytes', async () => {
    const socket = await hold(vip(), 'www.example.com');
    const stat = async (): Promise<Record<string, unknown>> => {
      const reply = await nitro.raw('GET', 'stat/lbvserver/be');
      return (reply.body.lbvserver as Record<string, unknown>[])[0] ?? {};
    };
    expect(await stat()).toMatchObject({
      state: 'UP',
      tothits: '1',
      establishedconn: '1',
      vslbhealth: '100',
      actsvcs: '1',
    });
    expect(await nitro.rows('sslpolicy/be')).toMatchObject([{ hits: '1', undefhits: '0' }]);
    await echo(socket, 'hello');
    socket.destroy();
    await until(async () => (await stat()).establishedconn === '0', 'the connection is counted as closed');
    expect(Number((await stat()).totalrequestbytes)).toBeGreaterThan(100);
  });

  it('holds 300 connections at once', async () => {
    const sockets = await Promise.all(Array.from({ length: 300 }, () => hold(vip(), 'www.example.com')));
    const answers = await Promise.all(sockets.map((socket, index) => echo(socket, `n${index}`)));
    expect(answers).toEqual(sockets.map((_socket, index) => `n${index}`));
    for (const socket of sockets) socket.destroy();
  });
});

describe('an open connection is reset', () => {
  const remove = async (...paths: readonly string[]): Promise<void> => {
    for (const path of paths) expect((await nitro.delete(path)).status).toBe(200);
  };

  it.each<[rule: string, change: () => Promise<void>, next: string]>([
    ['the front end is deleted', () => remove('csvserver/cs'), 'ECONNREFUSED'],
    [
      'the balancing server is deleted',
      () =>
        remove(
          'sslvserver_sslpolicy_binding/cs?args=policyname:be,priority:2,type:CLIENTHELLO_REQ',
          'sslvserver_sslpolicy_binding/cs?args=policyname:be-w,priority:32002,type:CLIENTHELLO_REQ',
          'sslpolicy/be',
          'sslpolicy/be-w',
          'sslaction/be',
          'lbvserver/be',
        ),
      'ECONNRESET',
    ],
    ['its member leaves a group that flushes', () => setMembers('be'), 'ECONNRESET'],
  ])('when %s', async (_rule, change, next) => {
    await behind('10.1.1.1:8443', tlsEcho());
    await frontend();
    await backend('be', 2, ['10.1.1.1:8443']);
    await host('www.example.com', 'be');
    const endpoint = vip();
    const open = await hold(endpoint, 'www.example.com');
    const closed = new Promise<string>((resolve) =>
      open.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')),
    );
    await change();
    expect(await closed).toBe('ECONNRESET');
    expect(await shake(endpoint, 'www.example.com')).toBe(next);
  });
});

describe('the server’s own state', () => {
  it('SSL pages: DOWN and refusing until a certificate is bound, DOWN again without it', async () => {
    await frontend({ certificate: false });
    expect(await nitro.rows('csvserver/cs')).toMatchObject([{ curstate: 'DOWN' }]);
    expect(world.simulator.frontends.get(VIP)).toBeUndefined();
    await nitro.need('sslvserver_sslcertkey_binding', { vservername: 'cs', certkeyname: 'ph' });
    expect(await nitro.rows('csvserver/cs')).toMatchObject([{ curstate: 'UP' }]);
    const endpoint = vip();
    expect(await shake(endpoint, 'x')).toBe('ECONNRESET');
    await nitro.delete('sslvserver_sslcertkey_binding/cs?args=certkeyname:ph');
    expect(await shake(endpoint, 'x')).toBe('ECONNREFUSED');
  });

  it('a VIP keeps its local port for the life of the process', async () => {
    await frontend();
    const endpoint = vip();
    await nitro.act('csvserver', 'disable', { name: 'cs' });
    expect(world.simulator.frontends.has(VIP)).toBe(false);
    await nitro.act('csvserver', 'enable', { name: 'cs' });
    expect(vip()).toEqual(endpoint);
  });

  it('DROP: nothing comes back, and the connection stays open', async () => {
    await frontend();
    await nitro.set('sslpolicy', { name: 'gate', action: 'DROP' });
    const outcome = await Promise.race([
      shake(vip(), 'none'),
      new Promise((resolve) => setTimeout(() => resolve('silence'), 150)),
    ]);
    expect(outcome).toBe('silence');
  });

  it('another process has the port: an unmapped VIP gets a new one, a mapped VIP is refused', async () => {
    await frontend();
    const { port } = vip();
    await nitro.act('csvserver', 'disable', { name: 'cs' });
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(port, '127.0.0.1', resolve));
    try {
      await nitro.act('csvserver', 'enable', { name: 'cs' });
      expect(vip().port).not.toBe(port);
      map.set('192.0.2.12:80', { host: '127.0.0.1', port });
      expect(
        await nitro.add('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.12', port: 80 }),
      ).toMatchObject({ status: 201 });
      expect(world.simulator.frontends.has('192.0.2.12:80')).toBe(false);
      expect(refusedFrontends).toEqual([
        {
          address: '192.0.2.12',
          port: 80,
          listen: undefined,
          refused: { host: '127.0.0.1', port, code: 'EADDRINUSE' },
        },
      ]);
    } finally {
      await new Promise((resolve) => thief.close(resolve));
    }
  });

  it('no policy takes the client → handshake with the certificate of the server', async () => {
    await frontend();
    for (const [name, priority] of [
      ['gate', 1],
      ['exact', 31_999],
      ['reset', 64_000],
    ]) {
      await nitro.delete(
        `sslvserver_sslpolicy_binding/cs?args=policyname:${name},priority:${priority},type:CLIENTHELLO_REQ`,
      );
    }
    expect(await shake(vip(), 'any')).toBe('placeholder.example');
  });

  it('a named expression no longer fits → its policies are UNDEF', async () => {
    await frontend();
    await nitro.delete('sslvserver_sslpolicy_binding/cs?args=policyname:gate,priority:1,type:CLIENTHELLO_REQ');
    await nitro.need('policyexpression', { name: 'is_x', value: `${S}.EQ("x")` });
    await nitro.need('sslpolicy', { name: 'named', rule: 'is_x', action: 'RESET', undefaction: 'RESET' });
    await bindPolicy('named', 5);
    expect(await nitro.set('policyexpression', { name: 'is_x', value: `${S}.LENGTH` })).toMatchObject({ status: 200 });
    expect(await shake(vip(), 'y')).toBe('ECONNRESET');
    expect(await nitro.rows('sslpolicy/named')).toMatchObject([{ undefhits: '1' }]);
  });

  it('a rule is UNDEF → the undefined action of its policy', async () => {
    await frontend();
    await nitro.delete('sslvserver_sslpolicy_binding/cs?args=policyname:gate,priority:1,type:CLIENTHELLO_REQ');
    await nitro.need('sslpolicy', {
      name: 'undef',
      rule: `${S}.MAP_STRING("${MAP}").EQ("x")`,
      action: 'RESET',
      undefaction: 'RESET',
    });
    await bindPolicy('undef', 5);
    expect(await shake(vip(), 'none')).toBe('ECONNRESET');
    expect(await nitro.rows('sslpolicy/undef')).toMatchObject([{ hits: '0', undefhits: '1' }]);
  });
});

describe('the first bytes', () => {
  let hello: Buffer;
  const heard: Buffer[] = [];
  beforeEach(async () => {
    heard.length = 0;
    await behind(
      '10.1.1.1:8443',
      collector((bytes) => heard.push(bytes)),
    );
    await frontend();
    await backend('be', 2, ['10.1.1.1:8443']);
    await host('www.example.com', 'be');
    hello = await captureHello('www.example.com');
  });

  async function captureHello(name: string): Promise<Buffer> {
    let first: Buffer = Buffer.alloc(0);
    const catcher = await collector((bytes) => {
      first = bytes;
    });
    backends.push(catcher);
    void shake(catcher.endpoint, name);
    await until(() => first.length > 5 && first.length >= first.readUInt16BE(3) + 5, 'a ClientHello');
    return first;
  }

  async function arrives(bytes: Buffer, ...chunks: readonly Buffer[]): Promise<void> {
    const socket = connect({ ...vip(), noDelay: true });
    socket.on('error', () => undefined);
    for (const chunk of chunks) {
      socket.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => heard.some((one) => one.equals(bytes)), 'the same bytes arrive');
    socket.destroy();
  }

  it('arrive unchanged when each byte is a segment', async () => {
    await arrives(hello, ...Array.from(hello, (byte) => Buffer.from([byte])));
  });

  it('RFC 8446 5.1: arrive unchanged over several records', async () => {
    const message = hello.subarray(5);
    const record = (part: Buffer): Buffer =>
      Buffer.concat([hello.subarray(0, 3), Buffer.from([part.length >> 8, part.length & 255]), part]);
    const cut = Buffer.concat([
      record(message.subarray(0, 3)),
      record(message.subarray(3, 60)),
      record(message.subarray(60)),
    ]);
    await arrives(cut, cut);
  });

  it('arrive with the bytes that follow the ClientHello', async () => {
    const more = Buffer.concat([hello, Buffer.from('early data')]);
    await arrives(more, more);
  });

  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n'],
    ['SSLv2', Buffer.from([0x80, 0x2e, 0x01, 0x03, 0x01])],
    ['an alert', Buffer.from([21, 3, 1, 0, 2, 1, 0])],
    ['a record of no length', Buffer.from([22, 3, 1, 0, 0])],
    ['a ServerHello', Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
  ])('are closed and reach no member when they are not a ClientHello: %s', async (_name, bytes) => {
    expect(await raw(vip(), bytes)).toMatch(/^(RESET)?$/);
    expect(heard).toEqual([]);
  });
});

describe('balancing', () => {
  async function names(count: number): Promise<string[]> {
    const seen: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const endpoint = frontendEndpoint(world.simulator, '192.0.2.20:5000');
      seen.push(
        await new Promise<string>((resolve) => {
          const socket = connect(endpoint);
          socket.once('data', (data) => {
            resolve(data.toString().trim());
            socket.destroy();
          });
          socket.once('error', () => resolve('RESET'));
        }),
      );
    }
    return seen;
  }

  async function balanced(
    vserver: Record<string, unknown>,
    members: readonly Record<string, unknown>[],
  ): Promise<void> {
    for (const name of ['a', 'b', 'c']) await behind(`10.1.1.${'abc'.indexOf(name) + 1}:1`, named(name));
    await nitro.need('lbvserver', { name: 'v', servicetype: 'TCP', ipv46: '192.0.2.20', port: 5000, ...vserver });
    await nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'TCP', autoscale: 'API' });
    await nitro.need('lbvserver_servicegroup_binding', { name: 'v', servicegroupname: 'g' });
    await nitro.need('servicegroup_servicegroupmemberlist_binding', { servicegroupname: 'g', members });
    await until(
      async () => (await nitro.rows('servicegroup_servicegroupmember_binding/g')).every((row) => row.svrstate === 'UP'),
      'members UP',
    );
    await until(() => world.simulator.frontends.has('192.0.2.20:5000'), 'the server listens');
  }
  const all = [1, 2, 3].map((n) => ({ ip: `10.1.1.${n}`, port: 1 }));

  const weighted = [
    { ...all[0], weight: 3 },
    { ...all[1], weight: 1 },
  ];

  it.each<[rule: string, lbmethod: string, members: Record<string, unknown>[], clients: number, counts: number[]]>([
    ['ROUNDROBIN: each member in turn', 'ROUNDROBIN', all, 6, [2, 2, 2]],
    ['ROUNDROBIN with weights: by weight', 'ROUNDROBIN', weighted, 8, [6, 2]],
    ['SOURCEIPHASH: one client, one member', 'SOURCEIPHASH', all, 4, [4]],
  ])('%s', async (_rule, lbmethod, members, clients, counts) => {
    await balanced({ lbmethod }, members);
    const seen = await names(clients);
    const count = (name: string): number => seen.filter((one) => one === name).length;
    expect(['a', 'b', 'c'].map(count).filter((connections) => connections > 0)).toEqual(counts);
    expect(seen.slice(clients / 2)).toEqual(seen.slice(0, clients / 2));
  });

  it('LEASTCONNECTION: the member with the fewest connections', async () => {
    await balanced({}, all.slice(0, 2));
    const endpoint = frontendEndpoint(world.simulator, '192.0.2.20:5000');
    const held = await Promise.all(
      Array.from(
        { length: 4 },
        () =>
          new Promise<string>((resolve) => {
            const socket = connect(endpoint);
            socket.on('error', () => undefined);
            socket.once('data', (data) => resolve(data.toString().trim()));
          }),
      ),
    );
    expect(held.filter((name) => name === 'a')).toHaveLength(2);
  });

  it('SOURCEIP persistence: the same member, until its time is over', async () => {
    await balanced({ lbmethod: 'ROUNDROBIN', persistencetype: 'SOURCEIP', timeout: 1 }, all);
    const seen = await names(4);
    expect(new Set(seen).size).toBe(1);
    time += 61_000;
    expect((await names(1))[0]).not.toBe(seen[0]);
  });

  it('monitors: a stopped member is DOWN, its clients go to the others', async () => {
    await balanced({ lbmethod: 'ROUNDROBIN' }, all.slice(0, 2));
    await backends[0]?.stop();
    expect(new Set(await names(4))).toEqual(new Set(['b']));
    await until(
      async () => (await nitro.rows('servicegroup_servicegroupmember_binding/g?filter=svrstate:DOWN')).length === 1,
      'shown as DOWN',
    );
    expect(await nitro.rows('lbvserver/v')).toMatchObject([
      { curstate: 'UP', activeservices: '1', totalservices: '2', health: '50' },
    ]);
  });

  it('a secure monitor shakes hands over TLS', async () => {
    await balanced({}, all.slice(0, 1));
    await behind('10.1.1.9:1', tlsEcho());
    await nitro.need('lbmonitor', {
      monitorname: 'm',
      type: 'TCP',
      secure: 'YES',
      interval: 1,
      resptimeout: 500,
      units4: 'MSEC',
    });
    await nitro.need('servicegroup_lbmonitor_binding', { servicegroupname: 'g', monitor_name: 'm' });
    await setMembers('g', '10.1.1.1:1', '10.1.1.9:1');
    const states = async (): Promise<unknown[]> =>
      (await nitro.rows('servicegroup_servicegroupmember_binding/g')).map((row) => row.svrstate);
    await until(async () => JSON.stringify(await states()) === '["DOWN","UP"]', 'plain DOWN, TLS UP');
  });

  it.each([
    ['V1', /^PROXY TCP4 127\.0\.0\.1 192\.0\.2\.20 \d+ 5000\r\n$/],
    ['V2', /^0d0a0d0a000d0a515549540a2111000c7f000001c0000214[0-9a-f]{4}1388$/],
  ])('PROXY protocol %s by the net profile of the group', async (version, pattern) => {
    let got = '';
    await balanced({}, all.slice(0, 1));
    await behind(
      '10.1.1.7:1',
      collector((bytes) => {
        got = bytes.toString('latin1');
      }),
    );
    await nitro.need('netprofile', { name: 'pp', proxyprotocol: 'ENABLED', proxyprotocoltxversion: version });
    await nitro.set('servicegroup', { servicegroupname: 'g', netprofile: 'pp' });
    await setMembers('g', '10.1.1.7:1');
    await until(() => world.simulator.frontends.has('192.0.2.20:5000'), 'the server listens');
    got = '';
    const socket = connect(frontendEndpoint(world.simulator, '192.0.2.20:5000'));
    socket.on('error', () => undefined);
    await until(() => got !== '', 'the header arrives');
    expect(version === 'V1' ? got : Buffer.from(got, 'latin1').toString('hex')).toMatch(pattern);
    socket.destroy();
  });
});

describe('draining', () => {
  beforeEach(async () => {
    await behind('10.1.1.1:8443', tlsEcho());
    await behind('10.1.1.2:8443', tlsEcho());
    await frontend();
  });
  const members = () => nitro.rows('servicegroup_servicegroupmember_binding/be');

  it('a graceful group: a removed member gets no new clients, and goes with its last connection', async () => {
    await backend('be', 2, ['10.1.1.1:8443'], { autodisablegraceful: 'YES', autodisabledelay: 300 });
    await host('www.example.com', 'be');
    const open = await hold(vip(), 'www.example.com');
    await setMembers('be', '10.1.1.2:8443');
    expect(await members()).toMatchObject([{ ip: '10.1.1.1', svrstate: 'GOING OUT OF SERVICE' }, { ip: '10.1.1.2' }]);
    expect(await shake(vip(), 'www.example.com')).toBe('backend.example');
    expect(await echo(open, 'alive')).toBe('alive');
    open.destroy();
    await until(async () => (await members()).length === 1, 'the member is gone');
  });

  it('a draining member that is listed again is UP, and keeps its connection', async () => {
    await backend('be', 2, ['10.1.1.1:8443'], { autodisablegraceful: 'YES', autodisabledelay: 300 });
    await host('www.example.com', 'be');
    const open = await hold(vip(), 'www.example.com');
    await setMembers('be');
    await setMembers('be', '10.1.1.1:8443');
    await until(async () => (await members())[0]?.svrstate === 'UP', 'UP again');
    expect(await echo(open, 'alive')).toBe('alive');
    open.destroy();
  });
});

describe('plain HTTP', () => {
  beforeEach(async () => {
    await nitro.need('policystringmap', { name: MAP });
    await nitro.need('csvserver', { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.10', port: 80 });
    await nitro.need('responderaction', {
      name: 'to443',
      type: 'redirect',
      target: '"https://"+HTTP.REQ.HOSTNAME.SERVER+HTTP.REQ.URL.PATH_AND_QUERY.HTTP_URL_SAFE',
      responsestatuscode: 301,
    });
    await nitro.need('responderaction', {
      name: 'to8443',
      type: 'redirect',
      target: '"https://"+HTTP.REQ.HOSTNAME.SERVER+":8443"+HTTP.REQ.URL.PATH_AND_QUERY.HTTP_URL_SAFE',
    });
    const H = 'HTTP.REQ.HOSTNAME.SERVER.TO_LOWER';
    await nitro.need('responderpolicy', {
      name: 'x443',
      rule: `${H}.IS_STRINGMAP_KEY("${MAP}") && ${H}.MAP_STRING("${MAP}").EQ("443")`,
      action: 'to443',
    });
    await nitro.need('responderpolicy', {
      name: 'w8443',
      rule: `("*."+${H}.AFTER_STR(".")).IS_STRINGMAP_KEY("${MAP}")`,
      action: 'to8443',
    });
    await nitro.need('responderpolicy', { name: 'reset', rule: 'true', action: 'RESET' });
    for (const [policyname, priority] of [
      ['x443', 1],
      ['w8443', 2],
      ['reset', 100],
    ]) {
      await nitro.need('csvserver_responderpolicy_binding', {
        name: 'web',
        policyname,
        priority,
        bindpoint: 'REQUEST',
        gotopriorityexpression: 'END',
      });
    }
    await host('www.example.com', '443');
    await host('*.apps.example.com', '8443');
  });

  function ask(hostname: string, path: string): Promise<string> {
    return new Promise((resolve) => {
      const request = get(
        { ...frontendEndpoint(world.simulator, '192.0.2.10:80'), path, headers: { host: hostname } },
        (response) => {
          response.resume();
          resolve(`${response.statusCode} ${response.headers.location}`);
        },
      );
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
  }

  it.each([
    ['www.example.com', '/a?b=c', '301 https://www.example.com/a?b=c'],
    ['WWW.example.com:80', '/', '301 https://WWW.example.com/'],
    ['a.apps.example.com', '/x%20y', '302 https://a.apps.example.com:8443/x%20y'],
    ['a.b.apps.example.com', '/', 'ECONNRESET'],
    ['other.example.com', '/', 'ECONNRESET'],
  ])('%s%s: %s', async (hostname, path, answer) => {
    expect(await ask(hostname, path)).toBe(answer);
  });

  it('no character of a request can end a header line of the answer', async () => {
    const answer = await raw(
      frontendEndpoint(world.simulator, '192.0.2.10:80'),
      'GET /\u0001"<é> HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 301 Moved Permanently\r\nLocation: https:\/\/www\.example\.com\/%01%22%3C/);
    expect(answer.split('\r\n\r\n')).toHaveLength(2);
  });

  it('respondwith sends the value of its expression; an UNDEF target resets', async () => {
    await nitro.need('responderaction', {
      name: 'page',
      type: 'respondwith',
      target: '"HTTP/1.1 200 OK\\r\\n\\r\\n"+HTTP.REQ.URL.PATH',
    });
    await nitro.need('responderaction', { name: 'undef', type: 'redirect', target: `"none".MAP_STRING("${MAP}")` });
    await nitro.need('responderpolicy', { name: 'page', rule: 'HTTP.REQ.URL.PATH.EQ("/page")', action: 'page' });
    await nitro.need('responderpolicy', { name: 'undef', rule: 'HTTP.REQ.URL.PATH.EQ("/undef")', action: 'undef' });
    await nitro.need('csvserver_responderpolicy_binding', { name: 'web', policyname: 'page', priority: 10 });
    await nitro.need('csvserver_responderpolicy_binding', { name: 'web', policyname: 'undef', priority: 11 });
    const endpoint = frontendEndpoint(world.simulator, '192.0.2.10:80');
    const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect(await raw(endpoint, request('/page'))).toBe('HTTP/1.1 200 OK\r\n\r\n/page');
    expect(await raw(endpoint, request('/undef'))).toBe('RESET');
  });

  it('answers several requests on one connection and skips their bodies', async () => {
    const one = 'POST / HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 4\r\n\r\nbody';
    const last = 'GET /last HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n';
    const answer = await raw(
      frontendEndpoint(world.simulator, '192.0.2.10:80'),
      one,
      one.slice(0, 20),
      one.slice(20),
      last,
    );
    expect(answer.match(/HTTP\/1\.1 301/g)).toHaveLength(3);
  });

  it('closes a connection without HTTP; answers 503 without a balancing server', async () => {
    expect(await raw(frontendEndpoint(world.simulator, '192.0.2.10:80'), 'nonsense\r\n\r\n')).toMatch(/^(RESET)?$/);
    await nitro.delete('csvserver_responderpolicy_binding/web?args=policyname:reset,priority:100,bindpoint:REQUEST');
    expect(await ask('other', '/')).toBe('503 undefined');
  });

  it('content switching: by policy to a balancing server, else to the default', async () => {
    await nitro.delete('csvserver_responderpolicy_binding/web?args=policyname:reset,priority:100,bindpoint:REQUEST');
    for (const name of ['one', 'two']) {
      await behind(`10.1.2.${name.length}${name === 'one' ? 1 : 2}:80`, named(name));
      await nitro.need('lbvserver', { name, servicetype: 'HTTP' });
      await nitro.need('service', {
        name: `s-${name}`,
        ip: `10.1.2.${name.length}${name === 'one' ? 1 : 2}`,
        servicetype: 'HTTP',
        port: 80,
      });
      await nitro.need('lbvserver_service_binding', { name, servicename: `s-${name}` });
    }
    await nitro.need('csaction', { name: 'a', targetvserverexpr: 'HTTP.REQ.HOSTNAME.SERVER.BEFORE_STR(".")' });
    await nitro.need('cspolicy', { policyname: 'p', rule: 'HTTP.REQ.URL.PATH.STARTSWITH("/x")', action: 'a' });
    await nitro.need('csvserver_cspolicy_binding', { name: 'web', policyname: 'p', priority: 1 });
    await nitro.need('csvserver_lbvserver_binding', { name: 'web', lbvserver: 'two' });
    const first = (path: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(frontendEndpoint(world.simulator, '192.0.2.10:80'), () =>
          socket.write(`GET ${path} HTTP/1.1\r\nHost: one.org\r\n\r\n`),
        );
        socket.once('data', (data) => {
          resolve(data.toString().split('\n')[0] ?? '');
          socket.destroy();
        });
      });
    expect(await first('/x')).toBe('one');
    expect(await first('/y')).toBe('two');
  });
});

describe('members without a local address', () => {
  it('are resolved at the first connection, once', async () => {
    await world.stop();
    const asked: unknown[] = [];
    const echoing = await tlsEcho();
    backends.push(echoing);
    world = await bench({
      resolveMember: async (member) => {
        asked.push(member);
        return echoing.endpoint;
      },
    });
    nitro = world.nitro;
    await frontend();
    await backend('be', 2, ['10.9.9.9:443']);
    await host('www.example.com', 'be');
    expect(asked).toEqual([]);
    expect(await nitro.rows('lbvserver/be')).toMatchObject([{ curstate: 'UP' }]);
    expect(await shake(vip(), 'www.example.com')).toBe('backend.example');
    expect(await shake(vip(), 'www.example.com')).toBe('backend.example');
    expect(asked).toEqual([{ address: '10.9.9.9', port: 443, serviceGroup: 'be' }]);
  });

  it('are DOWN without a resolver', async () => {
    await frontend();
    await backend('be', 2, ['10.9.9.9:443']);
    await host('www.example.com', 'be');
    expect(await nitro.rows('lbvserver/be')).toMatchObject([{ curstate: 'DOWN' }]);
    expect(await shake(vip(), 'www.example.com')).toBe('ECONNRESET');
  });
});
