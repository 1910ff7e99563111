import { describe, expect, it } from 'vitest';
import { joinDeclarations } from '../../../scripts/declarations.ts';

const ENTRY = 'lib/x/index.d.ts';
const TYPES = 'export interface Found {\n    /** 1-based. */\n    readonly line: number;\n}\n';
const FACE = `import type { Found } from '../y/found.ts';
export type { Found } from '../y/found.ts';
/** Finds. */
export declare function find(text: string): Found[];
export {};
`;

const joined = (files: Readonly<Record<string, string>>): string =>
  joinDeclarations(new Map(Object.entries(files)), ENTRY);

describe('types of the library', () => {
  it('stand in one file without imports, with their comments', () => {
    expect(joined({ [ENTRY]: FACE, 'lib/y/found.d.ts': TYPES })).toBe(
      `${TYPES}/** Finds. */\nexport declare function find(text: string): Found[];\n`,
    );
  });

  it('leave out what no public type needs', () => {
    expect(joined({ [ENTRY]: FACE, 'lib/y/found.d.ts': TYPES, 'lib/z.d.ts': 'export type Z = 1;\n' })).not.toContain(
      'Z',
    );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a package that a type needs',
      { [ENTRY]: FACE, 'lib/y/found.d.ts': `import * as z from 'zod/mini';\n${TYPES}` },
      "lib/y/found.d.ts:1: the library's types would need zod/mini",
    ],
    [
      'a name that cannot be imported',
      { [ENTRY]: FACE, 'lib/y/found.d.ts': `${TYPES}export type Hidden = 1;\n` },
      'lib/x/index.d.ts must also export Hidden',
    ],
    ['a file that is missing', { [ENTRY]: FACE }, 'the compiler wrote no lib/y/found.d.ts'],
  ])('%s is refused', (_what, files, message) => {
    expect(() => joined(files)).toThrow(message);
  });
});
