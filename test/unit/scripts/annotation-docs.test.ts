import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ANNOTATIONS, CATALOGUE, IGNORED } from '../../../lib/ingress/index.ts';
import { SECTIONS } from '../../../scripts/annotation-docs.ts';
import { ingress } from '../../corpus/case.ts';
import { run } from '../../corpus/run.ts';

const PAGE = readFileSync('docs/annotations.md', 'utf8');

describe.each(ANNOTATIONS)('docs/annotations.md: %s', (name) => {
  const { example, findings } = SECTIONS[name];

  it('has an example that is applied without a finding', () => {
    const annotations = { 'insecure-termination': 'redirect', [name]: example };
    const { selection, meaning } = run({
      rule: '',
      name: '',
      ingress: ingress({ annotations }),
      rules: { ipsets: ['edge'] },
    });
    expect(selection.selected).toBe(true);
    expect(meaning?.findings).toEqual([]);
    expect(meaning?.routes.routes.length).toBeGreaterThan(0);
  });

  it('names findings that there are, each once', () => {
    expect(findings.every((code) => code in CATALOGUE)).toBe(true);
    expect(new Set(findings).size).toBe(findings.length);
  });

  it('has a section', () => {
    expect(PAGE).toContain(`\n## ${name}\n`);
  });
});

it('docs/annotations.md names all that is ignored', () => {
  expect([...IGNORED.keys()].filter((name) => !PAGE.includes(`| \`${name}\``))).toEqual([]);
});
