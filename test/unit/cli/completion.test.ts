import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { completedCommands } from '../../../lib/cli/completion.ts';
import { type CompletedCommand, completionScript } from '../../../lib/cli/completion-script.ts';

const SOME: readonly CompletedCommand[] = [
  {
    name: 'plan',
    description: 'what the operator’s change would do: it’s [read] only',
    options: [
      { long: '--output', short: '-o', description: "how it's printed", values: ['table', 'json'] },
      { long: '--nitro', short: undefined, description: 'address', values: [] },
    ],
  },
  { name: 'status', description: 'hosts', options: [] },
];

const hasBash = spawnSync('bash', ['-c', ':']).status === 0;

/** Completes a command line in a real bash. */
function complete(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash', SOME)}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _nspass; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: 'docs/examples' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe.skipIf(!hasBash)('in a real bash', () => {
  it.each<[string, string[], string[]]>([
    ['the beginning of a command', ['nspass', 'pl'], ['plan']],
    ['nothing yet', ['nspass', ''], ['plan', 'status', '--help', '--version']],
    ['an option', ['nspass', 'plan', '--n'], ['--nitro']],
    ['a short option', ['nspass', 'plan', '-'], ['-o', '--output', '--nitro']],
    ['the value of an option', ['nspass', 'plan', '--output', 'j'], ['json']],
    ['a file', ['nspass', 'plan', 'shop'], ['shop.yaml']],
  ])('%s', (_what, words, expected) => {
    expect(complete(...words)).toEqual(expected);
  });
});

describe('scripts', () => {
  it('zsh: a description cannot end its quotes or brackets', () => {
    const script = completionScript('zsh', SOME);
    expect(script).toContain("'plan:what the operator’s change would do\\: it’s \\[read\\] only'");
    expect(script).toContain(`'*-o[how it'\\''s printed]:value:(table json)'`);
  });

  it('fish: one line for each command and option', () => {
    const lines = completionScript('fish', SOME).split('\n');
    expect(lines).toContain(
      `complete -c nspass -n '__fish_seen_subcommand_from plan' -s o -l output -x -a 'table json' -d 'how it'\\''s printed'`,
    );
    expect(lines.filter((line) => line.startsWith('complete'))).toHaveLength(4);
  });

  it('every command of the program is completed, with its options', async () => {
    const commands = await completedCommands(COMMANDS);
    expect(commands.map(({ name }) => name)).toEqual(COMMANDS.map(({ name }) => name));
    const plan = commands.find(({ name }) => name === 'plan');
    expect(plan?.options.find(({ long }) => long === '--output')?.values).toEqual(['table', 'json', 'markdown']);
  });
});
