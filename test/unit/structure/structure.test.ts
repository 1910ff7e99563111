import { describe, expect, it } from 'vitest';
import {
  cycles,
  exportedTypes,
  type FileImports,
  folderOf,
  libFiles,
  mutualFolders,
  testFiles,
} from './source-files.ts';

/** Names that two modules export for reasons of their own. */
const SHARED_NAMES: Readonly<Record<string, string>> = {};

const files = libFiles();

describe('one vocabulary', () => {
  it('a name is one exported type in all of lib', () => {
    const homes = Map.groupBy(
      files.flatMap(({ file, source }) => exportedTypes(source).map((name) => ({ name, file }))),
      ({ name }) => name,
    );
    const shared = [...homes].filter(([name, all]) => all.length > 1 && !Object.hasOwn(SHARED_NAMES, name));
    expect(shared.map(([name, all]) => `${name}: ${all.map(({ file }) => file).join(', ')}`)).toEqual([]);
  });

  it('an exception is still needed', () => {
    const names = files.flatMap(({ source }) => exportedTypes(source));
    const unneeded = Object.keys(SHARED_NAMES).filter((name) => names.filter((other) => other === name).length < 2);
    expect(unneeded).toEqual([]);
  });
});

describe('a house without circles', () => {
  it('no file imports itself by way of others', () => {
    expect(cycles(files)).toEqual([]);
  });

  it('no two folders side by side import each other', () => {
    expect(mutualFolders(files)).toEqual([]);
  });

  it('a file has at most 300 lines', () => {
    const long = files.map(({ file, source }) => ({ file, lines: source.trimEnd().split('\n').length }));
    expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it('a face lists its names', () => {
    expect(files.filter(({ source }) => /^export (type )?\* from/m.test(source)).map(({ file }) => file)).toEqual([]);
  });
});

describe('tests that pass on a slow machine', () => {
  it('no test has a time limit of its own that does not scale with the machine', () => {
    const fixed = /^\s*\}, ?\d[\d_]*\);|\{\s*timeout: \d[\d_]*,?\s*\}, async/m;
    expect(
      testFiles()
        .filter(({ source }) => fixed.test(source))
        .map(({ file }) => file),
    ).toEqual([]);
  });
});

describe('what the checks find', () => {
  const world = (imports: Readonly<Record<string, readonly string[]>>): FileImports[] =>
    Object.entries(imports).map(([file, list]) => ({ file, source: '', imports: list }));

  it('a circle of three files, once', () => {
    const found = cycles(world({ 'a.ts': ['b.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'], 'd.ts': ['a.ts'] }));
    expect(found).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });

  it('folders that import each other, but not a folder and one inside of it', () => {
    const mutual = { 'lib/x/a/1.ts': ['lib/x/b/1.ts'], 'lib/x/b/1.ts': ['lib/x/a/2.ts'], 'lib/x/a/2.ts': [] };
    expect(mutualFolders(world(mutual))).toEqual(['lib/x/a ↔ lib/x/b']);
    expect(mutualFolders(world({ 'lib/x/a/1.ts': ['lib/x/2.ts'], 'lib/x/3.ts': ['lib/x/a/1.ts'] }))).toEqual([]);
  });

  it('interfaces, types and classes, each name once', () => {
    const source =
      'export const A = 1;\nexport type A = 1;\nexport abstract class B {}\nexport interface C {}\ntype D = 1;';
    expect(exportedTypes(source)).toEqual(['A', 'B', 'C']);
    expect(folderOf('lib/x/a.ts')).toBe('lib/x');
  });
});
