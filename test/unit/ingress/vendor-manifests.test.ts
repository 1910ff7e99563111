import { describe, expect, it } from 'vitest';
import { renderFindings, renderRoutes, run } from '../../corpus/run.ts';
import { VENDORS } from '../../corpus/vendors.ts';

describe('VAL-14: a manifest of a vendor', () => {
  it('is one of thirteen', () => {
    expect(VENDORS).toHaveLength(13);
  });

  it.each(VENDORS)('$name: every annotation is answered with a remedy', (entry) => {
    const { selection, meaning } = run(entry);
    const said = [...selection.findings, ...(meaning?.findings ?? [])].map(({ code, remedy }) => `${code}: ${remedy}`);
    expect(said.sort()).toEqual([...entry.said].sort());
  });

  it.each(VENDORS)('$name: nothing is left to say once the remedies were followed', (entry) => {
    const outcome = run({ ...entry, ingress: entry.followed });
    expect(renderFindings(outcome)).toEqual([]);
    const hosts = new Set(renderRoutes(outcome.meaning as never).map((route) => route.split(' ')[0]));
    expect(hosts.size).toBeGreaterThan(0);
  });
});
