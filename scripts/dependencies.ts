import type { Import } from './imports.ts';

/** A source file with its imports. */
export interface Importer {
  readonly file: string;
  readonly imports: readonly Import[];
}

/** `zod/mini` → `zod`, `@aws-sdk/client-sqs` as it is; undefined for files and for modules of Node. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/**
 * Returns what is wrong with `dependencies` of package.json, as lines to print: they are the packages that the code
 * imports at run time, all of them and no others. Imports of types do not count: nothing of them is left when it runs.
 *
 * @param importers files of the code, without tests and tools.
 */
export function dependencyProblems(
  importers: readonly Importer[],
  dependencies: Readonly<Record<string, string>>,
): string[] {
  const used = importers.flatMap(({ file, imports }) =>
    imports.flatMap(({ specifier, line, typeOnly }) => {
      const name = packageOf(specifier);
      return name === undefined || typeOnly ? [] : [{ name, at: `${file}:${line}` }];
    }),
  );
  const missing = used.filter(({ name }) => !Object.hasOwn(dependencies, name));
  const unused = Object.keys(dependencies).filter((name) => !used.some((use) => use.name === name));
  return [
    ...missing.map(({ name, at }) => `${at}: ${name} is imported at run time: list it in dependencies of package.json`),
    ...unused.map(
      (name) => `package.json: neither lib nor functions import ${name}: list it in devDependencies, or remove it`,
    ),
  ];
}
