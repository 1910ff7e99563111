import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { shake, tlsEcho } from '../../conformance/simulator/traffic.ts';
import { startAudited } from '../../support/audit.ts';
import { tlsRoute, tlsRouteChanged } from '../../support/events.ts';

/** VAL-17 for TLSRoutes, with real TLS: a Gateway may have addresses of both families. */

const ALLOW = 'netscaler-passthrough/allow-sources';
const DENY = 'netscaler-passthrough/deny-sources';
const HOST = 'web.example.com';

async function served(annotations: Record<string, string>, addresses = ['192.0.2.10']) {
  const backend = await tlsEcho();
  onTestFinished(() => backend.stop());
  const world = await startAudited(['test'], {
    settings: { drainSeconds: 0 },
    appliance: {
      map: new Map([
        ['192.0.2.10:443', { host: '127.0.0.1', port: 0 }],
        ['[2001:db8::10]:443', { host: '::1', port: 0 }],
      ]),
      resolveMember: async () => backend.endpoint,
    },
  });
  onTestFinished(() => world.stop());
  await world.say('test');
  const say = async (now: Record<string, string>) => {
    world.later(world.lastSequence() + 1);
    const { outcomes } = await world.deliver(
      tlsRouteChanged(world.lastSequence(), tlsRoute('web', { addresses, annotations: now }), { uid: 'uid-test' }),
    );
    return outcomes
      .flatMap(({ data }) => ('findings' in data ? data.findings : []))
      .map(({ code, message }) => ({ code, message }));
  };
  const findings = await say(annotations);
  /** What a client gets: over the address of its own family. */
  const from = (localAddress: string) => {
    const place = world.appliance.frontends.get(localAddress.includes(':') ? '[2001:db8::10]:443' : '192.0.2.10:443');
    return shake(place as SimulatedEndpoint, HOST, { localAddress });
  };
  return { world, say, from, findings };
}

const SERVED = 'backend.example';
const BOTH = ['192.0.2.10', '2001:db8::10'];

describe('VAL-17: a TLSRoute with lists', () => {
  it('admits whom allow-sources names, and resets everyone else', async () => {
    const { from, findings } = await served({ [ALLOW]: '127.0.0.1, 198.51.100.0/24' });
    expect(findings).toEqual([]);
    expect([await from('127.0.0.1'), await from('127.0.0.2')]).toEqual([SERVED, 'ECONNRESET']);
  });

  it('resets whom deny-sources names', async () => {
    const { from } = await served({ [DENY]: '127.0.0.2' });
    expect([await from('127.0.0.1'), await from('127.0.0.2')]).toEqual([SERVED, 'ECONNRESET']);
  });

  it.each<[string, Record<string, string>, object]>([
    [
      'networks of both',
      { [ALLOW]: '127.0.0.1 ::1' },
      { '127.0.0.1': SERVED, '127.0.0.2': 'ECONNRESET', '::1': SERVED },
    ],
    [
      'IPv4 networks alone',
      { [ALLOW]: '127.0.0.1' },
      { '127.0.0.1': SERVED, '127.0.0.2': 'ECONNRESET', '::1': 'ECONNRESET' },
    ],
    ['an IPv6 network kept out', { [DENY]: '::1' }, { '127.0.0.1': SERVED, '127.0.0.2': SERVED, '::1': 'ECONNRESET' }],
    [
      'an IPv4 network kept out',
      { [DENY]: '127.0.0.2' },
      { '127.0.0.1': SERVED, '127.0.0.2': 'ECONNRESET', '::1': SERVED },
    ],
  ])('a Gateway of both families, %s', async (_what, annotations, answers) => {
    const { from } = await served(annotations, BOTH);
    const found = await Promise.all(Object.keys(answers).map(async (client) => [client, await from(client)]));
    expect(Object.fromEntries(found)).toEqual(answers);
  });

  it('a Gateway of both families, and networks of one → the finding names the front end that admits nobody', async () => {
    const { findings } = await served({ [ALLOW]: '127.0.0.1' }, BOTH);
    const why = 'no network is one of IPv6, as the front end 2001:db8::10 is';
    const message = `${ALLOW}: ${why}: every connection to the hosts of this TLSRoute on 2001:db8::10 is reset`;
    expect(findings).toEqual([{ code: 'AccessClosed', message }]);
  });

  it.each([
    ['an invalid entry of deny-sources', { [DENY]: '127.0.0.2, 127.0.0.300' }],
    ['an empty allow-sources', { [ALLOW]: '' }],
    ['a misspelt name', { 'netscaler-passthrough/alow-sources': '127.0.0.1' }],
    ['another version of the PROXY protocol', { 'netscaler-passthrough/proxy-protocol': 'v3' }],
  ])('%s closes the host for everybody', async (_what, annotations: Record<string, string>) => {
    const { from, findings } = await served(annotations);
    expect(findings.map(({ code }) => code)).toEqual([expect.stringMatching(/^(Access|ProxyProtocol)Closed$/)]);
    expect(await from('127.0.0.1')).toBe('ECONNRESET');
  });

  it('lists that come, change and go', async () => {
    const { from, say, world } = await served({});
    expect(await from('127.0.0.2')).toBe(SERVED);
    await say({ [ALLOW]: '127.0.0.1' });
    expect([await from('127.0.0.1'), await from('127.0.0.2')]).toEqual([SERVED, 'ECONNRESET']);
    await say({ [ALLOW]: '127.0.0.2' });
    expect([await from('127.0.0.1'), await from('127.0.0.2')]).toEqual(['ECONNRESET', SERVED]);
    expect((await world.look()).findings).toEqual([]);
    await say({});
    expect([await from('127.0.0.1'), await from('127.0.0.2')]).toEqual([SERVED, SERVED]);
    expect(world.config().filter((line) => line.includes('dataset'))).toEqual([]);
  });
});
