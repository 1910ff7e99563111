import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandPolicies } from '../../../lib/nitro/index.ts';
import { planRemoval, removeEverything } from '../../../lib/removal/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { BACK_END_CERTIFICATE, BACK_END_KEY } from '../../conformance/simulator/pem.ts';
import { echo, hold, shake, start, tlsEcho } from '../../conformance/simulator/traffic.ts';
import { NOW, startAudited } from '../../support/audit.ts';
import { snapshot, state, tlsRoute, tlsRouteChanged } from '../../support/events.ts';
import { eventually } from '../../support/eventually.ts';

/** VAL-18 on the data plane: what a TLS server behind a PROXY header sees, by real connections. */

const PROXY = 'netscaler-passthrough/proxy-protocol';
const HOST = 'shop.example.com';
const SIGNATURE = '0d0a0d0a000d0a515549540a';
const context = createSecureContext({ key: BACK_END_KEY, cert: BACK_END_CERTIFICATE });

/** A header as the server reads it, apart from the code that writes it. */
interface Header {
  readonly text: string;
  readonly length: number;
}

function headerOf(bytes: Buffer): Header | undefined {
  if (bytes.subarray(0, 12).toString('hex') === SIGNATURE) {
    const length = 16 + bytes.readUInt16BE(14);
    const six = bytes[13] === 0x21;
    const size = six ? 16 : 4;
    const address = (at: number): string =>
      six
        ? (
            bytes
              .subarray(at, at + 16)
              .toString('hex')
              .match(/.{4}/g) ?? []
          ).join(':')
        : [...bytes.subarray(at, at + 4)].join('.');
    return { text: `v2 ${address(16)} to ${address(16 + size)}:${bytes.readUInt16BE(18 + 2 * size)}`, length };
  }
  const [line, source, destination, port] =
    /^PROXY TCP[46] (\S+) (\S+) \d+ (\d+)\r\n/.exec(bytes.toString('latin1')) ?? [];
  return line === undefined ? undefined : { text: `v1 ${source} to ${destination}:${port}`, length: line.length };
}

/** A TLS server that requires the header, and says over TLS what it read of it. */
function headed() {
  const serve = async (socket: Socket): Promise<void> => {
    socket.on('error', () => undefined);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    const header = headerOf(bytes);
    if (header === undefined) {
      socket.resetAndDestroy();
      return;
    }
    socket.unshift(bytes.subarray(header.length));
    const tls = new TLSSocket(socket, { isServer: true, secureContext: context });
    tls.on('error', () => undefined);
    tls.on('data', () => void tls.write(header.text));
  };
  return start(createServer((socket) => void serve(socket).catch(() => socket.destroy())));
}

