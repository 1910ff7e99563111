import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from '../../../scripts/imports.ts';
import { libFiles } from '../structure/source-files.ts';

const files = new Map(libFiles().map((each) => [each.file, each]));

/** Returns everything that is loaded with a file: other files, and packages. Imports of types load nothing. */
function reachable(start: string): { files: string[]; packages: string[] } {
  const seen = new Set([start]);
  const packages = new Set<string>();
  for (const file of seen) {
    for (const { specifier, typeOnly } of importsOf(files.get(file)?.source ?? '')) {
      if (typeOnly) continue;
      if (specifier.startsWith('.')) seen.add(posix.join(posix.dirname(file), specifier));
      else packages.add(specifier);
    }
  }
  return { files: [...seen], packages: [...packages].sort() };
}

describe('the library has no I/O of its own', () => {
  const graph = reachable('lib/library/index.ts');

  it('reaches these packages and no others: none opens a file or a connection', () => {
    expect(graph.packages).toEqual(['node:crypto', 'node:url', 'yaml', 'zod/mini', 'zod/v4/locales/en.js']);
  });

  it('the walk follows imports to their end', () => {
    expect(graph.files.filter((file) => !files.has(file))).toEqual([]);
    expect(graph.files).toContain('lib/ingress/host.ts');
    expect(graph.files).toContain('lib/preview/route-table.ts');
    expect(reachable('lib/cli/lint.ts').packages).toContain('node:fs/promises');
  });

  it('reads no clock, environment or network by a global', () => {
    const using = graph.files.filter((file) =>
      /\b(fetch|Date\.now|Math\.random|setTimeout|setInterval)\(|new Date\(\)|\bprocess\./.test(
        (files.get(file)?.source ?? '').replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
      ),
    );
    expect(using).toEqual([]);
  });
});
