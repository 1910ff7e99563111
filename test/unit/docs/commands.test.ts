import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { normalizeArguments, programFor } from '../../../lib/cli/program.ts';
import { blocksOf, commandsOf, DOC_PAGES, nspassArguments, spansOf, wordsOf } from '../../support/doc-pages.ts';

/** Returns why the real program would not take a command line; undefined if it would run it. */
async function refusal(args: readonly string[]): Promise<string | undefined> {
  const normalized = normalizeArguments(args);
  const program = await programFor(normalized, '0.0.0');
  for (const command of program.commands) command.action(() => {});
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  }
  try {
    await program.parseAsync(normalized, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return (error as Error).message;
  }
}

const lines = DOC_PAGES.flatMap(commandsOf).flatMap(({ page, line }) =>
  wordsOf(line).map((words) => ({ page, line, words })),
);
const ours = lines.flatMap(({ page, line, words }) => {
  const args = nspassArguments(words);
  return args === undefined ? [] : [{ page, line, args }];
});
/** The examples of the help texts, as docs/cli.md shows them. */
const helped = blocksOf('docs/cli.md').flatMap(({ text }) =>
  [...text.matchAll(/^ {2}nspass (.*)$/gm)].flatMap(([, line = '']) =>
    wordsOf(`nspass ${line.replace(/ …$/, '')}`)
      .filter(([name]) => name === 'nspass')
      .map((words) => ({ page: 'docs/cli.md', line: words.join(' '), args: words.slice(1) })),
  ),
);
const mentioned = DOC_PAGES.flatMap((page) =>
  spansOf(page)
    .filter((span) => /^nspass [a-z]/.test(span))
    .map((span) => ({ page, line: span, args: wordsOf(span)[0]?.slice(1) ?? [] })),
);

describe('refusal', () => {
  it.each([
    [['lint', 'manifests'], undefined],
    [['lint', '--no-such'], "error: unknown option '--no-such'"],
    [['lintt'], "error: unknown command 'lintt'"],
    [['why'], "error: missing required argument 'host'"],
    [['explain', 'HostConflict', 'more'], 'error: too many arguments'],
    [['lint', '--format', 'xml'], "error: option '--format <format>' argument 'xml' is invalid"],
    [['help', 'lint'], undefined],
    [['--version'], undefined],
  ])('%j → %s', async (args, expected) => {
    const said = await refusal(args);
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(expected);
  });
});

describe('wordsOf', () => {
  it.each([
    ['nspass lint a b', [['nspass', 'lint', 'a', 'b']]],
    [
      "nspass status 'shop.*' -o json | jq '.[] | .a'",
      [
        ['nspass', 'status', 'shop.*', '-o', 'json'],
        ['jq', '.[] | .a'],
      ],
    ],
    [
      'nspass plan x && nspass apply y',
      [
        ['nspass', 'plan', 'x'],
        ['nspass', 'apply', 'y'],
      ],
    ],
    ['nspass completion zsh > "$a/_b"', [['nspass', 'completion', 'zsh']]],
    ['source <(nspass completion bash)', [['source', '<(nspass', 'completion', 'bash)']]],
  ])('%s', (line, words) => expect(wordsOf(line)).toEqual(words));
});

describe('commands of the pages', () => {
  it('are found in blocks, in sentences and in help texts', () => {
    expect(ours.length).toBeGreaterThan(20);
    expect(helped.length).toBeGreaterThan(30);
    expect(mentioned.length).toBeGreaterThan(40);
  });

  it.each([...ours, ...helped])('$page: $line is taken by the program', async ({ args }) => {
    expect(await refusal(args)).toBeUndefined();
  });

  // A sentence may leave out what a command requires, as in `nspass why`.
  it.each(mentioned)('$page: `$line` names a command and options that there are', async ({ args }) => {
    const [name = '', ...rest] = args;
    const entry = COMMANDS.find((each) => each.name === name);
    expect(entry, `there is no command ${name}`).toBeDefined();
    const known = (await entry!.load()).options;
    // Every command has these two.
    const options = rest
      .filter((word) => /^--?[a-z]/.test(word) && word !== '--help' && word !== '--debug')
      .map((word) => word.replace(/=.*/, ''));
    expect(options.filter((word) => !known.some(({ short, long }) => word === short || word === long))).toEqual([]);
  });

  it('npm run names scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...lines.map(({ line }) => line), ...DOC_PAGES.flatMap(spansOf)].flatMap((text) =>
      [...text.matchAll(/\bnpm run (?:-s |--silent )?([a-z:-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
