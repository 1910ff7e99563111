import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ForwarderConfig, parseConfig } from '../../../../lib/forwarder/process/config.ts';
import { VARIABLES } from '../../../../lib/forwarder/process/environment.ts';
import { families } from '../../../../lib/forwarder/process/metrics.ts';

const page = readFileSync(new URL('../../../../docs/forwarder.md', import.meta.url), 'utf8');

/** `bus.name` → its row. */
const rows = new Map(
  page
    .split('\n')
    .filter((line) => /^\| `(cluster|[a-z]+\.[A-Za-z]+)`/.test(line))
    .map((line) => line.split('|').map((cell) => cell.replaceAll('`', '').trim()))
    .map(([, field = '', fallback, variable]) => [field, { fallback, variable }] as const),
);
const defaults = parseConfig({ cluster: 'c', bus: { name: 'b' } }, 'test') as unknown as Record<string, object>;

it('every field of the configuration has a row, and no other', () => {
  const fields = Object.entries(ForwarderConfig.shape).flatMap(([name, schema]) => {
    const inner = 'innerType' in schema.def ? schema.def.innerType : schema;
    const shape = 'shape' in inner ? (inner.shape as object) : undefined;
    return shape === undefined ? [name] : Object.keys(shape).map((field) => `${name}.${field}`);
  });
  expect([...rows.keys()].sort()).toEqual(fields.sort());
});

it('defaults are those of the code', () => {
  for (const [field, { fallback }] of rows) {
    const [first = '', second = ''] = field.split('.');
    const value = (defaults[first] as Record<string, unknown> | undefined)?.[second];
    if (typeof value === 'number' || typeof value === 'boolean') expect(fallback, field).toBe(String(value));
  }
});

it('variables stand beside their fields', () => {
  const written = [...rows].filter(([, { variable }]) => variable?.startsWith('NSPASS_'));
  expect(Object.fromEntries(written.map(([field, { variable }]) => [variable, field]))).toEqual(
    Object.fromEntries(Object.entries(VARIABLES).map(([name, { field }]) => [name, field.join('.')])),
  );
});

it('every metric is named', () => {
  const gauges = { leading: true, terms: 0, ready: true, kinds: [], forwarder: undefined };
  const reports = { status: 0, events: 0, failed: 0 };
  const process = {
    residentBytes: 0,
    heapBytes: 0,
    cpuSeconds: 0,
    startSeconds: 0,
    eventLoopLagSeconds: 0,
    eventLoopLagMaxSeconds: 0,
  };
  for (const { name } of families({ ...gauges, reports, process })) {
    expect(page).toContain(`\`${name.replace('nspass_forwarder_', '')}\``);
  }
});
