import { Help, type Option } from 'commander';

/** Width of lines without a terminal. */
const WIDTH = 80;

/** Returns the width of lines on an output. */
export function widthOf({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number {
  return isTTY === true && columns !== undefined && columns >= 40 ? columns : WIDTH;
}

/**
 * Folds text to a width. Lines that follow each other without an indent are one paragraph; an indented line is an
 * example or a table, and stays as it is.
 */
export function fold(text: string, width: number): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) out.push(...wrap(paragraph.join(' ').split(' '), width));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith(' ') && !/:$/.test(line)) paragraph.push(line);
    else {
      flush();
      out.push(line);
    }
  }
  flush();
  return out.join('\n');
}

function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Returns whether a default is not worth showing: off, or an empty list. */
function isTrivial(value: unknown): boolean {
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  return value === false || (Array.isArray(value) && value.length === 0);
}

/** Describes an option, without a trivial default. */
export function optionDescription(option: Option): string {
  const shown = isTrivial(option.defaultValue)
    ? (Object.create(option, {
        defaultValue: { value: undefined },
        defaultValueDescription: { value: undefined },
      }) as Option)
    : option;
  return Help.prototype.optionDescription.call(new Help(), shown);
}
