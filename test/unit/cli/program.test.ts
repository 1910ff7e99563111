import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { fold, optionDescription, widthOf } from '../../../lib/cli/help-text.ts';
import { normalizeArguments, programFor } from '../../../lib/cli/program.ts';

describe('a normalized command line', () => {
  it.each([
    ['', []],
    ['help', ['--help']],
    ['help lint', ['lint', '--help']],
    ['--debug help lint', ['--debug', 'lint', '--help']],
    ['help nope', ['nope']],
    ['help --help', ['--help']],
    ['nope --help', ['nope']],
    ['version', ['--version']],
    ['-v', ['-v']],
    ['local -v manifests', ['local', '-v', 'manifests']],
    ['lint help', ['lint', 'help']],
  ])('%j', (line, args) => {
    expect(normalizeArguments(line.split(' ').filter((word) => word !== ''))).toEqual(args);
  });
});

describe('help', () => {
  it.each(COMMANDS.map((listed) => [listed.name, listed] as const))(
    '%s: begins with a verb, has examples and its exit status, and no default that says nothing',
    async (name, { description, usage }) => {
      const program = await programFor([name], '1.2.3');
      const command = program.commands.find((candidate) => candidate.name() === name)!;
      let text = '';
      command.configureOutput({
        writeOut: (more) => {
          text += more;
        },
      });
      command.outputHelp();
      expect(description).toMatch(/^(run|show|write|check|simulate|send|remove) /);
      expect(command.description()).toBe(description);
      expect(command.usage()).toBe(usage);
      expect(text).toContain(`Usage: nspass ${name} ${usage}`);
      expect(text).toContain(`\nExamples:\n  `);
      expect(text).toContain('Exit status: ');
      expect(text).toMatch(/^ {2}--debug /m);
      expect(text).not.toMatch(/default: (\{\}|\[\]|false)/);
    },
  );

  it('of the program: every command with its arguments, and none of them loaded', async () => {
    const program = await programFor(['--help'], '1.2.3');
    const text = program.helpInformation();
    for (const { name, usage } of COMMANDS) expect(text).toContain(`  ${name} ${usage}`);
    expect(program.commands.flatMap((command) => command.options)).toEqual([]);
  });

  it.each([
    [undefined, 40, 80],
    [true, 120, 120],
    [true, 20, 80],
    [true, undefined, 80],
  ])('terminal %j with %j columns: lines of %j', (isTTY, columns, width) => {
    expect(widthOf({ ...(isTTY === undefined ? {} : { isTTY }), ...(columns === undefined ? {} : { columns }) })).toBe(
      width,
    );
  });

  it('folds paragraphs to the width, and leaves headings, examples and empty lines as they are', () => {
    const text =
      'Two lines of one\nparagraph that is long.\n\nExamples:\n  nspass local manifests --state a-long-name\n';
    expect(fold(text, 20)).toBe(
      'Two lines of one\nparagraph that is\nlong.\n\nExamples:\n  nspass local manifests --state a-long-name\n',
    );
  });

  it('what is folded stays folded', () => {
    const text = `${'a word and '.repeat(30)}end.\n`;
    expect(fold(fold(text, 30), 30)).toBe(fold(text, 30));
  });

  it.each([
    [false, 'x'],
    [[], 'x'],
    [new Map(), 'x'],
    [7, 'x (default: 7)'],
    ['edge', 'x (default: "edge")'],
  ])('default %j: %s', (value, text) => {
    expect(optionDescription(new Option('--x <y>', 'x').default(value))).toBe(text);
  });
});
