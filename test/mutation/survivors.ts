/**
 * Survivors of mutation testing, and why each may live. A mutant is named by its text, not by its line, so that code
 * that moves takes its explanation with it, and code that changes loses it.
 */

/** A place in a source, as Stryker says it: lines and columns from 1, the end exclusive. */
export interface Span {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** One change: the line with what is changed between « and », and what stands there instead. */
export type Mutation = readonly [code: string, instead: string];

/** Mutants of one file that survive for one reason. */
export interface Explanation {
  readonly file: string;
  /** Why no test can, or need, tell the difference. */
  readonly why: string;
  readonly mutants: readonly Mutation[];
}

export interface Named {
  readonly file: string;
  readonly mutation: Mutation;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A mutant by its text: of the lines above as many as make it the only such place of its file. */
export function mutationOf(source: string, { start, end }: Span, replacement: string): Mutation {
  const lines = source.split('\n');
  const at = ({ line, column }: Span['start']): number =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1);
  const [from, to] = [at(start), at(end)];
  const last = at({ line: end.line + 1, column: 0 });
  const code = (first: number): string => {
    const before = source.slice(at({ line: first, column: 1 }), from);
    return oneLine(`${before}«${source.slice(from, to)}»${source.slice(to, last)}`);
  };
  const again = (first: number): boolean => {
    const text = source.slice(at({ line: first, column: 1 }), last);
    return source.indexOf(text) !== source.lastIndexOf(text);
  };
  let first = start.line;
  while (first > 1 && again(first)) first--;
  return [code(first), oneLine(replacement)];
}

export interface Comparison {
  /** Survivors that nobody explained. */
  readonly unexplained: readonly Named[];
  /** Explanations of what is killed, or is not there any more. */
  readonly stale: readonly Named[];
}

/**
 * Holds the survivors of a run against what was explained.
 *
 * @param measured modules and files that were measured: explanations of others are not looked at.
 */
export function compareSurvivors(
  measured: readonly string[],
  survivors: readonly Named[],
  explanations: readonly Explanation[],
): Comparison {
  const text = ({ file, mutation }: Named): string => [file, ...mutation].join('\n');
  const explained = explanations
    .filter(({ file }) => measured.some((module) => file === module || file.startsWith(`${module}/`)))
    .flatMap(({ file, mutants }) => mutants.map((mutation) => ({ file, mutation })));
  const missing = (these: readonly Named[], those: readonly Named[]): Named[] => {
    const left = Map.groupBy(those, text);
    return these.filter((each) => left.get(text(each))?.pop() === undefined);
  };
  return { unexplained: missing(survivors, explained), stale: missing(explained, survivors) };
}

/** As an entry of a list: by file, ready to be pasted, with the reason to be written. */
export function entries(mutants: readonly Named[]): string {
  return [...Map.groupBy(mutants, ({ file }) => file)]
    .flatMap(([file, own]) => [file, ...own.map(({ mutation }) => `  ${JSON.stringify(mutation)},`)])
    .join('\n');
}
