import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, expiryStage, expiryText } from '../../../lib/certificates/expiry.ts';

const NOW = Date.parse('2030-06-01T12:00:00Z');

describe('how near an expiry is', () => {
  it.each([
    [31 * DAY_MS, undefined],
    [30 * DAY_MS + 1, undefined],
    [30 * DAY_MS, 30],
    [14 * DAY_MS + 1, 30],
    [14 * DAY_MS, 14],
    [3 * DAY_MS + 1, 14],
    [3 * DAY_MS, 3],
    [1, 3],
    [0, 'expired'],
    [-DAY_MS, 'expired'],
  ])('%i ms before it: %s', (left, stage) => {
    expect(expiryStage(NOW + left, NOW)).toBe(stage);
  });

  it('the text stays the same within a stage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * DAY_MS }), fc.integer({ min: 0, max: DAY_MS }), (left, later) => {
        const [one, two] = [expiryStage(NOW + left, NOW), expiryStage(NOW + left, NOW + later)];
        if (one === undefined || one !== two) return;
        const text = (stage: typeof one): string => expiryText('a.example.com', 'a', NOW + left, stage);
        expect(text(one)).toBe(text(two));
      }),
    );
  });
});
