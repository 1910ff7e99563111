import { posix } from 'node:path';
import { importsOf } from './imports.ts';

const FROM = /^(?:import|export) (?:type )?\{[^}]*\} from ['"][^'"]+['"];\n/gm;
const DECLARED = /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm;
const LISTED = /^export (?:type )?\{([^}]*)\}/gm;

/**
 * Joins declarations that refer to each other to one file that refers to none, so that the package's types need no other
 * package.
 *
 * @param texts path of each file (`lib/library/index.d.ts`) → its declarations, as the compiler writes them.
 * @param entry path of the file whose names are public.
 * @throws {Error} if a reached file imports a package, or declares a name that is not public.
 */
export function joinDeclarations(texts: ReadonlyMap<string, string>, entry: string): string {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { specifier, line } of importsOf(textOf(texts, file))) {
      if (!specifier.startsWith('.')) throw new Error(`${file}:${line}: the library's types would need ${specifier}`);
      reached.add(posix.join(posix.dirname(file), specifier).replace(/\.[jt]s$/, '.d.ts'));
    }
  }
  const files = [...reached].reverse();
  const declared = files.flatMap((file) => [...textOf(texts, file).matchAll(DECLARED)].map(([, name = '']) => name));
  const open = new Set(publicNames(textOf(texts, entry)));
  const hidden = declared.filter((name) => !open.has(name));
  if (hidden.length > 0) throw new Error(`${entry} must also export ${hidden.join(', ')}: its types refer to it`);
  return files
    .map((file) =>
      textOf(texts, file)
        .replaceAll(FROM, '')
        .replaceAll(/^export \{\};\n/gm, ''),
    )
    .join('');
}

function publicNames(text: string): string[] {
  const listed = [...text.matchAll(LISTED)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim()));
  const own = [...text.matchAll(DECLARED)].map(([, name = '']) => name);
  return [...listed.map((name) => name.replace(/^type /, '')), ...own].filter((name) => name !== '');
}

function textOf(texts: ReadonlyMap<string, string>, file: string): string {
  const text = texts.get(file);
  if (text === undefined) throw new Error(`the compiler wrote no ${file}`);
  return text;
}
