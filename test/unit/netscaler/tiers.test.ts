import { describe, expect, it } from 'vitest';
import {
  isOutOfTier,
  LEVELS,
  LIMITS,
  PRIORITY,
  prioritiesOf,
  type Resource,
  tierOf,
} from '../../../lib/netscaler/index.ts';
import { levelReset } from '../../../lib/netscaler/tiers.ts';

const binding = (policyname: string, priority: number): Resource => ({
  role: 'policy-binding',
  type: 'sslvserver_sslpolicy_binding',
  id: { vservername: 'v', policyname, type: 'CLIENTHELLO_REQ' },
  attributes: { priority },
  owners: ['o'],
});

describe('TLS-2: the tiers of back ends’ policies', () => {
  it.each([
    ['p', 1, true],
    ['p', 2, false],
    ['p', 31_998, false],
    ['p', 31_999, true],
    ['p', 32_000, true],
    ['p-w', 31_999, true],
    ['p-w', 32_000, false],
    ['p-w', 51_998, false],
    ['p-w', 51_999, true],
    ['p-w1', 51_999, true],
    ['p-w1', 52_000, false],
    ['p-w1', 53_998, false],
    ['p-w1', 53_999, true],
    ['p-w2', 53_999, true],
    ['p-w2', 54_000, false],
    ['p-w6', 61_999, true],
    ['p-w6', 62_000, false],
    ['p-w6', 63_998, false],
    ['p-w6', 63_999, true],
    ['p', Number.NaN, true],
  ])('%s with priority %i is out of its tier: %s', (policy, priority, expected) => {
    expect(isOutOfTier(binding(policy, priority))).toBe(expected);
  });

  it.each([
    ['p-w', 'wildcard'],
    ['p-w1', 1],
    ['p-w6', 6],
    ['p-w7', 'exact'],
    ['p-w0', 'exact'],
    ['p-w-x', 'exact'],
    ['p', 'exact'],
  ])('%s is in the tier %s', (policy, tier) => {
    expect(tierOf(binding(policy, 1))).toBe(tier);
  });

  it('VAL-8: each tier lies before the policy that closes it, and that before the next tier', () => {
    const order = [
      PRIORITY.gate,
      ...[prioritiesOf('exact').first, prioritiesOf('exact').last, PRIORITY.exactReset],
      ...[prioritiesOf('wildcard').first, prioritiesOf('wildcard').last, PRIORITY.wildcardReset],
      ...LEVELS.flatMap((level) => [prioritiesOf(level).first, prioritiesOf(level).last, levelReset(level)]),
      PRIORITY.reset,
    ];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
    expect(order.at(-1)).toBe(LIMITS.sslPriority);
  });

  it('bindings of other roles have no tier', () => {
    expect(isOutOfTier({ ...binding('gate', 1), role: 'front-end-binding' })).toBe(false);
  });
});
