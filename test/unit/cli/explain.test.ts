import { describe, expect, it } from 'vitest';
import { explanation, listing } from '../../../lib/cli/explain.ts';
import { UsageError } from '../../../lib/cli/usage.ts';
import { CATALOGUE, FINDING_CODES } from '../../../lib/ingress/index.ts';

describe('nspass explain', () => {
  it.each(FINDING_CODES)('%s: title, why and remedy of the catalogue', (code) => {
    const { severity, title, why, remedy } = CATALOGUE[code];
    expect(explanation(code)).toBe(`${code} (${severity}): ${title}\n\nWhy:\n${why}\n\nWhat to do:\n${remedy}`);
  });

  it('letters may be small', () => {
    expect(explanation('hostconflict')).toBe(explanation('HostConflict'));
  });

  it.each([
    ['HostConflcit', 'unknown finding "HostConflcit": did you mean HostConflict?'],
    ['x', 'unknown finding "x": nspass explain lists all codes.'],
  ])('%s is refused', (code, message) => {
    expect(() => explanation(code)).toThrow(new UsageError(message));
  });

  it('without a code: all of them, in columns', () => {
    const lines = listing().split('\n');
    expect(lines).toHaveLength(FINDING_CODES.length);
    expect(lines).toContainEqual(expect.stringMatching(/^ HostConflict +error +Host held by another Ingress$/));
  });
});
