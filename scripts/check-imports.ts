// Checks the import rules of docs/architecture.md and CONTRIBUTING.md (`file:line: module may not import module, because …`),
// and that `dependencies` of package.json match the imports.
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependencyProblems } from './dependencies.ts';
import { importsOf } from './imports.ts';
import { refusal } from './module-rules.ts';

/** Returns the forbidden imports of one file, as lines to print. */
export function violations(file: string, source: string): string[] {
  return importsOf(source).flatMap(({ specifier, line }) => {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined;
    const reason = refusal(file, specifier, target);
    return reason === undefined ? [] : [`${file}:${line}: ${reason}`];
  });
}

/** Returns all forbidden imports of a project, and the number of its files. */
export function checkImports(root: string): { files: number; violations: string[] } {
  const files = globSync('{functions,lib,infra}/**/*.{ts,js,mjs}', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  }).sort();
  return {
    files: files.length,
    violations: files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8'))),
  };
}

/** Returns the problems of `dependencies` in package.json of a project, as lines to print. */
export function checkDependencies(root: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const importers = globSync('{functions,lib}/**/*.ts', { cwd: root })
    .sort()
    .map((file) => ({ file, imports: importsOf(readFileSync(join(root, file), 'utf8')) }));
  return dependencyProblems(importers, dependencies);
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const found = checkImports(root);
  const wrong = checkDependencies(root);
  for (const line of [...found.violations, ...wrong]) process.stderr.write(`${line}\n`);
  process.stdout.write(
    `imports: ${found.files} files, ${found.violations.length} forbidden imports, ${wrong.length} wrong dependencies\n`,
  );
  process.exitCode = found.violations.length + wrong.length === 0 ? 0 : 1;
}
