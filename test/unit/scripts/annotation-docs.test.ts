import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ANNOTATIONS, CATALOGUE, IGNORED, OWN_ANNOTATIONS, OWN_PREFIX } from '../../../lib/ingress/index.ts';
import { OWN_SECTIONS, SECTIONS } from '../../../scripts/annotation-docs.ts';
import { ingress } from '../../corpus/case.ts';
import { run } from '../../corpus/run.ts';

const PAGE = readFileSync('docs/annotations.md', 'utf8');

describe.each(OWN_ANNOTATIONS)('docs/annotations.md: %s', (name) => {
  it('has an example that is applied without a finding', () => {
    const annotations = { 'insecure-termination': 'redirect', [`${OWN_PREFIX}${name}`]: OWN_SECTIONS[name].example };
    const { meaning } = run({ rule: '', name: '', ingress: ingress({ annotations }) });
    expect(meaning?.findings).toEqual([]);
    const { meaning: without } = run({
      rule: '',
      name: '',
      ingress: ingress({ annotations: { 'insecure-termination': 'redirect' } }),
    });
    expect(meaning?.routes).not.toEqual(without?.routes);
    expect(meaning?.routes.backends[0]?.members).not.toEqual([]);
  });
});

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
