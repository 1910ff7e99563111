import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';
import { routeToVips } from '../../support/route-to-vips.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const DAYS = 20;

/** An appliance with a back end that has a certificate of 20 days, and one without a member. */
async function started(): Promise<{ world: World; handshakes: () => number }> {
  let handshakes = 0;
  const pair = await selfSigned({ commonName: 'shop.example.com', algorithm: 'ecdsa', days: DAYS, now: Date.now() });
  // A name is asked for by a handshake alone: probes of the monitor connect, too.
  const SNICallback = (_name: string, done: (error: null) => void): void => {
    handshakes += 1;
    done(null);
  };
  const backend = createTlsServer({ ...pair, SNICallback }, (socket) => socket.on('error', () => undefined).resume());
  backend.on('tlsClientError', () => undefined);
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as { port: number };
  const world = await startWorld({ appliance: { map: new Map([['10.1.0.1:8443', { host: '127.0.0.1', port }]]) } });
  closing.push(
    () => backend.close(),
    () => world.stop(),
  );
  await world.deliver(
    changed(10, state('shop')),
    changed(11, state('canary', { members: [] })),
    changed(12, state('wild', { hosts: ['*.shop.example.com'] })),
  );
  return { world, handshakes: () => handshakes };
}

/** Runs the real command. */
async function status(world: World, ...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const command = [
    ...routeToVips(world.appliance.frontends),
    'lib/cli/main.ts',
    'status',
    '--nitro',
    world.appliance.url,
  ];
  const child = spawn(process.execPath, [...command, ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: 'nsroot', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  const [code] = await once(child, 'close');
  return { status: code, out: await out, err: await err };
}

describe('nspass status --certificates', () => {
  it('shows when the certificate of each host expires, what is reset, and makes no handshake unasked', async () => {
    const { world, handshakes } = await started();
    expect((await status(world, '-o', 'wide')).out).not.toContain('CERTIFICATE');
    expect(handshakes()).toBe(0);

    const json = await status(world, '--certificates', '-o', 'json');
    const expires = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(JSON.parse(json.out)).toMatchObject([
      {
        host: '*.shop.example.com',
        certificate: { subject: 'shop.example.com', expires },
        traffic: { connections: 0, bytesIn: 0, bytesOut: 0 },
        frontendResets: { unknownName: 0, noMember: 0 },
      },
      { host: 'canary.example.com', certificate: { problem: 'reset' } },
      { host: 'shop.example.com', certificate: { subject: 'shop.example.com', expires } },
    ]);
    expect(handshakes()).toBe(2);

    const wide = await status(world, 'shop.example.com', '--certificates', '-o', 'wide');
    expect(wide.out).toMatch(new RegExp(`^shop\\.example\\.com .* ${DAYS - 1}d \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm'));
    // The handshakes of before were counted by the appliance.
    expect(wide.out).toMatch(/^HOST .* CONNECTIONS {2}TOTAL {2}IN +OUT /m);
    expect(wide.out).toMatch(/^shop\.example\.com .* 1\/1 {6}- {8}\d+ {12}[1-9]\d* +\d/m);
    expect(wide.out).toMatch(/^192\.0\.2\.10:443 +0 {20}1$/m);
    expect(wide.out).toContain('1 route: 1 serving; 1 certificate expiring within 30 days');
    expect(handshakes()).toBe(3);
    expect([json.status, json.err, wide.status, wide.err]).toEqual([0, '', 0, '']);
  });

  it('--watch together with --certificates → wrong usage, and nothing is read', async () => {
    const { world } = await started();
    world.requests();
    const { status: code, err } = await status(world, '--watch', '--certificates');
    expect([code, err]).toEqual([2, expect.stringContaining('leave one of them out')]);
    expect(world.requests().total).toBe(0);
  });
});
