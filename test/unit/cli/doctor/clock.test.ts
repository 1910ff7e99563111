import { describe, expect, it } from 'vitest';
import { clockCheck, dateReading } from '../../../../lib/cli/doctor/clock.ts';

describe('a clock, compared with this machine’s', () => {
  it.each([
    ['in the request', 100_000, 100_500, 100_000, 'ok', /less than 10 s/],
    ['of the second before, because fractions are cut', 100_900, 100_950, 100_000, 'ok', /less than 10 s/],
    ['a long request hides what lies in it', 100_000, 160_000, 130_000, 'ok', /less than 10 s/],
    ['10 s ahead', 100_000, 100_000, 110_000, 'ok', /less than 10 s/],
    ['11 s ahead', 100_000, 100_000, 111_000, 'failed', /^is 11 s ahead of this machine’s$/],
    ['a day behind', 86_500_000, 86_500_000, 100_000, 'failed', /^is 86399 s behind this machine’s$/],
  ] as const)('%s', (_what, before, after, theirs, result, text) => {
    const check = clockCheck({ before, after, theirs }, 'synchronise it');
    expect(check.result).toBe(result);
    expect(check.text).toMatch(text);
    expect(check.remedy).toBe(result === 'failed' ? 'synchronise it' : undefined);
  });

  it('without a time → unseen', () => {
    expect(clockCheck(undefined, 'x').result).toBe('unseen');
    expect(dateReading(undefined, 1, 2)).toBeUndefined();
    expect(dateReading('yesterday', 1, 2)).toBeUndefined();
  });

  it('from a Date header', () => {
    expect(dateReading('Thu, 01 Jan 1970 00:01:40 GMT', 1, 2)).toEqual({ before: 1, after: 2, theirs: 100_000 });
  });
});
