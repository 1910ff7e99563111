import { type Completable, completedCommand } from './completion.ts';

/** Directives of kubectl after the last word: whether the shell also offers files. */
const FILES = ':0';
const NO_FILES = ':4';

/**
 * Completes the words after `kubectl nspass`, in the form that kubectl expects of `kubectl_complete-nspass`: one word and its
 * description in each line, then a directive. Only the command that the words name is loaded.
 *
 * | last word | before it | completes to |
 * |---|---|---|
 * | any | no command | commands |
 * | `-…` | a command | its options |
 * | any | an option with known values | the values |
 * | any | anything else | files |
 *
 * @param words the last one is what is completed, and may be empty.
 * @param listed every command of the program.
 */
export async function kubectlCompletion(words: readonly string[], listed: readonly Completable[]): Promise<string> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const name = before.find((word) => !word.startsWith('-'));
  if (name === undefined)
    return answer(
      listed.map((each) => [each.name, each.description]),
      current,
    );
  const found = listed.find((each) => each.name === name);
  if (found === undefined) return `${NO_FILES}\n`;
  const { options } = await completedCommand(found);
  const previous = before.at(-1);
  const values = options.find(({ long, short }) => previous === long || previous === short)?.values ?? [];
  if (values.length > 0)
    return answer(
      values.map((value) => [value, '']),
      current,
    );
  if (!current.startsWith('-')) return `${FILES}\n`;
  return answer(
    options.map(({ long, description }) => [long, description]),
    current,
  );
}

function answer(choices: readonly (readonly [word: string, description: string])[], current: string): string {
  const lines = choices
    .filter(([word]) => word.startsWith(current))
    .map(([word, description]) => (description === '' ? word : `${word}\t${description}`));
  return [...lines, NO_FILES, ''].join('\n');
}
