import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../cloud/support/project.ts';

/** A page for whoever is on call, taken to pieces. */
export interface Page {
  readonly name: string;
  /** Commands of a shell, each in one line: of its blocks, and those that stand in a sentence. */
  readonly commands: readonly string[];
  /** Everything between backticks in sentences, commands apart. */
  readonly code: readonly string[];
  /** Everything between underscores: saved queries, widgets, metrics. */
  readonly italics: readonly string[];
  /** Times, as they are written: `15 minutes`. */
  readonly durations: readonly string[];
}

const PROGRAMS = 'nspass|aws|kubectl|helm|curl|npm|alias';
const COMMAND = new RegExp(`^(${PROGRAMS}) \\S`);
const BLOCK = /^[ \t]*```(\w*)\n([\s\S]*?)^[ \t]*```$/gm;
const NUMBER = 'an|a|one|two|three|four|five|ten|fifteen|\\d+';
const DURATION = new RegExp(`\\b(?:${NUMBER})[ -](?:second|minute|hour|day)s?\\b`, 'g');

/** @param file path of a page. */
function readPage(file: string): Page {
  const text = readFileSync(file, 'utf8');
  const blocks = [...text.matchAll(BLOCK)];
  const prose = text.replace(BLOCK, '').replace(/\s+/g, ' ');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  const words = prose.replace(/`[^`]+`/g, '``');
  return {
    name: basename(file, '.md'),
    commands: [
      ...blocks.flatMap(([, language, body = '']) => (language === 'sh' ? lines(body) : [])),
      ...spans.filter((span) => COMMAND.test(span)),
    ],
    code: spans.filter((span) => !COMMAND.test(span)),
    italics: [...words.matchAll(/(?<!\w)_([^_]+)_(?!\w)/g)].map(([, name = '']) => name),
    durations: [...words.matchAll(DURATION)].map(([time]) => time),
  };
}

function lines(block: string): string[] {
  return block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

export const RUNBOOKS: readonly Page[] = globSync(join(ROOT, 'docs/runbooks/*.md')).sort().map(readPage);
export const REMOVAL = readPage(join(ROOT, 'docs/deploy/removal.md'));
