// The import rule of docs/architecture.md, as a check: `file:line: module may not import module, because …`.
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf } from './imports.ts';
import { refusal } from './module-rules.ts';

/** Violations of one file, as lines to print. */
export function violations(file: string, source: string): string[] {
  return importsOf(source).flatMap(({ specifier, line }) => {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined;
    const reason = refusal(file, specifier, target);
    return reason === undefined ? [] : [`${file}:${line}: ${reason}`];
  });
}

/** All violations under a root, and how many files were read. */
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

if (import.meta.main) {
  const found = checkImports(fileURLToPath(new URL('..', import.meta.url)));
  for (const line of found.violations) process.stderr.write(`${line}\n`);
  process.stdout.write(`imports: ${found.files} files, ${found.violations.length} forbidden imports\n`);
  process.exitCode = found.violations.length === 0 ? 0 : 1;
}
