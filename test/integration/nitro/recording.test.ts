import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import { type OnExchange, startSimulator } from '../../../lib/simulator/index.ts';
import {
  parseRecording,
  Recording,
  recordOf,
  type StandInOptions,
  startProxy,
  startReplay,
} from '../../../lib/simulator/recording/index.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function kept<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  running.push(server);
  return server;
}

const HEADERS = { 'X-NITRO-USER': 'nsroot', 'X-NITRO-PASS': 'nsroot', 'Content-Type': 'application/json' };

async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  const given = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${url}${path}`, { method, headers: HEADERS, ...given });
  return { status: answer.status, text: await answer.text() };
}

const SERVER = { server: { name: 'a', ipaddress: '10.0.0.1' } };

/** Adds, reads, adds again, removes and reads again. */
async function session(url: string): Promise<{ status: number; text: string }[]> {
  const servers = '/nitro/v1/config/server';
  return [
    await ask(url, 'POST', servers, SERVER),
    await ask(url, 'GET', `${servers}/a?attrs=name,ipaddress`),
    await ask(url, 'POST', servers, SERVER),
    await ask(url, 'DELETE', `${servers}/a`),
    await ask(url, 'GET', `${servers}/a?attrs=name,ipaddress`),
    await ask(url, 'GET', '/nitro/v1/stat/lbvserver'),
    await ask(url, 'GET', '/elsewhere'),
  ];
}

function collected(): { lines: string[]; onExchange: OnExchange } {
  const lines: string[] = [];
  return { lines, onExchange: (request, reply) => void lines.push(`${JSON.stringify(recordOf(request, reply))}\n`) };
}

const replayed = (lines: readonly string[], options: StandInOptions = {}) =>
  kept(startReplay(new Recording(parseRecording(lines.join(''))), 'run.jsonl', options));

it('a replay answers each request as the simulator did, byte by byte', async () => {
  const { lines, onExchange } = collected();
  const simulator = await kept(startSimulator({ onExchange }));
  const first = await session(simulator.url);
  expect(lines).toHaveLength(first.length);
  expect(first.map(({ status }) => status)).toEqual([201, 200, 409, 200, 404, 200, 404]);
  expect(await session((await replayed(lines)).url)).toEqual(first);
});

it('a request that was not recorded → 501 that names the nearest one, and it is reported', async () => {
  const { lines, onExchange } = collected();
  const simulator = await kept(startSimulator({ onExchange }));
  await ask(simulator.url, 'POST', '/nitro/v1/config/server', SERVER);
  const problems: string[] = [];
  const { url } = await replayed(lines, { onProblem: (message) => void problems.push(message) });
  const other = { server: { name: 'b', ipaddress: '10.0.0.1' } };
  const { status, text } = await ask(url, 'POST', '/nitro/v1/config/server', other);
  const message =
    'run.jsonl has no answer to POST /nitro/v1/config/server. The nearest is line 1, POST /nitro/v1/config/server: ' +
    'the field server.name was "a" and is "b". Record it again with --record.';
  expect(status).toBe(501);
  expect((JSON.parse(text) as { message: string }).message).toBe(message);
  expect(problems).toEqual([message]);
});

it('faults are answered and recorded before a recording is asked, and lost answers are not recorded', async () => {
  const { lines, onExchange } = collected();
  const simulator = await kept(startSimulator({ onExchange }));
  simulator.setFaults([
    { times: 1, fault: { type: 'status', status: 503 } },
    { nth: 1, times: 1, fault: { type: 'reset', when: 'after' } },
  ]);
  expect(await ask(simulator.url, 'GET', '/nitro/v1/config/server')).toEqual({ status: 503, text: '' });
  const { url } = await replayed(lines);
  expect(await ask(url, 'GET', '/nitro/v1/config/server')).toEqual({ status: 503, text: '' });
  const rule = [{ kind: 'server', times: 1, fault: { type: 'error', code: 273 } }];
  expect((await ask(url, 'PUT', '/simulator/faults', rule)).status).toBe(200);
  expect((await ask(url, 'GET', '/nitro/v1/config/server')).status).toBe(409);
  expect((await ask(url, 'GET', '/nitro/v1/config/server')).status).toBe(503);
  expect(await ask(url, 'PUT', '/simulator/faults', [{ kinds: 'server' }])).toMatchObject({ status: 400 });
  expect((await ask(url, 'POST', '/simulator/wipe')).status).toBe(404);
});

it('a proxy over TLS records what the appliance answers, without its secrets', async () => {
  const https = await selfSigned({
    commonName: 'a',
    names: ['localhost'],
    algorithm: 'ecdsa',
    days: 1,
    now: Date.now(),
  });
  const appliance = await kept(startSimulator({ https, password: 'hunter2' }));
  const { lines, onExchange } = collected();
  const upstream = { url: new URL(appliance.url.replace('127.0.0.1', 'localhost')), ca: https.cert, idleMs: 60_000 };
  const proxy = await kept(startProxy(upstream, { onExchange }));
  const login = { login: { username: 'nsroot', password: 'hunter2' } };
  const answer = await fetch(`${proxy.url}/nitro/v1/config/login`, { method: 'POST', body: JSON.stringify(login) });
  const cookie = answer.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const read = await fetch(`${proxy.url}/nitro/v1/config/nsversion`, { headers: { cookie } });
  expect([answer.status, read.status]).toEqual([201, 200]);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('')).not.toContain(decodeURIComponent(cookie).split('=')[1]);
  const { url } = await replayed(lines);
  const again = await fetch(`${url}/nitro/v1/config/login`, { method: 'POST', body: JSON.stringify(login) });
  expect(again.status).toBe(201);
});

it('a certificate that nobody vouches for → 502 with the reason, and nothing is recorded', async () => {
  const https = await selfSigned({
    commonName: 'a',
    names: ['127.0.0.1'],
    algorithm: 'ecdsa',
    days: 1,
    now: Date.now(),
  });
  const appliance = await kept(startSimulator({ https }));
  const { lines, onExchange } = collected();
  const proxy = await kept(startProxy({ url: new URL(appliance.url), idleMs: 60_000 }, { onExchange }));
  const { status, text } = await ask(proxy.url, 'GET', '/nitro/v1/config/nsversion');
  expect(status).toBe(502);
  expect(text).toMatch(/did not answer: self-signed certificate/);
  expect(lines).toEqual([]);
});

it('an appliance that says nothing is given up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  running.push({ stop: async () => void silent.close().closeAllConnections() });
  const { port } = silent.address() as AddressInfo;
  const proxy = await kept(startProxy({ url: new URL(`http://127.0.0.1:${port}`), idleMs: 50 }, {}));
  expect(await ask(proxy.url, 'GET', '/nitro/v1/config/nsversion')).toMatchObject({
    status: 502,
    text: expect.stringContaining('no answer within 0.05 s'),
  });
});
