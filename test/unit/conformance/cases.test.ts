import { describe, expect, it } from 'vitest';
import { CASES } from '../../../lib/conformance/index.ts';

/** Rules that a client of the data plane or of the Kubernetes API can see. */
const VISIBLE = [
  ...['SEL-1', 'SEL-2', 'SEL-3', 'SEL-4'],
  ...['VAL-1', 'VAL-2', 'VAL-3', 'VAL-4', 'VAL-5', 'VAL-6', 'VAL-7', 'VAL-8', 'VAL-9', 'VAL-10', 'VAL-11', 'VAL-12'],
  ...['VAL-13', 'VAL-14'],
  ...['CON-1', 'CON-2', 'CON-3'],
  ...['TLS-1', 'TLS-2', 'TLS-3', 'TLS-4', 'TLS-5', 'TLS-6'],
  ...['END-1', 'END-3', 'LIF-2', 'LIF-3', 'REP-1', 'REP-2'],
];

describe('the cases of the conformance suite', () => {
  it('are at least 200, each with an id of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  });

  it.each(CASES.map(({ id }) => [id]))('%s is a label of a host, and short enough for a namespace', (id) => {
    expect(id).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    expect(`nspass-conformance-${id}`.length).toBeLessThanOrEqual(63);
  });

  it('show every rule that can be seen', () => {
    const shown = new Set(CASES.flatMap(({ rules }) => rules));
    expect(VISIBLE.filter((rule) => !shown.has(rule))).toEqual([]);
    expect([...shown].filter((rule) => !VISIBLE.includes(rule))).toEqual([]);
  });

  it('expect something in every case', () => {
    const scope = {
      namespace: 'n',
      host: (label?: string) => `${label ?? 'x'}.test`,
      vip: '192.0.2.1',
      secondVip: '192.0.2.2',
      className: 'citrix',
      member: () => ({ address: '10.0.0.1', port: 443 }),
    };
    const idle = CASES.filter(({ steps }) => steps(scope).every(({ kind }) => kind === 'apply' || kind === 'remove'));
    expect(idle.map(({ id }) => id)).toEqual([]);
  });
});
