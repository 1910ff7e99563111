import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf } from '../../../scripts/imports.ts';

/** A source file and the files that it imports, as paths from the root of the project. */
export interface FileImports {
  readonly file: string;
  readonly source: string;
  readonly imports: readonly string[];
}

/** Reads every TypeScript file of lib. Imports of types count: they tie files together for the reader. */
export const libFiles = (): FileImports[] => filesOf('lib/**/*.ts');

/** Reads every test. */
export const testFiles = (): FileImports[] => filesOf('test/**/*.test.ts');

function filesOf(pattern: string): FileImports[] {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return globSync(pattern, { cwd: root })
    .sort()
    .map((file) => {
      const source = readFileSync(join(root, file), 'utf8');
      const imports = importsOf(source)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(file), specifier));
      return { file, source, imports: [...new Set(imports)] };
    });
}

/** Returns the names of the types, interfaces and classes that a file declares and exports, each once. */
export function exportedTypes(source: string): string[] {
  const found = source.matchAll(/^export (?:abstract )?(?:class|interface|type) (\w+)\b/gm);
  return [...new Set([...found].map((match) => match[1] as string))];
}

export const folderOf = (file: string): string => posix.dirname(file);

/** Returns one circle for each back edge of a depth-first walk, from its first file in alphabetical order. */
export function cycles(files: readonly FileImports[]): string[] {
  const imports = new Map(files.map((file) => [file.file, file.imports]));
  const done = new Set<string>();
  const found = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.add(circle(path.slice(start)));
    if (start >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const { file } of files) visit(file, []);
  return [...found];
}

function circle(files: readonly string[]): string {
  const first = files.indexOf([...files].sort()[0] as string);
  const turned = [...files.slice(first), ...files.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}

const within = (inner: string, outer: string): boolean => inner.startsWith(`${outer}/`);

/**
 * Returns pairs of folders of which each imports the other. A folder and one inside of it may: the outer one puts the
 * parts together, and holds what they share. Circles of files are found by {@link cycles}.
 */
export function mutualFolders(files: readonly FileImports[]): string[] {
  const pairs = new Set(
    files.flatMap(({ file, imports }) =>
      imports
        .filter((target) => folderOf(target) !== folderOf(file))
        .map((target) => `${folderOf(file)} ${folderOf(target)}`),
    ),
  );
  return [...pairs].flatMap((pair) => {
    const [a = '', b = ''] = pair.split(' ');
    return a < b && !within(b, a) && pairs.has(`${b} ${a}`) ? [`${a} ↔ ${b}`] : [];
  });
}
