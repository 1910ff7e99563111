import { spawn, spawnSync } from 'node:child_process';
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
    [['lnit'], "error: unknown command 'lnit'\n(Did you mean lint?)\n"],
    [['help', 'lnit'], "error: unknown command 'lnit'\n(Did you mean lint?)\n"],
    [['help', 'nope'], "error: unknown command 'nope'\n"],
    [['nope', '--help'], "error: unknown command 'nope'\n"],
    [['--dbug'], "error: unknown option '--dbug'\n(Did you mean --debug?)\n"],
    [['lint', '--formt', 'json'], "error: unknown option '--formt'\n(Did you mean --format?)\n"],
    [
      ['local', 'x', '--defualt-vip', '192.0.2.1'],
      "error: unknown option '--defualt-vip'\n(Did you mean --default-vip?)\n",
    ],
  ])('%j is refused, with what was probably meant', (args, err) => {
    expect(nspass(args)).toEqual({ status: 2, out: '', err: `${err}(run with --help for all options)\n` });
  });

  it('lint --appliance without --config is refused, not ignored', () => {
    const { status, err } = nspass(['lint', 'docs/examples', '--appliance', 'edge']);
    expect([status, err]).toEqual([
      2,
      'nspass: --appliance names an appliance of a configuration: name that with --config.\n',
    ]);
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
