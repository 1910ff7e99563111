import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { normalizeArguments, programFor } from '../../../lib/cli/program.ts';

const ESCAPE = '\u001b';

/** Runs a command line as far as the parser goes, and returns what it writes. */
async function parsed(...line: string[]): Promise<string> {
  const args = normalizeArguments(line);
  const program = await programFor(args, '1.2.3');
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: write, writeErr: write, outputError: (more) => write(more) });
  }
  for (const command of program.commands) command.action(() => write('it would run'));
  await program.parseAsync(args, { from: 'user' }).catch(() => {});
  return text;
}

/** Leaves out the character in the middle. */
const misspelt = (name: string): string => name.slice(0, name.length >> 1) + name.slice((name.length >> 1) + 1);

const optionsOf = (command: Command): string[] =>
  command.options.flatMap(({ long, hidden }) => (long == null || hidden ? [] : [long.slice(2)]));

describe.each(COMMANDS.map((entry) => [entry.name, entry] as const))('%s', (name, { load }) => {
  it('help has examples of this command, its exit status, and --debug; no escape code', async () => {
    const help = await parsed(name, '--help');
    expect(help).toMatch(new RegExp(`\\nExamples:\\n(?: {2}.*\\n)*? {2}.*\\bnspass ${name}\\b`));
    expect(help).toMatch(/\nExit status: \S/);
    expect(help).toMatch(/^ {2}--debug +add the stack trace/m);
    expect(help).not.toContain(ESCAPE);
    expect(await parsed('help', name)).toBe(help);
  });

  it('an unknown option names the nearest one', async () => {
    const options = optionsOf(await load());
    for (const option of [...options, 'debug', 'help'].filter((each) => each.length > 3)) {
      const typed = misspelt(option);
      if ([...options, 'debug', 'help', 'version'].includes(typed)) continue;
      const said = await parsed(name, `--${typed}`);
      expect(said).toContain(`unknown option '--${typed}'`);
      expect(said).toMatch(/\n\(Did you mean (one of )?--/);
      expect(said).toContain(`--${option}`);
      expect(said).not.toContain(ESCAPE);
    }
  });

  it('an unknown command names this one, if it is the nearest', async () => {
    const said = await parsed(misspelt(name));
    expect(said).toContain(`unknown command '${misspelt(name)}'`);
    expect(said).toMatch(new RegExp(`Did you mean (one of )?(\\w+, )*${name}\\b`));
    expect(said).not.toContain('it would run');
  });
});

it('what is nothing like a command gets no suggestion', async () => {
  expect(await parsed('xyzzyx')).not.toContain('Did you mean');
});
