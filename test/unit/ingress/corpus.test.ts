import { describe, expect, it } from 'vitest';
import { IngressState } from '../../../lib/contract/index.ts';
import { interpret } from '../../../lib/ingress/index.ts';
import { canonical } from '../../../lib/route/index.ts';
import { CORPUS } from '../../corpus/index.ts';
import { renderFindings, renderRoutes, rulesOf, run } from '../../corpus/run.ts';

const cases = Object.values(CORPUS).flat();

describe.each(Object.entries(CORPUS))('corpus: %s', (_, entries) => {
  it.each(entries.map((entry) => ({ entry, title: `${entry.rule}: ${entry.name}` })))('$title', ({ entry }) => {
    const outcome = run(entry);
    expect({
      selected: outcome.selection.selected,
      elsewhere: outcome.meaning?.elsewhere ?? false,
      routes: outcome.meaning === undefined ? [] : renderRoutes(outcome.meaning),
      findings: renderFindings(outcome),
      frontend: outcome.meaning?.routes.frontendSettings ?? {},
    }).toEqual({
      selected: entry.selected ?? true,
      elsewhere: entry.elsewhere ?? false,
      routes: entry.routes ?? [],
      findings: [...(entry.findings ?? [])].sort(),
      frontend: entry.frontend ?? {},
    });
  });
});

describe('the corpus', () => {
  it('has at least 150 Ingresses, each citing its rule', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    for (const { rule } of cases) expect(rule).toMatch(/^(SEL|VAL|END)-\d+(, (SEL|VAL|END)-\d+)*$/);
  });

  it('names no two cases alike', () => {
    const titles = Object.entries(CORPUS).flatMap(([about, entries]) => entries.map(({ name }) => `${about}: ${name}`));
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it('fits the event contract, over JSON and back, whatever the manifest', () => {
    for (const entry of cases) {
      const { state, meaning } = run(entry);
      if (state === undefined) continue;
      const received = IngressState.parse(JSON.parse(JSON.stringify(state)));
      expect(received).toEqual(state);
      expect(interpret('test', received, rulesOf(entry))).toEqual(meaning);
    }
  });

  it('gives routes in canonical form: normalising twice is normalising once', () => {
    for (const entry of cases) {
      const routes = run(entry).meaning?.routes;
      if (routes !== undefined) expect(canonical(routes)).toEqual(routes);
    }
  });
});
