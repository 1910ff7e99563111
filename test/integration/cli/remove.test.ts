import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { startWorld } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';

let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const PASSWORD = 'correct-horse-battery';

/** Runs `nspass remove` to its end against one endpoint. */
async function remove(endpoint: string, tls: string, ...args: string[]): Promise<Ended> {
  const config = join(folder, 'appliances.yml');
  writeFileSync(
    config,
    `appliances:\n  - name: edge\n    clusters: [a]\n    endpoints: ["${endpoint}"]\n    credentials: { environment: EDGE }\n${tls}`,
  );
  const child = spawn(
    process.execPath,
    ['lib/cli/main.ts', 'remove', '--config', config, '--appliance', 'edge', ...args],
    { env: { ...process.env, EDGE_USERNAME: 'nsroot', EDGE_PASSWORD: PASSWORD }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  closing.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(out + err).not.toContain(PASSWORD);
  return { status, out, err };
}

async function simulated(options: Partial<Parameters<typeof startSimulator>[0]> = {}): Promise<Simulator> {
  const appliance = await startSimulator({ username: 'nsroot', password: PASSWORD, ...options });
  closing.push(() => appliance.stop());
  return appliance;
}

describe('nspass remove', () => {
  it('an appliance that accepts connections and never answers: told while it waits, and ends in the time given', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, err } = await remove(endpoint, '', '--timeout', '4');
    const lines = err.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      new RegExp(`^nspass: waiting for ${endpoint} to answer POST config/login: \\d+(\\.\\d)? s so far$`),
    );
    expect(lines.at(-1)).toMatch(
      new RegExp(
        `^nspass: POST config/login at ${endpoint}: no answer within \\d(\\.\\d)? s\\. .* Gave up after \\d+(\\.\\d)? s and \\d attempts?\\.$`,
      ),
    );
    expect(status).toBe(1);
  });

  it('nobody listens: every attempt is told, with the address', async () => {
    const { status, err } = await remove('http://127.0.0.1:9', '', '--timeout', '10');
    expect(err).toMatch(
      /^nspass: attempt 1 of 6 failed, retrying in \d\.\d s: POST config\/login at http:\/\/127\.0\.0\.1:9: the connection was refused/,
    );
    expect(err.trimEnd()).toMatch(/Gave up after \d+(\.\d)? s and \d attempts\.$/);
    expect(status).toBe(1);
  });

  it('a wrong password: says where it comes from', async () => {
    const { url } = await simulated({ password: 'another' });
    const { status, err } = await remove(url, '');
    expect(err).toBe(
      'nspass: edge: log in: 354 Invalid username or password. User and password come from the environment variables EDGE_USERNAME and EDGE_PASSWORD: correct them there.\n',
    );
    expect(status).toBe(1);
  });

  it.each([
    ['that is not there', 'missing.pem', /the file .*missing\.pem of tls\.ca cannot be read \(ENOENT\)/],
    ['that is none', 'appliances.yml', /the file .*appliances\.yml of tls\.ca is not a certificate in PEM/],
  ])('an authority %s: one sentence, exit status 2', async (_name, ca, message) => {
    const { status, err } = await remove('https://127.0.0.1:9', `    tls: { ca: ${ca} }\n`);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  it('says first whom it hits, then the kinds of objects; -v lists them, --json is for programs', async () => {
    const world = await startWorld();
    closing.push(() => world.stop());
    await world.deliver(
      changed(10, state('a', { hosts: ['a.example.com', 'b.example.com'] })),
      changed(20, state('c')),
    );
    const { url } = await simulated({ config: world.appliance.runningConfig() });
    const short = await remove(url, '');
    const lines = short.err.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(/^\d hosts of 2 Ingresses would stop being served: a\.example\.com, b\.example\.com/),
      '  Ingresses (cluster/namespace/name): test/default/a, test/default/c',
    ]);
    expect(lines[2]).toMatch(/^objects: 1 cs vserver, .*\d lb vserver.* \(-v lists them\)$/);
    const [, count = ''] =
      /^(\d+) objects would be removed from edge: add --yes to remove them\.$/.exec(lines[3] ?? '') ?? [];
    expect([short.out, lines.length]).toEqual(['', 4]);

    const long = await remove(url, '', '-v');
    expect(long.out.trimEnd().split('\n')).toHaveLength(Number(count));
    expect(long.out).toMatch(/^rm cs vserver /m);

    const json = await remove(url, '', '--json', '--yes');
    const told = json.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toEqual([
      expect.objectContaining({ type: 'plan', ingresses: ['test/default/a', 'test/default/c'] }),
      { type: 'result', removed: Number(count), refused: 0, left: false },
    ]);
    expect(told[0].objects).toHaveLength(Number(count));
    expect(json.err).toMatch(/^\d hosts of 2 Ingresses will stop being served: /);
  });

  it('an appliance with nothing of ours: says so', async () => {
    const { url } = await simulated();
    const { status, out, err } = await remove(url, '');
    expect([status, out, err]).toEqual([0, '', '0 objects would be removed from edge: add --yes to remove them.\n']);
  });
});
