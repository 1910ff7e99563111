import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The command as a process: what a person sees, and the status that a script sees. */
function nspass(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lib/cli/main.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, out: stdout, err: stderr };
}

const { version } = JSON.parse((await import('node:fs')).readFileSync('package.json', 'utf8')) as { version: string };

describe('nspass', () => {
  it.each([['-v'], ['--version'], ['version']])('%s', (word) => {
    expect(nspass([word])).toEqual({ status: 0, out: `${version}\n`, err: '' });
  });

  it.each([
    [['explian'], "nspass: unknown command 'explian'\n(Did you mean explain?)\n"],
    [['help', 'explian'], "nspass: unknown command 'explian'\n(Did you mean explain?)\n"],
    [['help', 'nope'], "nspass: unknown command 'nope'\n"],
    [['nope', '--help'], "nspass: unknown command 'nope'\n"],
    [['--dbug'], "nspass: unknown option '--dbug'\n(Did you mean --debug?)\n"],
    [['lint', '--formt', 'json'], "nspass: unknown option '--formt'\n(Did you mean --format?)\n"],
    [
      ['local', 'x', '--defualt-vip', '192.0.2.1'],
      "nspass: unknown option '--defualt-vip'\n(Did you mean --default-vip?)\n",
    ],
  ])('%j is refused, with what was probably meant', (args, err) => {
    expect(nspass(args)).toEqual({ status: 2, out: '', err: `${err}(run with --help for all options)\n` });
  });

  it('lint --appliance without --config is refused, not ignored', () => {
    const { status, err } = nspass(['lint', 'docs/examples', '--appliance', 'edge']);
    expect([status, err]).toEqual([2, 'nspass: --appliance needs --config: it names an appliance of that file.\n']);
  });

  it('lint --live reads the kubeconfig and the context that are named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nspass-'));
    const kubeconfig = join(folder, 'config');
    const named = (name: string, port: number) => ({
      clusters: { name, cluster: { server: `http://127.0.0.1:${port}` } },
      contexts: { name, context: { cluster: name, user: 'u' } },
    });
    const [a, b] = [named('a', 1), named('b', 2)];
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'a',
        clusters: [a.clusters, b.clusters],
        contexts: [a.contexts, b.contexts],
        users: [{ name: 'u', user: {} }],
      }),
    );
    const args = ['lint', '--live', '--kubeconfig', kubeconfig];
    expect(nspass(args).err).toContain('http://127.0.0.1:1 is not encrypted');
    expect(nspass([...args, '--context', 'b']).err).toContain('http://127.0.0.1:2 is not encrypted');
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['doctor', '--nitro', 'https://nsroot:secret@192.0.2.5']],
    [['doctor', '--nitro=nsroot:secret@192.0.2.5']],
    [['replay', '--endpoint', 'https://nsroot:secret@192.0.2.5']],
  ])('%j: a password in a URL is refused, and not repeated', (args) => {
    const { status, out, err } = nspass(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^nspass: --(nitro|endpoint) holds a user name or password: remove them/);
    expect(err).not.toContain('secret');
  });

  it.each([
    [['replay', '--endpoint', 'foo'], '--endpoint is not a URL that begins with https:// or http://.'],
    [['redrive', '--region', 'eu central'], 'Expected the name of a region'],
    [['replay', '--dry-run', '--config', '/nope.yml'], '/nope.yml does not exist.'],
  ])('%j is bad input: one sentence, and no stack', (args, sentence) => {
    const { status, out, err } = nspass(args, { AWS_REGION: 'eu-west-1' });
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('explain says what a finding means', () => {
    const { status, out } = nspass(['explain', 'hostconflict']);
    expect(status).toBe(0);
    expect(out).toMatch(/^HostConflict \(error\): .*\n\nWhy:\n/);
    expect(nspass(['explain', 'nope']).status).toBe(2);
  });

  it.each([
    [{ NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '1' }, true],
    [{}, false],
  ])('colour by %j, and none without a terminal', (env, coloured) => {
    const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env;
    const { stdout } = spawnSync(process.execPath, ['lib/cli/main.ts', 'lint', 'package.json'], {
      encoding: 'utf8',
      env: { ...rest, ...env },
    });
    expect(stdout).toContain('ManifestInvalid');
    expect(stdout.includes('\u001b[')).toBe(coloured);
  });

  it('help of a command is its own', () => {
    const { status, out, err } = nspass(['help', 'remove']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toBe(nspass(['remove', '--help']).out);
    expect(out).toMatch(/^Usage: nspass remove \[options\]\n/);
  });

  it('lines of help fit a terminal of 80 columns, but for examples', () => {
    for (const args of [['--help'], ['lint', '--help'], ['replay', '--help']]) {
      const long = nspass(args)
        .out.split('\n')
        .filter((line) => line.length > 80 && !line.startsWith('  nspass'));
      expect(long).toEqual([]);
    }
  });

  it('no control characters where nobody asked for colour', () => {
    const { out, err } = nspass(['lnit'], { NO_COLOR: '1', FORCE_COLOR: '' });
    expect(JSON.stringify(out + err)).not.toContain('\\u001b');
  });

  it('a reader that has gone: not a word, and the status that shells know', async () => {
    const child = spawn(process.execPath, ['lib/cli/main.ts', 'lint', 'docs/examples'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(141);
    expect(err).not.toMatch(/EPIPE|at /);
  });

  it('--debug shows the stack of an error, and nothing else does', () => {
    const args = ['remove', '--config', '/nonexistent/appliances.yml', '--appliance', 'edge'];
    expect(nspass(args).err.trimEnd().split('\n')).toHaveLength(1);
    for (const { err } of [nspass([...args, '--debug']), nspass(args, { NSPASS_DEBUG: '1' })]) {
      expect(err).toMatch(/\n {4}at /);
    }
  });
});
