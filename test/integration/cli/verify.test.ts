import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { behaviourIn, checkSeal, type SealedReport } from '../../../lib/appliance-facts/index.ts';
import { DEFAULT_BEHAVIOUR } from '../../../lib/simulator/behaviour.ts';
import type { Simulator } from '../../../lib/simulator/index.ts';
import { planVerification } from '../../../lib/verification/index.ts';
import { appliance, EVERYTHING, everything, NOTHING } from '../../support/verification.ts';

const PASSWORD = 'nsroot';
const closing: (() => unknown)[] = [];
let folder: string;

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

/** Runs `nspass` to its end. @param onErr acts on what it says meanwhile. */
async function nspass(args: readonly string[], onErr: (text: string, pid: number) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, ['lib/cli/main.ts', ...args], {
    env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: PASSWORD, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  closing.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
    onErr(err, child.pid as number);
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out, err };
}

async function simulated(options: Parameters<typeof appliance>[0] = {}): Promise<Simulator> {
  const simulator = await appliance(options);
  closing.push(() => simulator.stop());
  return simulator;
}

const file = (name: string): string => join(folder, name);

describe('nspass verify', () => {
  it('without --yes: prints every object and the number of requests, and sends nothing', async () => {
    const simulator = await simulated();
    const { status, out } = await nspass(['verify', '--nitro', simulator.url]);
    expect(status).toBe(0);
    expect(simulator.requests.total).toBe(0);
    const { objects, requests } = planVerification(NOTHING);
    for (const { type, name } of objects) expect(out).toContain(`  ${type} ${name}`);
    expect(out.match(/^ {2}\w/gm)).toHaveLength(objects.length);
    expect(out).toContain(`${requests} requests`);
    expect(out).toContain('Nothing was sent: add --yes');
  });

  it('without --yes and without an appliance: prints the same for what is lent', async () => {
    const { status, out } = await nspass(['verify', '--vip', '192.0.2.10:443', '--backend-address', '10.0.0.7']);
    expect(status).toBe(0);
    expect(out).toContain(`${planVerification({ ...EVERYTHING, partition: false }).requests} requests`);
    expect(out).toContain('192.0.2.10 port 443');
  });

  it('with --yes: a signed report for people and in a file, which --check and --facts take', async () => {
    const simulator = await simulated({ facts: { 'code-bound': 4_242 } });
    const before = await everything(simulator);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(file('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(file('pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    const args = ['--yes', '--report', file('facts.json'), '--sign-key', file('key.pem')];
    const { status, out } = await nspass(['verify', '--nitro', simulator.url, ...args]);
    expect(status).toBe(0);
    expect(out).toContain('simulator, build 14.1-51.80');
    expect(out).toMatch(/^! 4242 .*\[code-bound\]$/m);
    expect(out).toContain('? unknown');
    expect(await everything(simulator)).toBe(before);
    expect(simulator.savedConfig(), 'nothing was saved').toBe('');

    const text = readFileSync(file('facts.json'), 'utf8');
    expect(text).not.toContain('127.0.0.1');
    expect(text).not.toContain(PASSWORD);
    const checked = await nspass(['verify', '--check', file('facts.json'), '--key', file('pub.pem')]);
    expect(checked.status).toBe(0);
    expect(checked.out).toContain('signed with this key');

    const listening = await started(['appliance', '--listen', '127.0.0.1:0', '--facts', file('facts.json')]);
    const again = await nspass(['verify', '--nitro', listening, '--yes', '-o', 'json']);
    const { signature: _, ...first } = JSON.parse(text) as SealedReport;
    expect(JSON.parse(again.out)).toEqual(first);
  });

  it('a report that was changed: --check fails, and --facts refuses it', async () => {
    const report = readFileSync('docs/facts/simulator.json', 'utf8');
    writeFileSync(file('facts.json'), report.replace('"value": 273', '"value": 274'));
    const checked = await nspass(['verify', '--check', file('facts.json')]);
    expect(checked.status).toBe(1);
    expect(checked.out).toContain('NOT that of the report');
    const simulator = await nspass(['appliance', '--listen', '127.0.0.1:0', '--facts', file('facts.json')]);
    expect(simulator.status).toBe(2);
    expect(simulator.err).toContain('was changed');
  });

  it('the whole run over the network, with a lent address and this machine behind it', async () => {
    const port = await freePort();
    const map = new Map([[`127.0.0.1:${port}`, { host: '127.0.0.1', port }]]);
    const simulator = await simulated({ map });
    const lent = ['--vip', `127.0.0.1:${port}`, '--backend-address', '127.0.0.1', '--partition', 'verify'];
    const { out, err, status } = await nspass(['verify', '--nitro', simulator.url, ...lent, '--yes', '-o', 'json']);
    expect(err).toContain('asking about: front end');
    expect(status).toBe(0);
    expect(behaviourIn(checkSeal(out).report)).toEqual(DEFAULT_BEHAVIOUR);
  });

  it('Ctrl-C: removes what it made, and ends with 130 and without a report', async () => {
    const simulator = await simulated();
    const before = await everything(simulator);
    let sent = false;
    const args = ['verify', '--nitro', simulator.url, '--yes', '--report', file('facts.json')];
    const { status, err } = await nspass(args, (text, pid) => {
      if (sent || !text.includes('asking about: entries')) return;
      sent = true;
      process.kill(pid, 'SIGINT');
    });
    expect(status).toBe(130);
    expect(err).toContain('what was made is removed first');
    expect(existsSync(file('facts.json'))).toBe(false);
    expect(await everything(simulator)).toBe(before);
  });

  it('killed: --clean lists what is left, --clean --yes removes it', async () => {
    const simulator = await simulated();
    const before = await everything(simulator);
    await nspass(['verify', '--nitro', simulator.url, '--yes'], (text, pid) => {
      if (text.includes('asking about: policies')) process.kill(pid, 'SIGKILL');
    });
    const dirty = await everything(simulator);
    expect(dirty).not.toBe(before);
    const listed = await nspass(['verify', '--nitro', simulator.url, '--clean']);
    expect(listed.out).toContain('policystringmap nspassverify_entries');
    expect(listed.out).toContain('add --yes');
    expect(await everything(simulator)).toBe(dirty);
    const cleaned = await nspass(['verify', '--nitro', simulator.url, '--clean', '--yes']);
    expect(cleaned.status).toBe(0);
    expect(cleaned.out).toContain('Removed:');
    expect(await everything(simulator)).toBe(before);
  });

  it.each([
    [['--key', 'pub.pem'], '--key belongs to --check'],
    [['--backend-address', '10.0.0.7'], '--backend-address belongs to --vip'],
    [
      ['--config', 'appliances.example.yml', '--appliance', 'edge', '--partition', 'p'],
      '--partition belongs to --nitro',
    ],
    [['--vip', '192.0.2.10'], 'Expected ADDRESS:PORT'],
    [['--sign-key', 'package.json'], 'is not an unencrypted private key of Ed25519'],
    [['--check', 'package.json'], 'it is not a report of facts'],
    [['--check', 'nowhere.json'], 'nowhere.json'],
    [['--yes'], 'No appliance is named'],
    [['--clean'], 'No appliance is named'],
  ])('wrong usage %j: status 2, and what is wrong', async (args, expected) => {
    const { status, err } = await nspass(['verify', ...args]);
    expect(err).toContain(expected);
    expect(status).toBe(2);
  });
});

/** Starts `nspass appliance`. @returns the URL of NITRO. */
async function started(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['lib/cli/main.ts', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => child.kill('SIGKILL'));
  let out = '';
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(`it ended: ${out}`)));
    child.stdout.on('data', (data: Buffer) => {
      out += data;
      const url = /NITRO (\S+)/.exec(out)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
