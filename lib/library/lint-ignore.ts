import type { LintFinding } from '../ingress/index.ts';
import { isFindingCode, unknownFinding } from './finding-code.ts';

/** Codes that comments of one file ignore, by the line that they apply to. */
export type Ignores = ReadonlyMap<number, ReadonlySet<string>>;

const COMMENT = /(^|\s)#\s*nspass-ignore:\s*([A-Za-z]+(?:[ ,]+[A-Za-z]+)*)/;

/**
 * Reads comments such as `# nspass-ignore: HostConflict, NoEndpoints`.
 *
 * | comment | applies to |
 * |---|---|
 * | after something on its line | its own line |
 * | alone on its line | the next line that is not a comment |
 */
export function ignoresIn(text: string): Ignores {
  const found = new Map<number, ReadonlySet<string>>();
  if (!text.includes('nspass-ignore')) return found;
  let waiting: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const codes = COMMENT.exec(line)?.[2]?.split(/[ ,]+/) ?? [];
    const alone = /^\s*(#|$)/.test(line);
    const own = alone ? [] : [...waiting, ...codes];
    if (alone) waiting = [...waiting, ...codes];
    else waiting = [];
    if (own.length > 0) found.set(index + 1, new Set(own));
  }
  return found;
}

/** Returns the words that were meant as codes. Words after a code may explain it; without any code, the first was meant as one. */
function meantAsCodes(words: ReadonlySet<string>): string[] {
  const camel = [...words].filter((word) => /[a-z][A-Z]/.test(word));
  return [...words].some(isFindingCode) ? camel : [...new Set([...[...words].slice(0, 1), ...camel])];
}

/** Returns a line for each unknown code of a comment, which would silently ignore nothing. */
export function unknownInComments(comments: ReadonlyMap<string, Ignores>): string[] {
  return [...comments].flatMap(([file, lines]) =>
    [...lines].flatMap(([line, codes]) =>
      meantAsCodes(codes)
        .filter((code) => !isFindingCode(code))
        .map((code) => `${file}:${line}: # nspass-ignore: ${unknownFinding(code)}`),
    ),
  );
}

/** Returns the findings that neither an option nor a comment ignores. */
export function notIgnored(
  findings: readonly LintFinding[],
  codes: ReadonlySet<string>,
  comments: ReadonlyMap<string, Ignores>,
): LintFinding[] {
  return findings.filter(
    ({ code, file, line }) => !codes.has(code) && comments.get(file)?.get(line)?.has(code) !== true,
  );
}
