import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODULES } from '../../../scripts/module-rules.ts';

const text = readFileSync('docs/architecture.md', 'utf8');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md').sort()];

/** Number of rules of each family. */
const FAMILIES = { SEL: 4, VAL: 16, CON: 5, TLS: 6, END: 3, LIF: 10, REP: 3, GW: 17 };
const RULES = Object.entries(FAMILIES).flatMap(([family, count]) =>
  Array.from({ length: count }, (_, index) => `${family}-${index + 1}`),
);

const filesIn = (line: string): string[] =>
  [...line.matchAll(/`((?:lib|functions|infra|test|docs|scripts|\.ci)\/[\w./-]+)`/g)].map(([, file]) => file as string);

describe('docs/architecture.md', () => {
  it.each(RULES)('%s has its row, with the file that holds it', (rule) => {
    const [, , , holds = '', tested = ''] =
      text
        .split('\n')
        .find((line) => line.startsWith(`| ${rule} `))
        ?.split('|') ?? [];
    expect(filesIn(holds).length > 0 || holds.includes('not there yet')).toBe(true);
    expect(filesIn(tested).length > 0 || tested.trim() === '—').toBe(true);
  });

  it('shows every module of lib', () => {
    const modules = Object.keys(MODULES).filter((module) => existsSync(`lib/${module}`));
    expect(modules.filter((module) => !text.includes(`| \`lib/${module}\``))).toEqual([]);
  });
});

describe.each(PAGES)('%s', (page) => {
  const lines = readFileSync(page, 'utf8');

  it('names only files that exist', () => {
    expect(filesIn(lines).filter((file) => !existsSync(file))).toEqual([]);
  });

  it('links only to pages that exist', () => {
    const links = [...lines.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => join(dirname(page), link ?? ''));
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });
});
