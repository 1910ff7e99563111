/** A word of a command line; a quoted word is never an option. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** Splits a line as the command line does: `"…"` with escapes, `q{…}` and `q/…/` without. */
export function splitLine(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at]!)) {
      at += 1;
      continue;
    }
    if (line[at] === '"') {
      const { text, end } = quotedWord(line, at + 1);
      words.push({ text, quoted: true });
      at = end;
      continue;
    }
    const open = /^q([^\w\s])/.exec(line.slice(at, at + 2))?.[1];
    if (open !== undefined) {
      const close = line.indexOf(CLOSING[open] ?? open, at + 2);
      const end = close < 0 ? line.length : close;
      words.push({ text: line.slice(at + 2, end), quoted: true });
      at = end + 1;
      continue;
    }
    const plain = /^\S+/.exec(line.slice(at))![0];
    words.push({ text: plain, quoted: false });
    at += plain.length;
  }
  return words;
}

function quotedWord(line: string, start: number): { text: string; end: number } {
  let text = '';
  let at = start;
  while (at < line.length && line[at] !== '"') {
    if (line[at] === '\\' && at + 1 < line.length) {
      const next = line[at + 1]!;
      text += ESCAPES[next] ?? next;
      at += 2;
    } else {
      text += line[at];
      at += 1;
    }
  }
  return { text, end: at + 1 };
}
