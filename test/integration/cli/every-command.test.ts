import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { buildCommand } from '../../../scripts/build-command.ts';
import { BINS } from '../../../scripts/command-manifest.ts';

let folder: string;
let launcher: string;
let large: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-every-'));
  await buildCommand(process.cwd(), join(folder, 'dist'));
  // Packages that are not bundled come with an installation.
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'dist', 'node_modules'));
  launcher = join(folder, 'dist', BINS.nspass);
  // A file of this size is named before it is parsed, on a terminal.
  large = join(folder, 'large.json');
  const items = Array.from({ length: 5 }, () => ({ kind: 'Secret', apiVersion: 'v1', data: 'x'.repeat(1_000_000) }));
  writeFileSync(large, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a machine or its CI says about colours must not decide here. */
const COLOURS = /^(FORCE_COLOR|NO_COLOR|NODE_DISABLE_COLORS|NSPASS_DEBUG|CI)$/;
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !COLOURS.test(name)));

/** Runs the built command as a process without a terminal. */
function nspass(args: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [launcher, ...args], {
    encoding: 'utf8',
    input: '',
    env: { ...inherited, AWS_REGION: 'eu-west-1', ...env },
  });
}

/** Runs it on a terminal, as `script` makes one; the output is what a person would see. */
function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const line = [process.execPath, launcher, ...args].map((word) => `'${word}'`).join(' ');
  return spawnSync('script', ['-qec', line, '/dev/null'], {
    encoding: 'utf8',
    env: { ...inherited, TERM: 'xterm', ...env },
  }).stdout;
}

const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

const STACK = /^\s+at .*:\d+:\d+\)?$/m;
/** Escape and carriage return: what colours and lines that move need. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for.
const CONTROL = /[\u001b\r]/;

/** Wrong uses that the parser of options cannot find: what is named does not exist, or does not go together. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  local: ['/nope'],
  convert: ['/nope.yaml'],
  lint: ['/nope.yaml'],
  plan: ['/nope.yaml', '--base', '/nope'],
  apply: ['/nope.json'],
  status: ['--config', '/nope.yml'],
  why: ['a.example', '--config', '/nope.yml'],
  doctor: ['--config', '/nope.yml'],
  exporter: ['--config', '/nope.yml'],
  explain: ['nope'],
  init: ['--yes'],
  appliance: ['--config', '/nope.conf'],
  replay: ['--dry-run', '--config', '/nope.yml'],
  redrive: ['--region', 'eu central'],
  verify: ['--check', '/nope.json'],
  adopt: ['--all', '--yes'],
  remove: ['--config', 'appliances.example.yml'],
};

describe.each(COMMANDS.map(({ name }) => name))('%s', (name) => {
  it('wrong use: status 2 and a sentence, without a stack, colours or a line that moves', () => {
    const lines = [[name, '--no-such-option'], ...(WRONG[name] === undefined ? [] : [[name, ...WRONG[name]]])];
    for (const line of lines) {
      const { status, stdout, stderr } = nspass(line, { NO_COLOR: '1' });
      expect([line, status, stdout]).toEqual([line, 2, '']);
      expect(stderr).toMatch(/^(nspass|error): \S/);
      expect(stderr).not.toMatch(STACK);
      expect(stderr).not.toMatch(CONTROL);
    }
  });
});

it('every wrong use is one of a command', () => {
  expect(Object.keys(WRONG).filter((name) => !COMMANDS.some((entry) => entry.name === name))).toEqual([]);
});

describe('--debug', () => {
  it.each([
    ['before the command', ['--debug', 'apply', '/nope.json'], {}],
    ['after it', ['apply', '/nope.json', '--debug'], {}],
    ['in the environment', ['apply', '/nope.json'], { NSPASS_DEBUG: '1' }],
  ])('%s: the sentence, the stack, and the stack of the cause', (_where, args, env) => {
    const { status, stderr } = nspass(args, env);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^nspass: \/nope\.json does not exist\.\n/);
    expect(stderr).toMatch(STACK);
    expect(stderr).toMatch(/^caused by: .*ENOENT/m);
  });
});

describe('progress', () => {
  it.each(['lint', 'plan'])('%s of a large file: no line that moves where nobody watches', (name) => {
    const args = name === 'plan' ? ['plan', large, '--base', large] : ['lint', large];
    const { stdout, stderr } = nspass(args);
    expect(stdout).not.toBe('');
    expect(stdout + stderr).not.toMatch(CONTROL);
  });

  it.skipIf(!hasTerminal)('lint of a large file on a terminal: it is named while it is read', () => {
    expect(onTerminal(['lint', large])).toContain(`\r\u001b[Kreading ${large}`);
  });
});

describe('colours', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is looked for.
  const painted = /\u001b\[\d+m/;
  const args = ['lint', 'package.json'];

  it.skipIf(!hasTerminal)('on a terminal, but not with NO_COLOR', () => {
    expect(onTerminal(args)).toMatch(painted);
    const plain = onTerminal(args, { NO_COLOR: '1' });
    expect(plain).toContain('ManifestInvalid');
    expect(plain).not.toMatch(painted);
  });

  it('never without a terminal, unless somebody forces them', () => {
    expect(nspass(args).stdout).not.toMatch(painted);
    expect(nspass(args, { NO_COLOR: '1' }).stdout).not.toMatch(painted);
    expect(nspass(args, { FORCE_COLOR: '1' }).stdout).toMatch(painted);
  });
});
