import { describe, expect, it } from 'vitest';
import { CASES, profileOf } from '../../../lib/conformance/index.ts';
import { exampleScope } from '../../../scripts/conformance-coverage.ts';

describe('the cases of the conformance suite', () => {
  it('are at least 200, each with an id of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  });

  it.each(CASES.map(({ id }) => [id]))('%s is a label of a host, and short enough for a namespace', (id) => {
    expect(id).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    expect(`nspass-conformance-${id}`.length).toBeLessThanOrEqual(63);
  });

  it('expect something in every case', () => {
    const scope = exampleScope(profileOf('nspass'));
    const idle = CASES.filter(({ steps }) => steps(scope).every(({ kind }) => kind === 'apply' || kind === 'remove'));
    expect(idle.map(({ id }) => id)).toEqual([]);
  });
});
