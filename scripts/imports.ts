/** One import of a source file. */
export interface Import {
  /** Text between the quotes. */
  readonly specifier: string;
  readonly line: number;
  /** Written as `import type` or `export type`: gone when the code runs. */
  readonly typeOnly: boolean;
}

/** Statements start a line, as the formatter leaves them, and end at their semicolon. */
const STATIC =
  /^(?:import\s+(?<importType>type\s+)?[\w*{$]|export\s+(?<exportType>type\s+)?[*{])[^;]*?\bfrom\s*(?<quote>['"])(?<name>[^'"]+)\k<quote>/gm;
const BARE = /^import\s+(['"])(?<name>[^'"]+)\1/gm;
/** Types may be imported so too; what is computed cannot be checked, and is named as it stands. */
const DYNAMIC = /\b(?:import|require)\(\s*(?<name>[^)]*)/g;
const COMMENT_LINE = /^\s*(?:\*|\/\/|\/\*)/;

/** Every import, re-export and dynamic import of a TypeScript source, types included. */
export function importsOf(source: string): Import[] {
  const lineAt = (index: number): number => source.slice(0, index).split('\n').length;
  const statements = [...source.matchAll(STATIC), ...source.matchAll(BARE)].map(({ index, groups }) => ({
    specifier: groups?.name ?? '',
    line: lineAt(index),
    typeOnly: (groups?.importType ?? groups?.exportType) !== undefined,
  }));
  const dynamic = [...source.matchAll(DYNAMIC)]
    .map(({ index, groups }) => ({ specifier: unquoted(groups?.name ?? ''), line: lineAt(index), typeOnly: false }))
    .filter(({ line }) => !COMMENT_LINE.test(source.split('\n')[line - 1] ?? ''));
  return [...statements, ...dynamic].sort((a, b) => a.line - b.line);
}

function unquoted(text: string): string {
  return /^(['"])([^'"]+)\1/.exec(text)?.[2] ?? text.trim();
}
