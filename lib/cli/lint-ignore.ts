import { FINDING_CODES, type LintFinding } from '../ingress/index.ts';
import { nearest } from '../ingress/nearest.ts';
import { UsageError } from './usage.ts';

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

/**
 * Checks the codes of `--ignore`.
 *
 * @throws {UsageError} for an unknown code, which would silently ignore nothing.
 */
export function ignoredCodes(codes: readonly string[]): ReadonlySet<string> {
  for (const code of codes) {
    if (FINDING_CODES.some((each) => each === code)) continue;
    throw new UsageError(`--ignore: ${unknownFinding(code)}`);
  }
  return new Set(codes);
}

/** Returns the sentence about a code that does not exist. */
export function unknownFinding(code: string): string {
  const meant = nearest(code, FINDING_CODES);
  return `unknown finding "${code}": ${meant === undefined ? 'nspass explain lists all codes.' : `did you mean ${meant}?`}`;
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