/** What the server says of a client's connection. */
async function told(place: SimulatedEndpoint, options: object = {}): Promise<string> {
  const socket = tlsConnect({ ...place, rejectUnauthorized: false, servername: HOST, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return echo(socket, 'who?');
}

async function served(annotations: Record<string, string>, vip = '192.0.2.10', listen = '127.0.0.1') {
  const [header, plain] = await Promise.all([headed(), tlsEcho()]);
  onTestFinished(async () => void (await Promise.all([header.stop(), plain.stop()])));
  const world = await startAudited(['east'], {
    settings: { drainSeconds: 300 },
    appliance: {
      map: new Map([[`${vip.includes(':') ? `[${vip}]` : vip}:443`, { host: listen, port: 0 }]]),
      resolveMember: async ({ address }) => (address === '10.1.0.1' ? header.endpoint : plain.endpoint),
    },
  });
  onTestFinished(() => world.stop());
  await world.say('east', state('shop', { vip, annotations }));
  const place = () => [...world.appliance.frontends.values()][0] as SimulatedEndpoint;
  const profiles = () => world.config().filter((line) => line.startsWith('add netProfile'));
  return { world, place, profiles };
}

describe('VAL-18: an Ingress with the PROXY protocol', () => {
  it.each(['v1', 'v2'])('%s: the member sees an IPv4 client', async (version) => {
    const { place } = await served({ [PROXY]: version });
    expect(await told(place(), { localAddress: '127.0.0.3' })).toBe(`${version} 127.0.0.3 to 192.0.2.10:443`);
  });

  it.each([
    ['v1', 'v1 ::1 to 2001:db8::10:443'],
    ['v2', 'v2 0000:0000:0000:0000:0000:0000:0000:0001 to 2001:0db8:0000:0000:0000:0000:0000:0010:443'],
  ])('%s: the member sees an IPv6 client', async (version, text) => {
    const { place } = await served({ [PROXY]: version }, '2001:db8::10', '::1');
    expect(await told(place())).toBe(text);
  });

  it('a TLSRoute that asks for it gets the header, too', async () => {
    const { world, place } = await served({ [PROXY]: 'v1' });
    world.later(world.lastSequence() + 1);
    const route = tlsRoute('route', { members: ['10.1.0.1'], annotations: { [PROXY]: 'v2' } });
    await world.deliver(tlsRouteChanged(world.lastSequence(), route, { cluster: 'east', uid: 'uid-east' }));
    const to = await told(place(), { localAddress: '127.0.0.3', servername: 'route.example.com' });
    expect(to).toBe('v2 127.0.0.3 to 192.0.2.10:443');
    expect(await told(place(), { localAddress: '127.0.0.3' })).toBe('v1 127.0.0.3 to 192.0.2.10:443');
  });

  it('without the annotation, a member that requires the header refuses', async () => {
    const { place, profiles } = await served({});
    expect(await shake(place(), HOST)).toBe('ECONNRESET');
    expect(profiles()).toEqual([]);
  });

  it.each([
    ['another value', { [PROXY]: 'v3' }],
    ['a net profile beside it', { [PROXY]: 'v2', 'ingress.citrix.com/netprofile': 'edge' }],
  ])('%s closes the host', async (_what, annotations: Record<string, string>) => {
    const { world, place, profiles } = await served({ [PROXY]: 'v2' });
    await world.client.add([{ type: 'netprofile', body: { name: 'edge' } }]);
    expect(await told(place())).toContain('v2 127.0.0.1');
    await world.say('east', state('shop', { annotations }));
    expect(await shake(place(), HOST)).toBe('ECONNRESET');
    // It stays for the next.
    expect(profiles()).toHaveLength(1);
  });

  it('TLS-6: hosts move to members with the other version in one step, and open connections stay', async () => {
    const { world, place, profiles } = await served({ [PROXY]: 'v1' });
    const socket = await hold(place(), HOST);
    onTestFinished(() => void socket.destroy());
    await world.sayAlone('east', state('shop', { annotations: { [PROXY]: 'v2' } }));
    expect(await told(place())).toContain('v2 127.0.0.1');
    expect(await echo(socket, 'still here')).toContain('v1 127.0.0.1');
    await world.sayAlone('east', state('shop', { members: ['10.1.0.9'] }));
    expect(await shake(place(), HOST)).toBe('backend.example');
    expect(profiles()).toHaveLength(2);
  });

  it('two Ingresses share the profile, beside one without', async () => {
    const { world, place, profiles } = await served({ [PROXY]: 'v2' });
    await world.sayAlone(
      'east',
      state('two', { annotations: { [PROXY]: 'v2' } }),
      state('three', { members: ['10.1.0.9'] }),
    );
    expect(profiles()).toHaveLength(1);
    expect(await shake(place(), 'three.example.com')).toBe('backend.example');
    await world.withdraw('east', 'two');
    expect(await told(place())).toContain('v2 127.0.0.1');
  });

  it('LIF-7: the audit finds a profile that somebody changed; it is repaired', async () => {
    const { world, place } = await served({ [PROXY]: 'v2' });
    expect((await world.look()).findings).toEqual([]);
    const change = { name: 'nsp-proxy-v2', proxyprotocol: 'DISABLED' };
    expect(await world.client.set('netprofile', [change])).toEqual([undefined]);
    expect(await shake(place(), HOST)).toBe('ECONNRESET');
    const report = await world.look();
    expect(report.findings).toMatchObject([
      { code: 'ObjectChanged', object: 'netprofile nsp-proxy-v2', owners: [{ name: 'shop' }] },
    ]);
    await world.answer(report);
    expect(await told(place())).toContain('v2 127.0.0.1');
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });

  it('the profile is read only where an Ingress asks for it', async () => {
    const asked: string[] = [];
    const world = await startAudited(['east'], {
      between: (transport) => (call) => {
        if (/netprofile/.test(`${call.path} ${JSON.stringify(call.body ?? '')}`)) asked.push(call.path);
        return transport(call);
      },
    });
    onTestFinished(() => world.stop());
    const ours = () => asked.filter((path) => path.startsWith('config/netprofile'));
    await world.say('east', state('shop'));
    await world.look();
    expect(ours()).toEqual([]);
    await world.say('east', state('shop', { annotations: { [PROXY]: 'v1' } }));
    await world.look();
    expect(ours().length).toBeGreaterThan(1);
  });

  it('a user with the command policies of an earlier version: only the Ingresses that ask for the header fail', async () => {
    const login = { username: 'engine', password: 'engine-secret' };
    const policies = commandPolicies('nsp').map(({ name, spec }) => ({
      name,
      spec: spec.replaceAll(/(ns )?netProfile\|/g, '').replaceAll('"', '\\"'),
    }));
    const world = await startAudited(['east'], {
      appliance: {
        config: [
          ...policies.map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW "${spec}"`),
          `add system user ${login.username} ${login.password}`,
          ...policies.map(({ name }, index) => `bind system user ${login.username} ${name} ${index + 1}`),
        ].join('\n'),
      },
      between: (transport) => (call) => transport(call.path === 'config/login' ? { ...call, body: { login } } : call),
    });
    onTestFinished(() => world.stop());
    const asks = state('shop', { annotations: { [PROXY]: 'v2' } });
    const { outcomes } = await world.deliver(snapshot(1, [asks, state('other')], { flagged: true }));
    const said = outcomes.flatMap(({ detailType, data }) => ('name' in data ? [`${data.name} ${detailType}`] : []));
    expect(said.sort()).toEqual(['other Ingress Programmed', 'shop Ingress Failed']);
    expect(JSON.stringify(outcomes)).toContain('"reason":"add netProfile nsp-proxy-v2 ');
  });

  it('a monitor sends no header: TCP passes, and one with TLS takes the member down', async () => {
    const secure = '{"web":{"type":"TCP","secure":"YES","interval":1,"resptimeout":500,"units4":"MSEC"}}';
    const { world, place } = await served({ [PROXY]: 'v2' });
    expect(await told(place())).toContain('v2 127.0.0.1');
    const annotations = { [PROXY]: 'v2', 'ingress.citrix.com/monitor': secure };
    await world.sayAlone('east', state('shop', { annotations }));
    await eventually(async () => (await shake(place(), HOST)) === 'ECONNRESET', 'the member is down');
  });

  it('LIF-10: removal takes the profiles along', async () => {
    const { world, profiles } = await served({ [PROXY]: 'v1' });
    await world.sayAlone('east', state('two', { annotations: { [PROXY]: 'v2' } }));
    expect(profiles()).toHaveLength(2);
    const plan = await planRemoval(world.client, 'nsp');
    expect(await removeEverything(world.client, 'nsp', plan)).toMatchObject({ refused: [], left: false });
    expect(world.appliance.runningConfig()).not.toContain('netProfile');
  });
});
