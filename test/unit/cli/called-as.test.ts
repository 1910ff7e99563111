import { describe, expect, it } from 'vitest';
import { calledAs } from '../../../lib/cli/called-as.ts';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { kubectlCompletion } from '../../../lib/cli/kubectl-completion.ts';
import { programFor } from '../../../lib/cli/program.ts';

describe('the name under which the command was started', () => {
  it.each([
    ['/usr/local/bin/nspass', 'nspass'],
    ['/usr/local/bin/kubectl-nspass', 'kubectl nspass'],
    ['/x/node_modules/netscaler-passthrough/kubectl-nspass.js', 'kubectl nspass'],
    ['/usr/local/bin/kubectl_complete-nspass', 'completion for kubectl'],
    ['/work/lib/cli/main.ts', 'nspass'],
    ['/x/constructor', 'nspass'],
    [undefined, 'nspass'],
  ])('%s → %s', (script, name) => {
    expect(calledAs(script)).toBe(name);
  });

  it.each(COMMANDS.map(({ name }) => name))(
    'help of %s: usage and examples bear it, and nothing bears it twice',
    async (name) => {
      const written: string[] = [];
      const spy = process.stdout.write;
      process.stdout.write = ((text: string) => written.push(text) > 0) as typeof spy;
      try {
        const program = await programFor([name, '--help'], '1.2.3', 'kubectl nspass');
        await program.parseAsync([name, '--help'], { from: 'user' }).catch(() => {});
      } finally {
        process.stdout.write = spy;
      }
      const text = written.join('');
      expect(text).toMatch(new RegExp(`^Usage: kubectl nspass ${name} `));
      const examples = text.slice(text.indexOf('Examples:')).split('\n\n')[0] ?? '';
      expect(examples).toContain(`kubectl nspass ${name}`);
      expect(examples.replaceAll('kubectl nspass', '')).not.toMatch(/(?<![\w-])nspass [a-z]/);
      expect(text).not.toContain('kubectl kubectl');
    },
  );
});

describe('completion for kubectl', () => {
  const words = async (...typed: string[]): Promise<string[]> =>
    (await kubectlCompletion(typed, COMMANDS)).trimEnd().split('\n');

  it.each<[string, string[], string[]]>([
    [
      'a command, with what it does',
      ['expl'],
      [`explain\t${COMMANDS.find(({ name }) => name === 'explain')?.description}`, ':4'],
    ],
    ['nothing that fits', ['xyz'], [':4']],
    ['after an unknown command', ['xyz', ''], [':4']],
    ['a file', ['lint', 'man'], [':0']],
    ['the value of a long option', ['lint', '--format', 's'], ['sarif', ':4']],
  ])('%s', async (_what, typed, expected) => {
    expect(await words(...typed)).toEqual(expected);
  });

  it('no word: every command', async () => {
    expect((await words('')).length).toBe(COMMANDS.length + 1);
    expect((await words()).length).toBe(COMMANDS.length + 1);
  });

  it('a description is one line, so that it cannot end the list', async () => {
    for (const { name } of COMMANDS) {
      for (const line of (await words(name, '--')).slice(0, -1)) expect(line).toMatch(/^--[a-z-]+\t[^\t]+$/);
    }
  });
});
