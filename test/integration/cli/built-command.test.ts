import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { buildCommand, MAIN } from '../../../scripts/build-command.ts';
import { BINS } from '../../../scripts/command-manifest.ts';
import { requireAssets } from '../../support/envtest.ts';

/** Bytes of code that `--help` may load. Parsing this much takes a few milliseconds. */
const MOST_BYTES = 200_000;

let folder: string;
let metafile: Metafile;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'nspass-built-')));
  metafile = await buildCommand(process.cwd(), join(folder, 'dist'));
  mkdirSync(join(folder, 'bin'));
  // As npm links them.
  for (const [name, file] of Object.entries(BINS)) symlinkSync(join(folder, 'dist', file), join(folder, 'bin', name));
});
afterAll(() => rmSync(folder, { recursive: true }));

const launcher = (name: keyof typeof BINS): string => join(folder, 'dist', BINS[name]);

/** Returns the files of the bundle that are loaded with its main file, before any command is named. */
function loadedWithMain(): { file: string; bytes: number; inputs: string[] }[] {
  const main = Object.keys(metafile.outputs).find((file) => file.endsWith(`${MAIN}.js`)) ?? '';
  const reached = new Set([main]);
  for (const file of reached) {
    for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) reached.add(path);
    }
  }
  return [...reached].map((file) => {
    const { bytes, inputs } = metafile.outputs[file]!;
    return { file: relative(join(folder, 'dist'), join(process.cwd(), file)), bytes, inputs: Object.keys(inputs) };
  });
}

describe('start of the built command', () => {
  it('--help needs commander and the list of commands: no SDK, no client of Kubernetes, no HTTP library', () => {
    const loaded = loadedWithMain();
    const packages = loaded.flatMap(({ inputs }) =>
      inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
    );
    expect([...new Set(packages)]).toEqual(['commander']);
    expect(loaded.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MOST_BYTES);
  });

  it.each(['--help', '--version'])('%s loads these files, and no more of the bundle', (option) => {
    const log = join(folder, 'loaded.txt');
    const hook = join(folder, 'hook.mjs');
    writeFileSync(
      hook,
      `import { appendFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
writeFileSync(${JSON.stringify(log)}, '');
registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(log)}, url + '\\n'); return next(url, context); } });
`,
    );
    const { status, stderr } = spawnSync(process.execPath, ['--import', hook, launcher('nspass'), option], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const urls = readFileSync(log, 'utf8').trim().split('\n');
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
    expect(files.map((file) => relative(join(folder, 'dist'), file)).sort()).toEqual(
      ['nspass.js', ...loadedWithMain().map(({ file }) => file)].sort(),
    );
  });
});

const assets = await requireAssets();

describe.skipIf(assets === undefined)('kubectl nspass', () => {
  /** Runs the real kubectl, with the built command on its PATH. */
  const kubectl = (...args: string[]) =>
    spawnSync(join(assets ?? '', 'kubectl'), args, {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
        NO_COLOR: '1',
      },
    });

  it('is found, and its help names it so', () => {
    const { status, stdout, stderr } = kubectl('nspass', '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: kubectl nspass \[options\] \[command\]\n/);
    expect(stdout).toContain('\n  kubectl nspass lint manifests\n');
    expect(kubectl('nspass', 'lint', '--help').stdout).toMatch(/^Usage: kubectl nspass lint \[options\]/);
    expect(kubectl('plugin', 'list').stdout).toContain(join(folder, 'bin', 'kubectl-nspass'));
  });

  it('hands on arguments and the exit status', () => {
    expect(kubectl('nspass', 'lint', 'docs/examples/hotdrinks')).toMatchObject({ status: 0, stderr: '' });
    const wrong = kubectl('nspass', 'explian');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('(Did you mean explain?)')]);
  });

  it.each<[string, string[], string[]]>([
    ['a command', ['li'], ['lint', ':4']],
    ['an option', ['plan', '--ou'], ['--output', '--out', ':4']],
    ['the value of an option', ['plan', '-o', ''], ['table', 'json', 'markdown', ':4']],
    ['a file', ['lint', 'man'], [':0']],
  ])('completes %s', (_what, words, expected) => {
    const { stdout } = kubectl('__complete', 'nspass', ...words);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual(expected);
  });

  it('the command itself keeps its name', () => {
    const { stdout } = spawnSync(process.execPath, [launcher('nspass'), '--help'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^Usage: nspass \[options\] \[command\]\n/);
    expect(stdout).not.toContain('kubectl');
    for (const { name } of COMMANDS) expect(stdout).toContain(`\n  ${name} `);
  });
});
