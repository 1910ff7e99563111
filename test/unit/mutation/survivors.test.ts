import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXPLANATIONS } from '../../mutation/survivors/index.ts';
import { compareSurvivors, entries, type Mutation, mutationOf } from '../../mutation/survivors.ts';

/** Text and place of what stands between ‹ and ›. */
function marked(text: string): [source: string, span: Parameters<typeof mutationOf>[1]] {
  const place = (sign: string): { line: number; column: number } => {
    const lines = text.slice(0, text.indexOf(sign)).replace('‹', '').split('\n');
    return { line: lines.length, column: (lines.at(-1) as string).length + 1 };
  };
  return [text.replaceAll(/[‹›]/g, ''), { start: place('‹'), end: place('›') }];
}

describe('a mutant by its text', () => {
  it.each<[string, string, Mutation]>([
    ['is its line', 'f();\n  g(‹1›, 2);\nh();', ['g(«1», 2);', '0 + 1']],
    ['the first and the last line, too', '‹f›();', ['«f»();', '0 + 1']],
    ['is all lines that it goes over', 'f(‹() => {\n  g();\n}›);\nh();', ['f(«() => { g(); }»);', '0 + 1']],
    ['has the line above where its own is there twice', 'f(\n  1,\n);\ng(\n  ‹1›,\n);', ['g( «1»,', '0 + 1']],
    ['and as many as make it the only one', 'f(\n1,\n1,\n‹1›,\n);', ['1, 1, «1»,', '0 + 1']],
    ['is told from its like on the same line', 'f(1, ‹1›);', ['f(1, «1»);', '0 + 1']],
  ])('%s', (_what, text, expected) => {
    expect(mutationOf(...marked(text), '0\n  + 1')).toEqual(expected);
  });

  it('does not move with its line', () => {
    const [text, moved] = ['f(‹1›);', '\n\n  f(‹1›);\n'];
    expect(mutationOf(...marked(moved), '2')).toEqual(mutationOf(...marked(text), '2'));
  });
});

describe('survivors against explanations', () => {
  const A: Mutation = ['f(«1»);', '2'];
  const B: Mutation = ['g(«1»);', '2'];
  const of = (file: string, ...mutations: Mutation[]) => mutations.map((mutation) => ({ file, mutation }));
  const because = (file: string, ...mutants: Mutation[]) => ({ file, why: 'equal', mutants });

  it.each([
    ['explained', ['lib/a'], of('lib/a/x.ts', A), [because('lib/a/x.ts', A)], [], []],
    ['not explained', ['lib/a'], of('lib/a/x.ts', A, B), [because('lib/a/x.ts', A)], of('lib/a/x.ts', B), []],
    [
      'explained in another file only',
      ['lib/a'],
      of('lib/a/x.ts', A),
      [because('lib/b/x.ts', A)],
      of('lib/a/x.ts', A),
      [],
    ],
    ['killed, and explained', ['lib/a'], [], [because('lib/a/x.ts', A)], [], of('lib/a/x.ts', A)],
    [
      'with another replacement',
      ['lib/a'],
      of('lib/a/x.ts', [A[0], '3']),
      [because('lib/a/x.ts', A)],
      of('lib/a/x.ts', [A[0], '3']),
      of('lib/a/x.ts', A),
    ],
    [
      'twice, and explained once',
      ['lib/a'],
      of('lib/a/x.ts', A, A),
      [because('lib/a/x.ts', A)],
      of('lib/a/x.ts', A),
      [],
    ],
    [
      'once, and explained twice',
      ['lib/a'],
      of('lib/a/x.ts', A),
      [because('lib/a/x.ts', A, A)],
      [],
      of('lib/a/x.ts', A),
    ],
    ['explained, of modules that were not measured', ['lib/a'], [], [because('lib/ab/x.ts', A)], [], []],
    ['explained, of a file that was not measured', ['lib/a/x.ts'], [], [because('lib/a/y.ts', A)], [], []],
    [
      'of a file that was measured',
      ['lib/a/x.ts'],
      of('lib/a/x.ts', B),
      [because('lib/a/x.ts', A)],
      of('lib/a/x.ts', B),
      of('lib/a/x.ts', A),
    ],
  ])('%s', (_what, measured, survivors, explanations, unexplained, stale) => {
    expect(compareSurvivors(measured, survivors, explanations)).toEqual({ unexplained, stale });
  });

  it('are printed as entries of a list, by file', () => {
    const mutants = [...of('x.ts', A), ...of('y.ts', A), ...of('x.ts', ['f("«1»")', '""'])];
    expect(entries(mutants)).toBe(
      ['x.ts', '  ["f(«1»);","2"],', '  ["f(\\"«1»\\")","\\"\\""],', 'y.ts', '  ["f(«1»);","2"],'].join('\n'),
    );
  });
});

describe('what is explained', () => {
  it.each([...new Set(EXPLANATIONS.map(({ file }) => file))])('stands in %s', (file) => {
    expect(existsSync(file)).toBe(true);
    const source = readFileSync(file, 'utf8').replaceAll(/\s+/g, ' ');
    const texts = EXPLANATIONS.filter((each) => each.file === file).flatMap(({ mutants }) => mutants);
    const gone = texts.filter(([code]) => !source.includes(code.replaceAll(/[«»]/g, '').replaceAll(/\s+/g, ' ')));
    expect(gone).toEqual([]);
  });
});
