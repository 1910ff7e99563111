import { describe, expect, it } from 'vitest';
import { findingsText } from '../../../lib/cli/lint-format.ts';
import { renderPlan } from '../../../lib/cli/plan-format.ts';
import { PLAIN } from '../../../lib/cli/terminal.ts';
import { judgeLint } from '../../../lib/library/lint-judge.ts';
import { mergeSources, readSource } from '../../../lib/library/lint-source.ts';
import { planManifests } from '../../../lib/library/plan-judge.ts';
import { activeTexts, HOSTILE_MANIFESTS } from '../../support/hostile.ts';

const RULES = { hostOwnership: [], ipsets: [] };

/** Reads a manifest as the command reads a file of JSON. */
const sourcesOf = (manifest?: object) => ({
  ...mergeSources(manifest === undefined ? [] : [readSource(JSON.stringify(manifest), 'shop.json')]),
  partial: true,
});

/** Text as Markdown shows it, without what is escaped. */
const unescaped = (text: string): string => text.replaceAll(/\\[\\`*_{}[\]<>|#]/g, '');

describe('what a tenant writes → output of the command', () => {
  const judged = HOSTILE_MANIFESTS.map(([what, where, manifest]) => {
    const sources = sourcesOf(manifest);
    const counts = judgeLint(sources, { rules: RULES, classNames: [], ignored: new Set() });
    const report = planManifests('test', sourcesOf(), sources, [], RULES);
    return { at: `${what} in ${where}`, findings: counts.findings, counts, report };
  });

  it('reaches every output with findings', () => {
    expect(judged.filter(({ findings }) => findings.length > 0).length).toBeGreaterThan(judged.length / 2);
    expect(judged.some(({ report }) => report.routes.length > 0)).toBe(true);
  });

  it('tables have no control character, and no line that a tenant began', () => {
    for (const { at, findings, counts, report } of judged) {
      for (const text of [findingsText('table', findings, counts), renderPlan('table', report, true, PLAIN)]) {
        expect(activeTexts(text.split('\n')), at).toEqual([]);
        expect(text, at).not.toMatch(/^\s*(add|rm) /m);
      }
    }
  });

  it('JSON has no string with a control character', () => {
    for (const { at, findings, counts, report } of judged) {
      expect(activeTexts(JSON.parse(findingsText('json', findings, counts))), at).toEqual([]);
      expect(activeTexts(JSON.parse(renderPlan('json', report, true, PLAIN))), at).toEqual([]);
    }
  });

  it('SARIF has no control character, and no link that a tenant wrote', () => {
    for (const { at, findings, counts } of judged) {
      const log = JSON.parse(findingsText('sarif', findings, counts));
      const paragraphs: string[] = log.runs[0].results.map(
        ({ message }: { message: { text: string } }) => message.text,
      );
      expect(activeTexts(log.runs[0].results), at).toEqual([]);
      for (const text of paragraphs) expect(unescaped(text), at).not.toMatch(/\[[^\]]*\]\(/);
    }
  });

  it('Markdown has no link, HTML, code or cell that a tenant wrote', () => {
    for (const { at, report } of judged) {
      const text = renderPlan('markdown', report, false, PLAIN);
      expect(activeTexts(text.split('\n')), at).toEqual([]);
      for (const line of text.split('\n')) {
        expect(unescaped(line), at).not.toMatch(/\]\(|<|`/);
        if (line.startsWith('|')) expect(unescaped(line).match(/\|/g), at).toHaveLength(8);
      }
    }
  });
});

describe('what a file of a repository is called → output of the command', () => {
  it('a name with an escape sequence is shown without it', () => {
    const sources = { ...mergeSources([readSource('a: b: c', 'x\u001b[2J\u202e.yaml')]), partial: true };
    const counts = judgeLint(sources, { rules: RULES, classNames: [], ignored: new Set() });
    const { findings } = counts;
    const report = planManifests('test', sourcesOf(), sources, [], RULES);
    expect(findings).not.toEqual([]);
    for (const text of [
      findingsText('table', findings, counts),
      renderPlan('table', report, true, PLAIN),
      renderPlan('markdown', report, true, PLAIN),
    ]) {
      expect(activeTexts(text.split('\n'))).toEqual([]);
      expect(text).toContain('x\ufffd');
    }
  });
});
