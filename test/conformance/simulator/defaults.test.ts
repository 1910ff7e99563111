import { describe, expect, it } from 'vitest';
import { defaults } from '../../../lib/simulator/schema/defaults.ts';
import { ROWS, SOURCES, unsourced } from '../../../lib/simulator/schema/sources.ts';
import rows from './real-rows.json' with { type: 'json' };

type Kind = keyof typeof ROWS;
const KINDS = Object.keys(ROWS) as Kind[];
const named = (kind: Kind): string[] =>
  SOURCES.filter((each) => each.kind === kind && each.read === ROWS[kind]).flatMap(({ attributes }) => attributes);

describe('a default of the simulator', () => {
  it.each(KINDS)('%s: has a row as its source exactly where that row of an appliance shows it', (kind) => {
    const row: Readonly<Record<string, unknown>> = rows[kind];
    const shown = Object.entries(defaults[kind] ?? {})
      .filter(([attribute, value]) => String(row[attribute]) === String(value))
      .map(([attribute]) => attribute);
    expect(named(kind).sort()).toEqual(shown.sort());
  });

  it('is named once at most, and is there', () => {
    const all = SOURCES.flatMap(({ kind, attributes }) => attributes.map((attribute) => `${kind} ${attribute}`));
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
    const there = Object.entries(defaults).flatMap(([kind, row]) => Object.keys(row).map((name) => `${kind} ${name}`));
    expect(all.filter((name) => !there.includes(name))).toEqual([]);
  });

  it('is marked (V) where no source names it', () => {
    expect(unsourced('sslservicegroup')).toEqual(Object.keys(defaults.sslservicegroup ?? {}).sort());
    expect(unsourced('service')).toContain('healthmonitor');
    // The row was made with another value: it says nothing of the default.
    expect(rows.servicegroup.cip).toBe('ENABLED');
    expect(unsourced('servicegroup')).toContain('cip');
    expect(unsourced('servicegroup')).not.toContain('usip');
  });
});
