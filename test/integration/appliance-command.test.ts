import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../lib/nitro/self-signed.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly out: () => string;
  readonly err: () => string;
  line(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number | null>;
  kill(): void;
}

function nspass(...args: string[]): Started {
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'appliance', ...args], { cwd: process.cwd() });
  children.push(child);
  let out = '';
  let err = '';
  const waiting: (() => void)[] = [];
  const changed = (): void => waiting.splice(0).forEach((wake) => void wake());
  child.stdout.on('data', (data: Buffer) => {
    out += data;
    changed();
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  void ended.then(changed);
  return {
    out: () => out,
    err: () => err,
    ended,
    kill: () => void child.kill('SIGTERM'),
    async line(pattern) {
      for (;;) {
        const match = pattern.exec(out);
        if (match !== null) return match;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`ended with ${child.exitCode ?? child.signalCode}: ${err}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

const headers = { 'X-NITRO-USER': 'me', 'X-NITRO-PASS': 'secret' };

describe('nspass appliance', () => {
  it('says where NITRO is when it is ready, answers, tells front ends, saves, and ends on SIGTERM', async () => {
    const config = join(folder, 'ns.conf');
    const saved = join(folder, 'saved.conf');
    writeFileSync(config, 'add cs vserver web HTTP 192.0.2.10 80\nset ns hostName x\n');
    const args = ['--listen', '127.0.0.1:0', '--username', 'me', '--password', 'secret', '--version', '13.1-49.13'];
    const started = nspass(...args, '--config', config, '--save', saved, '--save-time', '0');
    const [, url] = await started.line(/^NITRO (http:\/\/127\.0\.0\.1:\d+)$/m);
    expect(started.out()).toMatch(/^FRONTEND 192\.0\.2\.10:80 127\.0\.0\.1:\d+$/m);
    const version = await fetch(`${url}/nitro/v1/config/nsversion`, { headers });
    expect(await version.json()).toMatchObject({
      nsversion: { version: expect.stringContaining('NS13.1: Build 49.13.nc') },
    });
    const save = await fetch(`${url}/nitro/v1/config/nsconfig?action=save`, {
      method: 'POST',
      headers,
      body: '{"nsconfig":{}}',
    });
    expect(save.status).toBe(200);
    expect(readFileSync(saved, 'utf8')).toContain('add cs vserver web HTTP 192.0.2.10 80');
    started.kill();
    expect(await started.ended).toBe(0);
    expect(started.err()).toContain(`${config}:2: not supported: set ns hostName x`);
  });

  it('a pair, a Console, https, as lines of JSON', async () => {
    const started = nspass(
      '--listen',
      '127.0.0.1:0',
      '--ha',
      '127.0.0.1:0',
      '--console',
      '127.0.0.1:0',
      '--https',
      '--json',
    );
    await started.line(/"type":"nitro"/);
    const lines = started
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; url: string });
    expect(lines.map(({ type }) => type)).toEqual(['secondary', 'console', 'nitro']);
    expect(lines[2]?.url).toMatch(/^https:/);
    started.kill();
    expect(await started.ended).toBe(0);
  });

  it.each(['--ha', '--console'])('%s on a busy port: nothing of it stays, exit status 2', async (option) => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    const started = nspass('--listen', '127.0.0.1:0', option, `127.0.0.1:${port}`);
    expect(await started.ended).toBe(2);
    expect(started.err()).toBe(`nspass: 127.0.0.1:${port} is in use by another process: choose another port.\n`);
    busy.close();
  });

  it('--save whose folder goes away meanwhile: the client hears an error, and the process says why', async () => {
    const gone = join(folder, 'gone');
    mkdirSync(gone);
    const names = ['--username', 'me', '--password', 'secret'];
    const started = nspass('--listen', '127.0.0.1:0', ...names, '--save', join(gone, 'ns.conf'), '--save-time', '0');
    const [, url] = await started.line(/^NITRO (http:\/\/127\.0\.0\.1:\d+)$/m);
    rmSync(gone, { recursive: true });
    const body = '{"nsconfig":{}}';
    const save = await fetch(`${url}/nitro/v1/config/nsconfig?action=save`, { method: 'POST', headers, body });
    expect(save.ok).toBe(false);
    started.kill();
    expect(await started.ended).toBe(0);
    expect(started.err()).toMatch(/^cannot save the configuration: ENOENT.*gone\/ns\.conf/);
  });

  it('faults of a file come, an appliance behind it is recorded, and the recording answers', async () => {
    const [faults, recording] = [join(folder, 'faults.json'), join(folder, 'run.jsonl')];
    writeFileSync(faults, '[{ "kind": "nsversion", "times": 1, "fault": { "type": "status", "status": 503 } }]');
    const names = ['--listen', '127.0.0.1:0', '--username', 'me', '--password', 'secret'];
    const appliance = nspass(...names, '--faults', faults);
    const [, url] = await appliance.line(/^NITRO (.*)$/m);
    const proxy = nspass('--listen', '127.0.0.1:0', '--upstream', url!, '--record', recording);
    const [, through] = await proxy.line(/^NITRO (.*)$/m);
    const ask = async (at: string): Promise<number> =>
      (await fetch(`${at}/nitro/v1/config/nsversion`, { headers })).status;
    expect([await ask(through!), await ask(through!)]).toEqual([503, 200]);
    for (const one of [appliance, proxy]) {
      one.kill();
      expect(await one.ended).toBe(0);
    }
    expect(readFileSync(recording, 'utf8')).not.toContain('secret');
    const replay = nspass('--listen', '127.0.0.1:0', '--replay', recording);
    const [, replayed] = await replay.line(/^NITRO (.*)$/m);
    expect([await ask(replayed!), await ask(replayed!)]).toEqual([503, 200]);
    const other = await fetch(`${replayed}/nitro/v1/config/nshardware`, { headers });
    expect(other.status).toBe(501);
    replay.kill();
    expect(await replay.ended).toBe(0);
    expect(replay.err()).toContain('run.jsonl has no answer to GET /nitro/v1/config/nshardware.');
  });

  it('--expose listens where others reach it', async () => {
    const started = nspass('--listen', '0.0.0.0:0', '--expose');
    await started.line(/^NITRO http:\/\/0\.0\.0\.0:\d+$/m);
  });

  it('a key of another certificate is refused before anything listens', async () => {
    for (const name of ['a', 'b']) {
      const made = await selfSigned({ commonName: name, names: [name], algorithm: 'ecdsa', days: 1, now: Date.now() });
      writeFileSync(join(folder, `${name}.crt`), made.cert);
      writeFileSync(join(folder, `${name}.key`), made.key);
    }
    const started = nspass('--cert', join(folder, 'a.crt'), '--key', join(folder, 'b.key'));
    expect(await started.ended).toBe(2);
    expect(started.err()).toContain('b.key does not belong to the certificate ');
    const good = nspass('--listen', '127.0.0.1:0', '--cert', join(folder, 'a.crt'), '--key', join(folder, 'a.key'));
    await good.line(/^NITRO https:/m);
  });

  it.each([
    ['an address of another machine', ['--listen', '192.0.2.1:80'], /Expected a loopback address/],
    ['all addresses', ['--listen', '0.0.0.0:9080'], /Expected a loopback address/],
    ['no port', ['--listen', '127.0.0.1'], /Expected HOST:PORT/],
    ['a mapping that is none', ['--map', 'nonsense'], /ADDRESS:PORT=HOST:PORT/],
    ['a version that is none', ['--version', '14'], /Expected RELEASE-BUILD/],
    [
      '--save in a folder that is not there',
      ['--save', '/nonexistent/ns.conf'],
      /the folder \/nonexistent does not exist\. Create it first/,
    ],
    ['--save where no file can be made', ['--save', '/proc/ns.conf'], /\/proc cannot be written to/],
    ['--save on a folder', ['--save', '/tmp'], /\/tmp is a folder/],
    ['--save on a device', ['--save', '/dev/null'], /\/dev\/null is not a regular file/],
    ['--save below a file', ['--save', 'package.json/ns.conf'], /package\.json is not a folder/],
    ['a file that is not there', ['--config', '/nonexistent/ns.conf'], /does not exist/],
    ['a folder instead of a file', ['--config', '/tmp'], /\/tmp is a folder: expected a file/],
    [
      'a certificate that is none',
      ['--cert', 'package.json', '--key', 'package.json'],
      /package\.json is not a PEM certificate/,
    ],
    ['no name of a user', ['--username', ''], /--username <name>' argument '' is invalid\. It must not be empty/],
    ['no password', ['--password', ' '], /argument ' ' is invalid\. It must not be empty/],
    ['a key without its certificate', ['--key', 'x'], /must be given together/],
    ['--ha that others reach', ['--ha', '192.0.2.1:80'], /Expected a loopback address/],
    ['a recording of a recording', ['--replay', 'a', '--record', 'b'], /--replay and --record exclude each other/],
    ['two sources', ['--replay', 'a', '--upstream', 'https://a'], /--replay and --upstream exclude each other/],
    ['a proxy that keeps nothing', ['--upstream', 'https://a'], /--upstream needs --record FILE/],
    ['an authority for nothing', ['--ca', 'a'], /--ca needs --upstream URL/],
    ['a configuration that nothing reads', ['--replay', 'a', '--save', 'b'], /--save has no effect with --replay/],
    [
      'a mapping that nothing reads',
      ['--replay', 'a', '--map', '192.0.2.1:1=a:1'],
      /--map has no effect with --replay/,
    ],
    [
      'a recording that is none',
      ['--replay', 'package.json'],
      /package\.json: line 1 cannot be read: it is not JSON\./,
    ],
    ['a recording that is not there', ['--replay', '/nonexistent/a'], /\/nonexistent\/a does not exist/],
    ['a recording where no file can be', ['--record', '/nonexistent/a'], /\/nonexistent\/a does not exist/],
    ['faults that are none', ['--faults', 'package.json'], /package\.json: The rules of faults must be a list\./],
    ['faults that are not JSON', ['--faults', 'README.md'], /README\.md is not JSON/],
    [
      'an appliance with a path',
      ['--record', '/dev/null', '--upstream', 'https://a/b'],
      /--upstream has a path: name only scheme, host and port/,
    ],
  ])('%s: one sentence, exit status 2', async (_name, args, message) => {
    const started = nspass(...args);
    expect(await started.ended).toBe(2);
    expect(started.err()).toMatch(message);
  });
});
