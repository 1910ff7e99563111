import { globSync, readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface DocBlock {
  readonly language: string;
  readonly text: string;
}

/** A command of a page, as somebody types it. */
export interface DocCommand {
  readonly page: string;
  /** One line of a shell, without its comment. */
  readonly line: string;
  /** Lines that the page shows below the command; empty where it shows none. */
  readonly output: readonly string[];
}

/** Every page with commands for users: README, and all of docs. */
export const DOC_PAGES: readonly string[] = ['README.md', ...globSync('docs/**/*.md')].sort();

const BLOCK = /^([ \t]*)```(\w*)[^\n]*\n([\s\S]*?)^[ \t]*```[ \t]*$/gm;

/** Returns the fenced blocks of a page, without their indentation. */
export function blocksOf(page: string): DocBlock[] {
  return [...readFileSync(page, 'utf8').matchAll(BLOCK)].map(([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Returns the code between backticks in the sentences of a page. */
export function spansOf(page: string): string[] {
  const prose = readFileSync(page, 'utf8').replaceAll(BLOCK, '').replaceAll(/\s+/g, ' ');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

const SHELLS = ['sh', 'bash', 'shell', 'console'];

/**
 * Returns the commands of a page's blocks for a shell.
 *
 * | block         | command                | below it        |
 * | ------------- | ---------------------- | --------------- |
 * | `sh`, `bash`  | every line             | nothing         |
 * | `console`     | lines that begin `$ `  | what it prints  |
 */
export function commandsOf(page: string): DocCommand[] {
  return blocksOf(page)
    .filter(({ language }) => SHELLS.includes(language))
    .flatMap(({ language, text }) => (language === 'console' ? typed(page, text) : typed(page, prompted(text))));
}

const prompted = (text: string): string =>
  joined(text)
    .split('\n')
    .map((line) => `$ ${line}`)
    .join('\n');

const joined = (text: string): string => text.replaceAll(/\\\n\s*/g, '');

function typed(page: string, text: string): DocCommand[] {
  return joined(text)
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...output] = part.split('\n');
      return { page, line: withoutComment(line), output: output.map((each) => each.trimEnd()).filter(Boolean) };
    })
    .filter(({ line }) => line !== '');
}

/** A `#` after a blank, outside quotes, begins a comment. */
const withoutComment = (line: string): string =>
  (/^(?:'[^']*'|"[^"]*"|[^'"\s#]\S*?(?=['"\s]|$)|\s+(?!#))*/.exec(line.trim())?.[0] ?? '').trim();

/** Returns the words of each command of a line, as a shell takes them apart; what a redirection names is left out. */
export function wordsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token] of line.replaceAll(/\s>\s*\S+/g, '').matchAll(/\|\|?|&&?|;|(?:'[^']*'|"[^"]*"|[^\s'"|&;])+/g)) {
    if (/^[|&;]/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return commands.filter((words) => words.length > 0);
}

/** Returns the arguments of `nspass` in a command, however it is started; undefined for another program. */
export function nspassArguments(words: readonly string[]): string[] | undefined {
  if (words[0] === 'nspass') return words.slice(1);
  const [npm, run, ...rest] = words;
  if (npm !== 'npm' || run !== 'run') return undefined;
  const [name, dashes, ...args] = rest.filter((word) => word !== '-s' && word !== '--silent');
  return name === 'nspass' && dashes === '--' ? args : undefined;
}
