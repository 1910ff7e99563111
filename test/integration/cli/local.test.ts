import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLE, service } from '../../../lib/cli/demo/manifests.ts';
import { probeTls } from '../../../lib/cli/demo/probe.ts';

const MAIN = new URL('../../../lib/cli/main.ts', import.meta.url).pathname;

type Line = Record<string, unknown> & { type: string };

/** `nspass local` as a process, with `--json`. */
class Local {
  readonly lines: Line[] = [];
  stderr = '';
  readonly exit: Promise<number | null>;
  readonly #child: ChildProcess;
  #waiting: (() => void)[] = [];

  constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [MAIN, 'local', '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('utf8');
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
      this.lines.push(JSON.parse(text) as Line);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.exit = new Promise((resolve) => child.once('close', (code) => resolve(code)));
    child.once('close', () => {
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** The first line, from now or before, that fits. */
  async line(fits: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      const { exitCode, signalCode } = this.#child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`ended with ${exitCode ?? signalCode}: ${this.stderr}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Ctrl-C. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.exit;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const outcomeOf = (name: string, outcome: string) => (line: Line) =>
  line.type === 'outcome' && line.ingress === `default/${name}` && line.outcome === outcome;

const listenOf = (line: Line): { host: string; port: number } => {
  const [host = '', port = ''] = String(line.listen).split(':');
  return { host, port: Number(port) };
};

/** The sample, of a class that an annotation names. */
const classed = (name: string): string =>
  SAMPLE.split('---')[0]!
    .replace('  ingressClassName: citrix\n', '')
    .replace('annotations:\n', `annotations:\n    kubernetes.io/ingress.class: ${name}\n`);

describe('nspass local', () => {
  let folder: string;
  let running: Local[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nspass-test-'));
  });
  afterEach(async () => {
    for (const local of running) local.kill();
    running = [];
    await rm(folder, { recursive: true, force: true });
  });
  const start = (...args: string[]): Local => {
    const local = new Local([folder, ...args]);
    running.push(local);
    return local;
  };
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

  it('serves the folder: front ends, outcomes, ready; simulated back ends name their Service and address', async () => {
    await put('hotdrinks.yaml', SAMPLE);
    await put('services.yaml', service('frontend-hotdrinks', ['10.244.0.11']));
    const local = start();
    const front = await local.line(({ type, port }) => type === 'frontend' && port === 443);
    expect(front).toMatchObject({ address: '192.0.2.10' });
    expect((await local.line(({ type }) => type === 'nitro')).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const outcome = await local.line(outcomeOf('hotdrinks-ingress', 'Ingress Programmed'));
    expect(outcome).toMatchObject({
      hosts: ['hotdrinks.beverages.com'],
      programmed: [{ ip: '192.0.2.10', port: 443 }],
      findings: [],
      durationMs: expect.any(Number),
    });
    await local.line(({ type }) => type === 'ready');
    expect(await probeTls(listenOf(front), 'hotdrinks.beverages.com')).toMatchObject({
      kind: 'certificate',
      commonName: 'default/frontend-hotdrinks at 10.244.0.11:8443',
    });
    expect(await local.end()).toBe(0);
  });

  it('goes on past a manifest that is no YAML, and one that is no Ingress: both named with file and line', async () => {
    await put('hotdrinks.yaml', SAMPLE);
    await put('services.yaml', service('frontend-hotdrinks', ['10.244.0.11']));
    await put('broken.yaml', 'kind: Ingress\nmetadata: {name: x\n');
    await put('nonsense.yaml', '---\njust: text\n');
    const local = start();
    await local.line(outcomeOf('hotdrinks-ingress', 'Ingress Programmed'));
    const broken = await local.line(({ type, file }) => type === 'problem' && file === 'broken.yaml');
    expect(broken.line).toBeGreaterThanOrEqual(2);
    const nonsense = await local.line(({ type, file }) => type === 'problem' && file === 'nonsense.yaml');
    expect(nonsense.line).toBe(2);
  });

  it('SEL-2: a class of another controller is skipped and listed; --class makes it ours', async () => {
    await put('hotdrinks.yaml', classed('nginx'));
    await put('services.yaml', service('frontend-hotdrinks', ['10.244.0.11']));
    const plain = start();
    expect(await plain.line(({ type }) => type === 'passed-over')).toEqual({
      type: 'passed-over',
      ingress: 'default/hotdrinks-ingress',
      class: 'nginx',
    });
    const ours = start('--class', 'nginx');
    await ours.line(outcomeOf('hotdrinks-ingress', 'Ingress Programmed'));
    expect(ours.lines.filter(({ type }) => type === 'passed-over')).toEqual([]);
  });

  it('SEL-2: a class that is not in the folder is assumed to be ours and named', async () => {
    await put('hotdrinks.yaml', classed('edge'));
    await put('services.yaml', service('frontend-hotdrinks', ['10.244.0.11']));
    const local = start();
    expect(await local.line(({ type }) => type === 'class-assumed')).toEqual({ type: 'class-assumed', class: 'edge' });
    await local.line(outcomeOf('hotdrinks-ingress', 'Ingress Programmed'));
  });

  it('SEL-1: a value that cannot be read is said, though a cluster alone makes an event of it', async () => {
    await put('hotdrinks.yaml', SAMPLE.replace("ssl-passthrough: 'True'", "ssl-passthrough: 'yes'"));
    expect(await start().line(({ type }) => type === 'remark')).toMatchObject({
      ingress: 'default/hotdrinks-ingress',
      code: 'InvalidAnnotation',
      severity: 'warning',
    });
  });

  it.each([
    ['IPv4', '192.0.2.77', '192.0.2.77'],
    ['IPv6', '2001:DB8:0::77', '2001:db8::77'],
  ])('VAL-9: an Ingress without frontend-ip is on --default-vip, %s', async (_family, given, vip) => {
    await put('bare.yaml', SAMPLE.replace(/ {4}ingress.citrix.com\/frontend-ip.*\n/, ''));
    await put('services.yaml', service('frontend-hotdrinks', ['10.244.0.11']));
    const local = start('--default-vip', given);
    const front = await local.line(({ type, port }) => type === 'frontend' && port === 443);
    expect(front).toMatchObject({ address: vip });
    expect(await local.line(outcomeOf('hotdrinks-ingress', 'Ingress Programmed'))).toMatchObject({
      programmed: [{ ip: vip, port: 443 }],
    });
    expect(await local.end()).toBe(0);
  });

  it('--state keeps appliance and archive between runs', async () => {
    const state = join(folder, '.state');
    await put('hotdrinks.yaml', SAMPLE);
    await put('services.yaml', service('frontend-hotdrinks', ['10.244.0.11']));
    const first = start('--state', state);
    await first.line(({ type }) => type === 'ready');
    expect(await first.end()).toBe(0);
    const second = start('--state', state);
    // The front end is there before any event: the appliance kept it.
    const front = await second.line(({ type, port }) => type === 'frontend' && port === 443);
    await second.line(({ type }) => type === 'ready');
    expect(second.lines.filter(({ type }) => type === 'outcome')).toEqual([]);
    expect(await probeTls(listenOf(front), 'hotdrinks.beverages.com')).toMatchObject({ kind: 'certificate' });
    expect(await second.end()).toBe(0);
  });

  it('--state with a configuration that cannot be read back: the line is named, the rest goes on', async () => {
    const state = join(folder, '..', `${basename(folder)}-state`);
    await mkdir(state);
    try {
      await writeFile(join(state, 'appliance.conf'), 'add lb vserver kept TCP\nno command of the appliance\n');
      await put('hotdrinks.yaml', SAMPLE);
      const local = start('--state', state);
      const problem = await local.line(({ type }) => type === 'problem');
      expect(problem).toMatchObject({ file: join(state, 'appliance.conf'), line: 2 });
      expect(problem.message).toContain('no command of the appliance');
      await local.line(({ type }) => type === 'ready');
      expect(await local.end()).toBe(0);
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  });

  it('--map says where a VIP lives', async () => {
    const free = await freePort();
    await put('hotdrinks.yaml', SAMPLE);
    const local = start('--map', `192.0.2.10:443=127.0.0.1:${free}`);
    const front = await local.line(({ type, port }) => type === 'frontend' && port === 443);
    expect(front.listen).toBe(`127.0.0.1:${free}`);
  });

  describe('what cannot be used is one clear sentence, and exit status 2', () => {
    it.each([
      ['a folder that is not there', ['/nonexistent/folder'], /\/nonexistent\/folder/],
      ['a mapping that is none', ['.', '--map', 'nonsense'], /ADDRESS:PORT=HOST:PORT/],
      [
        'a default VIP that is no address',
        ['.', '--default-vip', '192.0.2.10:443'],
        /Expected one IPv4 or IPv6 address/,
      ],
      ['a default VIP that no front end can have', ['.', '--default-vip', '::1'], /cannot have a loopback address/],
      [
        '--state where nothing can be made',
        ['docs', '--state', '/proc/nspass-test'],
        /\/proc\/nspass-test cannot be created/,
      ],
      ['--state in a folder that is read-only', ['docs', '--state', '/proc'], /\/proc cannot be written to/],
      ['--state on a file', ['docs', '--state', MAIN], /main\.ts is a file: expected a folder/],
      ['--state below a file', ['docs', '--state', `${MAIN}/a/b`], /main\.ts is a file: expected a folder/],
      ['--state without a name', ['docs', '--state', ''], /the name of the folder is empty/],
      ['no folder at all', [], /missing required argument 'dir'/],
    ])('%s', async (_what, args, message) => {
      const local = new Local(args);
      running.push(local);
      expect(await local.exit).toBe(2);
      expect(local.stderr).toMatch(message);
      expect(local.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    });

    it('a folder that is not there: nothing is announced, and no state made', async () => {
      const local = new Local([join(folder, 'none'), '--state', join(folder, 'state')]);
      running.push(local);
      expect(await local.exit).toBe(2);
      expect(local.stderr).toBe(`nspass: ${join(folder, 'none')} does not exist.\n`);
      expect(local.lines).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    });

    it('--state where its files would be read as manifests', async () => {
      const local = start('--state', join(folder, 'state'));
      expect(await local.exit).toBe(2);
      expect(local.stderr).toContain('its files would be read as manifests');
      expect(local.stderr).toContain('begins with a dot');
      expect(await readdir(folder)).toEqual([]);
    });

    it('two front ends at one port of this machine: both are named', async () => {
      await put('hotdrinks.yaml', SAMPLE);
      const place = `127.0.0.1:${await freePort()}`;
      const local = start('--map', `192.0.2.10:443=${place}`, '--map', `192.0.2.10:80=${place}`);
      expect(await local.exit).toBe(2);
      expect(local.stderr).toContain(`--map sends 192.0.2.10:443 and 192.0.2.10:80 to ${place}: each front end needs`);
    });

    it('a port that is taken', async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port } = taken.address() as { port: number };
      await put('hotdrinks.yaml', SAMPLE);
      const local = start('--map', `192.0.2.10:443=127.0.0.1:${port}`);
      expect(await local.exit).toBe(2);
      expect(local.stderr).toContain(`127.0.0.1:${port}`);
      taken.close();
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
